"""The main window: pages, side card, palette, files dropped, notices, language, the end and the next start."""
# ruff: noqa: F811 - a test's argument has the name of the fixture that is imported

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QListView, QProgressBar, QWidget

from tests.ui.window_fixtures import PEOPLE, Desk, People, desk, open_desk, people, settings  # noqa: F401
from ulkacrm_desktop import app
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.contacts import create_contact, update_contact
from ulkacrm_desktop.services.operations.tags import add_tags, remove_tag
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.contacts.places import ALL, Place, PlaceKind
from ulkacrm_desktop.ui.main_window import MainWindow
from ulkacrm_desktop.ui.navigation import Navigation
from ulkacrm_desktop.ui.runtime.language import use_language
from ulkacrm_desktop.ui.theme import Theme
from ulkacrm_desktop.ui.window_rebuild import show_language

CONTROL = Qt.KeyboardModifier.ControlModifier


def dialog(name: str) -> QDialog:
    found = [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]
    assert len(found) == 1, name
    assert isinstance(found[0], QDialog)
    return found[0]


def card_of(desk: Desk) -> int | None:
    card = desk.window.findChild(QWidget, "contact_card")
    return card.contact_id  # type: ignore[union-attr, attr-defined]


# Looking at contacts.


def test_the_card_follows_the_current_row(desk: Desk, people: People) -> None:
    desk.window.contacts.list.focus()
    desk.settle()
    assert card_of(desk) == people.ids[0]
    desk.key(Qt.Key.Key_Down)
    assert card_of(desk) == people.ids[2]  # Clara is next by name


