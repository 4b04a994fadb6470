"""The page of duplicates in the window, driven by clicks and keys."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.database_dump import dump
from tests.ui.window_fixtures import Desk, People
from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.operations import merging
from ulkacrm_desktop.services.operations.contact_record import insert_contact
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.duplicates import judge_duplicates
from ulkacrm_desktop.services.operations.merge_statements import Merging
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.duplicates import open_groups, postponed_pairs
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.workspace import Workspace, Write, operation
from ulkacrm_desktop.ui.duplicates import duplicates_page
from ulkacrm_desktop.ui.duplicates.duplicates_page import DuplicatesPage
from ulkacrm_desktop.ui.duplicates.group_reads import JUDGED
from ulkacrm_desktop.ui.duplicates.merge_all_form import MergeAllForm
from ulkacrm_desktop.ui.duplicates.merge_form import MergeForm
from ulkacrm_desktop.ui.duplicates.merge_words import becomes_text
from ulkacrm_desktop.ui.duplicates.rule_words import none_text, percent, rule_text
from ulkacrm_desktop.ui.runtime.task_runner import READERS, TaskRunner


def add(workspace: Workspace, name: str, email: str = "", phone: str = "", city: str = "") -> int:
    emails = (EmailEntry(email),) if email else ()
    phones = (PhoneEntry(phone),) if phone else ()
    contact = ContactInput(name=name, emails=emails, phones=phones, city=city)
    return workspace.perform(create_contact, contact=contact).result


@dataclass
class Twins:
    """Three pairs of contacts with the same email, among the eight."""

    pairs: list[tuple[int, int]]


@pytest.fixture
def twins(people: People) -> Twins:
    pairs = []
    for number in range(3):
        one = add(people.workspace, f"Twin {number}", f"twin{number}@example.org", city="Omsk")
        other = add(people.workspace, f"Twin {number} again", f"TWIN{number}@example.org")
        pairs.append((one, other))
    return Twins(pairs)


def page_of(desk: Desk) -> DuplicatesPage:
    desk.click("duplicates_button")
    page = desk.window.findChild(DuplicatesPage)
    assert page is not None
    assert page.isVisible()
    return page


def find(desk: Desk, rule: str) -> DuplicatesPage:
    page = page_of(desk)
    desk.click(f"rule_{rule}", page)
    desk.click("find_duplicates", page)
    return page


def reviewed(page: DuplicatesPage) -> str:
    label = page.findChild(QLabel, "reviewed")
    assert label is not None
    return label.text()


def present(people: People, ids: Sequence[int]) -> set[int]:
    return set(people.workspace.read(all_ids, ContactQuery())) & set(ids)


def test_groups_are_decided_by_keys_and_the_next_one_comes(twins: Twins, desk: Desk, people: People) -> None:
    page = find(desk, "email")
    assert page.model.rowCount() == 3
    assert "Same in: Email · 0 of 3 reviewed" in reviewed(page)
    assert page.groups.hasFocus(), desk.window.focusWidget()
    groups = [page.model.ids_of(place) for place in range(3)]
    for key, place in ((Qt.Key.Key_End, 2), (Qt.Key.Key_Home, 0)):
        desk.qtbot.keyClick(page.groups, key)
        assert page.place == place
    desk.qtbot.keyClick(page.groups, Qt.Key.Key_M)
    desk.settle()
    assert len(present(people, groups[0])) == 1
    assert page.place == 1
    desk.qtbot.keyClick(page.groups, Qt.Key.Key_N)
    desk.settle()
    desk.qtbot.keyClick(page.groups, Qt.Key.Key_L)
    desk.settle()
    assert "3 of 3 reviewed" in reviewed(page)
    assert [page.model.decided[place] for place in range(3)] == ["Merged", "Not a duplicate", "Later"]
    assert people.workspace.read(open_groups, groups) == (False, False, False)
    assert people.workspace.read(postponed_pairs) == (groups[2],)
    # Undo takes back the last decision, and the page says so.
    desk.click("undo_last")
    assert 2 not in page.model.decided
    assert "2 of 3 reviewed" in reviewed(page)
    desk.window.registry["undo"].trigger()
    desk.settle()
    desk.window.registry["undo"].trigger()
    desk.settle()
    assert len(present(people, groups[0])) == 2
    assert "0 of 3 reviewed" in reviewed(page)


def test_what_was_decided_is_not_found_again_and_what_is_put_off_is_listed_apart(
    twins: Twins, desk: Desk, people: People
) -> None:
    page = find(desk, "email")
    desk.click("not_duplicate", page)
    desk.click("decide_later", page)
    desk.click("look_for_others", page)
    desk.click("rule_email", page)
    desk.click("find_duplicates", page)
    assert page.model.rowCount() == 1
    desk.click("look_for_others", page)
    desk.click("show_postponed", page)
    assert page.model.rowCount() == 1
    assert "Put off for later" in reviewed(page)
    later = page.findChild(QPushButton, "decide_later")
    assert later is not None
    assert not later.isVisible()
    ids = page.model.ids_of(0)
    desk.click("merge_group", page)
    assert len(present(people, ids)) == 1


def test_enter_looks_side_by_side(twins: Twins, desk: Desk, people: People) -> None:
    page = find(desk, "email")
    ids = page.model.ids_of(0)
    desk.qtbot.keyClick(page.groups, Qt.Key.Key_Return)
    desk.settle()
    form = desk.window.findChild(MergeForm)
    assert form is not None
    desk.click("name_1", form)
    desk.click("submit", form)
    assert len(present(people, ids)) == 1
    assert page.model.decided[0] == "Merged"
    assert page.place == 1


def test_all_of_a_rule_are_merged_after_it_was_said_what_that_does(twins: Twins, desk: Desk, people: People) -> None:
    page = find(desk, "email")
    desk.click("not_duplicate", page)
    kept = page.model.ids_of(0)
    desk.click("merge_all", page)
    refused = page.findChild(MergeAllForm)
    assert refused is not None
    desk.click("cancel", refused)
    desk.qtbot.waitUntil(lambda: page.findChild(MergeAllForm) is None)
    desk.click("merge_all", page)
    form = page.findChild(MergeAllForm)
    assert form is not None
    told = " ".join(label.text() for label in form.findChildren(QLabel))
    assert "2 groups with 4 contacts become one contact each." in told
    lost = form.findChild(QLabel, "lost_name")
    assert lost is not None
    assert lost.text() == "differs in 2 groups"
    desk.click("submit", form)
    left = [len(present(people, pair)) for pair in twins.pairs]
    assert sorted(left) == [1, 1, 2]
    assert present(people, kept) == set(kept)
    assert "All of them are merged" in page.states.empty.accessibleName()
    desk.click("undo_last")
    assert [len(present(people, pair)) for pair in twins.pairs] == [2, 2, 2]


def test_a_merge_of_all_that_is_cancelled_in_the_middle_leaves_everything_as_it_was(
    twins: Twins, desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged, gate, merge = [], threading.Event(), Merging.merge

    def merge_and_wait(self: Merging, *arguments: Any) -> None:
        merge(self, *arguments)
        merged.append(arguments)
        assert gate.wait(20)

    monkeypatch.setattr(merging, "_MERGED_AT_ONCE", 1)
    monkeypatch.setattr(Merging, "merge", merge_and_wait)
    before = people.workspace.read(dump), people.workspace.read(last_operation)
    page = find(desk, "email")
    desk.click("merge_all", page)
    form = page.findChild(MergeAllForm)
    desk.qtbot.mouseClick(form.findChild(QWidget, "submit"), Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: bool(merged), timeout=20_000)
    assert page.progress.isVisible()
    assert not page.findChild(QPushButton, "merge_all").isEnabled()
    desk.qtbot.mouseClick(page.progress.findChild(QWidget, "cancel_job"), Qt.MouseButton.LeftButton)
    gate.set()
    desk.settle()
    assert len(merged) == 1, "of three groups"
    assert not page.progress.isVisible()
    assert reviewed(page) == "Cancelled: nothing was merged."
    assert (people.workspace.read(dump), people.workspace.read(last_operation)) == before
    # The groups stand as they did, and it can be done after all.
    assert page.model.rowCount() == 3
    desk.click("merge_all", page)
    desk.click("submit", page.findChild(MergeAllForm))
    assert [len(present(people, pair)) for pair in twins.pairs] == [1, 1, 1]


def test_the_look_at_what_would_be_merged_is_cancelled(twins: Twins, desk: Desk) -> None:
    page = find(desk, "email")
    gate = threading.Event()
    for _reader in range(READERS):
        desk.window.runner.run(gate.wait)
    desk.qtbot.mouseClick(page.findChild(QWidget, "merge_all"), Qt.MouseButton.LeftButton)
    desk.qtbot.mouseClick(page.progress.findChild(QWidget, "cancel_job"), Qt.MouseButton.LeftButton)
    gate.set()
    desk.settle()
    assert page.findChild(MergeAllForm) is None
    assert reviewed(page) == "Cancelled: nothing was merged."
    assert page.findChild(QPushButton, "merge_all").isEnabled()


def test_a_very_large_group_is_only_merged(desk: Desk, people: People) -> None:
    @operation(create_contact.kind)
    def fill(write: Write) -> None:
        values = {field: getattr(ContactInput("Twin", city="Pskov"), field) for field in ContactInput.__slots__}
        values.pop("responsible_id")
        for _number in range(JUDGED + 1):
            insert_contact(write, values, region="")

    people.workspace.perform(fill)
    page = find(desk, "name")
    assert "and 81 more" in [label.text() for label in page.detail.findChildren(QLabel)]
    able = {name: page.findChild(QPushButton, name).isEnabled() for name in ("merge_group", "review_group")}
    assert able == {"merge_group": True, "review_group": False}
    desk.qtbot.keyClick(page.groups, Qt.Key.Key_N)
    desk.qtbot.keyClick(page.groups, Qt.Key.Key_Return)
    desk.settle()
    assert desk.window.findChild(MergeForm) is None
    said = page.findChild(QLabel, "group_said")
    assert said.isVisible()
    assert "too many" in said.text()
    ids = page.model.ids_of(0)
    desk.click("merge_group", page)
    assert len(present(people, ids)) == 1


def test_a_combination_of_ones_own(twins: Twins, desk: Desk, people: People) -> None:
    same = [add(people.workspace, "Olga Serova", city="Pskov") for _number in range(3)]
    page = page_of(desk)
    desk.click("rule_own", page)
    button = page.findChild(QPushButton, "find_duplicates")
    assert button is not None
    assert not button.isEnabled()
    for field in ("name", "city"):
        desk.click(f"own_{field}", page)
    desk.click("find_duplicates", page)
    assert [page.model.ids_of(place) for place in range(page.model.rowCount())] == [tuple(same)]


def test_similar_contacts_come_with_what_speaks_for_it(desk: Desk, people: People) -> None:
    one = add(people.workspace, "Анна Кузьмина", "kuzmina@example.org", "+7 921 555 44 33", "Псков")
    other = add(people.workspace, "Anna Kuzmina", "kuzmina@example.org", "+7 (921) 555-44-33", "Псков")
    page = find(desk, "similar")
    found = [page.model.ids_of(place) for place in range(page.model.rowCount())]
    assert (one, other) in found
    page.groups.show_place(found.index((one, other)))
    desk.settle()
    shown = [label.text() for label in page.detail.findChildren(QLabel)]
    assert "Анна Кузьмина ~ Anna Kuzmina" in shown
    assert "kuzmina@example.org" in shown
    assert "the same" in shown
    assert shown[shown.index("+7 921 555 44 33 ~ +7 (921) 555-44-33") + 1] == "the same, written otherwise"
    green = {label.text() for label in page.detail.findChildren(QLabel) if label.property("tone") == "success"}
    assert green
    assert green <= {"the same", "the same, written otherwise"}, "not what is only alike"
    desk.click(f"member_{one}", page)
    assert desk.window.current_contact == one


def test_rules_and_shares_in_words() -> None:
    assert percent(0.579) == "57%"
    assert rule_text(("email", "property:3"), {3: "Shoe size"}) == "Same in: Email, Shoe size"
    assert none_text(("name", "city"), {}) == "No two contacts are the same in: Name, City."
    assert becomes_text(1, 3) == "The group of 3 contacts becomes one contact."
    assert becomes_text(1_000, 2_500) == "1,000 groups with 2,500 contacts become one contact each."


def test_nothing_is_found(desk: Desk) -> None:
    page = find(desk, "phone")
    assert "No duplicates" in page.states.empty.accessibleName()
    desk.click("start", page)
    assert page.choice.isVisible()


def test_a_search_that_fails_can_be_tried_again(twins: Twins, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ExpectedError("database_busy", location="x.ulka")

    page = page_of(desk)
    with monkeypatch.context() as broken:
        broken.setattr(duplicates_page, "find_duplicates", fail)
        page.look_for(("email",))
        desk.settle()
    assert "failed" in page.states.empty.accessibleName()
    desk.click("again", page)
    assert page.model.rowCount() == len(twins.pairs)


def test_a_field_that_is_gone_is_told_without_its_code_and_others_can_be_chosen(desk: Desk) -> None:
    page = page_of(desk)
    page.look_for(("property:999x",))
    desk.settle()
    told = page.states.empty.accessibleName()
    assert "failed" in told
    assert "property:" not in told
    assert page.findChild(QWidget, "again") is None, "it would fail again"
    desk.click("start", page)
    assert page.choice.isVisible()


def test_buttons_say_what_they_do_with_so_many_and_the_title_stays_in_its_place(
    twins: Twins, desk: Desk, people: People
) -> None:
    page = page_of(desk)
    title = next(label for label in page.findChildren(QLabel) if label.text() == "Duplicates")
    before = title.mapTo(page, title.rect().center()).y()
    find(desk, "email")
    assert title.mapTo(page, title.rect().center()).y() == before

    def texts() -> list[str]:
        return [page.findChild(QPushButton, name).text() for name in ("merge_group", "review_group", "not_duplicate")]

    assert texts() == ["Merge 2 contacts", "Compare…", "Not a duplicate"]
    for _number in range(3):
        add(people.workspace, "Olga Serova", city="Pskov")
    desk.click("look_for_others", page)
    find(desk, "name_city")
    assert texts() == ["Merge 3 contacts", "Compare…", "Not duplicates"]
    desk.click("not_duplicate", page)
    assert page.model.decided[0] == "Not duplicates"


def test_a_search_is_cancelled(desk: Desk, twins: Twins) -> None:
    page = page_of(desk)
    gate = threading.Event()
    for _reader in range(READERS):
        # So that it cannot be done before Cancel is pressed.
        desk.window.runner.run(gate.wait)
    desk.qtbot.mouseClick(page.findChild(QWidget, "find_duplicates"), Qt.MouseButton.LeftButton)
    assert page.progress.isVisible()
    desk.qtbot.mouseClick(page.progress.findChild(QWidget, "cancel_job"), Qt.MouseButton.LeftButton)
    gate.set()
    desk.settle()
    assert not page.progress.isVisible()
    assert page.choice.isVisible()


def test_verdicts_make_groups_closed_only_when_all_pairs_have_one(workspace: Workspace) -> None:
    ids = [add(workspace, "Same name") for _number in range(3)]
    assert workspace.read(open_groups, [ids]) == (True,)
    workspace.perform(judge_duplicates, pairs=[(ids[0], ids[1])], verdict=Verdict.NOT_DUPLICATE)
    assert workspace.read(open_groups, [ids, ids[:2]]) == (True, False)
    workspace.perform(judge_duplicates, pairs=[(ids[0], ids[2]), (ids[1], ids[2])], verdict=Verdict.LATER)
    assert workspace.read(open_groups, [ids, []]) == (False, False)


def test_very_many_groups_are_read_as_they_are_looked_at(
    workspace: Workspace, runner: TaskRunner, qtbot: object
) -> None:
    from ulkacrm_desktop.services.duplicates.finding import DuplicateGroup, DuplicateReport
    from ulkacrm_desktop.ui.duplicates.group_list import GroupModel

    one, other = add(workspace, "Same name"), add(workspace, "Same name")
    model = GroupModel(workspace, runner)
    model.show_report(DuplicateReport(("name",), (), (DuplicateGroup((one, other)),) * 50_000, 0), {})
    assert model.rowCount() == 50_000
    assert model.next_open(49_999) == 0
    assert model.data(model.index(30_000)) == "Name"
    model.close()
