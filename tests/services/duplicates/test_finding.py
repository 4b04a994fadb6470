"""Duplicates by rule, what was decided on, the preview of a merge of all, and likeness with its evidence."""

from typing import Any

import pytest

from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.services.duplicates.evidence import pair_evidence
from ulkacrm_desktop.services.duplicates.finding import DuplicateReport, clusters, find_duplicates, telling_properties
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar
from ulkacrm_desktop.services.operations.duplicates import judge_duplicates
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.merging import merge_contacts, merge_groups
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries import duplicates
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.duplicates import Evidence, likely_duplicates, postponed_pairs
from ulkacrm_desktop.services.queries.merging import merge_preview, side_by_side
from ulkacrm_desktop.services.workspace import Workspace


def created(workspace: Workspace, name: str, **fields: Any) -> int:
    for key, entry in (("emails", EmailEntry), ("phones", PhoneEntry)):
        if key in fields:
            fields[key] = tuple(map(entry, fields[key]))
    return workspace.perform(create_contact, contact=ContactInput(name, **fields), region="RU").result


def found(workspace: Workspace, *rule: str) -> list[tuple[int, ...]]:
    return [group.contact_ids for group in report(workspace, *rule).groups]


def report(workspace: Workspace, *rule: str) -> DuplicateReport:
    return find_duplicates(workspace, rule, JobContext())


