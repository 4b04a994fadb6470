"""Which rows of a file mean which contacts, and what they would change: the second half of a plan.

Rows are taken in the order of the file, as if each were imported alone: a row that means a contact which an
earlier row makes or changes is compared with the outcome of that row.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.models import Contact, Email, Phone
from ulkacrm_desktop.services.imports.chunk_cleaner import ChunkCleaner
from ulkacrm_desktop.services.imports.cleaned import CleanedRow, Fault
from ulkacrm_desktop.services.imports.comparison import changes_of, created_contact, with_changes
from ulkacrm_desktop.services.imports.mapping import PropertyTarget
from ulkacrm_desktop.services.imports.options import ImportMode
from ulkacrm_desktop.services.imports.plan_file import PlanFile, RowKind
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.merged_contacts import primary_contacts

_KEYS_TOGETHER = 900
_ROWS_TOGETHER = 500


@dataclass(slots=True)
class _Target:
    """The contact that rows mean: one that is there, or the new one of an earlier row (its leader)."""

    contact_id: int | None
    leader: int | None
    document: ContactDocument | None = None


def match_rows(
    plan: PlanFile, connection: Connection, cleaner: ChunkCleaner, mode: ImportMode, context: JobContext
) -> None:
    """Decide for every row what becomes of it, by the contacts that are there now."""
    if mode is ImportMode.KEEP_DUPLICATES:
        return
    context.report("match")
    found = _contacts_of_keys(plan, connection, context)
    shared: dict[int, list[str]] = {}
    for key, place in plan.keys.shared():
        shared.setdefault(place, []).append(key)
    if mode is ImportMode.UPDATE:
        _skip_unmatched(plan, found)
    involved = sorted(found.keys() | shared.keys())
    if not involved:
        return
    walk = _Walk(plan, connection, cleaner, mode, found, shared)
    with plan.transaction():
        for start in range(0, len(involved), _ROWS_TOGETHER):
            walk.take(involved[start : start + _ROWS_TOGETHER])
            context.report("compare", min(start + _ROWS_TOGETHER, len(involved)), len(involved))


def rematch(plan: PlanFile, connection: Connection, cleaner: ChunkCleaner, mode: ImportMode, place: int) -> None:
    """Judge a row anew whose cells were mended, and with it every row that means a contact which it meant or means.

    Another row may have led to the contact through this one, and may now have to make it itself.
    """
    cleaned = {place: cleaner.cleaner.clean(plan.cells([place])[place])}
    keys = {place: [] if cleaned[place].is_faulty else cleaner.keys(cleaned[place])}
    found: dict[int, int] = {}
    if mode is not ImportMode.KEEP_DUPLICATES:
        met = plan.keys_of(place) | set(keys[place])
        contacts = set(contacts_of_keys(connection, list(met)).values())
        while related := plan.related(met, contacts, cleaned.keys()) - cleaned.keys():
            for other, cells in plan.cells(sorted(related)).items():
                cleaned[other] = cleaner.cleaner.clean(cells)
                keys[other] = cleaner.keys(cleaned[other])
            met = {key for other in related for key in keys[other]}
            contacts = set(contacts_of_keys(connection, list(met)).values())
        known = contacts_of_keys(connection, list({key for own in keys.values() for key in own}))
        for other, own in keys.items():
            contact_id = next((known[key] for key in own if key in known), None)
            if contact_id is not None:
                found[other] = contact_id
    counts = Counter(key for own in keys.values() for key in set(own))
    shared = {other: [key for key in own if counts[key] > 1] for other, own in keys.items()}
    with plan.transaction():
        plan.keys.mend(place, keys[place])
        for other, row in cleaned.items():
            kind = RowKind.CREATE
            if mode is ImportMode.UPDATE and not row.is_faulty and other not in found:
                kind = RowKind.SKIP
                row.faults.append(Fault("", None, "not_found", "", is_error=False))
            elif not row.is_faulty and "name" not in row.values:
                row.faults.append(Fault("name", None, "name_required", ""))
            if row.is_faulty:
                kind = RowKind.ERROR
            plan.forget_problems(other)
            plan.add_problems((other, *fault) for fault in row.faults)
            plan.decide([(kind, None, None, other)])
            if other == place and kind is not RowKind.ERROR:
                plan.add_tags(cleaner.tags(row))
                plan.add_choices(cleaner.choices(row))
        if mode is not ImportMode.KEEP_DUPLICATES:
            walk = _Walk(plan, connection, cleaner, mode, found, {p: own for p, own in shared.items() if own})
            involved = sorted(other for other in keys if keys[other] and (shared[other] or other in found))
            for start in range(0, len(involved), _ROWS_TOGETHER):
                walk.take(involved[start : start + _ROWS_TOGETHER])


def contacts_of_keys(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The contact of each key that has one; of several the one added first.

    The ID of a contact that was merged away means the one that took it in.
    """
    found: dict[str, int] = {}
    for sort, group in groupby(sorted(keys), key=lambda key: key[0]):
        values = [key[1:] for key in group]
        if sort == "i":
            numbers = [int(value) for value in values if len(value) < 19]
            present = select(Contact.id).where(Contact.id.in_(numbers), Contact.removed_in.is_(None))
            led = {contact_id: contact_id for contact_id in connection.scalars(present)}
            led |= primary_contacts(connection, [number for number in numbers if number not in led])
            found |= {f"{sort}{was}": contact_id for was, contact_id in led.items()}
        else:
            model = Email if sort == "e" else Phone
            rows = connection.execute(
                select(model.match_key, func.min(model.contact_id))
                .join(Contact, Contact.id == model.contact_id)
                .where(model.match_key.in_(values), Contact.removed_in.is_(None))
                .group_by(model.match_key)
            )
            found |= {f"{sort}{value}": contact_id for value, contact_id in rows}
    return found


