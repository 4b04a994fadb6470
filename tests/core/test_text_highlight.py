"""What is marked in a text is what the search found in it."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.core.text.fold import fold, search_words
from ulkacrm_desktop.core.text.highlight import excerpt_of, ranges_in
from ulkacrm_desktop.core.text.search_terms import Term, finds_nothing, search_terms

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \t\n.,-@_'0129abzABZßİıéЁёЙйЩ\u0301\u0306\u200b№ﬁ日が\u3099"),
        st.characters(max_codepoint=0x1FFF, exclude_categories=("Cs",)),
    ),
    max_size=40,
)


def marked(text: str, query: str) -> list[str]:
    return [text[start : start + length] for start, length in ranges_in(text, search_terms(query))]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Ёлкин Пётр", "петр елк", ["Ёлк", "Пётр"]),
        ("anna.petrova@gmail.com", "gmail anna", ["anna", "gmail"]),
        ("Straße 5", "strass", ["Straß"]),
        ("e\u0301lan", "el", ["e\u0301l"]),
        ("İstanbul", "ist", ["İst"]),
        ("Anna Annabel", "anna", ["Anna", "Anna"]),
        ("Joanna", "anna", []),
        ("zo\u200be", "zoe", ["zo\u200be"]),
        ("+7 (916) 123-45-67", "8 916 12", ["916) 12"]),
        ("+7 (916) 123-45-67", "7 916", ["7 (916"]),
        ("+7 (916) 123-45-67", "00 7 916", ["7 (916"]),
        ("8 916 123 45 67", "8916", ["8 916"]),
        ("+7 (916) 123-45-67", "4567", ["45-67"]),
        ("+7 (916) 123-45-67", "234", []),
        ("１２３４５６", "345", ["３４５"]),
        ("2024 12 Event", "2024", ["2024"]),
        ("", "a", []),
        ("text", "", []),
    ],
)
def test_marks(text: str, query: str, expected: list[str]) -> None:
    assert marked(text, query) == expected


@given(text=TEXTS, data=st.data())
def test_what_begins_a_word_is_marked(text: str, data: st.DataObject) -> None:
    words = [word for word in search_words(text) if not word.isdigit()]
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    beginning = word[: data.draw(st.integers(1, len(word)))]
    ranges = ranges_in(text, (Term((beginning,)),))
    assert ranges
    assert list(ranges) == sorted(ranges)
    for start, length in ranges:
        assert 0 <= start < start + length <= len(text)
    # Apart from each other.
    assert all(a[0] + a[1] < b[0] for a, b in itertools.pairwise(ranges))


@given(text=TEXTS, query=st.text(max_size=10))
def test_nothing_is_marked_where_nothing_is_found(text: str, query: str) -> None:
    terms = tuple(term for term in search_terms(query) if not term.digits)
    words = search_words(text)
    found = any(word.startswith(term.words) for word in words for term in terms)
    assert bool(ranges_in(text, terms)) == found


@given(text=TEXTS, query=TEXTS)
def test_an_excerpt_shows_the_first_mark(text: str, query: str) -> None:
    terms = search_terms(query)
    excerpt = excerpt_of(text, terms, length=12)
    if excerpt is None:
        assert ranges_in(text, terms) == ()
        return
    assert "\n" not in excerpt.text
    for start, length in excerpt.ranges:
        assert 0 <= start < start + length <= len(excerpt.text)
    first = ranges_in(text, terms)[0]
    shown = excerpt.text[excerpt.ranges[0][0] : sum(excerpt.ranges[0])]
    original = text[first[0] : sum(first)]
    assert shown == "".join(" " if c.isspace() else c for c in original)


def test_the_terms_of_a_query() -> None:
    assert search_terms("  Анна  o'Brien ") == (Term(("анна",)), Term(("o",)), Term(("brien",)))
    assert search_terms("+7 (916) 12") == (Term(("7", "916", "12"), "791612"),)
    assert search_terms("916 anna 12") == (Term(("916",), "916"), Term(("anna",)), Term(("12",), "12"))
    assert search_terms("+44 (0)20 79")[0].digits == "442079"
    assert search_terms("anna ANNA") == (Term(("anna",)),)
    assert search_terms("?!") == search_terms(" ") == ()
    assert finds_nothing("?!")
    assert not finds_nothing(" ")
    assert not finds_nothing("a?")


@given(st.text(max_size=60))
def test_terms_are_folded_words(query: str) -> None:
    for term in search_terms(query):
        for word in term.words:
            assert word == fold(word)
            assert not any(unicodedata.category(c)[0] in "PSZC" for c in word)
