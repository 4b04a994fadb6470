"""Conditions on the texts of a contact that stand nowhere as they are compared, folded: in SQL."""

from typing import Final

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.criteria import Operator
from ulkacrm_desktop.core.text.fold import fold, folded_words
from ulkacrm_desktop.core.text.search_terms import WORD_LIMIT
from ulkacrm_desktop.db.engine import FOLD_FUNCTION, is_local
from ulkacrm_desktop.db.folded_texts import ADDRESS_PARTS, INDEXED_LENGTH
from ulkacrm_desktop.db.search_index import INDEXED_COLUMNS
from ulkacrm_desktop.models import PLACE_COLUMNS
from ulkacrm_desktop.services.criteria.access import FETCH, FOLD, SEEK, Access, Parameters, by_index
from ulkacrm_desktop.services.criteria.comparisons import text_check
from ulkacrm_desktop.services.criteria.fields import distinct_values
from ulkacrm_desktop.services.criteria.meaning import Filled, OneOf, Pattern
from ulkacrm_desktop.services.queries.search import FOUND_LOCAL

_MOST_SPELLINGS: Final = 2_000
"""So many values of a column are looked through one by one in 5 ms."""

_WORTH_FROM: Final = 5_000
"""Fewer contacts are tested one by one in as long."""


class ContactTexts:
    """Makes the SQL of these conditions for one database, of which about so many contacts are asked."""

    def __init__(self, connection: Connection, parameters: Parameters, contacts: int) -> None:
        self._connection = connection
        self._put = parameters
        self._contacts = contacts

    def access(self, field: str, test: object) -> Access:
        """How the contacts are got at whose text passes a test."""
        if not is_local(self._connection):
            return self._on_server(field, test)
        if field in PLACE_COLUMNS and self._contacts >= _WORTH_FROM:
            if isinstance(test, Filled):
                return by_index(field, f"c.{field} <> ''", is_sorted=False)
            if (spellings := self._spellings(field, test)) is not None:
                return by_index(field, f"c.{field} IN ({self._put.listed(spellings)})", is_sorted=len(spellings) <= 1)
        column = f"nullif(c.{field}, '')"
        if field == "address":
            parts = ", ".join(f"nullif(c.{part}, '')" for part in ADDRESS_PARTS)
            column = f"nullif(concat_ws(', ', {parts}), '')"
        if isinstance(test, Filled):
            return Access(f"{column} IS NOT NULL", FETCH, of_contact=True)
        check, _seeks = text_check(f"{FOLD_FUNCTION}({column})", test, self._put, local=True)
        # Most write it as it was typed, or as one writes names: they need no folding.
        if isinstance(test, OneOf) and test.typed:
            check = f"({column} IN ({self._put.listed(test.typed)}) OR {check})"
        elif isinstance(test, Pattern) and test.operator is Operator.STARTS_WITH:
            usual = [each for each in (test.text, test.text.title(), test.text.upper()) if fold(each) == test.text]
            check = f"(substr({column}, 1, {len(test.text)}) IN ({self._put.listed(usual)}) OR {check})"
        cost = FETCH + FOLD
        words = _words(field, test)
        if not words:
            return Access(check, cost, of_contact=True, column_cost=FOLD)
        match = " OR ".join("(" + " AND ".join(f'"{word}" *' for word in each) + ")" for each in words)
        found = FOUND_LOCAL.replace("rowid", "rowid AS id").replace(":match", self._put(match))
        if self._is_behind():
            found += " UNION SELECT contact_id FROM search_backlog"
        return Access(
            check,
            cost,
            of_contact=True,
            column_cost=FOLD,
            listing=f"SELECT c.id AS id FROM ({found}) AS found CROSS JOIN contact c ON c.id = found.id "
            f"WHERE c.removed_in IS NULL AND {check}",
            lists_present=True,
            entry_cost=FETCH + FOLD,
            estimate=found,
        )

    def _spellings(self, column: str, test: object) -> list[str] | None:
        """The values that present contacts have there and that pass; None where there are too many to look at each."""
        parameters = Parameters("spelling_")
        check, _seeks = text_check(f"{FOLD_FUNCTION}(value)", test, parameters, local=True)
        values = distinct_values("contact", column, f"removed_in IS NULL AND {column} IS NOT NULL")
        told = f"SELECT value, {check} FROM ({values} LIMIT {_MOST_SPELLINGS + 1}) WHERE value <> ''"
        found = self._connection.execute(text(told), parameters.values).all()
        return None if len(found) > _MOST_SPELLINGS else [value for value, passes in found if passes]

    def _is_behind(self) -> bool:
        return self._connection.execute(text("SELECT 1 FROM search_backlog LIMIT 1")).first() is not None

    def _on_server(self, field: str, test: object) -> Access:
        check, _seeks = text_check("t.folded", test, self._put, local=False)
        indexed = f"left(t.folded, {INDEXED_LENGTH})"
        if isinstance(test, OneOf):
            keys = self._put.listed(str(value)[:INDEXED_LENGTH] for value in test.values)
            check = f"{indexed} IN ({keys}) AND {check}"
        elif isinstance(test, Pattern) and test.operator is Operator.STARTS_WITH:
            begun = Pattern(test.operator, test.text[:INDEXED_LENGTH])
            check = f"{text_check(indexed, begun, self._put, local=False)[0]} AND {check}"
        named = f"t.field = {self._put(field)}"
        return Access(
            f"EXISTS (SELECT 1 FROM contact_text t WHERE t.contact_id = {{id}} AND {named} AND {check})", SEEK
        )


def _words(field: str, test: object) -> list[list[str]]:
    """Beginnings of words that a contact must have in the search index to pass: all of one of these lists."""
    if not set(ADDRESS_PARTS if field == "address" else (field,)) <= set(INDEXED_COLUMNS):
        return []
    if isinstance(test, OneOf):
        found = [folded_words(str(value)) for value in test.values]
    elif isinstance(test, Pattern) and test.operator is Operator.STARTS_WITH:
        found = [folded_words(test.text)]
    else:
        return []
    return [[word[:WORD_LIMIT] for word in words] for words in found] if all(found) else []
