"""Every code that the lower layers know has its words, with the facts that really come with it."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import ulkacrm_desktop
from ulkacrm_desktop.core.changes import FieldConflict, OperationKind
from ulkacrm_desktop.core.contact_document import EmailEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput
from ulkacrm_desktop.core.fields import FIELDS, STANDARD_LABELS
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, update_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.properties import change_property, create_property, set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag, remove_tag, remove_tags
from ulkacrm_desktop.services.queries.timeline_entries import TimelineKind
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.errors import COMPOSED, SENTENCES, error_text
from ulkacrm_desktop.ui.labels.fields import address_label, field_label, messenger_label, property_type_label
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.imports import row_problem_codes
from ulkacrm_desktop.ui.labels.problems import problem_codes, problem_text
from ulkacrm_desktop.ui.labels.signs import operation_sign, timeline_sign
from ulkacrm_desktop.ui.labels.values import plain_value
from ulkacrm_desktop.ui.theme import TAG_COLOURS

PACKAGE = Path(ulkacrm_desktop.__file__).parent
_ERRORS = {"ExpectedError", "NotFound", "ReadError"}


class Raised(NamedTuple):
    """A place where an expected failure is made."""

    code: str
    facts: frozenset[str]
    place: str


def _raised() -> Iterator[Raised]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS):
                continue
            if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                facts = frozenset(keyword.arg or "**" for keyword in node.keywords)
                yield Raised(node.args[0].value, facts, f"{path.relative_to(PACKAGE)}:{node.lineno}")


# Codes that are chosen by a table or a variable where they are raised.
_CHOSEN = {
    "not_a_database": {"path", "reason"},
    "database_unreadable": {"path", "reason"},
    "export_disk_full": {"path", "reason"},
    "export_not_permitted": {"path", "reason"},
    "export_no_folder": {"path", "reason"},
    "export_is_folder": {"path", "reason"},
    "export_failed": {"path", "reason"},
    "picture_unknown": {"size", "limit"},
    "picture_too_large": {"size", "limit"},
}


def test_every_failure_that_is_raised_has_a_sentence_of_its_facts() -> None:
    raised = list(_raised())
    assert len(raised) > 30, "the search for failures finds none"
    missing = sorted({f"{r.code} at {r.place}" for r in raised if r.code not in SENTENCES and r.code not in COMPOSED})
    assert not missing
    for code, facts, place in raised:
        wanted = _placeholders(SENTENCES[code]) if code in SENTENCES else set()
        assert wanted <= facts or "**" in facts, f"{code} at {place} does not tell {wanted - facts}"
    for code, facts in _CHOSEN.items():
        assert code in COMPOSED or _placeholders(SENTENCES[code]) <= facts


def test_no_sentence_is_left_from_a_failure_that_is_gone() -> None:
    raised = {r.code for r in _raised()} | set(_CHOSEN) | {"invalid_input"}
    assert set(SENTENCES) | set(COMPOSED) <= raised | _announced()


def _announced() -> set[str]:
    """The codes that readers announce in the docstring of their error."""
    text = (PACKAGE / "services/imports/readers/errors.py").read_text(encoding="utf-8")
    return set(text.split("``")[1::2])


def _placeholders(sentence: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


def test_every_problem_that_is_raised_has_a_sentence() -> None:
    raised = set()
    for path in (*(PACKAGE / "core").rglob("*.py"), *(PACKAGE / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id.endswith("Problem") and node.func.id != "RowProblem" and node.args:
                    raised |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant) and a.value}
                if node.func.id == "InvalidInput" and node.args and isinstance(node.args[0], ast.Dict):
                    raised |= {v.value for v in node.args[0].values if isinstance(v, ast.Constant)}
            if path.name == "contact_input.py" and isinstance(node, ast.Assign):
                target = node.targets[0]
                if isinstance(target, ast.Subscript) and isinstance(node.value, ast.Constant):
                    raised.add(node.value.value)
    raised |= {f"not_{type_}" for type_ in PropertyType}
    assert {"required", "email_invalid", "phone_too_short", "taken", "url_invalid"} <= raised
    raised -= row_problem_codes()  # what only the rows of a file can have
    assert raised <= problem_codes()
    for code in raised:
        assert code not in problem_text(code)


def test_a_fact_that_is_missing_never_hides_the_failure() -> None:
    for code in (*SENTENCES, *COMPOSED):
        assert error_text(ExpectedError(code)) not in ("", code)
    assert "never_heard_of" in error_text(ExpectedError("never_heard_of"))


def test_failures_say_what_and_why() -> None:
    assert error_text(InvalidInput({"emails": "email_without_at", "property:7": "required"}), {7: "Shoe size"}) == (
        "Not saved. Emails: An email address needs an @, such as anna@example.com. Shoe size: Cannot be empty."
    )
    conflicts = [FieldConflict("phone", 3, 1, "number", "+7 916", "+7 917", "+7 915")]
    assert error_text(EditConflict("changed_since", fields=conflicts, total=4)) == (
        "Somebody has changed this in the meantime, so nothing was written. "
        "Phone was +7 916 and is now +7 917; 3 more places."
    )
    assert error_text(ExpectedError("database_unreadable", path="/a", reason="folder")).startswith("/a cannot be")
    assert "1,024 KB" in error_text(ExpectedError("picture_too_large", size=1 << 20, limit=512 * 1024))
    assert "a PDF document" in error_text(ExpectedError("kind_unsupported", kind="pdf"))


def test_every_field_type_and_label_has_a_name() -> None:
    for key in (*FIELDS, *ContactInput.__slots__):
        assert "_" not in field_label(key), key
        assert field_label(key) != key or key == "id", key
    for type_ in PropertyType:
        assert property_type_label(type_)
    for label in STANDARD_LABELS:
        assert address_label(label) != label
    assert address_label("дача") == "дача"
    assert messenger_label("vk") == "VK"
    assert messenger_label("mastodon") == "Mastodon"
    assert field_label("property:Shoe size") == "Shoe size"
    assert field_label("property:7", {7: "Shoe size"}) == "Shoe size"


@pytest.mark.parametrize("kind", OperationKind)
def test_every_operation_has_a_sentence_even_without_facts(kind: OperationKind) -> None:
    text = operation_text(kind, {})
    assert text
    assert str(kind) not in text


def test_sentences_of_operations_that_happened(local_workspace: Workspace) -> None:
    workspace = local_workspace
    told: list[str] = []

    def tell(operation_id: int | None) -> None:
        assert operation_id is not None
        with workspace.reading() as connection:
            kind, facts = connection.exec_driver_sql(
                f"SELECT kind, facts FROM operation WHERE id = {operation_id}"
            ).one()
        if isinstance(facts, str):
            import json

            facts = json.loads(facts)
        told.append(operation_text(kind, facts))

    anna = workspace.perform(create_contact, contact=ContactInput("Anna Petrova"))
    tell(anna.operation_id)
    boris = workspace.perform(create_contact, contact=ContactInput("Boris"))
    size = workspace.perform(create_property, name="Shoe size", type=PropertyType.NUMBER)
    tell(size.operation_id)
    both = ContactSelection.of(anna.result, boris.result)
    tell(workspace.perform(add_tags, selection=both, names=["VIP", "Lead"]).operation_id)
    tell(workspace.perform(remove_tags, selection=ContactSelection.of(anna.result), names=["Lead"]).operation_id)
    changes = {"emails": (EmailEntry("anna@acme.io"),), "city": "Omsk", "properties": {size.result: 38}}
    tell(workspace.perform(update_contact, contact_id=anna.result, changes=changes).operation_id)
    tell(workspace.perform(set_property_value, contact_id=anna.result, property_id=size.result, value=39).operation_id)
    tell(workspace.perform(add_note, contact_id=anna.result, body="Called").operation_id)
    with workspace.reading() as connection:
        tag_id = connection.exec_driver_sql("SELECT id FROM tag WHERE name = 'VIP'").scalar_one()
    tell(workspace.perform(change_tag, tag_id=tag_id, name="Best").operation_id)
    tell(workspace.perform(change_tag, tag_id=tag_id, color="red").operation_id)
    tell(workspace.perform(remove_tag, tag_id=tag_id).operation_id)
    tell(workspace.perform(change_property, property_id=size.result, name="Size").operation_id)
    tell(workspace.perform(remove_contacts, selection=both).operation_id)
    tell(workspace.perform(undo_operation).operation_id)
    tell(workspace.perform(redo_operation).operation_id)
    assert told == [
        "Added Anna Petrova",
        "Made the property Shoe size",
        "Tagged 2 contacts VIP, Lead",
        "Removed the tag Lead from Anna Petrova",
        "Changed Anna Petrova: Emails, City, Property",
        "Set Shoe size of Anna Petrova",
        "Wrote a note about Anna Petrova",
        "Renamed the tag VIP to Best",
        "Coloured the tag Best",
        "Deleted the tag Best of 2 contacts",
        "Renamed the property Shoe size to Size",
        "Deleted 2 contacts",
        "Undid: Deleted 2 contacts",
        "Did again: Deleted 2 contacts",
    ]


def test_counts_are_grouped_and_in_the_right_number() -> None:
    facts = {"file": "clients.xlsx", "created": 12_000, "updated": 480}
    assert operation_text("contacts_imported", facts) == "Imported 12,480 contacts from clients.xlsx"
    assert operation_text("contacts_imported", facts | {"created": 1, "updated": 0}) == (
        "Imported 1 contact from clients.xlsx"
    )
    assert operation_text("tags_added", {"tags": ["VIP"], "count": 1, "name": "Anna"}) == "Tagged Anna VIP"


def test_values_in_one_line() -> None:
    assert plain_value((EmailEntry("a@b.io", "work"), EmailEntry("c@d.io"))) == "a@b.io (Work), c@d.io"
    assert plain_value(None) == plain_value(()) == "—"
    assert plain_value(True) == "Yes"
    assert plain_value(1500.0) == "1500"


@pytest.mark.parametrize("kind", OperationKind)
def test_every_operation_has_words_and_a_sign(kind: OperationKind) -> None:
    icon_name, colour = operation_sign(kind)
    assert icon_name != operation_sign("of a newer version")[0]
    assert not icon(icon_name).isNull()
    assert colour in TAG_COLOURS
    assert operation_text(kind, {}, {}) != kind


@pytest.mark.parametrize("kind", TimelineKind)
def test_every_entry_of_a_timeline_has_a_sign(kind: TimelineKind) -> None:
    icon_name, colour = timeline_sign(kind)
    assert icon_name != "circle-dot" and not icon(icon_name).isNull()
    assert colour in TAG_COLOURS
