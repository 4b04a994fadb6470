"""Who comes into the segments that keep history, and who leaves.

An operation writes it down for the contacts that it touches, at its own moment. Where only time has passed ("not
contacted in the last 30 days") it is seen when the program looks: `refresh_stays`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, insert, select, text, update

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.clock import to_microseconds
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import Viewpoint
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.journal import contacts_concerned
from ulkacrm_desktop.models import Change, Contact, Segment, SegmentStay

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_FEW: Final = 2_000
"""Up to so many contacts are looked at one by one; for more, the whole segment is compared."""

_SHAPING: Final = ("segment", "property", "property_option", "tag", "crm_user", "contact_class")
"""The tables whose change may move contacts that the operation has not touched."""


def note_stays(connection: Connection, operation_id: int, at: datetime) -> None:
    """Write down who has come and gone by the operation under way; the last thing that it does."""
    kept = _kept(connection)
    if not kept:
        return
    tables = set(
        connection.scalars(
            text("SELECT DISTINCT table_name FROM change WHERE operation_id = :operation"), {"operation": operation_id}
        )
    )
    touched: Sequence[int] = ()
    if not tables.intersection(_SHAPING):
        touched = connection.scalars(
            text(
                "SELECT contact_id FROM change WHERE operation_id = :operation AND contact_id IS NOT NULL "
                f"UNION {contacts_concerned(operation_id)} "
                "UNION SELECT id FROM contact WHERE created_in = :operation LIMIT :most"
            ),
            {"operation": operation_id, "most": _FEW + 1},
        ).all()
    begun = _begun(connection, operation_id) if "segment" in tables else set()
    for segment_id, owner_id in kept:
        query = ContactQuery(segment_id=segment_id, viewpoint=Viewpoint(at, None, owner_id))
        try:
            if tables.intersection(_SHAPING) or len(touched) > _FEW:
                _compare_all(connection, query, None if segment_id in begun else at, at)
            else:
                _compare(connection, query, touched, at)
        except ExpectedError:
            # Its criteria ask for what is not there: nobody can be said to be in it until they are mended.
            continue


def refresh_stays(workspace: "Workspace", now: datetime | None = None) -> int:
    """Write down who has come and gone since by the mere passing of time; answers how many did.

    To be called on start and every hour. Nothing is written where nothing has changed.
    """
    moment = now if now is not None else clock.now()
    with workspace.reading() as connection:
        moved = [segment_id for segment_id, query in _readable(connection, moment) if _differs(connection, query)]
    if not moved:
        return 0

    def write(connection: Connection) -> int:
        return sum(
            _compare_all(connection, query, moment, moment)
            for segment_id, query in _readable(connection, moment)
            if segment_id in moved
        )

    return workspace.upkeep(write)


def _kept(connection: Connection) -> list[tuple[int, int | None]]:
    """The segments that keep history, each with its owner: whoever sees a private one is ``me`` in it."""
    kept = select(Segment.id, Segment.owner_id).where(Segment.keeps_history.is_(True), Segment.removed_in.is_(None))
    return [(row.id, row.owner_id) for row in connection.execute(kept.order_by(Segment.id))]


def _readable(connection: Connection, moment: datetime) -> Iterator[tuple[int, ContactQuery]]:
    from ulkacrm_desktop.services.criteria.compiler import compiled

    for segment_id, owner_id in _kept(connection):
        query = ContactQuery(segment_id=segment_id, viewpoint=Viewpoint(moment, None, owner_id))
        try:
            compiled(connection, query)
        except ExpectedError:
            continue
        yield segment_id, query


def _begun(connection: Connection, operation_id: int) -> set[int]:
    """The segments whose history begins with this operation: whoever is in has been in before."""
    changes = select(Change.row_id, Change.after).where(
        Change.operation_id == operation_id, Change.table_name == "segment", Change.after.is_not(None)
    )
    return {
        row.row_id
        for row in connection.execute(changes)
        if not row.after.keys().isdisjoint(("keeps_history", "removed_in"))
    }


def _compare(connection: Connection, query: ContactQuery, contact_ids: Sequence[int], at: datetime) -> None:
    """Compare a segment with what is written of a few contacts."""
    from ulkacrm_desktop.services.criteria.compiler import fulfilling

    if not contact_ids:
        return
    inside = fulfilling(connection, query, contact_ids)
    open_stays = select(SegmentStay.contact_id).where(
        SegmentStay.segment_id == query.segment_id,
        SegmentStay.left_at.is_(None),
        SegmentStay.contact_id.in_(contact_ids),
    )
    written = set(connection.scalars(open_stays))
    if entered := inside - written:
        classes = connection.execute(select(Contact.id, Contact.class_id).where(Contact.id.in_(entered)))
        connection.execute(
            insert(SegmentStay),
            [
                {"contact_id": row.id, "class_id": row.class_id, "segment_id": query.segment_id, "entered_at": at}
                for row in classes
            ],
        )
    if left := written - inside:
        connection.execute(
            update(SegmentStay)
            .where(
                SegmentStay.segment_id == query.segment_id,
                SegmentStay.left_at.is_(None),
                SegmentStay.contact_id.in_(left),
            )
            .values(left_at=at)
        )


_WRITTEN: Final = "SELECT contact_id FROM segment_stay WHERE segment_id = :segment AND left_at IS NULL"


def _compare_all(connection: Connection, query: ContactQuery, entered_at: datetime | None, left_at: datetime) -> int:
    """Compare a segment with all that is written of it; answers how many have come or gone."""
    kind = "INTEGER" if connection.dialect.name == "sqlite" else "bigint"
    connection.execute(text("DROP TABLE IF EXISTS segment_now"))
    connection.execute(text(f"CREATE TEMPORARY TABLE segment_now (id {kind} PRIMARY KEY)"))
    chosen, given = _members(connection, query)
    connection.execute(text(f"INSERT INTO segment_now (id) SELECT id FROM ({chosen}) AS inside"), given)
    asked = {
        "segment": query.segment_id,
        "entered": None if entered_at is None else to_microseconds(entered_at),
        "left": to_microseconds(left_at),
    }
    left = connection.execute(
        text(
            "UPDATE segment_stay SET left_at = :left WHERE segment_id = :segment AND left_at IS NULL "
            "AND contact_id NOT IN (SELECT id FROM segment_now)"
        ),
        asked,
    ).rowcount
    entered = connection.execute(
        text(
            "INSERT INTO segment_stay (contact_id, class_id, segment_id, entered_at) "
            "SELECT c.id, c.class_id, :segment, :entered FROM segment_now n JOIN contact c ON c.id = n.id "
            f"WHERE c.id NOT IN ({_WRITTEN})"
        ),
        asked,
    ).rowcount
    connection.execute(text("DROP TABLE segment_now"))
    return left + entered


def _differs(connection: Connection, query: ContactQuery) -> bool:
    chosen, given = _members(connection, query)
    found = text(
        f"SELECT EXISTS (SELECT id FROM ({chosen}) AS inside WHERE id NOT IN ({_WRITTEN})) "
        f"OR EXISTS ({_WRITTEN} AND contact_id NOT IN (SELECT id FROM ({chosen}) AS inside))"
    )
    return bool(connection.execute(found, {**given, "segment": query.segment_id}).scalar_one())


def _members(connection: Connection, query: ContactQuery) -> tuple[str, dict[str, object]]:
    from ulkacrm_desktop.services.criteria.compiler import compiled

    found = compiled(connection, query)
    return found.ids, found.parameters
