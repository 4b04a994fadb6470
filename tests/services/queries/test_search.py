"""The rule of the search, told a second time in plain Python, against the database of each engine."""

import re
import unicodedata

import phonenumbers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.services.queries.scenario import person, with_contacts
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.queries.contacts import all_ids, count, first_page, page_at, selected_ids
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.workspace import Workspace

WORDS = (
    "Анна", "анна-мария", "Пётр", "Петров", "Ёлкин", "Иванов", "Йод", "Zoë", "Zoe", "José", "O'Brien", "Straße",
    "Smith", "smithson", "ACME", "Acme & Co.", "ООО «Ромашка»", "12", "2024", "A1", "v2.0", "№5", "x_y", "50%",
    "AND", "NOT", "OR", "NEAR", 'say "hi"', "a*b", "(x)", "^start", "name:value", "日本", "ﬁn", "е\u0301лка", "'",
)  # fmt: skip
PHONES = ("+7 (916) 123-45-67", "8 916 123 45 68", "+7 903 000-11-22", "+44 20 7946 0958", "+1 415 555 2671")
EMAILS = ("anna.petrova@gmail.com", "boss@acme.io", "ivan_1990@mail.ru")

names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
contacts = st.builds(
    lambda name, company, notes, phones, emails, tags: person(
        name, company=company, notes=notes, phones=phones, emails=emails, tags=tuple(tags)
    ),
    name=names,
    company=st.one_of(st.just(""), names),
    notes=st.one_of(st.just(""), names),
    phones=st.lists(st.sampled_from(PHONES), max_size=2, unique=True),
    emails=st.lists(st.sampled_from(EMAILS), max_size=2, unique=True),
    tags=st.lists(st.sampled_from(("VIP", "Опт", "Event 2024")), max_size=2, unique=True),
)
pieces = st.one_of(
    st.sampled_from(WORDS).flatmap(lambda word: st.integers(1, len(word)).map(lambda end: word[:end])),
    st.sampled_from(
        ("+7 916", "8916", "8 (916) 12", "9161234567", "00 7 916", "4567", "45-68", "123-45-67", "44 20", "020 79",
         "+44 (0)20 7946", "916 anna", "1", "7 9", "567", "0", "12 2024", "415555")
    ),
    st.sampled_from(EMAILS),
    st.text(max_size=6),
)  # fmt: skip
queries = st.lists(pieces, max_size=3).map(" ".join)


def matches(contact: ContactInput, query: str) -> bool:
    """The rule, by other means than the program's."""
    words = set()
    texts = [contact.name, contact.company, contact.notes, *contact.tags, *(e.address for e in contact.emails)]
    for text in texts:
        words |= set(words_of(text))
    runs: list[list[str]] = []
    after_digits = False
    for word in words_of(re.sub(r"(?<=[0-9])\s*\(0\)", " ", query)):
        is_digits = re.fullmatch("[0-9]+", word) is not None
        if is_digits and after_digits:
            runs[-1].append(word)
        else:
            runs.append([word])
        after_digits = is_digits
    phones = [phonenumbers.parse(phone.number, "RU") for phone in contact.phones]
    for phone in phones:
        words |= set(numbers_of(phone))

    def met(run: list[str]) -> bool:
        apart = all(any(word.startswith(part) for word in words) for part in run)
        if not re.fullmatch("[0-9]+", run[0]):
            return apart
        joined = "".join(run)
        bare = joined.lstrip("0") if joined.startswith("00") else joined
        in_one = any(word.startswith(joined) or (bare and word.startswith(bare)) for word in words)
        at_end = len(joined) >= 4 and any(numbers_of(phone)[0].endswith(joined) for phone in phones)
        return apart or in_one or at_end

    return all(met(run) for run in runs)


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def numbers_of(phone: phonenumbers.PhoneNumber) -> list[str]:
    """All digits, the national ones, and those with the trunk prefix."""
    national = phonenumbers.national_significant_number(phone)
    trunk = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.NATIONAL)
    return [f"{phone.country_code}{national}", national, "".join(c for c in trunk if c.isdigit())]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(contacts, min_size=1, max_size=6), asked=st.lists(queries, min_size=1, max_size=8))
def test_finds_what_the_rule_says(workspace: Workspace, people: list[ContactInput], asked: list[str]) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        for search in asked:
            query = ContactQuery(search=search)
            if not words_of(search) and search.strip():
                expected: set[int] = set()
            else:
                expected = {i for i, contact in zip(ids, people, strict=True) if matches(contact, search)}
            found = list(all_ids(connection, query))
            assert set(found) == expected, search
            assert len(found) == len(expected) == count(connection, query), search
            page = first_page(connection, query, limit=3)
            assert (page.total, [row.id for row in page.rows]) == (len(expected), found[:3]), search
            assert [row.id for row in page_at(connection, query, 2, 3)] == found[2:5], search
            selected = connection.scalars(selected_ids(connection, ContactSelection.matching(query))).all()
            assert set(selected) == expected, search

    with_contacts(workspace, people, check)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.text(max_size=30))
