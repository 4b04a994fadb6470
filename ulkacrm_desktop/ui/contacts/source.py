"""Where the list of contacts gets its rows: the questions of the page, answered by the workspace."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ulkacrm_desktop.core.contact_query import ContactQuery, SortKey
from ulkacrm_desktop.ui.tables.rows import FirstPage

if TYPE_CHECKING:
    from ulkacrm_desktop.services.queries.contacts import ContactRow
    from ulkacrm_desktop.services.workspace import Workspace

_PAGE: Final = 100
_SORTED_HERE: Final = 1_000
"""Up to so many contacts are read whole and sorted here; beyond, the order of the whole list is filtered."""
_FILTERED_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """One question of the page: what the database is asked, and whether only some contacts are meant.

    ``among`` are the ids that may be in the answer, None for all; ``contains`` tells fast whether an id is one
    of them, where they are many. With ``as_given`` the answer has the order of ``among``, not of the query.
    """

    query: ContactQuery
    among: Sequence[int] | None = None
    contains: Callable[[int], bool] | None = None
    as_given: bool = False


class ContactSource:
    """Answers the list's questions on reader threads; the queries' modules are loaded there too, at the first one."""

    def __init__(self) -> None:
        self.workspace: Workspace | None = None
        self._shown = ContactQuery()
        self._ordered: tuple[ListQuestion, array[int]] | None = None

    def first_page(self, question: ListQuestion) -> FirstPage[ContactRow]:
        """How many contacts match, and the first of them."""
        from ulkacrm_desktop.services.queries import contacts

        self._shown = question.query
        self._ordered = None
        if question.among is None:
            page = self._open.read(contacts.first_page, question.query)
            return FirstPage(page.total, page.rows)
        ids = self._ordered_ids(question)
        return FirstPage(len(ids), tuple(self._rows(ids[:_PAGE], question.query)))

    def all_ids(self, question: ListQuestion) -> array[int]:
        """The ids of all that match, in order."""
        from ulkacrm_desktop.services.queries import contacts

        if question.among is None:
            return self._open.read(contacts.all_ids, question.query)
        return self._ordered_ids(question)

    def page_at(self, question: ListQuestion, offset: int, limit: int) -> Sequence[ContactRow]:
        """Rows by position."""
        from ulkacrm_desktop.services.queries import contacts

        if question.among is None:
            return self._open.read(contacts.page_at, question.query, offset, limit)
        return self._rows(self._ordered_ids(question)[offset : offset + limit], question.query)

    def rows(self, ids: Sequence[int]) -> Sequence[ContactRow]:
        """Rows by id."""
        return self._rows(ids, self._shown)

    @property
    def _open(self) -> Workspace:
        if self.workspace is None:
            raise RuntimeError("The list was asked before the database was open")
        return self.workspace

    def _rows(self, ids: Sequence[int], query: ContactQuery) -> Sequence[ContactRow]:
        from ulkacrm_desktop.services.queries import contacts

        return self._open.read(contacts.rows, ids, query) if len(ids) else ()

    def _ordered_ids(self, question: ListQuestion) -> array[int]:
        # One answer asks twice, for its first page and for all ids.
        kept = self._ordered
        if kept is not None and kept[0] is question:
            return kept[1]
        ids = self._found_among(question, question.among or ())
        self._ordered = (question, ids)
        return ids

    def _found_among(self, question: ListQuestion, among: Sequence[int]) -> array[int]:
        from ulkacrm_desktop.services.queries import contacts

        query = question.query
        if question.contains is None:
            among = self._led(among)
        searched = bool(query.search.strip()) or query.criteria is not None
        # A phone's place is that of its whole number, which its row does not tell.
        if len(among) <= _SORTED_HERE and (question.as_given or query.sort != SortKey.PHONE):
            found: set[int] | None = None
            if searched:
                found = set(self._open.read(contacts.all_ids, query))
            rows = self._rows([i for i in among if found is None or i in found], query)
            if not question.as_given:
                rows = _sorted(rows, query)
            return array("q", (row.id for row in rows))
        contains = question.contains or frozenset(among).__contains__
        ordered = self._open.read(contacts.all_ids, query)
        chosen = array("q")
        # In pieces, since other threads wait while one long comprehension runs.
        for start in range(0, len(ordered), _FILTERED_AT_ONCE):
            chosen.extend(i for i in ordered[start : start + _FILTERED_AT_ONCE] if contains(i))
        return chosen

    def _led(self, among: Sequence[int]) -> Sequence[int]:
        """The ids with that of the primary contact in place of what was merged away since they were noted."""
        from ulkacrm_desktop.services.queries.merged_contacts import primary_contacts

        primaries = self._open.read(primary_contacts, among)
        return tuple(dict.fromkeys(primaries.get(i, i) for i in among))


def _sorted(rows: Sequence[ContactRow], query: ContactQuery) -> list[ContactRow]:
    """The rows as the query orders them: by value and id, those without a value last in both directions."""
    key = _sort_value(query)
    filled = [(value, row.id, row) for row in rows if (value := key(row)) not in (None, "", ())]
    empty = sorted((row for row in rows if key(row) in (None, "", ())), key=lambda row: row.id)
    filled.sort(key=lambda entry: entry[:2], reverse=query.descending)
    if query.descending:
        empty.reverse()
    return [entry[2] for entry in filled] + empty


def _sort_value(query: ContactQuery) -> Callable[[ContactRow], Any]:
    from ulkacrm_desktop.core.text.fold import fold

    property_id = query.sort_property
    if property_id is not None:
        wanted = property_id

        def property_value(row: ContactRow) -> Any:
            value = row.properties.get(wanted)
            return fold(value) if isinstance(value, str) else value

        return property_value

    keys: dict[str, Callable[[ContactRow], Any]] = {
        SortKey.NAME: lambda row: fold(row.name),
        SortKey.EMAIL: lambda row: row.email.casefold(),
        SortKey.COMPANY: lambda row: fold(row.company),
        SortKey.SOURCE: lambda row: row.source,
        SortKey.CREATED_AT: lambda row: row.created_at,
        SortKey.LAST_CONVERSATION: lambda row: row.last_conversation_at,
    }
    return keys[query.sort]
