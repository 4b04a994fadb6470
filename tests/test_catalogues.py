"""Everything that the program says is said in every language."""

import gettext

import pytest

from tests.catalogues import LANGUAGES, LOCALES, extracted, problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_compiled(language: str) -> None:
    assert list(problems(language)) == []


def test_texts_are_gathered_from_all_over_the_program() -> None:
    files = {location[0].split("/")[0] for message in extracted() for location in message.locations}
    assert {"cli", "ui"} <= files
    # Lower layers carry codes; only a name that a file or a system needs may be a text there.
    assert not files & {"core", "models", "db", "services"}


@pytest.mark.parametrize(
    ("number", "form"), [(1, "1 контакт"), (3, "3 контакта"), (5, "5 контактов"), (21, "21 контакт")]
)
def test_russian_counts_in_its_three_forms(number: int, form: str) -> None:
    russian = gettext.translation("ulkacrm", localedir=LOCALES, languages=["ru"])
    text = russian.ngettext("{count} contact", "{count} contacts", number)
    assert text.format(count=number) == form
