"""Odd files, each with what becomes of it: written byte by byte, looked into, planned, imported, read back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from import_runs import options_for, plan_with
from sqlalchemy import text

from tests.database_dump import assert_sound
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.imports.importing import ImportPlan, run_import
from ulkacrm_desktop.services.imports.plan_file import RowKind
from ulkacrm_desktop.services.imports.readers import ReaderOptions
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.contacts import first_page
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace

Contact = dict[str, Any]
"""What is expected of a contact: all that it holds but its id, its dates and where it comes from.

``emails`` and ``phones`` are lists of (as shown, match key), ``messengers`` of (kind, login); properties stand under
their names.
"""

_TEXTS = (
    "name", "first_name", "last_name", "company", "website", "notes", "street", "city", "region", "postcode", "country"
)  # fmt: skip


@dataclass(frozen=True)
class OddFile:
    """One row of the specification, or a case of it: the file, how it is read, and all that must come of it.

    ``content``: bytes, or what writes the file. ``chosen`` are options of the import. ``refused`` is the code with
    which the file as a whole is. ``contacts`` are those found in the database in the order of their ids, ``errors``
    and ``warnings`` (row, column, code), ``notices`` facts by code, ``questions`` (column, kind, the reading taken).
    ``found`` maps a search to the names that it finds.
    """

    row: str
    case: str
    file: str
    content: bytes | Callable[[Path], object]
    contacts: Sequence[Contact] = ()
    errors: Sequence[tuple[int, str, str]] = ()
    warnings: Sequence[tuple[int, str, str]] = ()
    notices: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    questions: Sequence[tuple[str, str, str]] = ()
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: str = ""
    reader: ReaderOptions | None = None
    assignments: Sequence[str] = ()
    chosen: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.row}: {self.case}"

    def write(self, folder: Path) -> Path:
        """Write the file."""
        path = folder / self.file
        if isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            self.content(path)
        return path

    def check(self, workspace: Workspace, folder: Path) -> None:
        """Import the file, and compare everything with what is expected."""
        path = self.write(folder)
        if self.refused:
            with pytest.raises(ExpectedError) as refusal:
                options_for(workspace, path, reader=self.reader)
            assert refusal.value.code == self.refused
            return
        options = options_for(
            workspace, path, reader=self.reader, assignments=self.assignments, **{"region": "", **self.chosen}
        )
        plan = plan_with(workspace, path, options)
        assert {notice.code: dict(notice.facts) for notice in plan.notices} == self.notices
        assert [(plan.headings[q.column], q.kind, q.chosen) for q in plan.questions] == list(self.questions)
        self._check_problems(plan, folder)
        assert contacts_of(workspace) == []  # nothing is written before the plan is confirmed
        counts = plan.counts
        report = run_import(workspace, plan, JobContext())
        plan.discard()
        assert (report.created, counts.update, len({error.row for error in report.errors})) == (
            len(self.contacts),
            0,
            counts.error,
        )
        assert contacts_of(workspace) == list(self.contacts)
        for query, names in self.found.items():
            page = workspace.read(first_page, ContactQuery(search=query))
            assert [row.name for row in page.rows] == names, query
        with workspace.reading() as connection:
            assert_sound(connection)

    def _check_problems(self, plan: ImportPlan, folder: Path) -> None:
        """Faulty cells with row, column and reason, also in the file of faulty rows; warnings; the original text."""
        assert [(error.row, error.column, error.code) for error in plan.errors()] == list(self.errors)
        rows = plan.page(None, 0, 1_000)
        told = [
            (row.number, "" if problem.column is None else plan.headings[problem.column], problem.code)
            for row in rows
            for problem in row.problems
            if not problem.is_error
        ]
        assert told == list(self.warnings)
        assert all(any(row.cells) for row in rows)
        if self.errors:
            faulty = folder / "faulty.csv"
            assert plan.save_faulty(faulty, "Reason", lambda error: error.code) == plan.counts.of(RowKind.ERROR)
            saved = faulty.read_text(encoding="utf-8-sig")
            assert all(code in saved for _row, _column, code in self.errors)


def contacts_of(workspace: Workspace) -> list[Contact]:
    """All contacts as `Contact`, without what is empty."""
    with workspace.reading() as connection:
        names = {definition.id: definition.name for definition in property_definitions(connection)}
        keys: dict[int, list[str]] = {}
        for contact_id, key in connection.execute(
            text("SELECT contact_id, match_key FROM email ORDER BY position, id")
        ):
            keys.setdefault(contact_id, []).append(key)
        contacts = []
        for document in contact_documents(connection, ContactSelection.matching(ContactQuery())):
            about: Contact = {key: value for key in _TEXTS if (value := getattr(document, key))}
            addresses = [email.address for email in document.emails]
            about["emails"] = list(zip(addresses, keys.get(document.id, ()), strict=True))
            about["phones"] = [(phone.number, phone.match_key) for phone in document.phones]
            about["messengers"] = [(messenger.kind, messenger.login) for messenger in document.messengers]
            about["tags"] = list(document.tags)
            about |= {names[key]: value for key, value in document.properties.items()}
            contacts.append({key: value for key, value in about.items() if value not in ("", [])})
        return contacts


def text_of(*lines: str, end: str = "\n") -> str:
    """Lines, each with its end."""
    return "".join(line + end for line in lines)
