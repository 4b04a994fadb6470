"""Rows cleaned together are the rows cleaned one by one; what stands in for a name does not rename anybody."""

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from import_runs import import_here, plan_here, write_csv

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput, EmailEntry
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.text.fold import folded_words
from ulkacrm_desktop.core.text.phones import phone_words
from ulkacrm_desktop.db.search_index import words_of
from ulkacrm_desktop.services.imports.chunk_cleaner import ChunkCleaner
from ulkacrm_desktop.services.imports.mapping import ColumnMapping, FieldTarget, NewProperty, Reason
from ulkacrm_desktop.services.imports.options import MatchBy
from ulkacrm_desktop.services.imports.prepared import prepare
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.queries.contacts import first_page
from ulkacrm_desktop.services.workspace import Workspace

FIELDS: tuple[FieldTarget | NewProperty, ...] = (
    FieldTarget("name"), FieldTarget("first_name"), FieldTarget("last_name"), FieldTarget("company"),
    FieldTarget("notes"), FieldTarget("notes"), FieldTarget("email"), FieldTarget("email_label"),
    FieldTarget("email", "work"), FieldTarget("phone"), FieldTarget("phone", "home", google=True),
    FieldTarget("phone_label"), FieldTarget("tags"), FieldTarget("tags", google=True), FieldTarget("messenger"),
    FieldTarget("messenger_kind"), FieldTarget("messenger_label"),
    FieldTarget("kind"), FieldTarget("is_staff"), FieldTarget("source"), FieldTarget("created_at"), FieldTarget("id"),
    NewProperty("Text", PropertyType.TEXT), NewProperty("Number", PropertyType.NUMBER),
    NewProperty("Date", PropertyType.DATE), NewProperty("Yes", PropertyType.YES_NO),
    NewProperty("One", PropertyType.SELECT), NewProperty("Many", PropertyType.MULTI_SELECT),
    NewProperty("Page", PropertyType.URL),
)  # fmt: skip

CELLS = st.one_of(
    st.sampled_from(
        ["", None, " ", "Anna", "Ёж & Co", "Noël", "  Ann  Lee\t", "a\x00b", "a\x7fb", "#N/A", "# 1", "x\r\ny", "x\ny",
         "«Ромашка»", "№ 5", "ß", "ΟΔΟΣ", "日本", "a\x1fb", "İ", "x" * 250, "n" * 1_001,
         "a@x.io", "A@X.io", "b@x.io; a@x.io", "Anna <a@x.io>", "a@почта.рф", "a@pаypal.com", "no address", "a@b",
         "+7 916 123-45-67", "8 (916) 123-45-67", "+442079460000; 12345678", "12", "79161234567.0", "7,9E+10",
         "+54 9 11 2345 6789", "1 ::: 2", "VIP", "vip, Lead", "* myContacts ::: Friends", "t" * 101, "work; home",
         "*", "telegram: @anna", "Organisation", "yes", "да", "maybe", "api", "2024-02-29", "2023-02-29", "31.12.2024",
         "12/31/2024", "1.5", "1,5", "1 234,56", "-0", "007", "x.io", "https://x.io/a b", "XX-12", "XX-007",
         0, 1, 2.0, 79161234567.0, True, False, date(2024, 2, 29), b"picture"]
    ),
    st.text(max_size=12),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=len(FIELDS) - 1, max_size=len(FIELDS)), min_size=1, max_size=6)


def chunk_cleaner(*targets: FieldTarget | NewProperty) -> ChunkCleaner:
    mapping = [ColumnMapping(index, "", target, 1.0, Reason.CHOSEN) for index, target in enumerate(targets)]
    cleaner = RowCleaner(mapping, (), region="RU")
    return ChunkCleaner(cleaner, code="XX", match=frozenset(MatchBy), file="a.csv")


