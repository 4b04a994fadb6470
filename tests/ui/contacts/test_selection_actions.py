"""What is done with many contacts from the list: responsible, class, segments, properties."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QMenu, QWidget

from tests.ui.window_fixtures import Desk, People
from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries.classes import contact_classes
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.segments import segments
from ulkacrm_desktop.services.queries.users import crm_users
from ulkacrm_desktop.ui.contacts.selection_actions import MERGED_AT_ONCE
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog


def do(desk: Desk, key: str) -> None:
    desk.window.registry[key].trigger()
    desk.settle()


def pick(desk: Desk, key: str, text: str) -> None:
    """Type into the small window that an action has opened, and take what Enter means."""
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == f"{key}_popup"]
    assert len(shown) == 1
    desk.settle()
    line = shown[0].findChild(QLineEdit, f"{key}_name")
    assert line is not None
    desk.qtbot.keyClicks(line, text)
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    desk.settle()


def documents(people: People) -> list[ContactDocument]:
    with people.workspace.reading() as connection:
        return list(contact_documents(connection, people.ids))


def responsibles(people: People) -> list[str | None]:
    found = documents(people)
    by_id = {contact.id: contact.responsible for contact in found}
    return [by_id[contact_id] for contact_id in people.ids]


def test_somebody_new_becomes_responsible_for_all_that_are_ticked(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:3])
    desk.settle()
    do(desk, "responsible")
    pick(desk, "responsible", "Irina")
    assert responsibles(people)[:4] == ["Irina"] * 3 + [None]
    do(desk, "undo")
    assert responsibles(people)[:4] == [None] * 4
    assert "Irina" not in [user.name for user in people.workspace.read(crm_users, people.workspace.actor)]
    do(desk, "redo")
    assert responsibles(people)[:4] == ["Irina"] * 3 + [None]
    desk.window.ticks.tick(people.ids[3:4])
    do(desk, "responsible")
    pick(desk, "responsible", "nobody")
    assert responsibles(people)[:4] == [None] * 4
    do(desk, "undo")
    assert responsibles(people)[:4] == ["Irina"] * 3 + [None]


def test_a_class_is_given_and_taken_back(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:2])
    desk.settle()
    do(desk, "class")
    pick(desk, "class", "Wholesale")
    classes = {c.id: c.class_name for c in documents(people)}
    assert [classes[contact_id] for contact_id in people.ids[:3]] == ["Wholesale", "Wholesale", "General"]
    do(desk, "undo")
    classes = {c.id: c.class_name for c in documents(people)}
    assert set(classes.values()) == {"General"}
    assert [known.name for known in people.workspace.read(contact_classes)] == ["General"]


def test_contacts_go_into_a_new_segment_and_out_of_it(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[2:6])
    desk.settle()
    do(desk, "to_segment")
    pick(desk, "to_segment", "Fair 2026")
    [made] = people.workspace.read(segments, None)
    assert made.name == "Fair 2026"
    inside = ContactQuery(segment_id=made.id)
    assert sorted(people.workspace.read(all_ids, inside)) == people.ids[2:6]
    desk.window.ticks.clear()
    desk.window.ticks.tick(people.ids[5:])
    desk.settle()
    do(desk, "from_segment")
    pick(desk, "from_segment", "fair")
    assert sorted(people.workspace.read(all_ids, inside)) == people.ids[2:5]
    do(desk, "undo")
    assert sorted(people.workspace.read(all_ids, inside)) == people.ids[2:6]


def test_a_property_is_set_where_there_is_no_value_yet(desk: Desk, people: People) -> None:
    city = people.workspace.perform(create_property, name="Branch", type=PropertyType.TEXT).result
    desk.window.ticks.tick(people.ids[:1])
    desk.settle()
    set_branch(desk, "Omsk")
    desk.window.ticks.tick(people.ids[:4])
    desk.settle()
    set_branch(desk, "Tver", only_empty=True)
    values = {c.id: c.properties.get(city) for c in documents(people)}
    assert [values[contact_id] for contact_id in people.ids[:5]] == ["Omsk", "Tver", "Tver", "Tver", None]


def set_branch(desk: Desk, text: str, *, only_empty: bool = False) -> None:
    do(desk, "set_property")
    pick(desk, "property", "bran")
    form = desk.window.findChild(FormDialog, "property_value_form")
    assert form is not None
    editor = form.editor("value")
    desk.qtbot.keyClicks(editor.focusProxy() or editor, text)
    if only_empty:
        box = form.editor("only_empty")
        assert isinstance(box, QCheckBox)
        box.click()
    form.submit()
    desk.settle()
    assert desk.window.findChild(FormDialog, "property_value_form") is None


def test_merging_takes_two_and_not_too_many(desk: Desk, people: People) -> None:
    asked: list[object] = []
    told: list[str] = []
    actions = desk.window.contacts.selection_actions
    actions.merge_requested.connect(asked.append)
    actions.told.connect(told.append)
    desk.window.ticks.tick(people.ids[:1])
    desk.settle()
    assert not desk.window.registry["merge"].isEnabled()
    desk.window.ticks.tick(people.ids[:2])
    desk.settle()
    menu = QMenu(desk.window)
    actions.fill_menu(menu, desk.window.contacts.selection)
    assert [action.isEnabled() for action in menu.actions()] == [True] * 8
    do(desk, "merge")
    assert asked == [tuple(people.ids[:2])]
    for form in desk.window.findChildren(QWidget, "merge_form"):
        form.close()
    desk.window.ticks.tick(range(10_000, 10_000 + MERGED_AT_ONCE))
    desk.settle()
    do(desk, "merge")
    assert len(asked) == 1
    assert "Duplicates" in told[0]
