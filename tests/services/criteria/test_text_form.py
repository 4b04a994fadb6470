"""Criteria as text: what is read, what is refused and where, and that every tree comes back as it was."""

import string
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.criteria import (
    ME,
    All,
    Clause,
    Criteria,
    Either,
    Not,
    Operator,
    Period,
    Span,
    Unit,
    Value,
)
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.criteria.fields import (
    Choice,
    CriteriaField,
    CriteriaFields,
    FieldType,
    fields_of,
)
from ulkacrm_desktop.services.criteria.stored_form import read_criteria, segment_references, stored_criteria
from ulkacrm_desktop.services.criteria.text_form import criteria_text, parse_criteria
from ulkacrm_desktop.ui.labels.criteria import place_lines
from ulkacrm_desktop.ui.labels.errors import error_text

O = Operator  # noqa: E741
PROPERTIES = (
    PropertyDefinition(1, "Customer Tier", PropertyType.SELECT, ("Gold", "Silver")),
    PropertyDefinition(2, "Lifetime Value", PropertyType.NUMBER),
    PropertyDefinition(3, "Birthday", PropertyType.DATE),
    PropertyDefinition(4, "email", PropertyType.TEXT),
    PropertyDefinition(5, "not", PropertyType.YES_NO),
    PropertyDefinition(6, 'He said "hi" \\ bye', PropertyType.TEXT),
    PropertyDefinition(7, "Интересы", PropertyType.MULTI_SELECT, ("a", "b")),
)
CHOICES = {
    "tag": (Choice(1, "VIP"), Choice(2, "and"), Choice(3, 'a"b\\c'), Choice(4, "Ёж")),
    "responsible": (Choice(1, "Анна"), Choice(2, "me"), Choice(3, "Twin"), Choice(4, "Twin")),
    "class": (Choice(1, "General"),),
    "segment": (Choice(1, "Best"), Choice(2, "#2")),
}
FIELDS = fields_of(CHOICES, PROPERTIES)

GOOD = {
    'tag = "VIP" and ("Customer Tier" in ("Gold", "Silver") or "Lifetime Value" >= 1000) '
    "and not last_activity in last 30 days": All(
        (
            Clause("tag", O.IS, (1,)),
            Either(
                (
                    Clause("property:1", O.ONE_OF, ("Gold", "Silver")),
                    Clause("property:2", O.AT_LEAST, (Decimal(1000),)),
                )
            ),
            Not(Clause("last_activity", O.IN_LAST, (Span(30),))),
        )
    ),
    "TAG=vip OR Tag Is Not ЕЖ": Either((Clause("tag", O.IS, (1,)), Clause("tag", O.IS_NOT, (4,)))),
    "name contains Anna and name = 'O\\'Brien' or city is not empty": Either(
        (
            All((Clause("name", O.CONTAINS, ("Anna",)), Clause("name", O.IS, ("O'Brien",)))),
            Clause("city", O.IS_NOT_EMPTY),
        )
    ),
    "not not name like 50\\%%": Not(Not(Clause("name", O.LIKE, ("50\\%%",)))),
    "(name = a)": Clause("name", O.IS, ("a",)),
    "all () and any () or all (name = a)": Either((All((All(), Either())), All((Clause("name", O.IS, ("a",)),)))),
    "email ends with “.ru” and property:email is empty": All(
        (Clause("email", O.ENDS_WITH, (".ru",)), Clause("property:4", O.IS_EMPTY))
    ),
    "name not contains x": Clause("name", O.NOT_CONTAINS, ("x",)),
    "name does not contain x": Clause("name", O.NOT_CONTAINS, ("x",)),
    "name not in (x, «y z»)": Clause("name", O.NONE_OF, ("x", "y z")),
    "name not like x%": Not(Clause("name", O.LIKE, ("x%",))),
    "tag all of (VIP, #2) and tag exactly () and tag none of ('and')": All(
        (Clause("tag", O.ALL_OF, (1, 2)), Clause("tag", O.EXACTLY), Clause("tag", O.NONE_OF, (2,)))
    ),
    "responsible = me or responsible = 'me' or responsible in (ME, #3, Анна)": Either(
        (
            Clause("responsible", O.IS, (ME,)),
            Clause("responsible", O.IS, (2,)),
            Clause("responsible", O.ONE_OF, (ME, 3, 1)),
        )
    ),
    "added is today and added = yesterday and added in this month and added in last quarter": All(
        tuple(
            Clause("created_at", O.DURING, (period,))
            for period in (Period.TODAY, Period.YESTERDAY, Period.THIS_MONTH, Period.LAST_QUARTER)
        )
    ),
    "added between 2025-01-01 and 2025-12-31 and added before 2026-01-01 and created_at > 2020-02-29": All(
        (
            Clause("created_at", O.BETWEEN, (date(2025, 1, 1), date(2025, 12, 31))),
            Clause("created_at", O.LESS, (date(2026, 1, 1),)),
            Clause("created_at", O.GREATER, (date(2020, 2, 29),)),
        )
    ),
    "last_activity more than 2 weeks ago or last_activity in last 1 hour": Either(
        (
            Clause("last_activity", O.MORE_THAN_AGO, (Span(2, Unit.WEEKS),)),
            Clause("last_activity", O.IN_LAST, (Span(1, Unit.HOURS),)),
        )
    ),
    "Birthday anniversary in next 7 days or Birthday anniversary in next month or Birthday in next 2 years": Either(
        (
            Clause("property:3", O.ANNIVERSARY_IN_NEXT, (Span(7),)),
            Clause("property:3", O.ANNIVERSARY_DURING, (Period.NEXT_MONTH,)),
            Clause("property:3", O.IN_NEXT, (Span(2, Unit.YEARS),)),
        )
    ),
    '"not" = no and is_staff = true and kind = Person': All(
        (
            Clause("property:5", O.IS, (False,)),
            Clause("is_staff", O.IS, (True,)),
            Clause("kind", O.IS, ("person",)),
        )
    ),
    '"Lifetime Value" between -1.50 and 1.50 and postcode = 0123 and source = "a\\u{2028}b\\n"': All(
        (
            Clause("property:2", O.BETWEEN, (Decimal("-1.5"), Decimal("1.5"))),
            Clause("postcode", O.IS, ("0123",)),
            Clause("source", O.IS, ("a\u2028b\n",)),
        )
    ),
}


