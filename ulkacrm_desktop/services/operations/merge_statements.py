"""The statements of a merge: what is copied to the primary contact, what moves there, what it takes over."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select, text

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.core.fields import PROPERTY_PREFIX
from ulkacrm_desktop.db.journal import recorded_classes, table_of
from ulkacrm_desktop.models import (
    Avatar,
    Contact,
    ContactTag,
    DuplicateVerdict,
    Email,
    Messenger,
    OfContact,
    Phone,
    Property,
    PropertyValue,
    SegmentMember,
)
from ulkacrm_desktop.services.workspace import Write

FieldChoices = Mapping[str, int]
"""The contact whose value is kept, by field: a key of `MERGED_COLUMNS`, ``property:<id>`` of a property with one
value, ``avatar``, and ``email``, ``phone`` or ``messenger`` for whose primary one stays primary. Where a field is
not named, the primary contact's value is kept, else the first that is not empty."""

MERGED_COLUMNS: Final = {
    **{
        name: name
        for name in (
            "kind",
            "is_staff",
            "name",
            "first_name",
            "last_name",
            "company",
            "website",
            "notes",
            "street",
            "city",
            "region",
            "postcode",
            "country",
            "source",
            "source_detail",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "utm_term",
            "utm_content",
        )
    },
    "responsible": "responsible_id",
}
"""The fields of which a merged contact has one value, and their columns."""

_IN_RANGE: Final = "FROM merging WHERE primary_id BETWEEN :first AND :last"


@dataclass(frozen=True, slots=True)
class _United:
    """Rows of the others that the primary contact gets too, each once, unless it has the same.

    ``same`` are the columns in which two rows are the same. Where rows have a place, it is counted on among the rows
    of a contact that share ``among``.
    """

    model: type[OfContact]
    same: tuple[str, ...]
    among: tuple[str, ...] = ()
    where: str = "true"


ENTRIES: Final[Mapping[str, type[OfContact]]] = {"email": Email, "phone": Phone, "messenger": Messenger}
_UNITED: Final = (
    _United(Email, ("match_key",)),
    _United(Phone, ("match_key",)),
    _United(Messenger, ("kind", "match_key")),
    _United(ContactTag, ("tag_id",)),
    _United(SegmentMember, ("segment_id",)),
    _United(PropertyValue, ("property_id", "value"), ("property_id",), "r.property_id IN ({several})"),
    _United(PropertyValue, ("property_id",), ("property_id",), "r.property_id NOT IN ({several}, {chosen})"),
)

UNITED: Final = frozenset(united.model for united in _UNITED)
"""What is copied to the primary contact where it has not the same."""

MOVED: Final = tuple(
    model
    for model in recorded_classes()
    if issubclass(model, OfContact) and model not in {Avatar, DuplicateVerdict, *UNITED}
)
"""What belongs to a contact as a thing of its own, and goes to the primary one as it is."""


