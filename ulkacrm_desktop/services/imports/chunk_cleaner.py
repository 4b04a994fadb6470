"""Cleaning a piece of a file into what the plan keeps of it: the work of the processes of a large plan."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.services.exports.template_texts import is_example_row
from ulkacrm_desktop.services.imports.cleaned import CleanedChunk, CleanedRow, Fault
from ulkacrm_desktop.services.imports.evidence import ColumnEvidence
from ulkacrm_desktop.services.imports.options import MatchBy
from ulkacrm_desktop.services.imports.packed_columns import pack_columns, pack_sections
from ulkacrm_desktop.services.imports.plan_file import PackedChunk, RowKind
from ulkacrm_desktop.services.imports.plan_keys import pack_keys
from ulkacrm_desktop.services.imports.prepared import fold_often, prepare
from ulkacrm_desktop.services.imports.readers.pieces import PieceRows
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """A chunk after cleaning; places count from its first row.

    ``last`` is that of `PieceRows`; ``kinds`` are of the rows that make no contact, so far.
    """

    rows: int
    last: int
    numbers: bytes | None
    prepared: bytes
    properties: bytes
    words: bytes
    keys: tuple[bytes, bytes]
    kinds: dict[int, RowKind]
    problems: list[tuple[Any, ...]]
    tags: dict[str, str]
    choices: set[tuple[int, str]]
    evidence: ColumnEvidence

    def packed(self, before: int, original: bytes) -> PackedChunk:
        """The chunk for the plan, see `PackedChunk`."""
        return PackedChunk(
            self.rows, before, self.numbers, original, self.prepared, self.properties, self.words, self.keys
        )


class ChunkCleaner:
    """Cleans chunks of rows; made once in each process."""

    def __init__(self, cleaner: RowCleaner, *, code: str, match: frozenset[MatchBy], file: str) -> None:
        self.cleaner = cleaner
        self._code = code
        self._match = match
        self.file = file
        self._selects = [
            index
            for index, entry in enumerate(cleaner.properties)
            if entry.type in (PropertyType.SELECT, PropertyType.MULTI_SELECT)
        ]

    def clean(self, rows: PieceRows) -> ChunkResult:
        """Clean the rows of a piece of the file."""
        kinds: dict[int, RowKind] = {}
        problems: list[tuple[Any, ...]] = []
        for place, problem in rows.problems.items():
            kinds[place] = RowKind.ERROR
            problems.append((place, "", None, problem.code, _facts_text(problem.facts), 1))
        for place, cells in enumerate(rows.cells):
            if place not in kinds and is_example_row(cells):
                kinds[place] = RowKind.SKIP
                problems.append((place, "", None, "example_row", "", 0))
        places = [place for place in range(len(rows.cells)) if place not in kinds] if kinds else range(len(rows.cells))
        chunk = self.cleaner.clean_chunk([rows.cells[place] for place in places] if kinds else rows.cells)
        faulty = chunk.faulty()
        for index, name in enumerate(chunk.values["name"]):
            if not name and index not in faulty:
                # Only if it means a contact that is there can it do without a name.
                chunk.fault(index, Fault("name", None, "name_required", ""))
        rejected = chunk.faulty()
        for index in sorted(chunk.faults):
            problems += [(places[index], *fault) for fault in chunk.faults[index]]
            if index in rejected:
                kinds[places[index]] = RowKind.ERROR
        sound = [index for index in range(chunk.count) if index not in faulty]
        sound_chunk = chunk.only(sound)
        named = [index for index in range(chunk.count) if index not in rejected]
        evidence = ColumnEvidence(self.cleaner)
        evidence.see(rows.cells)
        prepared = prepare(chunk.only(named), [places[index] for index in named], self.cleaner, self.file)
        contiguous = len(rows.cells) == rows.last and not rows.problems
        return ChunkResult(
            rows=len(rows.cells),
            last=rows.last,
            numbers=None if contiguous else array("q", rows.numbers).tobytes(),
            prepared=pack_sections(prepared.sections),
            properties=pack_sections(prepared.properties),
            words=pack_columns(prepared.words),
            keys=pack_keys(*self._keys(sound_chunk, [places[index] for index in sound])),
            kinds=kinds,
            problems=problems,
            tags={fold_often(tag): tag for tag in reversed(list(dict.fromkeys(chain(*sound_chunk.tags))))},
            choices={
                (index, value[0])
                for index in self._selects
                for stored in set(sound_chunk.properties[index])
                for value in stored
            },
            evidence=evidence,
        )

    def keys(self, row: CleanedRow) -> list[str]:
        """The keys by which a row is matched: ``i`` and its id here, ``e`` and emails, ``p`` and phones.

        In the order in which they count.
        """
        keys = self._reference_keys(row.reference)
        if MatchBy.EMAIL in self._match:
            keys += ["e" + key for _address, key, _label in row.emails]
        if MatchBy.PHONE in self._match:
            keys += ["p" + key for _number, key, _label in row.phones]
        return keys

    def _reference_keys(self, reference: str) -> list[str]:
        code, _hyphen, number = reference.partition("-")
        # The ID of another database is never taken for one of this.
        return [f"i{number}"] if code == self._code and number.isascii() and number.isdigit() else []

    def _keys(self, chunk: CleanedChunk, places: Sequence[int]) -> tuple[list[str], list[int]]:
        """`keys` of all rows, and the place of each."""
        found = [
            (key, place)
            for place, reference in zip(places, chunk.references, strict=True)
            if reference
            for key in self._reference_keys(reference)
        ]
        for by, sort, column in ((MatchBy.EMAIL, "e", chunk.emails), (MatchBy.PHONE, "p", chunk.phones)):
            if by in self._match:
                found += [
                    (sort + entry[1], place)
                    for place, entries in zip(places, column, strict=True)
                    if entries
                    for entry in entries
                ]
        return [key for key, _place in found], [place for _key, place in found]

    def tags(self, row: CleanedRow) -> dict[str, str]:
        """The tags of a row by their keys."""
        return {fold_often(tag): tag for tag in row.tags}

    def choices(self, row: CleanedRow) -> set[tuple[int, str]]:
        """The options of select properties that a row has."""
        return {(index, value[0]) for index in self._selects for value in row.properties.get(index, ())}


def _facts_text(facts: dict[str, object]) -> str:
    return ", ".join(str(value) for value in facts.values())