def test_no_character_is_an_error(workspace: Workspace, search: str) -> None:
    found = workspace.read(first_page, ContactQuery(search=search))
    assert found.total == 0


ODD = ("'", '"', "*", "a*", "(", ")", "AND", "NOT a", "a OR", "NEAR(a b)", "^a", "a:b", "{a b}", "-a", "+", "\\", "%",
       "_", ":*", "& | !", "<->", "\0", "\ud800", "a\0b", "x" * 5000, "слово " * 500, "1 " * 300, "ｒ7654")  # fmt: skip


def test_odd_queries_are_answered(workspace: Workspace) -> None:
    with workspace.reading() as connection:
        for search in ODD:
            assert first_page(connection, ContactQuery(search=search)).total == 0, search


def test_punctuation_finds_nothing_and_blanks_find_all(workspace: Workspace) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        assert first_page(connection, ContactQuery(search="?!")).total == 0
        assert list(all_ids(connection, ContactQuery(search="—"))) == []
        assert list(all_ids(connection, ContactQuery(search="  \t"))) == ids

    with_contacts(workspace, [person("Anna"), person("Boris")], check)


WRITINGS = ("+7 (916) 123", "8 916 123", "9161234", "00 7 916", "89161234567", "+79161234567", "4567", "34567",
            "123-45-67", "916", "7 916 1", "петр 916", "45 67", "+7 916 123-45-67")  # fmt: skip
FROM_THE_MIDDLE = ("567", "6123", "1612", "234567 8", "7 4567 916")


def test_a_phone_in_any_writing(workspace: Workspace) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        for search in WRITINGS:
            assert list(all_ids(connection, ContactQuery(search=search))) == ids[:1], search
        for search in FROM_THE_MIDDLE:
            assert list(all_ids(connection, ContactQuery(search=search))) == [], search

    with_contacts(
        workspace,
        [person("Пётр", phones=["8 (916) 123-45-67"]), person("Анна", phones=["+7 903 765-43-21"])],
        check,
    )


def test_the_match_is_told_where_it_is_not_shown(workspace: Workspace) -> None:
    anna = person(
        "Anna Petrova",
        emails=["anna@acme.io", "second@home.example"],
        phones=["+7 916 123-45-67", "+7 903 000-11-22"],
        notes="A long story about the weather in spring. She likes Anchovies on pizza, and much else besides.",
        tags=("VIP",),
        city="Казань",
    )

    def check(connection: Connection, ids: list[int]) -> None:
        def found(search: str, **shown: object) -> tuple[str, list[str]] | None:
            page = first_page(connection, ContactQuery(search=search, **shown))  # type: ignore[arg-type]
            place = page.rows[0].found_in
            if place is None:
                return None
            return place.field, [place.excerpt[start : start + length] for start, length in place.ranges]

        assert found("anna") is None
        assert found("vip acme 916") is None
        assert found("vip", columns_shown=("email",)) == ("tag", ["VIP"])
        assert found("acme", columns_shown=()) == ("email", ["acme"])
        assert found("secon") == ("email", ["secon"])
        assert found("8 903") == ("phone", ["903"])
        assert found("1122") == ("phone", ["11-22"])
        assert found("anna ancho") == ("notes", ["Ancho"])
        assert found("казан") == ("city", ["Казан"])
        excerpt = first_page(connection, ContactQuery(search="anchovies")).rows[0].found_in
        assert excerpt is not None
        assert excerpt.excerpt.startswith("…")
        assert len(excerpt.excerpt) <= 82

    with_contacts(workspace, [anna], check)


def test_search_within_a_tag(workspace: Workspace) -> None:
    for name, tags in (("Anna", ("VIP",)), ("Anton", ("VIP", "Lead")), ("Boris", ("VIP",)), ("Annett", ())):
        workspace.perform(create_contact, contact=person(name, tags=tags))
    workspace.perform(add_tags, selection=ContactSelection.of(3), names=["!!!"])
    vip, odd = (workspace.read(tag_named, name) for name in ("vip ", "!!!"))
    assert vip is not None
    assert odd is not None
    assert list(workspace.read(all_ids, ContactQuery(search="an", tag_id=vip.id))) == [1, 2]
    assert workspace.read(first_page, ContactQuery(search="an", tag_id=vip.id)).total == 2
    assert list(workspace.read(all_ids, ContactQuery(search="bo", tag_id=odd.id))) == [3]
    assert list(workspace.read(all_ids, ContactQuery(tag_id=vip.id))) == [1, 2, 3]
    assert workspace.read(count, ContactQuery(tag_id=vip.id)) == 3


def test_words_with_marks_and_full_width_digits(workspace: Workspace) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        decomposed = unicodedata.normalize("NFD", "Йод Zoë")
        for search in (decomposed, "йод zoe", "ЙОД", "９１６", "zo\u200be"):
            assert list(all_ids(connection, ContactQuery(search=search))) == ids, search
        assert list(all_ids(connection, ContactQuery(search="иод"))) == []

    with_contacts(workspace, [person("Йод Zoë", phones=["+7 916 123-45-67"])], check)
