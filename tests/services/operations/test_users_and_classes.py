"""Users, classes, and who is responsible for whom: one operation each, taken back exactly."""

import pytest

from tests.services.operations.reversals import nothing_done, performed, refused
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput, NotFound
from ulkacrm_desktop.models import GENERAL_CLASS
from ulkacrm_desktop.services.operations.assignments import set_class, set_responsible
from ulkacrm_desktop.services.operations.classes import add_class, remove_class, rename_class
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.users import add_user, remove_user, rename_user
from ulkacrm_desktop.services.queries.classes import class_counts, contact_classes
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.timeline import timeline
from ulkacrm_desktop.services.queries.users import (
    CURRENT_USER,
    crm_users,
    current_user,
    find_user,
    responsible_counts,
)
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.timeline import entry_text


def contacts(workspace: Workspace, *names: str) -> list[int]:
    return [workspace.perform(create_contact, contact=ContactInput(name)).result for name in names]


def responsible(workspace: Workspace, contact_id: int) -> str | None:
    return workspace.read(contact_document, contact_id).responsible


def test_users_are_listed_with_whoever_works_here(workspace: Workspace) -> None:
    assert [(user.id, user.name, user.is_current) for user in workspace.read(crm_users, "tester")] == [
        (CURRENT_USER, "tester", True)
    ]
    assert workspace.read(current_user, "tester") is None
    boris = performed(workspace, add_user, name="  Boris   Berg ")
    anna = performed(workspace, add_user, name="anna")
    assert [user.name for user in workspace.read(crm_users, "tester")] == ["anna", "Boris Berg", "tester"]
    for name in ("", " \t", "BORIS berg", "x" * 101, "a\0b"):
        refused(workspace, InvalidInput, add_user, name=name)
    refused(workspace, InvalidInput, rename_user, user_id=anna, name="boris Berg")
    refused(workspace, NotFound, rename_user, user_id=9_999, name="X")
    performed(workspace, rename_user, user_id=boris, name="boris berg")
    nothing_done(workspace, rename_user, user_id=boris, name="boris berg")
    found = workspace.read(find_user, " BORIS  Berg")
    assert found is not None
    assert found.id == boris


def test_whoever_works_here_is_written_down_when_first_needed(workspace: Workspace) -> None:
    (ids,) = contacts(workspace, "Anna")
    performed(workspace, set_responsible, selection=ContactSelection.of(ids), user_id=CURRENT_USER)
    me = workspace.read(current_user, "tester")
    assert me is not None
    assert responsible(workspace, ids) == "tester"
    workspace.perform(undo_operation)
    assert workspace.read(current_user, "tester") is None, "they are gone with what needed them"
    workspace.perform(redo_operation)
    performed(workspace, rename_user, user_id=CURRENT_USER, name="Me")
    assert responsible(workspace, ids) == "Me"
    assert refused(workspace, ExpectedError, remove_user, user_id=me.id).code == "user_is_current"


def test_a_colleague_listed_by_the_name_of_the_account_is_whoever_works_here(workspace: Workspace) -> None:
    listed = workspace.perform(add_user, name="Tester").result
    (contact,) = contacts(workspace, "Anna")
    performed(workspace, set_responsible, selection=ContactSelection.of(contact), user_id=CURRENT_USER)
    me = workspace.read(current_user, "tester")
    assert me is not None
    assert (me.id, me.name) == (listed, "Tester")