@settings(max_examples=120, deadline=None)
@given(ROWS)
@example([["Anna", *[""] * 28], ["Noël", *[""] * 28], ["", "", "", "", "", "", "a@x.io\x00", *[""] * 22]])
def test_together_as_one_by_one(rows: list[list[Any]]) -> None:
    together = chunk_cleaner(*FIELDS).cleaner.clean_chunk(rows).rows()
    alone = chunk_cleaner(*FIELDS)
    assert together == [alone.cleaner.clean(cells) for cells in rows]
    again = alone.cleaner.clean_chunk(rows)  # by what it remembers
    assert again.rows() == together
    keys, places = alone._keys(again, range(len(rows)))
    for place, row in enumerate(together):
        assert [key for key, its_place in zip(keys, places, strict=True) if its_place == place] == alone.keys(row)


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_the_words_of_prepared_rows_are_those_of_contacts(rows: list[list[Any]]) -> None:
    cleaner = chunk_cleaner(*FIELDS).cleaner
    chunk = cleaner.clean_chunk(rows)
    named = [index for index, name in enumerate(chunk.values["name"]) if name]
    prepared = prepare(chunk.only(named), named, cleaner, "a.csv")
    assert prepared.words[0] == prepared.sections["contact"][0] == named
    for place, text in zip(*prepared.words, strict=True):
        row = chunk.row(place)
        texts = [row.values.get(key) for key in ("name", "first_name", "last_name", "company", "notes")]
        texts += [address for address, _key, _label in row.emails]
        texts += [login for _kind, login, _label in row.messengers] + row.tags
        for index, stored in row.properties.items():
            if cleaner.properties[index].type is not PropertyType.YES_NO:
                texts += [value for value, _key, _number in stored]
        keys = [key for _number, key, _label in row.phones]
        wanted = set(words_of(texts, keys).split())
        assert set(folded_words(text)) == wanted
        # The tokenizer of the index parts words at everything of ASCII that is no letter or digit, and nowhere else.
        by_index = "".join(c if c.isalnum() or not c.isascii() else " " for c in text).split()
        assert set(by_index) == wanted
        assert all(word in wanted for key in keys for word in phone_words(key))


def test_a_control_character_in_a_label_is_a_fault_of_the_label() -> None:
    cleaner = chunk_cleaner(FieldTarget("name"), FieldTarget("email"), FieldTarget("email_label")).cleaner
    row = cleaner.clean(["Anna", "a@x.io", "wo\x00rk"])
    assert [(fault.field, fault.column, fault.code) for fault in row.faults] == [
        ("email_label", 2, "control_character")
    ]


def test_what_stands_in_for_a_name_names_new_contacts_only(local_workspace: Workspace, tmp_path: Path) -> None:
    workspace = local_workspace
    workspace.perform(create_contact, contact=ContactInput("Anna Petrova", emails=(EmailEntry("a@x.io"),)))
    rows = [("a@x.io", "VIP"), ("Boris Ivanov <b@x.io>", "VIP"), ("c@x.io", "")]
    report = import_here(workspace, write_csv(tmp_path / "a.csv", ("Email", "Tags"), rows))
    assert (report.created, report.updated) == (2, 1)

    def names() -> list[str]:
        return sorted(row.name for row in workspace.read(first_page, ContactQuery()).rows)

    assert names() == ["Anna Petrova", "Boris Ivanov", "c@x.io"]
    rows = [("", "Another <a@x.io>", "Lead"), ("", "Dora <d@x.io>", ""), ("", "e@x.io", "")]
    path = write_csv(tmp_path / "b.csv", ("Name", "Email", "Tags"), rows)
    plan = plan_here(workspace, path)
    assert [change.field for change in plan.page(None, 0, 1)[0].changes] == ["tags"]
    plan.discard()
    report = import_here(workspace, path)
    assert (report.created, report.updated, [error.code for error in report.errors]) == (1, 1, ["name_required"])
    assert names() == ["Anna Petrova", "Boris Ivanov", "Dora", "c@x.io"]
