"""The form of a segment: made by hand and by conditions, previewed, changed, refused."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from tests.ui.filters.conftest import Hand
from tests.ui.segments.conftest import Places, Segments, segment_place
from tests.ui.window_fixtures import Desk, People
from ulkacrm_desktop.core.criteria import Clause, Operator
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.segments import change_segment
from ulkacrm_desktop.services.queries.segments import SegmentRow, find_segment, segment_by_id
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.queries.users import current_user
from ulkacrm_desktop.ui.filters.choice_button import ChoiceButton
from ulkacrm_desktop.ui.segments.segment_dialog import SegmentDialog
from ulkacrm_desktop.ui.segments.segment_icons import SEGMENT_ICONS


def form_of(desk: Desk) -> SegmentDialog:
    """The form that is open."""
    [found] = [form for form in desk.window.findChildren(SegmentDialog) if form.isVisible()]
    return found


def begin(desk: Desk, hand: Hand, places: Places) -> SegmentDialog:
    """Click the plus sign beside "Segments"."""
    heading = places.view.visualItemRect(places.item("Segments"))
    plus: QPoint = places.view.plus_rect(heading).center()
    hand.qtbot.mouseClick(places.view.viewport(), Qt.MouseButton.LeftButton, pos=plus)
    desk.settle()
    return form_of(desk)


def fill_name(hand: Hand, form: SegmentDialog, name: str) -> None:
    line = hand.find("name_line", form)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    hand.type(line, name)


def add_condition(hand: Hand, form: SegmentDialog, field: str) -> None:
    hand.click("add_condition", form)
    hand.open([each for each in form.findChildren(ChoiceButton, "field") if each.isVisible()][-1])
    hand.choose(field)


def previews(hand: Hand, form: SegmentDialog, text: str) -> None:
    """The preview comes to say this; it waits a moment for more keys before it asks."""
    label = form.findChild(QLabel, "preview_count")
    assert label is not None
    hand.qtbot.waitUntil(lambda: label.isEnabled() and label.text() == text, timeout=20_000)


def problem(form: SegmentDialog) -> str:
    """What the form says is wrong."""
    told = (form.findChild(QLabel, name) for name in ("name_problem", "failure"))
    return next((label.text() for label in told if label is not None and label.isVisible()), "")


def made(desk: Desk, name: str) -> SegmentRow:
    user = desk.workspace.read(current_user, desk.workspace.actor)
    return desk.workspace.read(find_segment, name, user.id if user is not None else None)


def test_a_segment_by_conditions_is_made_with_mouse_and_keys(
    people: People, desk: Desk, hand: Hand, places: Places
) -> None:
    form = begin(desk, hand, places)
    assert form.isAncestorOf(form.focusWidget())
    fill_name(hand, form, "  Our   VIPs ")
    hand.open(hand.find("icon", form))
    hand.click("icon_star", hand.popup())
    hand.type(form.editor("description"), "Whom to greet")
    for box in ("private", "keeps_history"):
        hand.find(box, form).setFocus()
        hand.key(Qt.Key.Key_Space)
    add_condition(hand, form, "Tags")
    hand.open(hand.find("value", form))
    hand.choose("VIP")
    hand.close_popup()
    previews(hand, form, "3 contacts")
    submit = hand.find("submit", form)
    assert isinstance(submit, QPushButton)
    assert submit.text() == "Create the segment of 3 contacts"
    hand.click("submit", form)
    vip = people.workspace.read(tag_named, "VIP").id
    row = made(desk, "Our VIPs")
    assert (row.description, row.icon, row.keeps_history, row.is_private) == ("Whom to greet", "star", True, True)
    assert row.criteria == Clause("tag", Operator.ONE_OF, (vip,))
    # It is shown as soon as it is there, and counted.
    assert desk.window.contacts.header.title == "Our VIPs"
    assert desk.names == ["Anna Petrova", "Clara Schmidt", "Борис Орлов"]
    assert places.view.marked == segment_place(row.id)
    places.has("Our VIPs", 3)


def test_a_segment_by_hand_begins_with_what_is_ticked(people: People, desk: Desk, hand: Hand, places: Places) -> None:
    desk.window.ticks.tick(people.ids[2:4])
    desk.settle()
    hand.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    form = form_of(desk)
    assert form.builder.isHidden()
    assert any("It begins with the 2 selected contacts." in label.text() for label in form.findChildren(QLabel))
    fill_name(hand, form, "Fair")
    hand.key(Qt.Key.Key_Return)
    assert made(desk, "Fair").is_static
    assert desk.names == ["Clara Schmidt", "Дмитрий Иванов"]


def test_what_is_missing_or_taken_is_told_and_nothing_is_lost(
    segments: Segments, desk: Desk, hand: Hand, places: Places
) -> None:
    form = begin(desk, hand, places)
    hand.click("submit", form)
    assert problem(form) == "Cannot be empty."
    fill_name(hand, form, "fair 2026")
    hand.click("submit", form)
    assert problem(form) == "Give at least one condition: without any, every contact would be in it."
    add_condition(hand, form, "Company")
    hand.click("submit", form)
    assert problem(form) == "Complete the marked conditions, or remove them."
    assert form.focusWidget().objectName() == "value"
    hand.type(form.focusWidget(), "acme")
    hand.click("submit", form)
    assert problem(form) == "There is one of this name already."
    fill_name(hand, form, "At Acme")
    hand.click("submit", form)
    assert made(desk, "At Acme").criteria == Clause("company", Operator.CONTAINS, ("acme",))


def test_a_segment_is_changed_and_what_somebody_else_changed_is_kept(
    segments: Segments, desk: Desk, hand: Hand, places: Places
) -> None:
    desk.window.show_place(segment_place(segments.vips))
    desk.settle()
    hand.click("edit_segment")
    form = form_of(desk)
    previews(hand, form, "1 contact")
    # By conditions it stays, or what it was would be lost.
    assert not hand.find("static", form).isEnabled()
    fill_name(hand, form, "Our dear ones")
    perform = segments.people.workspace.perform
    row = desk.workspace.read(segment_by_id, segments.vips)
    perform(change_segment, segment_id=row.id, segment=SegmentInput("Somebody's", criteria=row.criteria))
    desk.settle()
    hand.click("submit", form)
    assert problem(form).startswith("Somebody has changed this segment meanwhile.")
    assert desk.workspace.read(segment_by_id, segments.vips).name == "Somebody's"
    hand.click("cancel", form)
    hand.click("edit_segment")
    form = form_of(desk)
    fill_name(hand, form, "Our dear ones")
    hand.click("remove", form)  # the first condition, the tag
    previews(hand, form, "4 contacts")
    hand.click("submit", form)
    assert desk.window.contacts.header.title == "Our dear ones"
    assert len(desk.names) == 4
    assert places.shown("segments") == ["Fair 2026", "Our dear ones"]


def test_an_icon_is_chosen_with_the_arrows(people: People, desk: Desk, hand: Hand, places: Places) -> None:
    form = begin(desk, hand, places)
    hand.open(hand.find("icon", form))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Return):
        hand.key(key)
    # The first of the second line.
    assert form.wanted.icon == SEGMENT_ICONS[8]
    hand.click("cancel", form)
