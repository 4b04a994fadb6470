"""Which column of a file goes to which field: proposed from headings and contents, corrected by the user."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.fields import FIELDS, PROPERTY_NAME_LIMIT, property_name
from ulkacrm_desktop.core.text.problem import TextProblem, without_control_characters
from ulkacrm_desktop.services.imports.cleaning import Cell, cell_text, guess_type, is_blank, parse_option, split_options
from ulkacrm_desktop.services.imports.headings import (
    ADDRESS_KEYS,
    Heading,
    fold_heading,
    is_own_heading,
    recognise,
)
from ulkacrm_desktop.services.imports.origins import detect_origin, is_noise

_ENOUGH: Final = 0.8  # of a column's values must look alike before its content alone decides
_REFERENCE = re.compile(r"[0-9a-z]{8}-\d+")  # the ID of an export, `ContactDocument.reference`
_EMAIL = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:.]{2,}")
_PHONE = re.compile(r"\+?[\d\s().\-]{7,24}")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_][^\d_@/\\]*")


class Reason(StrEnum):
    """Why a column has its target, or has none."""

    OWN_HEADING = "own_heading"
    HEADING = "heading"
    PROPERTY_NAME = "property_name"
    CONTENT = "content"
    REMEMBERED = "remembered"
    CHOSEN = "chosen"
    NEW_PROPERTY = "new_property"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    READ_ONLY = "read_only"
    FOREIGN_ID = "foreign_id"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """A built-in field. ``label`` and ``kind`` are those of every value of the column.

    ``number`` pairs a column of values with the column of their labels; 0 where the heading tells none.
    ``google`` marks the writing of Google Contacts: `` ::: `` between values, stars before labels and groups.
    """

    key: str
    label: str = ""
    kind: str = ""
    number: int = 0
    google: bool = False


@dataclass(frozen=True, slots=True)
class PropertyTarget:
    """A property that the database has."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class NewProperty:
    """A property that the import will make. ``options`` are those seen in the sample only."""

    name: str
    type: PropertyType
    options: tuple[str, ...] = ()


