"""Folding: what makes no difference to sorting, matching and searching, and what does."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.core.text.fold import REVERSED_MARK, fold, fold_all, folded_words, search_words

ASSIGNED = st.characters(exclude_categories=("Cs",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John  SMITH ", "john smith"),
        ("Ёлкин Семён", "елкин семен"),
        ("Zoë Müller", "zoe muller"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Søren Ærø", "soren aero"),
        ("Straße", "STRASSE"),
        ("Ｊｏｈｎ１２３", "john123"),
        ("٠١٢", "012"),
        ("O’Brien", "o'brien"),
        ("Дем’янюк", "дем'янюк"),
        ("Анна‑Мария", "анна-мария"),
        ("Ив\u200bан\u202e", "иван"),
        ("ﬁrma", "firma"),
        ("a\u00a0b\tc\n", "a b c"),
        ("i\u0307stanbul", "İstanbul"),
        ("\x00a\x07b", "ab"),
    ],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("йод", "иод"), ("ガ", "カ"), ("а", "a"), ("ab", "a b")])
def test_what_makes_a_difference(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(ASSIGNED))
def test_folding_twice_changes_nothing_and_forms_are_one(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(unicodedata.normalize("NFC", text)) == folded


@given(st.text(st.characters(codec="ascii"), max_size=40), st.text("абвёйЁЙ «»№`Z1", max_size=10))
def test_the_quick_paths_agree_with_the_long_one(ascii_text: str, cyrillic: str) -> None:
    # A final thorn sends the whole text the long way; it folds to letters that can be cut off again.
    for text in (ascii_text, cyrillic):
        assert fold(text + " þ") == f"{fold(text)} th".strip()


@given(st.text(ASSIGNED))
def test_words_are_letters_and_digits_and_never_bear_the_mark(text: str) -> None:
    for word in search_words(text):
        assert REVERSED_MARK not in word
        assert all(letter.isalnum() or unicodedata.category(letter).startswith("M") for letter in word)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ivan.petrov@example.com", ["ivan", "petrov", "example", "com"]),
        ("Hello_World", ["hello", "world"]),
        ("Иванов-Петров, №5", ["иванов", "петров", "5"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("", []),
        ("— !", []),
        ("слово", ["слово"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert search_words(text) == words
    assert folded_words(fold(text)) == words


def test_the_mark_is_one_letter_beyond_ascii() -> None:
    assert len(REVERSED_MARK) == 1
    assert ord(REVERSED_MARK) > 127
    assert REVERSED_MARK.isalpha()
    assert REVERSED_MARK.lower() == REVERSED_MARK
    assert fold(REVERSED_MARK) == "r"


@given(
    st.lists(
        st.one_of(st.text(max_size=8), st.sampled_from(["Ann", " a  b ", "Ё`№", "x\ny", "É\t", "Σ", "a\x1fb", ""]))
    )
)
def test_folding_together_is_folding_each(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]