@pytest.mark.parametrize("text", GOOD)
def test_what_is_read(text: str) -> None:
    tree = GOOD[text]
    assert parse_criteria(text, FIELDS) == tree
    written = criteria_text(tree, FIELDS)
    assert parse_criteria(written, FIELDS) == tree
    assert criteria_text(parse_criteria(written, FIELDS), FIELDS) == written


def test_how_it_is_written() -> None:
    text = next(iter(GOOD))
    assert criteria_text(GOOD[text], FIELDS) == text


OF_TEXTS = ("=", "!=", "contains", "not contains", "starts with", "ends with", "like", "in", "not in")

# text: (what is marked, what was expected, the problem)
BAD = {
    "": ("", ("<field>", "not", "("), "unexpected"),
    "nmae = x": ("nmae", ("<field>",), "unknown_field"),
    "last_payment > 2": ("last_payment", (), "field_to_come"),
    "name": ("", OF_TEXTS, "unexpected"),
    "name = ": ("", ("<text>",), "unexpected"),
    "name = and": ("and", ("<text>",), "unexpected"),
    "name = x y = z": ("y", ("and", "or", "<end>"), "unexpected"),
    "name = x and or": ("or", ("<field>", "not", "("), "unexpected"),
    "name = x)": (")", ("and", "or", "<end>"), "unexpected"),
    "(name = x": ("", ("and", "or", ")"), "unexpected"),
    "(name = x, city = y)": (",", ("and", "or", ")"), "unexpected"),
    "all (name = x; city = y)": ("city", (",", "and", "or", ")"), "unexpected"),
    "name in x": ("x", ("(",), "unexpected"),
    "name in (x y)": ("y", (",", ")"), "unexpected"),
    "name > x": (">", OF_TEXTS, "unexpected"),
    "name starts x": ("starts", OF_TEXTS, "unexpected"),
    "name ! x": ("!", ("!=",), "unexpected"),
    'name = "x': ('"x', ('"',), "unclosed_quote"),
    "name = 'x\\'": ("'x\\'", ("'",), "unclosed_quote"),
    "tag = VPI": ("VPI", ("<tag>",), "unknown_choice"),
    "tag = #x": ("x", ("<number>",), "unexpected"),
    "responsible = twin": ("twin", ("#3", "#4"), "ambiguous_choice"),
    "kind = robot": ("robot", ("person", "organisation"), "unexpected"),
    "is_staff = maybe": ("maybe", ("yes", "no"), "unexpected"),
    "added = soon": ("soon", ("<date>",), "unexpected"),
    "added > 2025-02-30": ("2025-02-30", ("<date>",), "unexpected"),
    "added in last": ("", ("<whole_number>", "day", "week", "month", "quarter", "year"), "unexpected"),
    "added in last 5": ("", ("hours", "days", "weeks", "months", "years"), "unexpected"),
    "added in last 0 days": ("0", ("<whole_number>",), "unexpected"),
    "added in last 1.5 days": ("1.5", ("<whole_number>",), "unexpected"),
    "added more than 3 days": ("", ("ago",), "unexpected"),
    "Birthday in last 3 hours": ("hours", ("days", "weeks", "months", "years"), "unexpected"),
    "added between 2025-01-01 or 2025-01-02": ("or", ("and",), "unexpected"),
    '"Lifetime Value" > ten': ("ten", ("<number>",), "unexpected"),
    "property:= x": ("=", ("<property>",), "unexpected"),
    "property:#99 is empty": ("99", ("<field>",), "unknown_field"),
    "(" * 101 + "name = x": ("(", (), "too_deep"),
}  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=[text[:40] or "nothing" for text in BAD])
def test_what_is_refused_and_where(text: str) -> None:
    marked, expected, problem = BAD[text]
    with pytest.raises(ExpectedError) as refused:
        parse_criteria(text, FIELDS)
    facts = refused.value.facts
    place = int(str(facts["position"]))
    assert refused.value.code == "criteria_invalid"
    assert (facts["found"], facts["expected"], facts["problem"]) == (marked, expected, problem)
    assert text[place : place + int(str(facts["length"]))] == marked
    assert place == (len(text) if not marked else place)
    told = error_text(refused.value)
    assert "?" not in told.replace("Did you mean", "").rstrip("?"), told
    assert (
        not {"<", ">"} & set(told.replace(" > ", "").replace(", >=", "").replace("<=", "")) or problem == "unexpected"
    )
    shown, below = place_lines(refused.value)
    start = below.index("^")
    assert shown[start : start + below.count("^")].startswith(marked[:1])


