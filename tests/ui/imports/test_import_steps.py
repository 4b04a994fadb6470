"""The parts of the single steps that the story passes by."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QRadioButton

from tests.ui.imports.conftest import Importing
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.imports.mapping import FieldTarget, NewProperty, PropertyTarget
from ulkacrm_desktop.services.imports.options import ImportMode
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.imports.column_row import ColumnRow
from ulkacrm_desktop.ui.imports.import_sheet import Step
from ulkacrm_desktop.ui.imports.parts import Notice

Start = Callable[[Path | None], Importing]
WriteCsv = Callable[..., Path]
ROWS = (("Анна Петрова", "anna@example.com", "+7 916 123-45-67", "VIP", "ООО «Ромашка»"),)


def pick(box: QComboBox, data: object) -> None:
    """Choose an item by the keyboard, as one does who knows where it is."""
    index = next(i for i in range(box.count()) if box.itemData(i) == data)
    box.setFocus()
    while box.currentIndex() != index:
        key = Qt.Key.Key_Down if box.currentIndex() < index else Qt.Key.Key_Up
        before = box.currentIndex()
        QTest.keyClick(box, key)
        assert box.currentIndex() != before


def row(importing: Importing, index: int) -> ColumnRow:
    found = importing.wizard.findChild(ColumnRow, f"column_{index}")
    assert found is not None
    return found


def notices(importing: Importing) -> dict[str, Notice]:
    step = importing.wizard.file_step
    return {notice.objectName(): notice for notice in step.findChildren(Notice) if notice.isVisible()}


# The file.


def test_another_encoding_shows_other_letters(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    step = importing.wizard.file_step
    importing.until(lambda: step.ready)
    assert step.encoding.currentData() == "cp1251"
    assert step.samples.data(step.samples.index(0, 0)) == "Анна Петрова"
    pick(step.encoding, "koi8-r")
    importing.until(lambda: step.ready and step.samples.data(step.samples.index(0, 0)) != "Анна Петрова")
    assert step.encoding.currentData() == "koi8-r"
    pick(step.encoding, "cp1251")
    importing.until(lambda: step.ready and step.samples.data(step.samples.index(0, 0)) == "Анна Петрова")


def test_the_heading_row_can_be_moved_and_taken_away(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    step = importing.wizard.file_step
    importing.until(lambda: step.ready)
    assert step.heading_row.value() == 1
    step.heading_row.setFocus()
    QTest.keyClick(step.heading_row, Qt.Key.Key_Down)
    importing.until(lambda: step.ready and step.samples.rowCount() == 2)
    assert step.samples.data(step.samples.index(0, 0)) == "ФИО"
    assert step.heading_row.text() == "no headings"


def test_answers_to_older_questions_are_dropped(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    importing.until(lambda: importing.wizard.file_step.ready)
    session = importing.wizard.session
    for delimiter in ("|", ",", "\t", ";"):
        session.read_with(delimiter=delimiter)
    importing.until(lambda: not importing.wizard.file_step.waiting)
    importing.qtbot.wait(200)
    assert session.inspection is not None and session.inspection.delimiter == ";"
    assert len(session.mapping) == 5


def test_undecodable_bytes_are_replaced_on_consent(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    lines = [f"Анна {n};a{n}@x.org\r\n".encode("cp1251" if n == 7 else "utf-8") for n in range(20)]
    path.write_bytes("Имя;Email\r\n".encode() + b"".join(lines))
    importing = start(path)
    importing.until(lambda: importing.wizard.file_step.ready)
    importing.until(lambda: "notice_mixed_encodings" in notices(importing))
    assert "Line 9" in notices(importing)["notice_mixed_encodings"].text.text()
    importing.to_preview()
    assert importing.counts()["error"] == 1
    importing.show_kind("error", 1)
    details = importing.wizard.preview_step.details
    assert "do not fit the encoding" in details.body.text()
    assert not details.mend.isVisible(), "what could not be read cannot be mended here"
    importing.click("step_0")
    consent = importing.wizard.findChild(QCheckBox, "replace_undecodable")
    assert consent is not None
    consent.setFocus()
    QTest.keyClick(consent, Qt.Key.Key_Space)
    importing.until(lambda: importing.wizard.file_step.ready)
    importing.to_preview()
    assert importing.counts() == {"create": 20, "update": 0, "unchanged": 0, "skip": 0, "error": 0}


def test_the_real_kind_of_a_file_is_named(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS, name="клиенты.xlsx"))
    importing.until(lambda: importing.wizard.file_step.ready)
    importing.until(lambda: "notice_kind_mismatch" in notices(importing))
    text = notices(importing)["notice_kind_mismatch"].text.text()
    assert ".xlsx" in text and "CSV" in text


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"), (b"PK\x03\x04broken", "damaged")],
)
def test_a_file_that_cannot_be_read_is_told(start: Start, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    importing = start(path)
    importing.until(lambda: "file_error" in notices(importing))
    assert told in notices(importing)["file_error"].text.text()
    assert not importing.wizard.next_button.isEnabled()


# The columns.


def test_a_field_of_one_value_leaves_the_column_that_had_it(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    importing.to_columns()
    pick(row(importing, 4).picker, "field:name")
    mapping = importing.wizard.session.mapping
    assert mapping[4].target == FieldTarget("name") and mapping[0].target is None
    assert row(importing, 0).picker.currentData() == "ignore"
    assert row(importing, 0).reason.text() == "another column goes there"


def test_only_columns_that_differ_say_why(start: Start, write_csv: WriteCsv) -> None:
    headings = ("Name", "Email", "Phone", "Shoe size", "City")
    importing = start(write_csv([("Anna", "anna@example.com", "+79161234567", "38", "Riga")], headings=headings))
    importing.to_columns()
    step = importing.wizard.columns_step
    assert step.summary.text() == "4 of 5 columns are imported. Their headings are recognised."
    assert [row(importing, index).reason.text() for index in range(5)] == ["", "", "", "not recognised", ""]
    pick(row(importing, 1).picker, "ignore")
    assert row(importing, 1).reason.text() == "chosen"


def test_a_property_is_named_and_typed_by_hand(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    local_workspace.perform(create_property, name="Размер обуви", type=PropertyType.NUMBER)
    importing = start(write_csv(ROWS))
    importing.to_columns()
    company = row(importing, 4)
    assert [company.picker.itemText(i) for i in range(company.picker.count()) if "Размер" in company.picker.itemText(i)]
    pick(company.picker, "new")
    name = company.findChild(QLineEdit, "property_name")
    kind = company.findChild(QComboBox, "property_type")
    assert name is not None and kind is not None and name.text() == "Компания"
    name.setFocus()
    name.selectAll()
    QApplication.clipboard().setText("Размер обуви")
    QTest.keyClick(name, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert name.property("problem"), "there is one of that name"
    name.selectAll()
    QTest.keyClicks(name, "Employer")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert importing.wizard.step is Step.COLUMNS, "Enter in a field ends its editing only"
    pick(kind, PropertyType.SELECT)
    target = importing.wizard.session.mapping[4].target
    assert isinstance(target, NewProperty) and (target.name, target.type) == ("Employer", PropertyType.SELECT)
    existing = next(p for p in importing.wizard.session.properties if p.name == "Размер обуви")
    pick(company.picker, f"property:{existing.id}")
    assert importing.wizard.session.mapping[4].target == PropertyTarget(existing.id, existing.name)
    assert company.findChild(QLineEdit, "property_name") is None or not name.isVisible()


def test_labels_of_addresses_are_chosen(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    importing.to_columns()
    labels = row(importing, 1).findChild(QComboBox, "address_label")
    assert labels is not None
    pick(labels, "work")
    assert importing.wizard.session.mapping[1].target == FieldTarget("email", label="work")


def test_a_wheel_over_a_picker_changes_nothing(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    importing.to_columns()
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    picker = row(importing, 0).picker
    before = picker.currentIndex()
    wheel = QWheelEvent(
        QPointF(5, 5), picker.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(picker, wheel)
    assert picker.currentIndex() == before


def test_choices_are_remembered(start: Start, write_csv: WriteCsv, settings: Settings) -> None:
    importing = start(write_csv(ROWS))
    importing.to_columns()
    mode = importing.wizard.findChild(QRadioButton, "mode_keep-duplicates")
    assert mode is not None
    mode.setFocus()
    QTest.keyClick(mode, Qt.Key.Key_Space)
    assert not importing.wizard.columns_step.options.matches["email"].isEnabled()  # type: ignore[index]
    pick(importing.wizard.columns_step.options.region, "DE")
    importing.click("close_import")
    again = start(write_csv(ROWS))
    assert again.wizard.session.choices.mode is ImportMode.KEEP_DUPLICATES
    assert again.wizard.session.choices.region == "DE"


def test_tab_goes_in_reading_order(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    importing.to_columns()
    importing.qtbot.wait(50)
    row(importing, 0).picker.setFocus()
    passed = []
    for _step in range(16):
        focus = QApplication.focusWidget()
        assert focus is not None
        passed.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert passed[:9] == [
        "target", "target", "address_label", "target", "address_label", "target", "target",
        "mode_create-update", "match_email",
    ]  # fmt: skip
    assert passed[9:14] == ["match_phone", "region", "close_import", "back", "next"]


def test_everything_that_can_be_reached_has_a_name(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([*ROWS, ("", "x@", "", "", "")]))
    importing.to_columns()
    importing.to_preview()
    for kind in (QPushButton, QComboBox, QCheckBox, QRadioButton, QLineEdit):
        for widget in importing.wizard.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.objectName().startswith("qt_"):
                text = widget.text() if hasattr(widget, "text") else ""
                assert widget.objectName(), widget
                assert widget.accessibleName() or text, widget.objectName()


# The preview.


def test_the_model_of_the_preview_keeps_qts_rules(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([(f"Имя {n}", f"a{n}@x.org" if n % 7 else "x@", "", "", "") for n in range(250)]))
    importing.to_preview()
    model = importing.wizard.preview_step.model
    assert model is not None
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    importing.show_kind("error", 36)
    importing.show_kind("all", 250)
    table = importing.wizard.preview_step.table
    assert table is not None
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_End)
    importing.until(lambda: model.row_at(249) is not None)
    details = importing.wizard.preview_step.details
    importing.until(lambda: details.title.text() == "Row 251: New")
    del tester


def test_rows_that_are_not_faulty_are_not_edited(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(ROWS))
    importing.to_preview()
    table = importing.wizard.preview_step.table
    assert table is not None
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    assert table.findChild(QLineEdit, "cell_editor") is None
    assert not importing.wizard.preview_step.details.mend.isVisible()


def test_only_create_skips_what_is_there_and_says_why(start: Start, write_csv: WriteCsv, settings: Settings) -> None:
    importing = start(write_csv(ROWS))
    importing.to_preview()
    importing.to_summary()
    importing.click("next")
    settings.set("import.mode", "create")
    again = start(write_csv(ROWS))
    again.to_preview()
    assert again.counts()["skip"] == 1
    assert again.wizard.next_button.text() == "Nothing to import" and not again.wizard.next_button.isEnabled()
    assert "only new contacts" in again.wizard.preview_step.details.body.text()
