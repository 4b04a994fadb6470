"""What a plan says is what the database has afterwards; an undo takes it back to the row."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from import_runs import import_here, plan_here, write_csv
from sqlalchemy import text

from tests.database_dump import assert_sound, dump
from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.services.imports.importing import run_import
from ulkacrm_desktop.services.imports.options import ImportMode, MatchBy
from ulkacrm_desktop.services.imports.plan_file import RowKind
from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.workspace import Workspace

HEADINGS = ("Name", "Email", "Phone", "Tags", "Company", "Size")
EMAILS = st.sampled_from(["", "", "a@x.io", "A@X.io, b@x.io", "b@x.io", "c@x.io", "not an address"])
PHONES = st.sampled_from(["", "", "+79161234567", "8 916 123-45-67", "+442079460000; +79161234567", "12"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Anna", "Пётр", ""]),
        EMAILS,
        PHONES,
        st.sampled_from(["", "VIP", "vip, Lead", "Other"]),
        st.sampled_from(["", "Acme"]),
        st.sampled_from(["", "S", "M, L", "L"]),
    ),
    max_size=8,
)


def state(workspace: Workspace) -> Any:
    with workspace.reading() as connection:
        return dump(connection)


def sound(workspace: Workspace) -> None:
    with workspace.reading() as connection:
        assert_sound(connection)
        orphans = "SELECT name FROM tag WHERE removed_in IS NULL AND id NOT IN (SELECT tag_id FROM contact_tag)"
        assert connection.scalars(text(orphans)).all() == []


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of two contacts, with a property."""
    path = tmp_path_factory.mktemp("template") / "a.ulka"
    with Workspace.session(path) as workspace:
        size = workspace.perform(create_property, name="Size", type=PropertyType.MULTI_SELECT, options=("S",)).result
        anna = ContactInput(
            "Anna", emails=(EmailEntry("a@x.io"),), phones=(PhoneEntry("+442079460000"),), properties={size: ("S",)}
        )
        workspace.perform(create_contact, contact=anna)
        workspace.perform(create_contact, contact=ContactInput("Clara", emails=(EmailEntry("c@x.io"),), tags=("VIP",)))
    return path


def check_import(workspace: Workspace, path: Path, mends: list[tuple[int, int, str]], **chosen: Any) -> None:
    before = state(workspace)
    plan = plan_here(workspace, path, **chosen)
    for place, column, cell in mends:
        if place < plan.counts.rows:
            plan.mend(place, column, cell)
    counts = plan.counts
    assert counts.rows == counts.create + counts.update + counts.unchanged + counts.skip + counts.error
    shown = plan.page(None, 0, 100)
    assert [row.kind for row in shown].count(RowKind.ERROR) == counts.error
    for row in shown:
        assert (row.kind is RowKind.ERROR) == any(problem.is_error for problem in row.problems), row
        assert (row.kind is RowKind.SKIP) == any(p.code in ("exists", "not_found") for p in row.problems), row
    report = run_import(workspace, plan, JobContext())
    plan.discard()
    after = state(workspace)
    ids = {row[0] for row in before["contact"]}
    assert len(after["contact"]) - len(before["contact"]) == counts.create == report.created
    if not counts.update:
        assert [row for row in after["contact"] if row[0] in ids] == before["contact"]
    sound(workspace)
    if report.operation is None:
        assert after == before
        return
    workspace.perform(undo_operation, operation_id=report.operation)
    assert state(workspace) == before
    sound(workspace)
    workspace.perform(redo_operation, operation_id=report.operation)
    assert state(workspace) == after
    sound(workspace)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(
    rows=ROWS,
    mode=st.sampled_from(ImportMode),
    match=st.frozensets(st.sampled_from(MatchBy)),
    mends=st.lists(
        st.one_of(
            st.tuples(st.integers(0, 4), st.just(0), st.sampled_from(["Anna", ""])),
            st.tuples(st.integers(0, 4), st.just(1), EMAILS),
            st.tuples(st.integers(0, 4), st.just(2), PHONES),
        ),
        max_size=3,
    ),
)
def test_counts_of_the_plan_are_those_of_the_database(
    template: Path, rows: Any, mode: ImportMode, match: frozenset[MatchBy], mends: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "a.ulka")
        path = write_csv(Path(folder) / "people.csv", HEADINGS, rows or [("Nobody", "", "", "", "", "")])
        with Workspace.session(Path(folder) / "a.ulka") as workspace:
            check_import(workspace, path, mends, mode=mode, match=match)


PEOPLE = [
    ("Anna", "a@x.io", "+79161234567", "VIP, Lead", "Acme", "S, L"),
    ("Anna again", "A@x.io, b@x.io", "", "Third", "", "M"),
    ("Anna for good", "b@x.io", "", "", "Bolt", "S, M, L"),
    ("Anna at last", "b@x.io", "", "", "", "L, S"),
    ("Пётр", "", "8 916 123-45-68", "vip", "", ""),
    ("", "nobody@x.io", "", "", "", ""),
    ("Bad", "not an address", "", "Never", "", "XXL"),
]