Target = FieldTarget | PropertyTarget | NewProperty


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where the values of one column go; nowhere while ``target`` is None. ``confidence`` is 0 to 1."""

    index: int
    heading: str
    target: Target | None
    confidence: float
    reason: Reason


def heading_signature(headings: Sequence[str]) -> str:
    """What tells files of the same headings, by which a mapping is remembered; empty without headings."""
    folded = [fold_heading(heading) for heading in headings]
    if not any(folded):
        return ""
    return hashlib.sha256("\x1f".join(folded).encode()).hexdigest()


def propose_mapping(
    headings: Sequence[str],
    samples: Sequence[Sequence[Cell]],
    properties: Sequence[PropertyDefinition],
    remembered: Sequence[ColumnMapping] | None = None,
) -> list[ColumnMapping]:
    """A mapping for every column of a file.

    ``headings`` is empty for a file without them; ``samples`` are some of its rows, in order, short ones
    allowed. ``remembered`` is the mapping last used for this `heading_signature`: it is followed where its
    properties still exist. A field of one value gets one column, the surest; a repeated heading of emails,
    phones, messengers or tags adds values. Columns of nothing known stay without a target.
    """
    width = max((len(headings), *(len(row) for row in samples)), default=0)
    values = [[cell_text(cell) for cell in column] for column in _columns(samples, width)]
    padded = [*headings, *[""] * (len(values) - len(headings))]
    if not any(heading.strip() for heading in padded):
        return _by_content(values)
    proposed = _by_headings(padded, values, properties)
    if remembered is None or len(remembered) != len(proposed):
        return proposed
    return [_recalled(old, new, properties) for old, new in zip(remembered, proposed, strict=True)]


def with_new_properties(mapping: Sequence[ColumnMapping], samples: Sequence[Sequence[Cell]]) -> list[ColumnMapping]:
    """The mapping in which every column of nothing known becomes a property, named by its heading.

    Columns without a heading or without any value in the sample stay as they are.
    """
    values = _columns(samples, len(mapping))
    taken = {fold_heading(column.target.name) for column in mapping if isinstance(column.target, PropertyTarget)}
    result = []
    for column, seen in zip(mapping, values, strict=True):
        if column.target is None and column.reason is Reason.UNKNOWN and column.heading.strip() and seen:
            target = new_property(_unused(_fitting(column.heading), taken), seen)
            taken.add(fold_heading(target.name))
            column = replace(column, target=target, confidence=0.5, reason=Reason.NEW_PROPERTY)  # noqa: PLW2901
        result.append(column)
    return result


def new_property(heading: str, values: Sequence[Cell]) -> NewProperty:
    """A property for a column: its name from the heading, its type and options from the values."""
    kind = guess_type(values)
    options: dict[str, None] = {}
    if kind in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
        for value in values:
            with suppress(TextProblem):  # the plan tells of it
                options |= dict.fromkeys(_options(value, kind))
    return NewProperty(_fitting(property_name(heading) or heading), kind, tuple(options))


def part_columns(mapping: Sequence[ColumnMapping], part: str) -> dict[int, int]:
    """Which column tells more of which: index of a column of values → index of that of its labels.

    ``part`` is a field with ``part_of``, such as ``email_label``. A number in both headings pairs them,
    else a part belongs to the nearest column of values before it, or after it where none is before.
    """
    whole = FIELDS[part].part_of
    owners = [c for c in mapping if isinstance(c.target, FieldTarget) and c.target.key == whole]
    pairs: dict[int, int] = {}
    for column in mapping:
        target = column.target
        if not isinstance(target, FieldTarget) or target.key != part:
            continue
        free = [owner for owner in owners if owner.index not in pairs]
        numbered = [owner for owner in free if target.number and _number(owner) == target.number]
        before = [owner for owner in free if owner.index < column.index]
        chosen = numbered or before[-1:] or free
        if chosen:
            pairs[chosen[0].index] = column.index
    return pairs


def one_each(mapping: Sequence[ColumnMapping], preferred: Callable[[ColumnMapping], bool]) -> list[ColumnMapping]:
    """The mapping with at most one column for every field of one value and every property.

    Of several the preferred one stays, else the surest, else the first; the others lose their target.
    """
    best: dict[object, ColumnMapping] = {}
    for column in mapping:
        key = _single(column.target)
        if key is None:
            continue
        rival = best.get(key)
        rank = (preferred(column), column.confidence)
        if rival is None or rank > (preferred(rival), rival.confidence):
            best[key] = column
    return [
        column
        if _single(column.target) is None or best[_single(column.target)] is column
        else replace(column, target=None, confidence=0.0, reason=Reason.REPEATED)
        for column in mapping
    ]


def _single(target: Target | None) -> object:
    """What may have one column only, None where several are welcome."""
    if isinstance(target, FieldTarget):
        return None if FIELDS[target.key].multiple else target.key
    if isinstance(target, PropertyTarget):
        return target.id
    return None if target is None else fold_heading(target.name)


def _number(column: ColumnMapping) -> int:
    return column.target.number if isinstance(column.target, FieldTarget) else 0


def _options(value: Cell, kind: PropertyType) -> list[str]:
    return split_options(value) if kind is PropertyType.MULTI_SELECT else [parse_option(value)]


def _unused(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while fold_heading(candidate) in taken:
        number += 1
        candidate = f"{name[: PROPERTY_NAME_LIMIT - 5]} {number}"
    return candidate


def _fitting(heading: str) -> str:
    """A heading as the name of a property."""
    return " ".join(without_control_characters(heading, " ").split())[:PROPERTY_NAME_LIMIT].strip()


def _columns(samples: Sequence[Sequence[Cell]], width: int) -> list[list[Cell]]:
    """The values of each column, without the empty ones."""
    columns: list[list[Cell]] = [[] for _ in range(width)]
    for row in samples:
        for column, cell in zip(columns, row, strict=False):
            if not is_blank(cell):
                column.append(cell)
    return columns


def _recalled(old: ColumnMapping, new: ColumnMapping, properties: Sequence[PropertyDefinition]) -> ColumnMapping:
    target = old.target
    if isinstance(target, PropertyTarget | NewProperty):
        # What was new then exists now, unless it was undone or renamed since.
        found = next((p for p in properties if isinstance(target, PropertyTarget) and p.id == target.id), None)
        found = found or next((p for p in properties if p.name.casefold() == target.name.casefold()), None)
        if found is not None:
            target = PropertyTarget(found.id, found.name)
        elif isinstance(target, PropertyTarget):
            return new
    if target is None and old.reason is not Reason.CHOSEN:
        return new
    return ColumnMapping(new.index, new.heading, target, 1.0, Reason.REMEMBERED)


def _by_headings(
    headings: Sequence[str], values: Sequence[Sequence[str]], properties: Sequence[PropertyDefinition]
) -> list[ColumnMapping]:
    origin = detect_origin(headings)
    block = _fullest_block(headings, values)
    mapping = []
    for index, (heading, seen) in enumerate(zip(headings, values, strict=True)):
        target, confidence, reason = _of_column(heading, seen, properties, origin, block)
        mapping.append(ColumnMapping(index, heading, target, confidence, reason))
    mapping = _settle_names(mapping, headings, values)
    return one_each(mapping, lambda column: bool(values[column.index]))


def _of_column(
    heading: str,
    seen: Sequence[str],
    properties: Sequence[PropertyDefinition],
    origin: str | None,
    block: str,
) -> tuple[Target | None, float, Reason]:
    definition = _property_of(heading, properties)
    if definition is not None:
        return PropertyTarget(definition.id, definition.name), 1.0, Reason.PROPERTY_NAME
    if is_noise(heading, origin):
        return None, 0.0, Reason.NOISE
    meant = recognise(heading)
    if meant is None:
        return (FieldTarget("email"), 0.6, Reason.CONTENT) if _all_like(_EMAIL, seen) else _nothing()
    if meant.key is None:
        return None, 0.0, Reason.NOISE
    if not FIELDS[meant.key].importable:
        return None, 0.0, Reason.READ_ONLY
    if meant.key == "id" and seen and not _all_like(_REFERENCE, seen):
        return None, 0.0, Reason.FOREIGN_ID
    if meant.key in ADDRESS_KEYS and meant.block != block:
        return None, 0.0, Reason.REPEATED
    if meant.key == "name" and not meant.own and (_all_like(_EMAIL, seen) or _all_like(_PHONE, seen)):
        key = "email" if _all_like(_EMAIL, seen) else "phone"
        return FieldTarget(key), 0.6, Reason.CONTENT
    target = FieldTarget(meant.key, meant.label, meant.kind, meant.number, google=_google(meant, origin))
    return target, meant.confidence, Reason.OWN_HEADING if meant.own else Reason.HEADING


def _nothing() -> tuple[None, float, Reason]:
    return None, 0.0, Reason.UNKNOWN


def _google(meant: Heading, origin: str | None) -> bool:
    return meant.google or (origin == "google_contacts" and meant.key == "tags")


def _property_of(heading: str, properties: Sequence[PropertyDefinition]) -> PropertyDefinition | None:
    """The property that the heading names. The headings of our own fields are never a property's."""
    text = heading.strip()
    named = property_name(text)
    if named is None and is_own_heading(text):
        return None
    wanted = text if named is None else named
    spellings = {wanted.casefold(), _fitting(wanted).casefold()}
    exact = [p for p in properties if p.name.casefold() in spellings]
    if exact:
        return exact[0]
    folded = [p for p in properties if fold_heading(p.name) == fold_heading(wanted) != ""]
    return folded[0] if len(folded) == 1 else None


