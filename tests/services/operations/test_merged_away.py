"""Whoever names a contact that was merged away comes to the one that took it in."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.database_dump import dump
from tests.services.imports.import_runs import import_here, write_csv
from ulkacrm_desktop.core.contact_document import EmailEntry
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.criteria import Clause, Operator
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, update_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.merging import merge_contacts
from ulkacrm_desktop.services.operations.segments import SegmentInput, create_segment
from ulkacrm_desktop.services.queries.contact_documents import contact_document, find_contact
from ulkacrm_desktop.services.queries.merged_contacts import primary_contacts
from ulkacrm_desktop.services.queries.segment_history import movements
from ulkacrm_desktop.services.segment_stays import refresh_stays
from ulkacrm_desktop.services.workspace import Workspace


def created(workspace: Workspace, name: str, email: str = "", **fields: Any) -> int:
    emails = (EmailEntry(email),) if email else ()
    return workspace.perform(create_contact, contact=ContactInput(name, emails=emails, **fields)).result


def merge(workspace: Workspace, primary: int, *others: int) -> None:
    workspace.perform(merge_contacts, primary_id=primary, other_ids=others)


def test_ids_and_emails_lead_to_the_primary_contact_through_several_merges(workspace: Workspace) -> None:
    anna, boris, clara, other = (
        created(workspace, name, f"{name}@x.io") for name in ("anna", "boris", "clara", "dora")
    )
    reference = workspace.read(contact_document, clara).reference
    merge(workspace, boris, clara)
    merge(workspace, anna, boris)
    assert workspace.read(primary_contacts, [anna, boris, clara, other, 999]) == {boris: anna, clara: anna}
    for named in (str(clara), reference, str(boris), "boris@x.io"):
        assert workspace.read(find_contact, named) == anna, named
    workspace.perform(update_contact, contact_id=anna, changes={"emails": (EmailEntry("anna@x.io"),)})
    assert workspace.read(find_contact, "CLARA@x.io") == anna, "an email that was taken from it since"
    again = created(workspace, "Clara", "clara@x.io")
    assert workspace.read(find_contact, "clara@x.io") == again, "whoever has it now is meant first"
    workspace.perform(remove_contacts, selection=ContactSelection.of(anna))
    for named in (str(clara), "boris@x.io"):
        with pytest.raises(NotFound):
            workspace.read(find_contact, named)


def test_an_email_that_went_into_two_contacts_is_ambiguous(workspace: Workspace) -> None:
    anna, boris = created(workspace, "Anna"), created(workspace, "Boris")
    for primary in (anna, boris):
        merge(workspace, primary, created(workspace, "Office", "office@x.io"))
        workspace.perform(update_contact, contact_id=primary, changes={"emails": ()})
    with pytest.raises(ExpectedError, match="contact_ambiguous") as caught:
        workspace.read(find_contact, "office@x.io")
    assert caught.value.facts["ids"] == [anna, boris]


def test_rows_of_a_file_with_the_id_of_a_merged_contact_change_the_primary_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    anna, boris = created(workspace, "Anna", "a@x.io"), created(workspace, "Boris")
    references = [workspace.read(contact_document, contact_id).reference for contact_id in (anna, boris)]
    merge(workspace, anna, boris)
    file = write_csv(
        tmp_path / "list.csv",
        ["ID", "Name", "City", "Company"],
        [[references[1], "Anna", "Riga", ""], [references[0], "Anna", "", "Acme"]],
    )
    report = import_here(workspace, file)
    assert (report.created, report.updated) == (0, 2)
    merged = workspace.read(contact_document, anna)
    assert (merged.city, merged.company) == ("Riga", "Acme")
    with pytest.raises(NotFound):
        workspace.read(contact_document, boris)


def test_who_is_merged_away_leaves_a_segment_and_the_primary_contact_enters(workspace: Workspace) -> None:
    anna, boris, clara = created(workspace, "Anna"), created(workspace, "Boris", city="Riga"), created(workspace, "Cl")
    in_riga = Clause("city", Operator.IS, ("Riga",))
    segment = workspace.perform(
        create_segment, segment=SegmentInput("Riga", criteria=in_riga, keeps_history=True)
    ).result

    def stays() -> tuple[list[tuple[int, int]], list[int]]:
        """Who has come (1) and gone (0), oldest first, and who is in."""
        with workspace.reading() as connection:
            inside = connection.scalars(text("SELECT contact_id FROM segment_stay WHERE left_at IS NULL ORDER BY 1"))
            told = movements(connection, segment).movements
            return [(m.contact_id, int(m.entered)) for m in told[::-1]], list(inside)

    before, inside = workspace.read(dump), [boris]
    assert stays() == ([], inside)
    merge(workspace, anna, boris, clara)
    after = workspace.read(dump)
    told, now = stays()
    assert (sorted(told), now) == ([(anna, 1), (boris, 0)], [anna])
    workspace.perform(undo_operation)
    assert workspace.read(dump) == before
    assert stays()[1] == inside
    workspace.perform(redo_operation)
    assert workspace.read(dump) == after
    assert stays()[1] == [anna]
    assert refresh_stays(workspace) == 0, "nothing has been missed"