def test_import_undo_redo_and_the_same_file_again(workspace: Workspace, tmp_path: Path) -> None:
    anna = ContactInput("Anna", emails=(EmailEntry("a@x.io"),))
    workspace.perform(create_contact, contact=anna)
    size = workspace.perform(create_property, name="Size", type=PropertyType.MULTI_SELECT)
    assert size.result
    path = write_csv(tmp_path / "people.csv", HEADINGS, PEOPLE)
    check_import(workspace, path, [])
    before = state(workspace)
    again = import_here(workspace, path, mode=ImportMode.CREATE, match=frozenset(MatchBy))
    assert (again.created, again.updated, again.operation) == (0, 0, None)
    assert state(workspace) == before
    assert {row[1] for row in before["tag"]} == {"VIP", "Lead", "Third"}
    assert {row[2] for row in before["property_option"]} == {"S", "M", "L"}


def test_a_row_imported_is_a_contact_created(workspace: Workspace, tmp_path: Path) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    contact = ContactInput(
        "Анна O'Neil", first_name="Анна", company="Ёж & Co", city="Riga", notes="one\ntwo", source="import",
        source_detail="people.csv",
        emails=(EmailEntry("A@почта.рф", "work"), EmailEntry("b@x.io", "work")),
        phones=(PhoneEntry("8 916 123-45-67"),),
        messengers=(MessengerEntry("telegram", "@Ann"),), tags=("VIP", "a b"), properties={size: 1.5},
    )  # fmt: skip
    workspace.perform(create_contact, contact=contact, region="RU")
    headings = (
        "Name",
        "First name",
        "Company",
        "City",
        "Notes",
        "Email",
        "Email label",
        "Phone",
        "Telegram",
        "Tags",
        "Size",
    )
    cells = ("Анна O'Neil", "Анна", "Ёж & Co", "Riga", "one\ntwo", "A@почта.рф; b@x.io", "work; work",
             "8 916 123-45-67", "@Ann", "VIP, a  b", "1.5")  # fmt: skip
    path = write_csv(tmp_path / "people.csv", headings, [cells])
    report = import_here(workspace, path, mode=ImportMode.KEEP_DUPLICATES)
    assert (report.created, report.errors) == (1, ())
    present = state(workspace)
    for table in ("contact", "email", "phone", "messenger", "contact_tag", "property_value"):
        rows = present[table]
        first, second = rows[: len(rows) // 2], rows[len(rows) // 2 :]
        left_out = {0, 1} if table != "contact" else {0, 2, 19}
        plain = [[[v for i, v in enumerate(row) if i not in left_out] for row in half] for half in (first, second)]
        assert plain[0] == plain[1], table
        assert first, table
    with workspace.reading() as connection:
        assert_sound(connection)


def test_an_outdated_plan_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    plan = plan_here(workspace, write_csv(tmp_path / "people.csv", HEADINGS, PEOPLE[:1]))
    workspace.perform(create_contact, contact=ContactInput("Boris"))
    before = state(workspace)
    with pytest.raises(ExpectedError, match="plan_outdated"):
        run_import(workspace, plan, JobContext())
    assert state(workspace) == before
    plan.discard()


@pytest.mark.parametrize("phase", ["create", "index", "update", "finish"])
def test_a_cancel_leaves_everything_as_it_was(workspace: Workspace, tmp_path: Path, phase: str) -> None:
    workspace.perform(create_contact, contact=ContactInput("Anna", emails=(EmailEntry("a@x.io"),)))
    plan = plan_here(workspace, write_csv(tmp_path / "people.csv", HEADINGS, PEOPLE))
    before = state(workspace)
    reached: list[str] = []

    def listen(progress: Progress) -> None:
        reached.append(progress.phase)
        if progress.phase == phase:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        run_import(workspace, plan, JobContext(listen))
    assert reached[-1] == phase
    assert state(workspace) == before
    sound(workspace)
    # Nothing is left of it in the way of the next one: the journal still stands guard, and the plan still holds.
    assert run_import(workspace, plan, JobContext()).created == 1
    plan.discard()


def test_save_faulty_and_import_again(local_workspace: Workspace, tmp_path: Path) -> None:
    plan = plan_here(local_workspace, write_csv(tmp_path / "people.csv", HEADINGS, PEOPLE))
    for ending in ("csv", "xlsx"):
        saved = tmp_path / f"faulty.{ending}"
        assert plan.save_faulty(saved, "Reason", lambda error: error.code) == 2
        again = plan_here(local_workspace, saved)
        assert again.counts.error == 2
        mended = again.mend(1, 1, "good@x.io")
        assert (mended.kind, mended.problems) == (RowKind.CREATE, ())
        assert again.counts == replace(again.counts, create=1, error=1)
        again.discard()
    plan.discard()


def test_followers_of_a_mended_row(local_workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        ("Anna", "a@x.io", "", "", "", ""),
        ("Anna", "a@x.io", "", "", "Acme", ""),
        ("Ann", "a@x.io", "", "", "", ""),
    ]
    plan = plan_here(local_workspace, write_csv(tmp_path / "people.csv", HEADINGS, rows))
    assert [row.kind.value for row in plan.page(None, 0, 9)] == ["create", "update", "update"]
    plan.mend(0, 1, "broken")
    assert [row.kind.value for row in plan.page(None, 0, 9)] == ["error", "create", "update"]
    plan.mend(0, 1, "other@x.io")
    assert [row.kind.value for row in plan.page(None, 0, 9)] == ["create", "create", "update"]
    plan.mend(0, 1, "a@x.io")
    assert [row.kind.value for row in plan.page(None, 0, 9)] == ["create", "update", "update"]
    report = run_import(local_workspace, plan, JobContext())
    assert (report.created, report.updated) == (1, 2)
    ((*_head,),) = [row[5:10] for row in state(local_workspace)["contact"]]
    assert _head == ["Ann", None, None, None, "Acme"]
    plan.discard()