def test_rules_find_the_same_however_it_is_written(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    a = created(
        workspace, "Пётр Ёлкин", emails=["p@x.io"], phones=["8 916 123-45-67"], city="Орёл", properties={size: 7}
    )
    b = created(workspace, "ПЕТР елкин", emails=["other@x.io", "P@X.io"], city="орел", properties={size: 7})
    c = created(workspace, "Clara", phones=["+7 (916) 1234567"], emails=["other@x.io"], company="Acme", city="Riga")
    gone = created(workspace, "Clara", emails=["p@x.io"], company="ACME", city="Riga")
    workspace.perform(remove_contacts, selection=ContactSelection.of(gone))
    assert found(workspace, "email") == [(a, b, c)], "by way of an email that is not the first"
    assert found(workspace, "phone") == [(a, c)]
    assert found(workspace, "name") == [(a, b)]
    assert found(workspace, "name", "city") == found(workspace, "city") == [(a, b)]
    assert found(workspace, f"property:{size}", "city") == [(a, b)]
    assert found(workspace, "email", "phone") == found(workspace, "company") == found(workspace, "street") == []
    (row,) = workspace.read(pair_evidence, report(workspace, "city"), a, b)
    assert (row.field, row.first, row.second, row.similarity, row.weight) == ("city", "Орёл", "орел", 1.0, None)
    for rule in (("id",), ("property:x",), ("email", "nothing")):
        with pytest.raises(ExpectedError, match="duplicate_rule_invalid"):
            report(workspace, *rule)


def test_what_was_decided_is_not_offered_again(workspace: Workspace) -> None:
    a, b, c = (created(workspace, name, emails=["same@x.io"]) for name in "ABC")
    assert found(workspace, "email") == [(a, b, c)]
    workspace.perform(judge_duplicates, pairs=[(a, b)], verdict=Verdict.NOT_DUPLICATE)
    assert found(workspace, "email") == [(a, c)], "never by way of a third one either"
    workspace.perform(judge_duplicates, pairs=[(c, a)], verdict=Verdict.LATER)
    assert found(workspace, "email") == [(b, c)]
    assert workspace.read(postponed_pairs) == ((a, c),)
    workspace.perform(merge_contacts, primary_id=b, other_ids=[c])
    assert found(workspace, "email") == [], "what was decided on a contact holds of the one that it went into"
    again = created(workspace, "A", emails=["same@x.io"])
    assert found(workspace, "email") == [(a, again)]
    for _ in range(4):
        workspace.perform(undo_operation)
    assert workspace.read(postponed_pairs) == ()
    assert found(workspace, "email") == [(a, b, c)]


def test_one_that_was_kept_apart_does_not_part_the_others(workspace: Workspace) -> None:
    a, b, c, d, e = (created(workspace, name, emails=["same@x.io"]) for name in "ABCDE")
    workspace.perform(judge_duplicates, pairs=[(b, c), (c, d), (b, e)], verdict=Verdict.NOT_DUPLICATE)
    assert sorted(found(workspace, "email")) == [(a, b, d), (c, e)]


def test_a_merge_of_all_does_what_was_shown(workspace: Workspace) -> None:
    a = created(workspace, "Anna", emails=["same@x.io"])
    b = created(workspace, "Anna Petrova", emails=["same@x.io"], company="Acme", city="Riga", phones=["+371 20000000"])
    c = created(workspace, "Clara", emails=["c@x.io"], company="Acme")
    d = created(workspace, "Clara", emails=["c@x.io"], company="Bolt")
    offered = report(workspace, "email")
    preview = workspace.read(merge_preview, [group.contact_ids for group in offered.groups])
    assert set(preview.groups) == {(b, a), (c, d)}, "the fullest one takes in the others"
    assert (preview.contacts, preview.lost) == (4, {"name": 1, "company": 1})
    created(workspace, "Somebody")
    with pytest.raises(ExpectedError, match="merge_outdated"):
        workspace.perform(merge_groups, groups=preview.groups, operation=preview.operation)
    preview = workspace.read(merge_preview, [group.contact_ids for group in offered.groups])
    merged = workspace.perform(merge_groups, groups=preview.groups, rule=("email",), operation=preview.operation)
    assert merged.result == 2
    assert workspace.read(contact_document, b).name == "Anna Petrova"
    assert report(workspace, "email").groups == ()
    workspace.perform(undo_operation)
    assert len(report(workspace, "email").groups) == 2


def test_contacts_side_by_side(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    tier = workspace.perform(create_property, name="Tier", type=PropertyType.MULTI_SELECT, options=("A", "B")).result
    a = created(
        workspace,
        "Anna",
        company="Acme",
        emails=["a@x.io"],
        phones=["8 916 123-45-67"],
        tags=("VIP",),
        properties={size: 38, tier: ("A",)},
    )
    b = created(
        workspace,
        "Anna",
        city="Riga",
        company="Bolt",
        emails=["b@x.io"],
        phones=["+7 916 123 45 67"],
        tags=("vip", "Lead"),
        properties={tier: ("B", "A")},
    )
    workspace.perform(set_avatar, contact_id=b, image=b"\x89PNG\r\n\x1a\n")
    workspace.perform(add_note, contact_id=b, body="called")
    told = workspace.read(side_by_side, [a, 999, b])
    assert [contact.id for contact in told.contacts] == [a, b]
    fields = {field.field: field for field in told.fields}
    assert [field.field for field in told.fields if field.differs] == ["company", "email"]
    assert "website" not in fields, "what nobody has"
    assert fields["company"].values == ("Acme", "Bolt")
    assert (fields["company"].usual(0), fields["company"].usual(1)) == (0, 1)
    assert (fields["city"].usual(0), fields["avatar"].usual(0)) == (1, 1)
    assert [getattr(entry, "number", "") for entry in fields["phone"].values] == ["8 916 123-45-67"] * 2
    assert fields[f"property:{size}"].values == (38, None)
    united = {field.field: field.values for field in told.united}
    assert (united["tags"], united[f"property:{tier}"]) == (("VIP", "Lead"), ("A", "B"))
    assert [len(united[field]) for field in ("email", "phone")] == [2, 1]
    assert (dict(told.notes), told.property_names[size]) == ({b: 1}, "Size")


def test_likeness_is_found_with_its_evidence(workspace: Workspace) -> None:
    born = workspace.perform(create_property, name="Born", type=PropertyType.TEXT).result
    people = "Иван Соколов, Мария Котова, Олег Зимин, Анна Бобрина, Пётр Лисин, Вера Орлова, Лев Гусев, Инна Дятлова"
    for number, name in enumerate(people.split(", ")):
        city = "Тверь" if number % 2 else "Уфа"
        created(workspace, name, phones=[f"+7900{number}11{number}77{number}"], city=city)
    a = created(workspace, "Щербакова Наталья Юрьевна", phones=["8 916 555-44-33"], properties={born: "1980-05-01"})
    b = created(
        workspace, "Natasha Shcherbakova", phones=["+79165554433"], city="Тула", properties={born: "1980-05-10"}
    )
    wife = created(workspace, "Щербаков Андрей", phones=["8 916 555-44-33"])
    alike = report(workspace)
    (group,) = alike.groups
    assert group.contact_ids == (a, b)
    assert wife not in group.contact_ids
    assert group.score > 0.9
    rows = {row.field: row for row in workspace.read(pair_evidence, alike, b, a)}
    assert rows["phone"].similarity > 0.5
    assert rows["phone"].weight is not None
    assert rows["phone"].weight > 3
    assert {"name", "phone"} <= rows.keys()
    workspace.perform(judge_duplicates, pairs=[(a, b)], verdict=Verdict.LATER)
    assert report(workspace).groups == ()


def test_properties_that_tell_contacts_apart(local_workspace: Workspace) -> None:
    ids = {
        kind: local_workspace.perform(create_property, name=kind, type=kind).result
        for kind in (PropertyType.TEXT, PropertyType.YES_NO, PropertyType.NUMBER)
    }
    for number in range(30):
        values = {ids[PropertyType.TEXT]: f"№ {number}", ids[PropertyType.YES_NO]: True, ids[PropertyType.NUMBER]: 1}
        created(local_workspace, f"Contact {number}", properties=values)
    assert local_workspace.read(telling_properties) == [ids[PropertyType.TEXT]]


def test_clusters_keep_apart_whom_somebody_has_parted() -> None:
    links = [(1, 2), (3, 4), (2, 3), (4, 5)]
    assert clusters(links, {}) == [(1, 2, 3, 4, 5)]
    assert clusters(links, {1: {4}, 4: {1}}) == [(1, 2), (3, 4, 5)]


def test_likely_duplicates_of_what_is_typed(workspace: Workspace) -> None:
    anna = created(workspace, "Щербакова Наталья Юрьевна", emails=["n@x.io"])
    created(workspace, "Щербакова Вера")
    for typed in ("Natasha Shcherbakova", "Наташа Щербакова", "Наталья Щербаковва"):
        (likely,) = workspace.read(likely_duplicates, typed)
        assert (likely.id, likely.evidence) == (anna, (Evidence.SIMILAR_NAME,))
    (likely,) = workspace.read(likely_duplicates, "Natasha Shcherbakova", ["n@x.io"])
    assert likely.evidence == (Evidence.EMAIL, Evidence.SIMILAR_NAME)
    assert workspace.read(likely_duplicates, "Наталья Щербаковва", exclude_id=anna) == ()


def test_whom_many_share_the_family_name_with_is_found_all_the_same(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_LOOKED_AT", 4)
    for name in ("Иван", "Пётр", "Олег", "Лев", "Яков", "Ян"):
        created(workspace, f"Соколов {name}")
    sasha = created(workspace, "Саша Соколов")
    many = created(workspace, "Willem van der Berg")
    for typed in ("Александр Соколов", "Aleksandr Sokolov", "Саша Соколлов"):
        assert [likely.id for likely in workspace.read(likely_duplicates, typed)] == [sasha], typed
    assert [likely.id for likely in workspace.read(likely_duplicates, "Wilem van der Berg")] == [many]
    for typed in ("Соколов", "Мария-Луиза О'Нил-Смит", "J. S.", "' \" *", "Ы Ы"):
        workspace.read(likely_duplicates, typed)


def test_nothing_is_found_where_nothing_is(workspace: Workspace) -> None:
    assert report(workspace).groups == ()
    created(workspace, "Anna")
    assert report(workspace).groups == report(workspace, "name").groups == ()
    with pytest.raises(JobCancelled):
        find_duplicates(workspace, (), JobContext(cancelled=lambda: True))