def _fullest_block(headings: Sequence[str], values: Sequence[Sequence[str]]) -> str:
    """Of several postal addresses the one with most values, since a contact has one."""
    filled: dict[str, int] = defaultdict(int)
    for heading, seen in zip(headings, values, strict=True):
        meant = recognise(heading)
        if meant is not None and meant.key in ADDRESS_KEYS:
            filled[meant.block] += len(seen)
    return max(filled, key=lambda block: filled[block]) if filled else ""


def _settle_names(
    mapping: list[ColumnMapping], headings: Sequence[str], values: Sequence[Sequence[str]]
) -> list[ColumnMapping]:
    """Take "Name" or "Имя" for a first name where a last name stands beside it and is not part of it."""
    keys = {column.target.key: column for column in mapping if isinstance(column.target, FieldTarget)}
    name, last = keys.get("name"), keys.get("last_name")
    if name is None or last is None or "first_name" in keys or "id" in keys:
        return mapping
    meant = recognise(headings[name.index])
    if meant is None or not meant.ambiguous:
        return mapping
    if "middle_name" in keys:
        return _as_first_name(mapping, name)
    lasts = {value.strip().casefold() for value in values[last.index]}
    names = values[name.index]
    whole = sum(any(word.casefold() in lasts for word in value.split()) for value in names)
    if names and whole * 2 > len(names):
        return mapping
    return _as_first_name(mapping, name)


def _as_first_name(mapping: Sequence[ColumnMapping], name: ColumnMapping) -> list[ColumnMapping]:
    return [
        replace(column, target=FieldTarget("first_name"), confidence=0.85) if column is name else column
        for column in mapping
    ]


def _all_like(pattern: re.Pattern[str], seen: Sequence[str]) -> bool:
    return bool(seen) and sum(bool(pattern.fullmatch(v.strip())) for v in seen) >= _ENOUGH * len(seen)


def _by_content(values: Sequence[Sequence[str]]) -> list[ColumnMapping]:
    """A mapping for a file without headings: what is unmistakable, and the first column of words as name."""
    mapping = []
    named = False
    for index, seen in enumerate(values):
        key = None
        if _all_like(_REFERENCE, seen) and not _all_like(_PHONE, seen):
            key = "id"
        elif _all_like(_EMAIL, seen):
            key = "email"
        elif _all_like(_PHONE, seen) and _are_phones(seen):
            key = "phone"
        elif _all_like(_URL, seen):
            key = "website"
        elif not named and _all_like(_PERSON, seen):
            key, named = "name", True
        target = None if key is None else FieldTarget(key)
        reason = Reason.UNKNOWN if key is None else Reason.CONTENT
        mapping.append(ColumnMapping(index, "", target, 0.6 if key else 0.0, reason))
    return one_each(mapping, lambda column: False)


def _are_phones(seen: Sequence[str]) -> bool:
    """Whether numbers are telephones rather than amounts or dates: by their digits and a sign of writing."""
    digits: Mapping[str, int] = {value: sum(char.isdigit() for char in value) for value in seen}
    signed = sum(value.strip().startswith(("+", "8", "7", "(", "0")) for value in seen)
    fitting = sum(10 <= digits[value] <= 15 for value in seen)
    return fitting >= _ENOUGH * len(seen) and signed >= len(seen) / 2
