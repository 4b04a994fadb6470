"""The conditions of criteria in SQL: how a contact is tested, and how all contacts that pass are listed by an index.

The contact is ``c`` where its columns are asked, and ``{id}`` where only its number is, to be put in later. What is
typed comes as parameters.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.criteria import Operator
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.search_terms import search_terms
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import GENERAL_CLASS
from ulkacrm_desktop.services.criteria.access import (
    ENTRY,
    FETCH,
    NUMBER_ENTRY,
    SCAN_INDEX,
    SEEK,
    SEEK_AND_FETCH,
    SORT,
    Access,
    Parameters,
    by_index,
)
from ulkacrm_desktop.services.criteria.comparisons import after, range_check, text_check
from ulkacrm_desktop.services.criteria.contact_texts import ContactTexts
from ulkacrm_desktop.services.criteria.fields import CriteriaFields, FieldType, distinct_values
from ulkacrm_desktop.services.criteria.meaning import (
    Beyond,
    Filled,
    Found,
    Leaf,
    Moments,
    OneOf,
    Pattern,
    Range,
)
from ulkacrm_desktop.services.criteria.phone_numbers import PhoneTest, digit_ranges
from ulkacrm_desktop.services.queries.search import (
    FOUND_LOCAL,
    FOUND_ON_SERVER,
    match_expression,
    tsquery_expression,
)

_KEY_COLUMNS: Final = {"name": "name_key", "company": "company_key"}
_MOMENT_COLUMNS: Final = {
    "created_at": "created_at",
    "last_activity": "updated_at",
    "last_conversation": "last_conversation_at",
}


class Conditions:
    """Makes the SQL of leaves for one database, as it is at this moment."""

    def __init__(self, connection: Connection, fields: CriteriaFields, parameters: Parameters, contacts: int) -> None:
        self._connection = connection
        self._fields = fields
        self._put = parameters
        self._contacts = contacts
        self._local = is_local(connection)
        self._texts = ContactTexts(connection, parameters, contacts)

    def access(self, leaf: Leaf) -> Access:
        """How the contacts that pass a leaf are got at."""
        test = leaf.test
        if isinstance(test, Found):
            return self._searched(test)
        if leaf.field in _MOMENT_COLUMNS:
            return self._moments(_MOMENT_COLUMNS[leaf.field], test)
        if leaf.field in _KEY_COLUMNS:
            return self._keys_of_contact(_KEY_COLUMNS[leaf.field], test)
        if leaf.field in _OF_CONTACT:
            return self._codes_of_contact(leaf.field, test)
        if leaf.field.startswith("property:"):
            return self._property(leaf.field, test)
        if leaf.field in _CHILDREN:
            return self._child(leaf.field, test)
        return self._texts.access(leaf.field, test)

    # Columns of the contact that an index has

    def _moments(self, column: str, test: object) -> Access:
        told = f"c.{column}"
        if isinstance(test, Filled):
            return by_index(column, f"{told} IS NOT NULL")
        assert isinstance(test, Moments)
        found = by_index(column, _bounds(told, test), is_sorted=False)
        if column != "updated_at" or not self._local:
            return found
        return replace(found, of_index=_bounds("a.updated_at", test))

    def _keys_of_contact(self, column: str, test: object) -> Access:
        check, seeks = self._text_check(f"c.{column}", test)
        if not seeks:
            filled = f"({check}) AND c.{column} IS NOT NULL"
            return by_index(column, filled, scan_cost=self._contacts * SCAN_INDEX)
        return by_index(column, check, is_sorted=isinstance(test, OneOf))

    def _codes_of_contact(self, field: str, test: object) -> Access:
        column = _OF_CONTACT[field]
        if isinstance(test, Filled):
            return by_index(column, f"c.{column} IS NOT NULL")
        assert isinstance(test, OneOf)
        if field == "is_staff":
            return Access(f"c.is_staff IS {'TRUE' if test.values[0] else 'FALSE'}", FETCH, of_contact=True)
        values: Sequence[object] = test.values
        if field == "source":
            values = self._spellings("contact", "source", "removed_in IS NULL", test)
        check = f"c.{column} IN ({self._put.listed(values)})"
        if field == "kind" or (field == "class" and GENERAL_CLASS in values):
            return Access(check, FETCH, of_contact=True)
        return by_index(column, check)

    # What belongs to a contact

    def _child(self, field: str, test: object) -> Access:
        if isinstance(test, PhoneTest):
            return self._phones(test)
        table, column, by_contact, by_value = _CHILDREN[field]
        if isinstance(test, Filled) and field != "tag":
            return self._of_table(table, "1 = 1", by_contact, by_contact, is_sorted=True)
        told = f"t.{column}"
        if table in ("contact_tag", "segment_member"):
            one = isinstance(test, OneOf) and len(test.values) == 1
            check = self._record_check(told, test)
            return self._of_table(table, check, by_contact, by_value, seeks=True, is_unique=one, is_sorted=one)
        if field == "messenger_kind":
            if isinstance(test, Beyond):
                others = self._put.listed(self._spellings("messenger", "kind", "1 = 1", OneOf(test.values)))
                return self._of_table(table, f"{told} NOT IN ({others})" if others != "NULL" else "1 = 1", by_contact)
            assert isinstance(test, OneOf)
            kinds = self._spellings("messenger", "kind", "1 = 1", test)
            return self._of_table(table, f"{told} IN ({self._put.listed(kinds)})", by_contact, by_value)
        check, seeks = self._text_check(told, test)
        if table == "messenger" and self._messenger_kinds:
            check = f"t.kind IN ({self._put.listed(self._messenger_kinds)}) AND {check}"
        is_whole = isinstance(test, OneOf) and len(test.values) == 1
        found = self._of_table(table, check, by_contact, by_value, scans=not seeks, is_sorted=is_whole)
        if seeks or table != "email" or not self._local:
            return found
        return replace(found, listing=self._first_emails(test), entry_cost=ENTRY)

    def _first_emails(self, test: object) -> str:
        """Lists each contact once, with the first of its emails that pass: to sort those of a half of all contacts
        takes many times as long as to find them. One email at most is the first of its contact (place 0)."""
        check, _seeks = self._text_check("t.match_key", test)
        earlier, _seeks = self._text_check("e.match_key", test)
        return (
            f"SELECT t.contact_id AS id FROM email t NOT INDEXED WHERE {check} AND (t.position = 0 OR NOT EXISTS "
            "(SELECT 1 FROM email e INDEXED BY ix_email_contact_id WHERE e.contact_id = t.contact_id "
            f"AND (e.position, e.id) < (t.position, t.id) AND {earlier}))"
        )

    def _record_check(self, told: str, test: object) -> str:
        tags = told == "t.tag_id"
        if isinstance(test, OneOf):
            present = [int(value) for value in test.values if not tags or value not in self._removed_tags]
            return f"{told} IN ({', '.join(map(str, present)) or 'NULL'})"
        others = (test.values if isinstance(test, Beyond) else ()) + (tuple(self._removed_tags) if tags else ())
        return f"{told} NOT IN ({', '.join(str(int(value)) for value in others)})" if others else "1 = 1"

    def _property(self, key: str, test: object) -> Access:
        field = self._fields[key]
        place = f"t.property_id = {field.property_id}"
        several = field.type is FieldType.CHOICES
        by_place, by_key, by_number = (
            "ux_property_value_place",
            "ix_property_value_value_key",
            "ix_property_value_number",
        )
        if isinstance(test, Range):
            check = f"{place} AND {range_check('t.number', test, self._put)}"
            return self._of_table("property_value", check, by_place, by_number, entry_cost=NUMBER_ENTRY, is_unique=True)
        if isinstance(test, Filled) and field.type is FieldType.NUMBER:
            return self._of_table(
                "property_value", place, by_place, by_number, extra="t.number IS NOT NULL", is_unique=True
            )
        told = "t.value_key"
        if isinstance(test, Filled):
            return self._of_table(
                "property_value", place, by_place, by_key, extra=f"{told} IS NOT NULL", is_unique=not several
            )
        if isinstance(test, OneOf):
            keys = [("1" if value else "0") if isinstance(value, bool) else value for value in test.values]
            check = f"{place} AND {told} IN ({self._put.listed(keys)})"
            return self._of_table(
                "property_value", check, by_key, by_key, seeks=True, is_unique=not several, is_sorted=len(keys) <= 3
            )
        check, seeks = self._text_check(told, test)
        return self._of_table(
            "property_value",
            f"{place} AND {check}",
            by_place,
            by_key,
            extra=f"{told} IS NOT NULL",
            scans=not seeks,
            is_unique=not several,
        )

    def _of_table(
        self,
        table: str,
        check: str,
        by_contact: str,
        by_value: str = "",
        *,
        extra: str = "1 = 1",
        entry_cost: float = ENTRY,
        scans: bool = False,
        seeks: bool = False,
        is_sorted: bool = False,
        is_unique: bool = False,
    ) -> Access:
        """Rows of a table ``t``; ``by_contact`` is the index by which those of one contact are found, ``by_value`` the
        one by which those that pass are. ``extra`` follows from the check, and the second index wants to be told so."""
        probed = self._indexed_by(by_contact)
        listed = ""
        if by_value:
            listed = f"SELECT t.contact_id AS id FROM {table} t {self._indexed_by(by_value)}WHERE {check}"
            listed += f" AND {extra}" if extra != "1 = 1" else ""
        # Rising numbers go into a set one after another; in any other order it is twice as fast to sort them.
        counted, sorts = listed, not is_unique and not seeks
        if sorts and listed:
            listed, is_sorted, entry_cost = f"{listed} GROUP BY t.contact_id", True, entry_cost + SORT
        elif not is_unique:
            listed = listed.replace("SELECT ", "SELECT DISTINCT ", 1)
        return Access(
            f"EXISTS (SELECT 1 FROM {table} t {probed}WHERE t.contact_id = {{id}} AND {check})",
            SEEK if seeks else SEEK_AND_FETCH,
            listing=listed,
            entry_cost=entry_cost,
            scan_cost=self._contacts * SCAN_INDEX if scans else 0.0,
            is_sorted=is_sorted,
            estimate="" if scans else counted,
            of_value=check if table == "property_value" else "",
        )

    def _indexed_by(self, index: str) -> str:
        return f"INDEXED BY {index} " if self._local else ""

    def _phones(self, test: PhoneTest) -> Access:
        digits = "substr(t.match_key, 1, instr(t.match_key || 'x', 'x') - 1)"
        if not self._local:
            digits = "split_part(t.match_key, 'x', 1)"
        indexed = self._indexed_by("ix_phone_match_key_contact_id")
        listings = []
        ranges = digit_ranges(test)
        if ranges:
            rows = [
                [one.prefix, after(one.prefix), one.lengths and f",{','.join(map(str, one.lengths))},"]
                for one in ranges
            ]
            given = self._put(json.dumps(rows))
            low, high, lengths = ("value ->> 0", "value ->> 1", "value ->> 2")
            each = f"json_each({given})"
            position = "instr"
            if not self._local:
                each = f"json_array_elements(CAST({given} AS json))"
                position = "strpos"
            listings.append(
                f"SELECT t.contact_id AS id FROM (SELECT {low} AS low, {high} AS high, {lengths} AS lengths "
                f"FROM {each}) AS r CROSS JOIN phone t {indexed}WHERE t.match_key >= r.low AND t.match_key < r.high "
                f"AND (r.lengths IS NULL OR {position}(r.lengths, ',' || length({digits}) || ',') > 0)"
            )
        if test.operator not in (Operator.IS, Operator.STARTS_WITH):
            check, _seeks = self._text_check(digits, Pattern(test.operator, test.digits))
            listings.append(f"SELECT t.contact_id AS id FROM phone t {indexed}WHERE {check}")
        listing = f"SELECT id FROM ({' UNION ALL '.join(listings)}) AS passing GROUP BY id"
        return Access(
            f"EXISTS (SELECT 1 FROM ({listing}) AS passing WHERE passing.id = {{id}})",
            SEEK,
            listing=listing,
            scan_cost=self._contacts * 0.2 if len(listings) > 1 or not ranges else 500.0,
            estimate=listing if len(listings) == 1 and ranges else "",
            entry_cost=ENTRY + SORT,
            always_listed=True,
        )

    def _searched(self, test: Found) -> Access:
        terms = search_terms(test.typed)
        if self._local:
            listing = FOUND_LOCAL.replace("rowid", "rowid AS id").replace(":match", self._put(match_expression(terms)))
        else:
            listing = FOUND_ON_SERVER.replace("contact_id", "contact_id AS id")
            listing = listing.replace(":match", self._put(tsquery_expression(terms)))
        return Access(
            f"{{id}} IN ({listing})",
            SEEK,
            listing=listing,
            lists_present=self._local,
            estimate=listing,
            entry_cost=0.06,
            always_listed=True,
        )

    def _text_check(self, told: str, test: object) -> tuple[str, bool]:
        return text_check(told, test, self._put, local=self._local)

    # What the database has

    def _spellings(self, table: str, column: str, where: str, test: OneOf) -> list[str]:
        """The values in use that read as one of the texts."""
        in_use = self._connection.scalars(text(distinct_values(table, column, where)))
        return [value for value in in_use if fold(value) in test.values]

    @cached_property
    def _messenger_kinds(self) -> list[str]:
        return list(self._connection.scalars(text(distinct_values("messenger", "kind", "1 = 1"))))

    @cached_property
    def _removed_tags(self) -> frozenset[int]:
        return frozenset(self._connection.scalars(text("SELECT id FROM tag WHERE removed_in IS NOT NULL")))


_OF_CONTACT: Final = {
    "kind": "kind",
    "is_staff": "is_staff",
    "source": "source",
    "responsible": "responsible_id",
    "class": "class_id",
}
_CHILDREN: Final = {
    # field: its table, the column that is compared, the index by contact, the index by value
    "tag": ("contact_tag", "tag_id", "ux_contact_tag_contact_id_tag_id", "ix_contact_tag_tag_id_contact_id"),
    "segment": (
        "segment_member",
        "segment_id",
        "ux_segment_member_contact_id_segment_id",
        "ix_segment_member_segment_id_contact_id",
    ),
    "email": ("email", "match_key", "ix_email_contact_id", "ix_email_match_key_contact_id"),
    "phone": ("phone", "match_key", "ix_phone_contact_id", "ix_phone_match_key_contact_id"),
    "messenger": ("messenger", "match_key", "ix_messenger_contact_id", "ix_messenger_kind_match_key_contact_id"),
    "messenger_kind": ("messenger", "kind", "ix_messenger_contact_id", "ix_messenger_kind_match_key_contact_id"),
}


def _bounds(told: str, test: Moments) -> str:
    bounds = [f"{told} >= {test.low}"] if test.low is not None else []
    bounds += [f"{told} < {test.high}"] if test.high is not None else []
    return " AND ".join(bounds) or f"{told} IS NOT NULL"
