"""Mappings as text: JSON to be remembered, and the COLUMN=FIELD of the command line."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.fields import FIELDS, IMPORT_FIELDS, property_field, property_name
from ulkacrm_desktop.services.imports.cleaning import Cell, is_blank
from ulkacrm_desktop.services.imports.headings import fold_heading, standard_label
from ulkacrm_desktop.services.imports.mapping import (
    ColumnMapping,
    FieldTarget,
    NewProperty,
    PropertyTarget,
    Reason,
    Target,
    new_property,
    one_each,
)

IGNORE: Final = "ignore"
"""The FIELD of a column that is not imported."""


def field_text(target: Target | None) -> str:
    """A target as the FIELD of a command line: ``email``, ``phone:work``, ``property:Shoe size``, ``ignore``."""
    if target is None:
        return IGNORE
    if isinstance(target, FieldTarget):
        return f"{target.key}:{target.kind or target.label}" if target.kind or target.label else target.key
    return property_field(target.name)


def assign(
    mapping: Sequence[ColumnMapping],
    assignments: Sequence[str],
    properties: Sequence[PropertyDefinition],
    samples: Sequence[Sequence[Cell]] = (),
    *,
    create_properties: bool = False,
) -> list[ColumnMapping]:
    """The mapping with the user's corrections, each ``COLUMN=FIELD``.

    COLUMN is a heading (all columns that bear it) or ``#N``, the first being ``#1``; FIELD is what `field_text`
    gives. A field of one value leaves the column that had it before.

    Raises `ExpectedError` with the code ``mapping_syntax``, ``mapping_unknown_column``,
    ``mapping_unknown_field``, ``mapping_read_only_field`` or ``mapping_unknown_property``, and ``text``,
    the part at fault, among the facts. An unknown property is made where ``create_properties`` is true.
    """
    result = list(mapping)
    chosen: set[int] = set()
    for assignment in assignments:
        indexes, field = _parted(assignment, result)
        for index in indexes:
            column = result[index]
            sample = [row[index] for row in samples if index < len(row) and not is_blank(row[index])]
            make = (lambda name, seen=sample: new_property(name, seen)) if create_properties else None
            target = _target(field, properties, column.target, make)
            result[index] = replace(column, target=target, confidence=1.0, reason=Reason.CHOSEN)
            chosen.add(index)
    return one_each(result, lambda column: column.index in chosen)


def choices_by_column(
    choices: Sequence[tuple[str, str]], mapping: Sequence[ColumnMapping]
) -> tuple[tuple[int, str], ...]:
    """What was chosen for each column, by its index, from (COLUMN, choice), where COLUMN is as in `assign`.

    An empty COLUMN stands for all that are not named. Raises `ExpectedError` ``mapping_unknown_column``.
    """
    found = {column.index: choice for name, choice in choices for column in mapping if not name}
    for name, choice in choices:
        if name:
            indexes = list(_named(name, mapping))
            if not indexes:
                raise _unknown_column(name, mapping)
            found |= dict.fromkeys(indexes, choice)
    return tuple(found.items())


def mapping_to_json(mapping: Sequence[ColumnMapping]) -> str:
    """The mapping as JSON, to be kept under the file's `heading_signature`."""
    return json.dumps([_column_to_data(column) for column in mapping], ensure_ascii=False)


def mapping_from_json(text: str) -> list[ColumnMapping]:
    """The mapping that `mapping_to_json` wrote. Raises ValueError where the text is none."""
    try:
        return [_column_from_data(data) for data in json.loads(text)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a mapping") from error


def _column_to_data(column: ColumnMapping) -> dict[str, Any]:
    data: dict[str, Any] = {
        "index": column.index,
        "heading": column.heading,
        "confidence": column.confidence,
        "reason": column.reason.value,
        "target": None,
    }
    if column.target is not None:
        data["target"] = {"is": type(column.target).__name__, **asdict(column.target)}
    return data


def _column_from_data(data: dict[str, Any]) -> ColumnMapping:
    target: Target | None = None
    if data["target"] is not None:
        facts = dict(data["target"])
        kind = facts.pop("is")
        if kind == FieldTarget.__name__:
            target = FieldTarget(**facts)
            if target.key not in FIELDS:
                raise ValueError(target.key)
        elif kind == PropertyTarget.__name__:
            target = PropertyTarget(**facts)
        elif kind == NewProperty.__name__:
            target = NewProperty(facts["name"], PropertyType(facts["type"]), tuple(facts["options"]))
        else:
            raise ValueError(kind)
    return ColumnMapping(
        int(data["index"]), str(data["heading"]), target, float(data["confidence"]), Reason(data["reason"])
    )


def _parted(assignment: str, mapping: Sequence[ColumnMapping]) -> tuple[list[int], str]:
    """The columns and the field; headings and names of properties may contain ``=`` themselves."""
    cuts = [at for at, char in enumerate(assignment) if char == "="]
    if not cuts:
        raise ExpectedError("mapping_syntax", text=assignment)
    for cut in reversed(cuts):
        indexes = list(_named(assignment[:cut].strip(), mapping))
        if indexes:
            return indexes, assignment[cut + 1 :].strip()
    raise _unknown_column(assignment[: cuts[-1]].strip(), mapping)


def _unknown_column(text: str, mapping: Sequence[ColumnMapping]) -> ExpectedError:
    return ExpectedError("mapping_unknown_column", text=text, columns=[column.heading for column in mapping])


def _named(text: str, mapping: Sequence[ColumnMapping]) -> Iterator[int]:
    exact = [column.index for column in mapping if column.heading.strip() == text != ""]
    if exact:
        yield from exact
    elif text.startswith("#") and text[1:].isdecimal():
        if 1 <= int(text[1:]) <= len(mapping):
            yield int(text[1:]) - 1
    elif fold_heading(text):
        yield from (column.index for column in mapping if fold_heading(column.heading) == fold_heading(text))


def _target(
    text: str,
    properties: Sequence[PropertyDefinition],
    present: Target | None,
    make: Callable[[str], NewProperty] | None,
) -> Target | None:
    if text.casefold() == IGNORE:
        return None
    name = property_name(text)
    if name is not None:
        return _property_target(name.strip(), properties, make)
    key, _colon, detail = text.partition(":")
    key = key.strip().casefold()
    if key not in FIELDS:
        raise ExpectedError("mapping_unknown_field", text=text, fields=list(IMPORT_FIELDS))
    if not FIELDS[key].importable:
        raise ExpectedError("mapping_read_only_field", text=text)
    if detail and not (FIELDS[key].multiple and key in ("email", "phone", "messenger")):
        raise ExpectedError("mapping_unknown_field", text=text, fields=list(IMPORT_FIELDS))
    if isinstance(present, FieldTarget) and present.key == key and not detail:
        return present  # keeps what the heading told: label, kind, number
    if key == "messenger":
        return FieldTarget(key, kind=detail.strip().casefold())
    return FieldTarget(key, label=standard_label(detail))


def _property_target(
    name: str, properties: Sequence[PropertyDefinition], make: Callable[[str], NewProperty] | None
) -> Target:
    found = next((p for p in properties if p.name == name), None) or next(
        (p for p in properties if p.name.casefold() == name.casefold()), None
    )
    if found is not None:
        return PropertyTarget(found.id, found.name)
    if make is None or not name:
        raise ExpectedError("mapping_unknown_property", text=name, properties=[p.name for p in properties])
    return make(name)
