"""What a database says of its contacts, as plain values to compare: without versions and moments of change."""

from typing import Any

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.db.integrity import integrity_problems
from ulkacrm_desktop.db.search_index import gather_words
from ulkacrm_desktop.services.queries.contacts import all_ids

Dump = dict[str, list[tuple[Any, ...]]]

_CONTACT = "c.removed_in IS NULL"
_QUERIES = {
    "contact": "SELECT c.id, c.class_id, c.created_in, c.kind, c.is_staff, c.name, c.first_name, c.last_name, "
    "c.responsible_id, c.company, c.website, c.notes, c.street, c.city, c.region, c.postcode, c.country, c.source, "
    "c.source_detail, "
    f"c.created_at, c.name_key, c.company_key, c.primary_email, c.primary_phone FROM contact c WHERE {_CONTACT}",
    "email": "SELECT e.id, e.contact_id, e.class_id, e.address, e.match_key, e.label, e.position, e.is_primary "
    f"FROM email e JOIN contact c ON c.id = e.contact_id WHERE {_CONTACT}",
    "phone": "SELECT e.id, e.contact_id, e.class_id, e.number, e.match_key, e.label, e.position, e.is_primary "
    f"FROM phone e JOIN contact c ON c.id = e.contact_id WHERE {_CONTACT}",
    "messenger": "SELECT e.id, e.contact_id, e.class_id, e.kind, e.login, e.match_key, e.label, e.position, "
    f"e.is_primary FROM messenger e JOIN contact c ON c.id = e.contact_id WHERE {_CONTACT}",
    "avatar": "SELECT a.id, a.contact_id, a.image FROM avatar a "
    f"JOIN contact c ON c.id = a.contact_id WHERE {_CONTACT}",
    "note": "SELECT n.id, n.contact_id, n.title, n.body, n.created_at FROM note n "
    f"JOIN contact c ON c.id = n.contact_id WHERE {_CONTACT}",
    "duplicate_verdict": "SELECT d.id, d.contact_id, d.other_id, d.verdict FROM duplicate_verdict d "
    f"JOIN contact c ON c.id = d.contact_id JOIN contact o ON o.id = d.other_id WHERE {_CONTACT} "
    "AND o.removed_in IS NULL",
    "tag": "SELECT id, name, name_key, color FROM tag WHERE removed_in IS NULL",
    "contact_tag": "SELECT b.id, b.contact_id, b.tag_id FROM contact_tag b JOIN contact c ON c.id = b.contact_id "
    f"JOIN tag t ON t.id = b.tag_id WHERE {_CONTACT} AND t.removed_in IS NULL",
    "property": "SELECT p.id, p.name, p.name_key, p.type, p.position, p.description, p.is_required, "
    "p.default_value, p.is_archived, g.name "
    "FROM property p LEFT JOIN property_group g ON g.id = p.group_id WHERE p.removed_in IS NULL",
    "property_group": "SELECT g.id, g.name, g.position FROM property_group g "
    "WHERE EXISTS (SELECT 1 FROM property p WHERE p.group_id = g.id AND p.removed_in IS NULL)",
    "property_option": "SELECT o.id, o.property_id, o.value, o.position FROM property_option o "
    "JOIN property p ON p.id = o.property_id WHERE p.removed_in IS NULL",
    "property_value": "SELECT v.id, v.contact_id, v.property_id, v.position, v.value, v.value_key, v.number "
    "FROM property_value v JOIN contact c ON c.id = v.contact_id JOIN property p ON p.id = v.property_id "
    f"WHERE {_CONTACT} AND p.removed_in IS NULL",
    "crm_user": "SELECT id, name, name_key, login FROM crm_user WHERE removed_in IS NULL",
    "contact_class": "SELECT id, name, name_key FROM contact_class WHERE removed_in IS NULL",
    "segment": "SELECT id, name, name_key, description, icon, criteria, owner_id, keeps_history, created_at "
    "FROM segment WHERE removed_in IS NULL",
    "segment_member": "SELECT m.id, m.contact_id, m.segment_id FROM segment_member m "
    "JOIN contact c ON c.id = m.contact_id JOIN segment s ON s.id = m.segment_id "
    f"WHERE {_CONTACT} AND s.removed_in IS NULL",
    "saved_filter": "SELECT id, name, name_key, criteria, owner_id, position FROM saved_filter "
    "WHERE removed_in IS NULL",
    "setting": "SELECT id, key, value FROM setting",
}


def dump(connection: Connection) -> Dump:
    """Every present record by table, in the order of its columns."""
    found: Dump = {}
    for table, query in _QUERIES.items():
        rows = connection.execute(text(query)).all()
        found[table] = sorted(
            (tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows),
            key=lambda row: row[0],
        )
    return found


def assert_sound(connection: Connection) -> None:
    """The file, the references and what is derived are right, and each contact is found by each of its words."""
    assert integrity_problems(connection) == []
    ids = list(connection.scalars(text("SELECT id FROM contact WHERE removed_in IS NULL")))
    bearers: dict[str, set[int]] = {}
    for contact_id, (_class_id, words) in gather_words(connection, ids, present_only=True).items():
        for word in words.split():
            if word.startswith("ｒ"):
                continue  # how the index keeps the ends of phones, which nobody types
            bearers.setdefault(word, set()).add(contact_id)
    for word, contacts in bearers.items():
        found = set(all_ids(connection, ContactQuery(search=word)))
        assert contacts <= found, (word, contacts, found)
