"""Every code that an import can meet has its words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ulkacrm_desktop
from ulkacrm_desktop.core.fields import IMPORT_FIELDS
from ulkacrm_desktop.services.imports.cleaning import DateOrder, DecimalMark, NameOrder
from ulkacrm_desktop.services.imports.mapping import FieldTarget, PropertyTarget, Reason
from ulkacrm_desktop.services.imports.options import ImportMode, MatchBy
from ulkacrm_desktop.services.imports.origins import detect_origin
from ulkacrm_desktop.services.imports.plan_file import RowKind
from ulkacrm_desktop.services.imports.readers import SourceKind
from ulkacrm_desktop.ui.imports.file_step import DELIMITERS, ENCODINGS
from ulkacrm_desktop.ui.imports.import_session import ANSWERS
from ulkacrm_desktop.ui.imports.targets import GROUPS, choice_of, target_of
from ulkacrm_desktop.ui.labels import imports as labels
from ulkacrm_desktop.ui.labels.problems import problem_codes

SERVICES = Path(ulkacrm_desktop.__file__).parent / "services"


def codes_given_to(*names: str) -> dict[str, str]:
    """The first text that is given to functions of these names, with the place where."""
    found = {}
    for path, node in calls():
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in names and node.args and isinstance(node.args[0], ast.Constant):
            found[str(node.args[0].value)] = f"{path.name}:{node.lineno}"
    return found


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted((SERVICES / "imports").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node


def test_every_notice_is_a_sentence() -> None:
    given = codes_given_to("Notice")
    assert len(given) > 10
    assert given.keys() <= labels.known_notice_codes(), given
    facts = {
        "suffix": ".xlsx", "kind": "csv", "encoding": "cp1251", "lines": [3, 9], "headings": ["Email"], "columns": 1200,
        "limit": 1000, "sheets": ["Лист2"], "count": 2, "rows": [4], "ranges": ["A1:B1"], "cells": ["B7"],
        "names": ["NICKNAME"],
    }  # fmt: skip
    for code in labels.known_notice_codes():
        text = labels.notice_text(code, facts)
        assert text.endswith(".") and code not in text and "{" not in text


def test_every_row_problem_is_a_sentence() -> None:
    for code, place in codes_given_to("RowProblem", "CellProblem", "TextProblem").items():
        assert code in labels.row_problem_codes() | problem_codes(), place
    assert "line 7" in labels.cell_problem_text("unbalanced_quote", "7")


def test_every_phase_is_told() -> None:
    phases = codes_given_to("report")
    assert {"read", "match", "create"} <= phases.keys()
    for phase, place in phases.items():
        assert labels.phase_text(phase) != labels.phase_text("unheard of"), place


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told(reason: Reason) -> None:
    assert labels.reason_text(reason)


def test_everything_else_that_is_shown_has_words() -> None:
    assert all(labels.row_kind_text(kind) and labels.row_kinds_text(kind) for kind in RowKind)
    assert all(map(labels.mode_text, ImportMode)) and all(map(labels.match_text, MatchBy))
    assert all(labels.source_kind_text(kind) for kind in SourceKind)
    assert all(labels.encoding_text(encoding) != encoding for encoding in ENCODINGS)
    assert all(labels.delimiter_text(delimiter) != delimiter for delimiter in DELIMITERS)
    choices = {choice for each in ANSWERS.values() for choice in each}
    assert choices <= {*DateOrder, *DecimalMark, *NameOrder}
    assert all(labels.choice_text(choice) != choice for choice in choices)
    origin = detect_origin(["First Name", "Last Name", "File As", "Labels"])
    assert origin is not None and "Google Contacts" in labels.origin_text(origin)


def test_results_are_told_in_one_sentence() -> None:
    assert labels.report_text(1, 0) == "1 contact created."
    assert labels.report_text(1200, 1) == "1,200 contacts created, 1 contact updated."
    assert labels.report_text(0, 0) == "Nothing was changed."
    assert labels.left_over_text(0, 0, 0) == ""
    assert labels.left_over_text(1, 2, 3) == "1 row said nothing new, 2 rows were skipped, 3 faulty rows were left out."


def test_the_picker_offers_every_field_once() -> None:
    offered = [key for _title, keys in GROUPS for key in keys]
    assert sorted(offered) == sorted(IMPORT_FIELDS)


@pytest.mark.parametrize(
    "target",
    [
        None,
        FieldTarget("email"),
        FieldTarget("messenger", kind="telegram"),
        FieldTarget("messenger"),
        PropertyTarget(3, "x"),
    ],
)
def test_a_choice_leads_back_to_its_target(target: FieldTarget | PropertyTarget | None) -> None:
    from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType

    properties = [PropertyDefinition(3, "x", PropertyType.TEXT)]
    assert target_of(choice_of(target), properties, None) == target


def test_a_choice_that_stays_keeps_what_the_heading_told() -> None:
    told = FieldTarget("email", label="work", number=2)
    assert target_of("field:email", (), told) is told