def test_names_that_are_nearly_right_are_offered() -> None:
    for text, offered in (("nmae = x", "name"), ("Lifetime = 1", '"Lifetime Value"'), ("tag = VPI", "VIP")):
        with pytest.raises(ExpectedError) as refused:
            parse_criteria(text, FIELDS)
        assert offered in refused.value.facts["suggestions"]  # type: ignore[operator]
        assert f"Did you mean {offered}" in error_text(refused.value)


def test_the_place_in_a_long_text_of_several_lines_is_shown() -> None:
    with pytest.raises(ExpectedError) as refused:
        parse_criteria("name = x\nand\t" + "city = y and " * 20 + "oops\n or name = z", FIELDS)
    shown, below = place_lines(refused.value)
    assert shown.endswith("city = y and oops") and "\n" not in shown
    assert below == " " * (len(shown) - 4) + "^^^^" and len(below) <= 110


def test_the_place_is_right_below_wide_letters_too() -> None:
    with pytest.raises(ExpectedError) as refused:
        parse_criteria('name = "日本" oops', FIELDS)
    assert place_lines(refused.value) == ('name = "日本" oops', " " * 14 + "^^^^")


# Any tree, with any names

names = st.text(max_size=8) | st.sampled_from(
    ("and", "tag", "me", "#1", "VIP", "vip", "ёж", "еж", "a\\", '"', "in last 3 days")
)
texts = st.text(max_size=12) | names


@st.composite
def databases(draw: st.DrawFn) -> CriteriaFields:
    """Fields with properties and records of any names."""
    choices = {
        key: tuple(Choice(number, name) for number, name in enumerate(draw(st.lists(names, max_size=3)), 1))
        for key in ("tag", "responsible", "class", "segment")
    }
    called = draw(st.lists(names.filter(lambda name: bool(fold(name))), max_size=5, unique_by=fold))
    kinds = st.sampled_from(PropertyType)
    return fields_of(choices, [PropertyDefinition(number, name, draw(kinds)) for number, name in enumerate(called, 1)])