def _contacts_of_keys(plan: PlanFile, connection: Connection, context: JobContext) -> dict[int, int]:
    """The contact that each row means by the first of its keys that has one."""
    found: dict[int, int] = {}
    if connection.execute(select(Contact.id).limit(1)).first() is None:
        return found
    for keys, places in plan.keys.chunks():
        for start in range(0, len(keys), _KEYS_TOGETHER):
            together = keys[start : start + _KEYS_TOGETHER]
            contacts = contacts_of_keys(connection, together)
            for key, place in zip(together, places[start : start + _KEYS_TOGETHER], strict=True):
                contact_id = contacts.get(key)
                if contact_id is not None:
                    found.setdefault(place, contact_id)
        context.report("match", len(found), 0)
    return found


def _skip_unmatched(plan: PlanFile, found: dict[int, int]) -> None:
    with plan.transaction():
        lonely = [place for place in plan.places_to_match() if place not in found]
        plan.forget_name_problems(lonely)
        plan.decide((RowKind.SKIP, None, None, place) for place in lonely)
        plan.add_problems((place, "", None, "not_found", "", 0) for place in lonely)


class _Walk:
    """Goes over the rows that share a key with a contact or with each other."""

    def __init__(
        self,
        plan: PlanFile,
        connection: Connection,
        cleaner: ChunkCleaner,
        mode: ImportMode,
        found: dict[int, int],
        shared: dict[int, list[str]],
    ) -> None:
        self._plan = plan
        self._connection = connection
        self._cleaner = cleaner
        self._mode = mode
        self._found = found
        self._shared = shared
        self._by_key: dict[str, _Target] = {}
        self._by_contact: dict[int, _Target] = {}
        self._property_ids = property_ids(cleaner)
        # Only contacts that several rows mean need to be remembered as they will be.
        counts: dict[int, int] = {}
        for contact_id in found.values():
            counts[contact_id] = counts.get(contact_id, 0) + 1
        self._repeated = {contact_id for contact_id, count in counts.items() if count > 1}

    def take(self, places: Sequence[int]) -> None:
        """Decide some rows, which follow in the file on those taken before."""
        cells = self._plan.cells(places)
        rows = dict(zip(cells, self._cleaner.cleaner.clean_chunk(list(cells.values())).rows(), strict=True))
        wanted = {self._found[place] for place in places if place in self._found}
        documents = {
            contact.id: contact
            for contact in contact_documents(
                self._connection, sorted(wanted), avatars=self._cleaner.cleaner.has_avatars
            )
        }
        decisions: list[tuple[RowKind, int | None, int | None, int]] = []
        problems: list[tuple[Any, ...]] = []
        for place in places:
            decision = self._decide(place, rows[place], documents, problems)
            if decision is not None:
                decisions.append(decision)
        self._plan.decide(decisions)
        self._plan.add_problems(problems)

    def _decide(
        self, place: int, row: CleanedRow, documents: dict[int, ContactDocument], problems: list[tuple[Any, ...]]
    ) -> tuple[RowKind, int | None, int | None, int] | None:
        keys = self._shared.get(place, ())
        target = self._target(place, keys)
        if target is None:
            if "name" in row.values and self._mode is not ImportMode.UPDATE:
                self._remember(keys, _Target(None, place))
                if keys:
                    self._by_key[keys[0]].document = created_contact(row, self._cleaner.cleaner, self._cleaner.file)
            return None
        if self._mode is ImportMode.CREATE:
            problems.append((place, "", None, "exists", "", 0))
            self._plan.forget_problems(place, "name_required")
            return (RowKind.SKIP, target.contact_id, target.leader, place)
        document = target.document
        if document is None:
            assert target.contact_id is not None
            document = documents[target.contact_id]
        changes = changes_of(row, document, self._cleaner.cleaner, self._property_ids)
        self._remember(keys, target)
        if self._mode is ImportMode.UPDATE and place not in self._found:
            self._plan.forget_problems(place, "not_found")
        if target.leader is not None or keys or target.contact_id in self._repeated:
            target.document = with_changes(document, changes)
        if "name" not in row.values:
            self._plan.forget_problems(place, "name_required")
        kind = RowKind.UPDATE if changes else RowKind.UNCHANGED
        return (kind, target.contact_id, target.leader, place)

    def _target(self, place: int, keys: Sequence[str]) -> _Target | None:
        contact_id = self._found.get(place)
        if contact_id is not None:
            known = self._by_contact.get(contact_id)
            if known is None:
                known = _Target(contact_id, None)
                if contact_id in self._repeated or keys:
                    self._by_contact[contact_id] = known
            return known
        return next((self._by_key[key] for key in keys if key in self._by_key), None)

    def _remember(self, keys: Sequence[str], target: _Target) -> None:
        for key in keys:
            self._by_key.setdefault(key, target)


def property_ids(cleaner: ChunkCleaner) -> list[int | None]:
    """The id of each property of the mapping, None for one that the import will make."""
    return [
        entry.target.id if isinstance(entry.target, PropertyTarget) else None for entry in cleaner.cleaner.properties
    ]