def test_responsibility_of_many_is_one_operation(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara", "Dora")
    user = workspace.perform(add_user, name="Olga").result
    other = workspace.perform(add_user, name="Petr").result
    workspace.perform(remove_contacts, selection=ContactSelection.of(ids[3]))
    everybody = ContactSelection.matching(ContactQuery(), but={ids[2]})
    assert performed(workspace, set_responsible, selection=everybody, user_id=user) == 2
    assert workspace.read(responsible_counts) == {user: 2}
    nothing_done(workspace, set_responsible, selection=everybody, user_id=user)
    nothing_done(workspace, set_responsible, selection=ContactSelection(), user_id=CURRENT_USER)
    refused(workspace, NotFound, set_responsible, selection=everybody, user_id=9_999)
    assert performed(workspace, set_responsible, selection=ContactSelection(ids=ids), user_id=other) == 3
    assert performed(workspace, set_responsible, selection=ContactSelection.of(ids[0]), user_id=None) == 1
    entries = workspace.read(timeline, ids[0]).entries
    assert [entry_text(entry) for entry in entries][:1] == ["Changed: Responsible"]
    assert (entries[0].changes[0].before, entries[0].changes[0].after) == ("Petr", None)
    told = operation_text(entries[0].operation_kind, entries[0].facts)
    assert told == "Did again: Nobody is responsible for Anna any more"


def test_somebody_new_and_a_new_class_come_with_the_contacts_that_are_given_them(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara")
    some = ContactSelection(ids=ids[:2])
    assert performed(workspace, set_responsible, selection=some, new=" Olga  Orlova ") == 2
    assert responsible(workspace, ids[0]) == "Olga Orlova"
    refused(workspace, InvalidInput, set_responsible, selection=some, new="olga orlova")
    nothing_done(workspace, set_responsible, selection=ContactSelection(), new="Petr")
    assert performed(workspace, set_class, selection=some, new="Partners") == 2
    assert workspace.read(contact_document, ids[1]).class_name == "Partners"
    refused(workspace, InvalidInput, set_class, selection=some, new="General")
    nothing_done(workspace, set_class, selection=ContactSelection(), new="Suppliers")
    workspace.perform(undo_operation)
    workspace.perform(undo_operation)
    assert [user.name for user in workspace.read(crm_users, "tester")] == ["tester"], "one undo takes both"
    assert [known.name for known in workspace.read(contact_classes)] == ["General"]
    assert responsible(workspace, ids[0]) is None


def test_who_leaves_hands_their_contacts_over(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara")
    olga = workspace.perform(add_user, name="Olga").result
    petr = workspace.perform(add_user, name="Petr").result
    workspace.perform(set_responsible, selection=ContactSelection(ids=ids), user_id=olga)
    removal = workspace.perform(remove_contacts, selection=ContactSelection.of(ids[2])).operation_id
    assert performed(workspace, remove_user, user_id=olga, successor_id=petr) == 2
    assert workspace.read(responsible_counts) == {petr: 2}
    workspace.perform(undo_operation, operation_id=removal)
    assert responsible(workspace, ids[2]) == "Petr", "nobody comes back to somebody who is gone"
    refused(workspace, NotFound, remove_user, user_id=olga)
    again = workspace.perform(add_user, name="olga").result
    assert again != olga
    assert performed(workspace, remove_user, user_id=petr) == 3
    assert [responsible(workspace, contact) for contact in ids] == [None] * 3
    told = [
        (change.before, change.after) for entry in workspace.read(timeline, ids[0]).entries for change in entry.changes
    ]
    assert ("Olga", "Petr") in told, "the timeline keeps the names of those who left"


def test_a_user_does_not_come_back_under_a_name_that_is_taken(workspace: Workspace) -> None:
    olga = workspace.perform(add_user, name="Olga").result
    removal = workspace.perform(remove_user, user_id=olga).operation_id
    workspace.perform(add_user, name="OLGA")
    with pytest.raises(EditConflict):
        workspace.perform(undo_operation, operation_id=removal)


def test_classes_are_made_renamed_and_given(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara")
    partners = performed(workspace, add_class, name="Partners")
    press = performed(workspace, add_class, name="Press")
    refused(workspace, InvalidInput, add_class, name=" general ")
    refused(workspace, InvalidInput, rename_class, class_id=press, name="PARTNERS")
    performed(workspace, rename_class, class_id=press, name="Media")
    assert [row.name for row in workspace.read(contact_classes)] == ["General", "Media", "Partners"]
    assert performed(workspace, set_class, selection=ContactSelection(ids=ids[:2]), class_id=partners) == 2
    assert workspace.read(class_counts) == {GENERAL_CLASS: 1, partners: 2}
    assert workspace.read(contact_document, ids[0]).class_name == "Partners"
    nothing_done(workspace, set_class, selection=ContactSelection(ids=ids[:2]), class_id=partners)
    refused(workspace, NotFound, set_class, selection=ContactSelection(ids=ids), class_id=9_999)
    assert refused(workspace, ExpectedError, remove_class, class_id=GENERAL_CLASS).code == "class_is_general"
    refused(workspace, NotFound, remove_class, class_id=partners, successor_id=partners)
    assert performed(workspace, remove_class, class_id=partners, successor_id=press) == 2
    assert performed(workspace, remove_class, class_id=press) == 2
    assert workspace.read(class_counts) == {GENERAL_CLASS: 3}


def test_what_belongs_to_a_contact_follows_it_to_another_class(workspace: Workspace) -> None:
    from ulkacrm_desktop.core.contact_document import EmailEntry
    from ulkacrm_desktop.services.operations.contacts import update_contact

    created = workspace.perform(
        create_contact, contact=ContactInput("Anna", emails=(EmailEntry("a@x.io"),), tags=("VIP",))
    ).result
    partners = workspace.perform(add_class, name="Partners").result
    performed(workspace, set_class, selection=ContactSelection.of(created), class_id=partners)
    performed(workspace, update_contact, contact_id=created, changes={"emails": (), "tags": ()})
    edit = workspace.perform(undo_operation).operation_id
    assert edit is not None
    performed(workspace, set_class, selection=ContactSelection.of(created), class_id=GENERAL_CLASS)
