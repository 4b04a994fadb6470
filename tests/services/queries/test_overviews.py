"""Tags, properties, likely duplicates, and what the database says of itself."""

from decimal import Decimal

from sqlalchemy import insert

from tests.services.queries.scenario import person
from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.db.schema import NEWEST_REVISION
from ulkacrm_desktop.models import Setting
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.properties import create_property, remove_property
from ulkacrm_desktop.services.operations.tags import change_tag, remove_tag
from ulkacrm_desktop.services.queries.duplicates import Evidence, likely_duplicates
from ulkacrm_desktop.services.queries.info import CONTACT_LIMIT, contact_gauge, database_facts
from ulkacrm_desktop.services.queries.properties import (
    property_definitions,
    property_groups,
    property_uses,
    values_in_use,
)
from ulkacrm_desktop.services.queries.tags import TagRow, matching_tags, tag_named, tags
from ulkacrm_desktop.services.workspace import Workspace, Write, operation


def test_tags_with_their_use(workspace: Workspace) -> None:
    for name, borne in (("A", ("VIP", "lead")), ("B", ("vip ", "Ёлка")), ("C", ("VIP", "gone")), ("D", ("big lead",))):
        workspace.perform(create_contact, contact=person(name, tags=borne))
    workspace.perform(remove_contacts, selection=ContactSelection.of(3))
    workspace.perform(remove_tag, tag_id=_tag(workspace, "gone"))
    workspace.perform(change_tag, tag_id=_tag(workspace, "vip"), color="red")
    told = [(tag.name, tag.color, tag.count) for tag in workspace.read(tags)]
    assert told == [("big lead", "", 1), ("lead", "", 1), ("VIP", "red", 2), ("Ёлка", "", 1)]
    assert [tag.name for tag in workspace.read(matching_tags, "LE")] == ["lead", "big lead"]
    assert [tag.name for tag in workspace.read(matching_tags, "елк")] == ["Ёлка"]
    assert [tag.name for tag in workspace.read(matching_tags, "", limit=2)] == ["big lead", "lead"]
    assert workspace.read(tag_named, " Vip") == TagRow(_tag(workspace, "vip"), "VIP", "red")
    assert workspace.read(tag_named, "gone") is None


def _tag(workspace: Workspace, name: str) -> int:
    found = workspace.read(tag_named, name)
    assert found is not None
    return found.id


def test_properties_with_their_use(workspace: Workspace) -> None:
    def made(name: str, kind: PropertyType, **rest: object) -> int:
        return workspace.perform(create_property, name=name, type=kind, **rest).result  # type: ignore[arg-type]

    size = made("Size", PropertyType.NUMBER, group="Body", default="41.5")
    city = made("City", PropertyType.TEXT, description="where")
    likes = made("Likes", PropertyType.MULTI_SELECT, options=["tea", "milk"], group="Body")
    gone = made("Gone", PropertyType.TEXT)
    for number, place in enumerate(("Казань", "казань", "Калуга", "Oslo", "Oslo", "Oslo")):
        values = {size: number, city: place, likes: ("tea", "milk")[: number % 3] or None, gone: "x"}
        workspace.perform(create_contact, contact=person(f"C{number}", properties=values))
    workspace.perform(create_contact, contact=person("Nobody"))
    workspace.perform(remove_contacts, selection=ContactSelection.of(3))
    workspace.perform(remove_property, property_id=gone)

    definitions = workspace.read(property_definitions)
    assert [(d.id, d.name, d.type, d.group, d.default) for d in definitions] == [
        (city, "City", PropertyType.TEXT, "", None),
        (size, "Size", PropertyType.NUMBER, "Body", Decimal("41.5")),
        (likes, "Likes", PropertyType.MULTI_SELECT, "Body", None),
    ]
    assert definitions[2].options == ("tea", "milk")
    assert {(use.id, use.contacts, use.archived) for use in workspace.read(property_uses)} == {
        (size, 5, False),
        (city, 5, False),
        (likes, 3, False),
    }
    assert [group.name for group in workspace.read(property_groups)] == ["Body"]
    assert workspace.read(values_in_use, city) == ("Oslo", "Казань")
    assert workspace.read(values_in_use, city, "КА") == ("Казань",)
    assert workspace.read(values_in_use, size) == ()


def test_likely_duplicates(workspace: Workspace) -> None:
    for name, emails, phones in (
        ("Анна Петрова", ["Anna@x.io"], ["+7 916 123-45-67"]),
        ("Boris", ["boss@x.io"], ["8 916 123 45 67"]),
        ("Анна  ПЕТРОВА", [], []),
        ("Removed", ["anna@x.io"], []),
    ):
        workspace.perform(create_contact, contact=person(name, emails=emails, phones=phones), region="RU")
    workspace.perform(remove_contacts, selection=ContactSelection.of(4))

    def found(name: str = "", emails: tuple[str, ...] = (), phones: tuple[str, ...] = (), **rest: int) -> object:
        likely = workspace.read(likely_duplicates, name, emails, phones, region="RU", **rest)  # type: ignore[arg-type]
        return [(duplicate.id, *duplicate.evidence) for duplicate in likely]

    assert found("анна петрова", ("anna@X.io",), ("89161234567",)) == [
        (1, Evidence.EMAIL, Evidence.PHONE, Evidence.NAME),
        (2, Evidence.PHONE),
        (3, Evidence.NAME),
    ]
    assert found("анна петрова", ("anna@X.io",), ("89161234567",), exclude_id=1) == [
        (2, Evidence.PHONE),
        (3, Evidence.NAME),
    ]
    assert found("анна петрова", limit=1) == [(1, Evidence.NAME)]
    assert found("Анна", ("anna@", "", "nobody@x.io"), ("916", "x")) == []
    assert found() == []


def test_what_the_database_says_of_itself(workspace: Workspace) -> None:
    @operation(OperationKind.SETTINGS_CHANGED)
    def set_limit(write: Write) -> None:
        write.connection.execute(insert(Setting).values(key=CONTACT_LIMIT, value="3"))

    assert workspace.read(contact_gauge).left is None
    for number in range(4):
        workspace.perform(create_contact, contact=person(f"C{number}", tags=(f"t{number % 2}",)))
    workspace.perform(create_property, name="Size", type=PropertyType.NUMBER)
    workspace.perform(remove_contacts, selection=ContactSelection.of(1))
    workspace.perform(set_limit)
    facts = workspace.read(database_facts)
    assert (facts.contacts, facts.tags, facts.properties, facts.operations) == (3, 2, 1, 7)
    assert facts.engine == workspace.engine_name
    assert facts.schema == NEWEST_REVISION
    assert facts.size > 10_000
    gauge = workspace.read(contact_gauge)
    assert (gauge.count, gauge.limit, gauge.left) == (3, 3, 0)
