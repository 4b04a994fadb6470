"""What somebody decides about contacts that look alike and are not to be merged."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, tuple_, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.models import Contact, DuplicateVerdict
from ulkacrm_desktop.services.workspace import Write, operation

_AT_ONCE = 500


@operation(OperationKind.DUPLICATES_JUDGED)
def judge_duplicates(write: Write, *, pairs: Iterable[tuple[int, int]], verdict: Verdict | None) -> int:
    """Remember that pairs of contacts are no duplicates or are to be looked at later; None forgets it.

    Answers for how many pairs that is new. Raises NotFound.
    """
    wanted = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    changed = 0
    for start in range(0, len(wanted), _AT_ONCE):
        changed += _judge(write, wanted[start : start + _AT_ONCE], verdict)
    write.facts |= {"count": changed, "verdict": verdict}
    if len(wanted) == 1:
        ids = wanted[0]
        write.facts["names"] = list(
            write.connection.scalars(select(Contact.name).where(Contact.id.in_(ids)).order_by(Contact.id))
        )
    return changed


def _judge(write: Write, pairs: list[tuple[int, int]], verdict: Verdict | None) -> int:
    table = DuplicateVerdict
    contacts = {contact_id for pair in pairs for contact_id in pair}
    classes: dict[int, int] = {
        row.id: row.class_id
        for row in write.connection.execute(
            select(Contact.id, Contact.class_id).where(Contact.id.in_(contacts), Contact.removed_in.is_(None))
        )
    }
    for contact_id in sorted(contacts - classes.keys()):
        raise NotFound("contact_not_found", contact=contact_id)
    present = {
        (row.contact_id, row.other_id): row
        for row in write.connection.execute(
            select(table.id, table.contact_id, table.other_id, table.verdict).where(
                tuple_(table.contact_id, table.other_id).in_(pairs)
            )
        )
    }
    if verdict is None:
        write.connection.execute(delete(table).where(table.id.in_([row.id for row in present.values()])))
        return len(present)
    others = [row.id for row in present.values() if row.verdict != verdict]
    write.connection.execute(
        update(table).where(table.id.in_(others)).values(verdict=verdict.value, version=table.version + 1)
    )
    new = [pair for pair in pairs if pair not in present]
    if new:
        write.connection.execute(
            insert(table),
            [
                {"contact_id": low, "class_id": classes[low], "other_id": high, "verdict": verdict.value}
                for low, high in new
            ],
        )
    return len(others) + len(new)