@st.composite
def any_tree(draw: st.DrawFn) -> tuple[CriteriaFields, Criteria]:
    """A tree of any shape over such fields."""
    fields = draw(databases())
    leaves = st.sampled_from(list(fields)).flatmap(_any_clause)
    shapes: st.SearchStrategy[Criteria] = st.recursive(
        leaves,
        lambda parts: (
            st.builds(Not, parts)
            | st.builds(All, st.lists(parts, max_size=3).map(tuple))
            | st.builds(Either, st.lists(parts, max_size=3).map(tuple))
        ),
        max_leaves=8,
    )
    return fields, draw(shapes)


def _any_clause(field: CriteriaField) -> st.SearchStrategy[Clause]:
    def values(operator: Operator) -> st.SearchStrategy[tuple[Value, ...]]:
        if operator in (O.IS_EMPTY, O.IS_NOT_EMPTY):
            return st.just(())
        if operator in (O.DURING, O.ANNIVERSARY_DURING):
            return st.tuples(st.sampled_from(Period))
        if operator in (O.IN_LAST, O.IN_NEXT, O.MORE_THAN_AGO, O.ANNIVERSARY_IN_NEXT):
            units = [unit for unit in Unit if unit is not Unit.HOURS or field.type is FieldType.MOMENT]
            return st.tuples(st.builds(Span, st.integers(1, 1_000_000), st.sampled_from(units)))
        value = _any_value(field)
        if operator in (O.ONE_OF, O.NONE_OF, O.ALL_OF, O.EXACTLY):
            return st.lists(value, max_size=3).map(tuple)
        return st.tuples(value, value) if operator is O.BETWEEN else st.tuples(value)

    return st.sampled_from(field.operators).flatmap(
        lambda operator: values(operator).map(lambda found: Clause(field.key, operator, found))
    )


def _any_value(field: CriteriaField) -> st.SearchStrategy[Value]:
    if field.is_record:
        numbers = st.integers(1, 5)
        return numbers | st.just(ME) if field.key == "responsible" else numbers
    by_type: dict[FieldType, st.SearchStrategy[Value]] = {
        FieldType.NUMBER: st.decimals(-(10**9), 10**9, allow_nan=False) | st.integers(),
        FieldType.DATE: st.dates(),
        FieldType.MOMENT: st.dates(),
        FieldType.YES_NO: st.booleans(),
    }
    if field.key == "kind":
        return st.sampled_from(("person", "organisation"))
    return by_type.get(field.type, texts)


@settings(max_examples=100, deadline=None)
@given(any_tree())
def test_every_tree_survives_its_text_and_its_stored_form(given_: tuple[CriteriaFields, Criteria]) -> None:
    fields, tree = given_
    text = criteria_text(tree, fields)
    assert parse_criteria(text, fields) == tree, text
    assert text.isprintable()
    assert read_criteria(stored_criteria(tree)) == tree


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30) | st.text(st.sampled_from([*string.printable, *"«»“”≤≥≠", *"tag=not()in"]), max_size=30))
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    try:
        tree = parse_criteria(text, FIELDS)
    except ExpectedError as error:
        assert error.code == "criteria_invalid"
        assert 0 <= int(str(error.facts["position"])) <= len(text)
        assert error_text(error)
        assert len(place_lines(error)) == 2
    else:
        assert parse_criteria(criteria_text(tree, FIELDS), FIELDS) == tree


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "{",
        "[]",
        "3",
        '{"all": 3}',
        '{"field": 1, "is": "is", "values": []}',
        '{"any": [{"field": "name", "is": "??", "values": []}]}',
        *(
            f'{{"field": "x", "is": "is", "values": [{value}]}}'
            for value in ('{"date": "2025-13-01"}', '{"number": "x"}', '{"span": [1]}', '{"x": 1}', "{}", "null", "1.5")
        ),
        '{"not": ' * 5000,
    ],
    ids=lambda stored: stored[:60] or "nothing",
)
def test_what_no_criteria_were_stored_as_is_refused(stored: str) -> None:
    with pytest.raises(ExpectedError) as refused:
        read_criteria(stored)
    assert refused.value.code == "criteria_unreadable"


def test_the_segments_that_are_named() -> None:
    tree = Not(All((Clause("segment", O.ONE_OF, (1, 2)), Clause("tag", O.IS, (3,)), Clause("segment", O.IS_NOT, (4,)))))
    assert segment_references(tree) == {1, 2, 4}
