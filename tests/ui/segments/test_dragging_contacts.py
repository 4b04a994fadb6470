"""Contacts dragged from the list onto the navigation."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from tests.ui.segments.conftest import Places, Segments, segment_place
from tests.ui.window_fixtures import PEOPLE, Desk
from ulkacrm_desktop.services.operations.users import add_user
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.ui.contacts import contact_drag

_COPY = Qt.DropAction.CopyAction
_LEFT = Qt.MouseButton.LeftButton
_PLAIN = Qt.KeyboardModifier.NoModifier


class Dragging:
    """Pulls a contact away with the mouse and carries it over the navigation.

    A platform without a display has no drags: from the moment that one begins, the events are sent that Qt would send
    for it.
    """

    def __init__(self, desk: Desk, places: Places) -> None:
        self.desk = desk
        self.places = places
        self.onto: tuple[str, ...] = ()
        self.accepted: list[bool] = []
        self.over: Callable[[], object] = lambda: None
        """What is to be looked at while the contacts are held over the last entry."""

    def pull(self, name: str, *onto: str) -> None:
        """Press on a contact's row, move over these entries one after another, and let go on the last."""
        self.onto, self.accepted = onto, []
        model, view = self.desk.window.contacts.list.model, self.desk.window.contacts.list.rows._view
        row = self.desk.names.index(name)
        start = view.visualRect(model.index(row, model.section_of("name"))).center()
        QTest.mousePress(view.viewport(), _LEFT, _PLAIN, start)
        QTest.mouseMove(view.viewport(), start + QPoint(2, 0))
        assert not self.accepted  # a hand that trembles drags nothing
        QTest.mouseMove(view.viewport(), start + QPoint(40, 0))
        QTest.mouseRelease(view.viewport(), _LEFT, _PLAIN, start)
        self.desk.settle()

    def carry(self, drag: QDrag) -> None:
        """What Qt does while something is dragged."""
        viewport, mime = self.places.view.viewport(), drag.mimeData()
        points = [self.places.point(text) for text in self.onto]
        QApplication.sendEvent(viewport, QDragEnterEvent(points[0], _COPY, mime, _LEFT, _PLAIN))
        for point in points:
            move = QDragMoveEvent(point, _COPY, mime, _LEFT, _PLAIN)
            QApplication.sendEvent(viewport, move)
            self.accepted.append(move.isAccepted())
        self.over()
        if self.accepted[-1]:
            QApplication.sendEvent(viewport, QDropEvent(points[-1].toPointF(), _COPY, mime, _LEFT, _PLAIN))
        else:
            QApplication.sendEvent(viewport, QDragLeaveEvent())


@pytest.fixture
def dragging(desk: Desk, places: Places, monkeypatch: pytest.MonkeyPatch) -> Dragging:
    made = Dragging(desk, places)

    class CarriedDrag(QDrag):
        def exec(self, *_actions: Qt.DropAction) -> Qt.DropAction:
            made.carry(self)
            return _COPY

    monkeypatch.setattr(contact_drag, "QDrag", CarriedDrag)
    return made


def test_the_row_that_is_dragged_goes_into_a_segment_that_is_filled_by_hand(
    segments: Segments, desk: Desk, places: Places, dragging: Dragging
) -> None:
    ids = segments.people.ids
    desk.window.ticks.tick(ids[:2])  # those that are ticked stay where they are
    dragging.over = lambda: targets.append(places.view.drop_target)
    targets: list[object] = []
    dragging.pull(PEOPLE[7], "Contacts", "Fair 2026")
    assert dragging.accepted == [False, True]
    assert targets == [segment_place(segments.fair)]
    assert segments.members(segments.fair) == [ids[4], ids[7]]
    assert not places.view.is_dragged_over
    places.has("Fair 2026", 2)
    desk.window.registry["undo"].trigger()
    desk.settle()
    assert segments.members(segments.fair) == [ids[4]]


def test_a_ticked_row_takes_all_that_are_ticked_with_it_from_cards_too(
    segments: Segments, desk: Desk, dragging: Dragging
) -> None:
    ids = segments.people.ids
    desk.window.ticks.tick(ids[:3])
    dragging.pull(PEOPLE[0], "Fair 2026")
    assert segments.members(segments.fair) == [*ids[:3], ids[4]]
    desk.window.registry["undo"].trigger()
    desk.settle()
    assert segments.members(segments.fair) == [ids[4]]
    desk.window.registry["cards"].trigger()
    desk.settle()
    dragging.pull(PEOPLE[2], "Fair 2026")
    assert segments.members(segments.fair) == [*ids[:3], ids[4]]


def test_a_segment_by_conditions_refuses_and_says_why(
    segments: Segments, desk: Desk, places: Places, dragging: Dragging
) -> None:
    told: list[tuple[str, bool, object]] = []
    dragging.over = lambda: told.append((QToolTip.text(), places.view.is_dragged_over, places.view.drop_target))
    dragging.pull(PEOPLE[7], "Fair 2026", "Acme VIPs")
    assert dragging.accepted == [True, False]
    assert told == [("This segment fills itself by its conditions", True, None)]
    assert segments.members(segments.vips) == [segments.people.ids[1]]
    assert segments.members(segments.fair) == [segments.people.ids[4]]


def test_a_tag_a_colleague_and_a_class_are_given_likewise(
    segments: Segments, desk: Desk, places: Places, dragging: Dragging
) -> None:
    workspace, hanna = segments.people.workspace, segments.people.ids[7]
    workspace.perform(add_user, name="Irina")
    desk.qtbot.waitUntil(lambda: bool(desk.window.navigation._list.places("responsibles")), timeout=20_000)
    desk.settle()
    dragging.pull(PEOPLE[7], "VIP")
    dragging.pull(PEOPLE[7], "Irina")
    document = workspace.read(contact_document, hanna)
    assert (document.tags, document.responsible) == (("VIP",), "Irina")


def test_a_folded_section_opens_for_what_is_held_over_it(
    segments: Segments, desk: Desk, places: Places, dragging: Dragging
) -> None:
    desk.qtbot.mouseClick(places.view.viewport(), _LEFT, pos=places.point("Segments"))
    assert places.view.is_folded("segments")
    dragging.over = lambda: desk.qtbot.waitUntil(lambda: not places.view.is_folded("segments"), timeout=5_000)
    dragging.pull(PEOPLE[7], "Segments")
    assert not desk.window.navigation.is_folded("segments")


def test_contacts_of_another_program_are_not_taken(segments: Segments, desk: Desk, dragging: Dragging) -> None:
    mime = contact_drag.QMimeData()
    mime.setData(contact_drag._MIME, b"another one")
    assert not contact_drag.has_contacts(mime)
