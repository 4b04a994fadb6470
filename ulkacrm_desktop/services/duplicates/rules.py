"""Duplicates by rule: contacts that have the same in every field of a rule, found by the database itself."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.fields import PROPERTY_PREFIX
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.folded_texts import FOLDED_COLUMNS

_KEYED: Final = {
    "email": "SELECT contact_id, match_key AS key FROM email",
    "phone": "SELECT contact_id, match_key AS key FROM phone",
    "messenger": "SELECT contact_id, kind || ':' || match_key AS key FROM messenger",
    "name": "SELECT id AS contact_id, name_key AS key FROM contact WHERE removed_in IS NULL AND name_key <> ''",
    "company": "SELECT id AS contact_id, company_key AS key FROM contact "
    "WHERE removed_in IS NULL AND company_key <> ''",
}
"""The fields whose values have keys, so that an index finds the same ones."""

RULE_FIELDS: Final = (*_KEYED, *(column for column in FOLDED_COLUMNS if not column.startswith("utm_")))
"""The built-in fields of which a rule may be made; properties are ``property:<id>``."""


def rule_groups(connection: Connection, fields: Sequence[str]) -> Iterator[list[int]]:
    """The present contacts that have the same in all the fields, each group by itself; a contact may be in several.

    Case, accents and ё make no difference. Raises ExpectedError ``duplicate_rule_invalid``.
    """
    # What has keys comes first: its index narrows down the rest.
    ordered = sorted(dict.fromkeys(fields), key=lambda field: (field not in _KEYED, field in ("name", "company")))
    if not ordered:
        raise ExpectedError("duplicate_rule_invalid", field="")
    relations = [_relation(connection, field) for field in ordered]
    keys = ", ".join(f"r{nth}.key AS key{nth}" for nth in range(len(relations)))
    order = ", ".join(f"key{nth}" for nth in range(len(relations)))
    joined = "".join(
        f" JOIN ({relation}) r{nth} ON r{nth}.contact_id = r0.contact_id"
        for nth, relation in enumerate(relations)
        if nth
    )
    rows = connection.execute(
        text(
            f"SELECT DISTINCT r0.contact_id, {keys} FROM ({relations[0]}) r0 "
            f"JOIN contact c ON c.id = r0.contact_id AND c.removed_in IS NULL{joined} "
            f"WHERE r0.key IN (SELECT key FROM ({relations[0]}) d GROUP BY key HAVING count(*) > 1) "
            f"ORDER BY {order}, r0.contact_id"
        )
    )
    for _key, same in groupby(rows, key=lambda row: row[1:]):
        ids = [row[0] for row in same]
        if len(ids) > 1:
            yield ids


def _relation(connection: Connection, field: str) -> str:
    """SQL for the contacts and what each has in a field."""
    if field in _KEYED:
        return _KEYED[field]
    number = field.removeprefix(PROPERTY_PREFIX)
    if number != field and number.isdecimal():
        value = "value" if is_local(connection) else 'value COLLATE "C"'
        return (
            f"SELECT contact_id, coalesce(value_key, {value}) AS key FROM property_value "
            f"WHERE property_id = {int(number)} AND value <> ''"
        )
    if field not in RULE_FIELDS:
        raise ExpectedError("duplicate_rule_invalid", field=field)
    if is_local(connection):
        return (
            f"SELECT id AS contact_id, ulka_fold({field}) AS key FROM contact "
            f"WHERE removed_in IS NULL AND {field} <> ''"
        )
    return f"SELECT contact_id, folded AS key FROM contact_text WHERE field = '{field}' AND folded <> ''"