def test_enter_opens_the_full_page_and_back_returns_to_the_same_row_and_scroll(
    open_desk: Callable[..., Desk], local_workspace: Workspace
) -> None:
    ids = [
        local_workspace.perform(create_contact, contact=ContactInput(name=f"Person {number:03}")).result
        for number in range(80)
    ]
    desk = open_desk(local_workspace)
    contacts, window = desk.window.contacts.list, desk.window
    contacts.rows.set_current_id(ids[50])
    desk.settle()
    contacts.table.setFocus()
    scroll = contacts.table.verticalScrollBar().value()
    assert scroll > 0
    desk.key(Qt.Key.Key_Return)
    page = window.pages.currentWidget()
    assert page is not None
    assert page.objectName() == "profile_page"
    desk.key(Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.sheet.splitter
    assert contacts.rows.current_id == ids[50]
    assert contacts.table.verticalScrollBar().value() == scroll
    assert window.focusWidget() is contacts.table


def test_the_side_card_can_be_put_away_and_stays_away_at_the_next_start(
    open_desk: Callable[..., Desk], people: People
) -> None:
    first = open_desk(people.workspace)
    assert first.window.sheet.splitter.is_sheet_shown
    first.window.registry["side_card"].trigger()
    first.settle()
    first.window.close()
    second = open_desk(people.workspace)
    assert not second.window.sheet.splitter.is_sheet_shown


def test_a_new_contact_is_made_by_keyboard_alone_and_becomes_current(desk: Desk, people: People) -> None:
    desk.key(Qt.Key.Key_N, CONTROL)
    form = dialog("contact_form")
    name = form.findChild(QLineEdit, "name")
    assert name is not None
    desk.qtbot.keyClicks(name, "Zoe Zimmer")
    desk.click("submit", form)
    desk.qtbot.waitUntil(lambda: "Zoe Zimmer" in desk.names)
    desk.settle()
    row = desk.window.contacts.list.model.known_row(desk.window.contacts.list.rows.current_id or 0)
    assert getattr(row, "name", "") == "Zoe Zimmer"


def test_nothing_found_offers_to_make_whom_was_searched_for(desk: Desk) -> None:
    desk.search("Quentin Quire")
    desk.click("new_named", desk.window.contacts.list)
    name = dialog("contact_form").findChild(QLineEdit, "name")
    assert name is not None
    assert name.text() == "Quentin Quire"
    dialog("contact_form").close()
    desk.settle()


# The palette.


def palette_texts(desk: Desk) -> list[str]:
    view = desk.window.findChild(QListView, "palette_list")
    assert view is not None
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_palette_finds_actions_contacts_and_tags(desk: Desk, people: People) -> None:
    desk.key(Qt.Key.Key_K, CONTROL)
    line = desk.window.focusWidget()
    assert isinstance(line, QLineEdit)
    assert "New contact" in palette_texts(desk)
    line.setText("vip")
    desk.settle()
    assert "VIP" in palette_texts(desk)
    line.setText("nakam")
    desk.settle()
    assert palette_texts(desk) == ["Eve Nakamura"]
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    desk.settle()
    assert desk.window.features is not None
    assert desk.window.features.shown_contact() == people.ids[4]


def test_actions_on_contacts_of_the_list_rest_while_a_page_is_shown(desk: Desk) -> None:
    desk.window.ticks.tick([1])
    assert desk.window.registry["delete"].isEnabled()
    desk.window.show_page("settings")
    assert not desk.window.registry["delete"].isEnabled()
    desk.window.show_place(ALL)
    assert desk.window.registry["delete"].isEnabled()


# Files.


def drag(window: QWidget, over: QWidget, mime: QMimeData) -> QDragEnterEvent:
    """Drag something into the window, to over a widget in it."""
    handle = window.windowHandle()
    assert handle is not None
    place = over.mapTo(window, over.rect().center())
    enter = QDragEnterEvent(
        place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(handle, enter)
    return enter


def drop(window: QWidget, onto: QWidget, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drag(window, onto, mime)
    overlay = window.findChild(QWidget, "drop_overlay")
    assert overlay is not None
    shown = overlay.isVisible()
    let_go = QDropEvent(
        QPointF(onto.mapTo(window, onto.rect().center())),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.windowHandle(), let_go)
    assert not overlay.isVisible()
    return shown and let_go.isAccepted()


@pytest.mark.parametrize("where", ["search", "table", "places"])
def test_a_file_dropped_anywhere_begins_its_import(desk: Desk, tmp_path: Path, where: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name;Email\nZoe;zoe@example.org\n", encoding="utf-8")
    onto = desk.window.findChild(QWidget, where)
    assert onto is not None
    assert drop(desk.window, onto, file)
    desk.qtbot.waitUntil(lambda: dialog("import_wizard").session.inspection is not None, timeout=30_000)  # type: ignore[attr-defined]
    assert desk.window.contacts.header.search.text() == ""
    dialog("import_wizard").close()
    desk.settle()


def test_dragging_text_is_no_import(desk: Desk) -> None:
    mime = QMimeData()
    mime.setText("anna")
    assert not drag(desk.window, desk.window.contacts, mime).isAccepted()
    overlay = desk.window.findChild(QWidget, "drop_overlay")
    assert overlay is not None
    assert not overlay.isVisible()


def test_export_is_for_what_is_ticked(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:2])
    desk.key(Qt.Key.Key_E, CONTROL)
    told = " ".join(w.text() for w in dialog("export_dialog").findChildren(QLabel) if w.isVisible())
    buttons = " ".join(w.text() for w in dialog("export_dialog").findChildren(QWidget) if hasattr(w, "text"))
    assert "2" in told + buttons
    dialog("export_dialog").close()
    desk.settle()


# What others do.


def test_what_another_process_writes_arrives_by_itself(desk: Desk, people: People, local_database: str) -> None:
    other = Workspace.open(local_database, actor="somebody else")
    try:
        other.perform(update_contact, contact_id=people.ids[4], changes={"name": "Aaron Nakamura"})
    finally:
        other.close()
    desk.qtbot.waitUntil(lambda: desk.names[0] == "Aaron Nakamura", timeout=10_000)
    desk.settle()


def test_a_tag_that_is_removed_leaves_the_navigation_and_its_list(desk: Desk, people: People) -> None:
    tag = people.workspace.read(tag_named, "vip")
    assert tag is not None
    desk.window.show_place(Place(PlaceKind.TAG, tag.id))
    desk.settle()
    people.workspace.perform(remove_tag, tag_id=tag.id)
    desk.qtbot.waitUntil(lambda: desk.window.contacts.list.place == ALL)
    desk.settle()
    assert len(desk.names) == len(PEOPLE)


# Undo over a restart.


def test_what_was_done_before_the_last_start_can_be_undone(open_desk: Callable[..., Desk], people: People) -> None:
    first = open_desk(people.workspace)
    people.workspace.perform(add_tags, selection=ContactSelection.of(*people.ids), names=("Everybody",))
    first.settle()
    first.window.close()
    second = open_desk(people.workspace)
    second.key(Qt.Key.Key_Z, CONTROL)
    assert people.workspace.read(tag_named, "Everybody") is None


def test_a_second_stroke_of_undo_means_the_operation_before(desk: Desk, people: People) -> None:
    for name in ("Ann", "Anne"):
        people.workspace.perform(update_contact, contact_id=people.ids[0], changes={"name": name})
    desk.settle()
    table = desk.window.contacts.list.table
    for _stroke in range(2):  # without waiting for the first to be done
        desk.qtbot.keyClick(table, Qt.Key.Key_Z, CONTROL)
    desk.settle()
    assert "Anna Petrova" in desk.names
    assert not desk.answers.told


# Notices.


def test_a_database_in_a_synchronised_folder_is_warned_of_once(
    open_desk: Callable[..., Desk], tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    workspace = Workspace.open(folder / "contacts.ulka", actor="tester")
    try:
        desk = open_desk(workspace)
        assert desk.window.notice.isVisible()
        assert "Dropbox" in desk.window.findChild(QLabel, "notice_text").text()  # type: ignore[union-attr]
        desk.click("dismiss_notice")
        desk.window.close()
        again = open_desk(workspace)
        assert not again.window.notice.isVisible()
        again.window.close()
    finally:
        workspace.close()


def test_an_import_that_the_program_did_not_survive_is_told(
    open_desk: Callable[..., Desk], people: People, settings: Settings
) -> None:
    settings.set("import.under_way", "big.csv")
    desk = open_desk(people.workspace)
    assert "big.csv" in desk.window.findChild(QLabel, "notice_text").text()  # type: ignore[union-attr]
    desk.click("dismiss_notice")
    assert settings.get("import.under_way") is None


def test_the_gauge_shows_only_where_there_is_a_limit(qtbot: object, theme: Theme) -> None:
    navigation = Navigation()
    qtbot.addWidget(navigation)  # type: ignore[attr-defined]
    navigation.show()
    bar = navigation.findChild(QProgressBar, "gauge")
    assert bar is not None
    navigation.set_gauge(8, None)
    assert not bar.isVisible()
    navigation.set_gauge(60, 50)
    assert bar.isVisible()
    assert (bar.value(), bar.maximum()) == (50, 50)
    assert "60 of 50" in navigation.findChild(QLabel, "gauge_text").text()  # type: ignore[union-attr]


# Starting.


def test_a_window_is_there_and_typed_into_before_its_database(
    qtbot: object, people: People, settings: Settings, theme: Theme
) -> None:
    window = MainWindow(settings)
    qtbot.addWidget(window)  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.first_painted):  # type: ignore[attr-defined]
        window.show()
    window.contacts.header.search.setText("schmidt")
    with qtbot.waitSignal(window.contacts.list.model.answered):  # type: ignore[attr-defined]
        window.open(people.workspace)
    assert window.contacts.list.model.total == 1
    qtbot.waitUntil(lambda: window.features is not None and window.runner.pending == 0)  # type: ignore[attr-defined]
    window.close()


def test_a_database_that_cannot_be_opened_says_why_and_can_be_tried_again(
    qtbot: object, tmp_path: Path, settings: Settings, theme: Theme
) -> None:
    place = tmp_path / "photo.ulka"
    place.write_bytes(b"\xff\xd8\xff" * 100)
    window = MainWindow(settings)
    qtbot.addWidget(window)  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.ready):  # type: ignore[attr-defined]
        window.open_when_painted(str(place))
        window.show()
    shown = " ".join(label.text() for label in window.contacts.list.findChildren(QLabel) if label.isVisible())
    assert str(place) in shown
    place.unlink()
    retry = window.contacts.list.findChild(QWidget, "retry")
    assert retry is not None
    with qtbot.waitSignal(window.contacts.list.model.answered):  # type: ignore[attr-defined]
        qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: window.features is not None and window.runner.pending == 0)  # type: ignore[attr-defined]
    window.close()
    window.release()


def test_nonsense_in_the_settings_never_keeps_the_window_from_opening(
    open_desk: Callable[..., Desk], people: People, settings: Settings
) -> None:
    for key, value in {
        "window.geometry": "not base64 ✗",
        "window.navigation": "wide",
        "window.sheet": [1],
        "window.page": {"a": 1},
        "contacts.table": {"columns": [{"key": 5}, "x", {"key": "property:9", "visible": True}], "sort": ["zzz", 1]},
        "contacts.view": 7,
        f"recent.{people.workspace.code}": ["a", None, 3],
    }.items():
        settings.set(key, value)
    desk = open_desk(people.workspace)
    assert desk.names == sorted(PEOPLE, key=str.casefold)


def test_geometry_and_the_place_come_back(open_desk: Callable[..., Desk], people: People) -> None:
    first = open_desk(people.workspace)
    # A window comes back no larger than its screen, which offscreen has 800 by 800.
    first.window.registry["side_card"].trigger()
    first.window.resize(780, 640)
    first.window.splitter.setSizes([250, 530])
    first.window.open_contact(people.ids[1])
    first.window.registry["recent"].trigger()
    first.settle()
    first.window.close()
    second = app.build_window(people.workspace, first.settings)
    first.qtbot.addWidget(second)
    second.show()
    first.qtbot.waitUntil(lambda: second.features is not None)
    first.qtbot.waitUntil(lambda: second.runner.pending == 0)
    assert second.height() == 640
    assert abs(second.splitter.sizes()[0] - 250) <= 1
    assert second.contacts.list.place.kind is PlaceKind.RECENT
    second.close()


def test_the_language_is_switched_live_and_one_stays_where_one_was(desk: Desk, people: People) -> None:
    window = desk.window
    try:
        desk.search("petrova")
        window.contacts.list.focus()
        desk.settle()
        window.ticks.tick([people.ids[5]])
        show_language(window, "ru")
        desk.qtbot.waitUntil(lambda: window.contacts.header.search.text() == "petrova")
        desk.qtbot.waitUntil(lambda: window.features is not None and window.runner.pending == 0)
        desk.settle()
        assert desk.names == ["Anna Petrova"]
        assert window.contacts.list.rows.current_id == people.ids[0]
        assert list(window.ticks.ids()) == [people.ids[5]]
        window.contacts.list.focus()
        desk.key(Qt.Key.Key_Return)
        assert window.features is not None
        assert window.features.shown_contact() == people.ids[0]
    finally:
        use_language("en")


def test_a_database_can_only_be_shown_where_there_is_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(ExpectedError, match="no_display"):
        app.run("nowhere.ulka")