class Merging:
    """A merge of groups over a temporary table ``merging``: each other contact with its primary one.

    The first of each group is primary. Raises NotFound where a contact of a group is not there.
    """

    def __init__(self, write: Write, groups: Iterable[Sequence[int]]) -> None:
        self._write = write
        self._connection = write.connection
        rows = [
            {"other": other, "primary": group[0], "place": place}
            for group in groups
            for place, other in enumerate(group[1:])
        ]
        self.count = len(rows)
        """How many contacts go into others."""
        self._sizes = sorted(Counter(row["primary"] for row in rows).items())
        self._execute("DROP TABLE IF EXISTS merging")
        self._execute(
            "CREATE TEMPORARY TABLE merging "
            "(other_id bigint PRIMARY KEY, primary_id bigint NOT NULL, place bigint NOT NULL)"
        )
        if rows:
            self._connection.execute(text("INSERT INTO merging VALUES (:other, :primary, :place)"), rows)
        self._execute("CREATE INDEX merging_primary ON merging (primary_id, place)")
        self._require_present()
        several = select(Property.id).where(Property.type == PropertyType.MULTI_SELECT)
        self._several = ", ".join(map(str, self._connection.scalars(several))) or "0"
        write.facts |= {"count": self.count, "groups": len(self._sizes)}

    def batches(self, most: int) -> Iterator[tuple[int, int, int]]:
        """The groups in batches, for `merge`: first and last id of their primary contacts, how many go into these.

        These are about ``most``, with the rest of the last group.
        """
        first: int | None = None
        count = 0
        for primary_id, others in self._sizes:
            first = primary_id if first is None else first
            count += others
            if count >= most:
                yield first, primary_id, count
                first, count = None, 0
        if first is not None:
            yield first, self._sizes[-1][0], count

    def merge(self, first: int, last: int, choices: FieldChoices = MappingProxyType({})) -> None:
        """Merge the groups whose primary contacts have ids from ``first`` to ``last``.

        What is chosen and stands in a row of its own is left to `choose`.
        """
        within = {"first": first, "last": last}
        self._execute(self._columns_statement(choices), **within, **self._chosen_contacts(choices))
        chosen = [str(property_id) for field in choices if (property_id := _property_id(field))]
        for united in _UNITED:
            where = united.where.format(several=self._several, chosen=", ".join(chosen) or "0")
            self._execute(_union_statement(united, where), **within)
        for model in MOVED:
            self._execute(_moving_statement(model, f"contact_id IN (SELECT other_id {_IN_RANGE})"), **within)
        if "avatar" not in choices:
            nth = "row_number() OVER (PARTITION BY m.primary_id ORDER BY m.place)"
            without = "NOT EXISTS (SELECT 1 FROM avatar own WHERE own.contact_id = m.primary_id)"
            found = (
                f"SELECT r.id, {nth} AS nth FROM merging m JOIN avatar r ON r.contact_id = m.other_id "
                f"WHERE m.primary_id BETWEEN :first AND :last AND {without}"
            )
            self._execute(_moving_statement(Avatar, f"id IN (SELECT id FROM ({found}) f WHERE nth = 1)"), **within)
        self._execute(
            "UPDATE contact SET removed_in = :operation, version = version + 1, "
            "merged_into_id = (SELECT m.primary_id FROM merging m WHERE m.other_id = contact.id) "
            f"WHERE id IN (SELECT other_id {_IN_RANGE})",
            operation=self._write.operation_id,
            **within,
        )

    def choose(self, primary_id: int, choices: FieldChoices) -> None:
        """Give the primary contact what was chosen and stands in rows of its own, were it nothing."""
        for field, contact_id in choices.items():
            if contact_id == primary_id:
                continue
            if property_id := _property_id(field):
                same = f"property_id = {property_id}"
                self._replace(PropertyValue, ("value", "value_key", "number"), same, primary_id, contact_id)
            elif field == "avatar":
                self._replace(Avatar, ("image",), "true", primary_id, contact_id)
            elif field in ENTRIES:
                self._make_primary(ENTRIES[field], primary_id, contact_id)

    def finish(self) -> None:
        """Bring the verdicts on others along: what was no duplicate of them is none of the primary contact."""
        low, high = (f"CASE WHEN a {sign} b THEN a ELSE b END" for sign in "<>")
        moved = (
            f"SELECT {low} AS low, {high} AS high, max(verdict) AS verdict FROM ("
            "SELECT coalesce(m.primary_id, v.contact_id) AS a, coalesce(n.primary_id, v.other_id) AS b, v.verdict "
            "FROM duplicate_verdict v LEFT JOIN merging m ON m.other_id = v.contact_id "
            "LEFT JOIN merging n ON n.other_id = v.other_id "
            f"WHERE m.other_id IS NOT NULL OR n.other_id IS NOT NULL) pairs WHERE a <> b GROUP BY {low}, {high}"
        )
        # Of two verdicts on one pair the firmer one counts, which is also the later of the two by the alphabet.
        self._execute(
            "UPDATE duplicate_verdict SET verdict = :firm, version = version + 1 WHERE verdict <> :firm "
            f"AND EXISTS (SELECT 1 FROM ({moved}) n WHERE n.verdict = :firm "
            "AND n.low = duplicate_verdict.contact_id AND n.high = duplicate_verdict.other_id)",
            firm=Verdict.NOT_DUPLICATE.value,
        )
        self._execute(
            "INSERT INTO duplicate_verdict (contact_id, class_id, other_id, verdict) "
            f"SELECT n.low, c.class_id, n.high, n.verdict FROM ({moved}) n JOIN contact c ON c.id = n.low "
            "WHERE NOT EXISTS (SELECT 1 FROM duplicate_verdict v WHERE v.contact_id = n.low AND v.other_id = n.high)"
        )
        self._execute("DROP TABLE merging")
        if len(self._sizes) == 1:
            ((primary_id, _others),) = self._sizes
            self._write.facts["name"] = self._scalar("SELECT name FROM contact WHERE id = :id", id=primary_id)

    def _require_present(self) -> None:
        missing = self._scalar(
            "SELECT w.id FROM (SELECT other_id AS id FROM merging UNION SELECT primary_id FROM merging) w "
            "LEFT JOIN contact c ON c.id = w.id AND c.removed_in IS NULL WHERE c.id IS NULL ORDER BY 1 LIMIT 1"
        )
        if missing is not None:
            raise NotFound("contact_not_found", contact=missing)
        if self._scalar("SELECT m.other_id FROM merging m JOIN merging n ON n.primary_id = m.other_id LIMIT 1"):
            raise ValueError("a contact is in two groups")

    def _columns_statement(self, choices: FieldChoices) -> str:
        """Each column of the primary contacts as it is chosen, else their own, else the first of the others."""
        assignments = ["version = version + 1"]
        for field, column in MERGED_COLUMNS.items():
            if field in choices:
                assignments.append(f"{column} = (SELECT o.{column} FROM contact o WHERE o.id = :of_{column})")
            elif table_of(Contact).c[column].nullable:
                assignments.append(
                    f"{column} = coalesce({column}, (SELECT o.{column} FROM merging m JOIN contact o "
                    f"ON o.id = m.other_id WHERE m.primary_id = contact.id AND o.{column} IS NOT NULL "
                    "ORDER BY m.place LIMIT 1))"
                )
        return f"UPDATE contact SET {', '.join(assignments)} WHERE id IN (SELECT primary_id {_IN_RANGE})"

    @staticmethod
    def _chosen_contacts(choices: FieldChoices) -> dict[str, int]:
        return {
            f"of_{MERGED_COLUMNS[field]}": contact_id
            for field, contact_id in choices.items()
            if field in MERGED_COLUMNS
        }

    def _replace(
        self, model: type[OfContact], columns: tuple[str, ...], same: str, primary_id: int, contact_id: int
    ) -> None:
        """Make the row of the primary contact say what that of another one says, were it nothing."""
        table = table_of(model).name
        row = f"FROM {table} WHERE {same} AND contact_id = :contact"
        there = self._scalar(f"SELECT id {row}", contact=contact_id)
        own = self._scalar(f"SELECT id {row}", contact=primary_id)
        if there is None:
            self._execute(f"DELETE {row}", contact=primary_id)
        elif own is None:
            copied = ", ".join(_copied_columns(model))
            self._execute(
                f"INSERT INTO {table} (contact_id, class_id, {copied}) SELECT p.id, p.class_id, {copied} "
                f"FROM {table} r JOIN contact p ON p.id = :contact WHERE r.id = :there",
                contact=primary_id,
                there=there,
            )
        else:
            taken = ", ".join(f"{c} = (SELECT o.{c} FROM {table} o WHERE o.id = :there)" for c in columns)
            self._execute(f"UPDATE {table} SET {taken}, version = version + 1 WHERE id = :own", there=there, own=own)

    def _make_primary(self, model: type[OfContact], primary_id: int, contact_id: int) -> None:
        """Let the address that is primary with one of the contacts be so with the primary one."""
        table = table_of(model).name
        same = next(united.same for united in _UNITED if united.model is model)
        first = "ORDER BY is_primary DESC, position, id LIMIT 1"
        chosen = self._scalar(
            f"SELECT o.id FROM {table} o JOIN (SELECT * FROM {table} WHERE contact_id = :contact {first}) t "
            f"ON {_same('o', 't', same)} WHERE o.contact_id = :primary",
            contact=contact_id,
            primary=primary_id,
        )
        if chosen is not None:
            self._execute(
                f"UPDATE {table} SET is_primary = (id = :chosen), version = version + 1 "
                "WHERE contact_id = :primary AND is_primary <> (id = :chosen)",
                chosen=chosen,
                primary=primary_id,
            )

    def _execute(self, statement: str, **values: Any) -> None:
        self._connection.execute(text(statement), values)

    def _scalar(self, statement: str, **values: Any) -> Any:
        return self._connection.execute(text(statement), values).scalar()


def _property_id(field: str) -> int | None:
    number = field.removeprefix(PROPERTY_PREFIX)
    return int(number) if number != field else None


def _same(one: str, other: str, columns: Iterable[str]) -> str:
    return " AND ".join(f"{one}.{column} = {other}.{column}" for column in columns)


def _copied_columns(model: type[OfContact]) -> list[str]:
    kept = {"id", "version", "contact_id", "class_id"}
    return [column.name for column in table_of(model).columns if column.name not in kept]


def _union_statement(united: _United, where: str) -> str:
    """Copy the rows of the others that the primary contact has not, each once, after its own."""
    table, columns = table_of(united.model), _copied_columns(united.model)
    plain = [column for column in columns if column not in {"position", "is_primary"}]
    names, values = [*plain], [f"f.{column}" for column in plain]
    own = f"FROM {table.name} own WHERE own.contact_id = f.primary_id"
    order = "f.place, f.row_id"
    if "position" in columns:
        among = "".join(f", f.{column}" for column in united.among)
        order = "f.place, f.position, f.row_id"
        nth = f"row_number() OVER (PARTITION BY f.primary_id{among} ORDER BY {order}) - 1"
        same = " AND " + _same("own", "f", united.among) if united.among else ""
        names.append("position")
        values.append(f"coalesce((SELECT max(own.position) + 1 {own}{same}), 0) + {nth}")
    if "is_primary" in columns:
        first = "row_number() OVER (PARTITION BY f.primary_id ORDER BY f.place, f.is_primary DESC, f.position) = 1"
        names.append("is_primary")
        values.append(f"({first} AND NOT EXISTS (SELECT 1 {own}))")
    keys = ", ".join(f"r.{column}" for column in united.same)
    told = ", ".join(f"r.{column}" for column in columns)
    return (
        f"INSERT INTO {table.name} (contact_id, class_id, {', '.join(names)}) "
        f"SELECT f.primary_id, f.class_id, {', '.join(values)} FROM ("
        f"SELECT m.primary_id, p.class_id, m.place, r.id AS row_id, {told}, "
        f"row_number() OVER (PARTITION BY m.primary_id, {keys} ORDER BY m.place, r.id) AS nth "
        f"FROM merging m JOIN {table.name} r ON r.contact_id = m.other_id JOIN contact p ON p.id = m.primary_id "
        f"WHERE m.primary_id BETWEEN :first AND :last AND {where} AND NOT EXISTS (SELECT 1 FROM {table.name} own "
        f"WHERE own.contact_id = m.primary_id AND {_same('own', 'r', united.same)})) f WHERE f.nth = 1"
    )


def _moving_statement(model: type[OfContact], which: str) -> str:
    """Give rows of the others to the primary contact, and to its class."""
    table = table_of(model).name
    primary = f"FROM merging m JOIN contact p ON p.id = m.primary_id WHERE m.other_id = {table}.contact_id"
    return (
        f"UPDATE {table} SET contact_id = (SELECT p.id {primary}), class_id = (SELECT p.class_id {primary}), "
        f"version = version + 1 WHERE {which}"
    )
