"""Imports in processes of their own: large ones, cancelled ones, and those that are killed half way."""

import csv
import multiprocessing
import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from import_runs import import_here, options_for, write_csv
from sqlalchemy import inspect, text

from tests.database_dump import assert_sound, dump
from ulkacrm_desktop.core import paths
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.db import indexes
from ulkacrm_desktop.db.integrity import integrity_problems
from ulkacrm_desktop.models import Base
from ulkacrm_desktop.services.imports import applying, importing
from ulkacrm_desktop.services.imports.applying import import_contacts
from ulkacrm_desktop.services.imports.built_apart import WORTH_FROM, BuildProcess
from ulkacrm_desktop.services.imports.importing import inspect_file, make_plan, run_import
from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.services.operations.contacts import update_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.workspace import Workspace

ROWS = 3_000
"""As many as are enough to be imported by a child, once a large import is said to begin there."""


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scratch directory of our own, for child processes too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return paths.scratch_directory()


def people(path: Path, count: int) -> Path:
    rows = [(f"Person{number} Smith", f"p{number}@x.io", "VIP" if number % 2 else "") for number in range(count)]
    return write_csv(path, ("Name", "Email", "Tags"), rows)


def state(workspace: Workspace) -> Any:
    with workspace.reading() as connection:
        return dump(connection)


def stop_at(phase: str) -> JobContext:
    reached: list[str] = []
    return JobContext(lambda progress: reached.append(progress.phase), lambda: phase in reached)


@pytest.mark.skipif(os.name == "nt", reason="the scratch directory is that of XDG")
@pytest.mark.parametrize("phase", ["read", "match"])
def test_a_cancelled_plan_leaves_no_file(local_workspace: Workspace, tmp_path: Path, scratch: Path, phase: str) -> None:
    path = people(tmp_path / "people.csv", 3_000)
    with pytest.raises(JobCancelled):
        make_plan(local_workspace, path, options_for(local_workspace, path), stop_at(phase))
    assert list(scratch.iterdir()) == []


def test_a_large_import_cancelled_killed_and_done(
    workspace: Workspace, tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "INLINE_ROWS", ROWS - 1)
    path = people(tmp_path / "people.csv", ROWS)
    plan = make_plan(workspace, path, options_for(workspace, path), JobContext())
    assert plan.counts.create == ROWS
    before = state(workspace)
    with pytest.raises(JobCancelled):
        run_import(workspace, plan, stop_at("create"))
    assert state(workspace) == before

    def kill(progress: Progress) -> None:
        if progress.phase == "create":
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(ExpectedError, match="job_crashed"):
        run_import(workspace, plan, JobContext(kill))
    assert state(workspace) == before
    heard: list[Any] = []
    workspace.subscribe(heard.append)
    report = run_import(workspace, plan, JobContext())
    plan.discard()
    assert list(scratch.iterdir()) == []
    assert [changes.operation_id for changes in heard] == [report.operation]
    after = state(workspace)
    assert len(after["contact"]) == len(after["email"]) == report.created == ROWS
    assert len(after["contact_tag"]) == ROWS // 2
    workspace.perform(undo_operation)
    assert state(workspace) == before
    workspace.perform(redo_operation)
    assert state(workspace) == after
    with workspace.reading() as connection:
        assert integrity_problems(connection) == []


@pytest.mark.parametrize("changed", [False, True])
def test_a_file_is_looked_at_again_only_where_it_has_changed(
    local_workspace: Workspace, tmp_path: Path, scratch: Path, changed: bool
) -> None:
    path = people(tmp_path / "people.csv", 3)
    options = options_for(local_workspace, path)
    found = inspect_file(path, options.reader)
    marked = replace(found, headings=[heading.upper() for heading in found.headings])
    if changed:
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    plan = make_plan(local_workspace, path, options, JobContext(), inspection=marked)
    assert list(plan.headings) == (found.headings if changed else marked.headings) and plan.counts.create == 3
    plan.discard()


@pytest.mark.parametrize("seen_by_another", [False, True])
def test_an_import_alone_writes_an_empty_file_without_the_log(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, seen_by_another: bool
) -> None:
    """Only where nobody else has it open; what is killed leaves nothing, and the log is there again after it."""
    monkeypatch.setattr(importing, "INLINE_ROWS", ROWS - 1)
    database = tmp_path / "contacts.ulka"
    aside = tmp_path / "contacts.ulka-journal"
    with Workspace.session(database) as workspace, ExitStack() as others:
        path = people(tmp_path / "people.csv", ROWS)
        plan = make_plan(workspace, path, options_for(workspace, path), JobContext())
        before = state(workspace)
        if seen_by_another:
            others.enter_context(Workspace.session(database))
        found_aside = []

        def kill(progress: Progress) -> None:
            if progress.phase == "create":
                found_aside.append(aside.exists())
                for child in multiprocessing.active_children():
                    child.kill()

        with pytest.raises(ExpectedError, match="job_crashed"):
            run_import(workspace, plan, JobContext(kill), alone=True)
        assert found_aside[0] is not seen_by_another
        assert state(workspace) == before
        assert run_import(workspace, plan, JobContext(), alone=True).created == ROWS
        plan.discard()
        assert not aside.exists()
        with workspace.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert integrity_problems(connection) == []
        workspace.perform(undo_operation)
        assert state(workspace) == before


def test_what_is_built_apart_is_what_would_be_inserted(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        (
            f"Person{number} O'Neil",
            f"p{number}@x.io" if number % 3 else "",
            f"+7 916 {number:07d}" if number % 4 else "",
            "100% Åland" if number % 5 else "",
            "VIP, Lead" if number % 7 else "",
            str(number / 4) if number % 2 else "",
            ("Gold", "Silver")[number % 2],
            f"19{number % 90 + 10}-05-17" if number % 6 else "",
        )
        for number in range(1_000)
    ]
    headings = ("Name", "Email", "Phone", "Company", "Tags", "Score", "Tier", "Born")
    path = write_csv(tmp_path / "people.csv", headings, rows)
    dumps = []
    for large in (WORTH_FROM, 500):
        monkeypatch.setattr(applying, "WORTH_FROM", large)
        monkeypatch.setattr(indexes, "LARGE", large)
        with Workspace.session(tmp_path / f"{large}.ulka") as workspace:
            assert import_here(workspace, path).created == len(rows)
            assert list(scratch.iterdir()) == []
            imported = state(workspace)
            workspace.perform(undo_operation)
            workspace.perform(redo_operation)
            assert state(workspace) == imported
            with workspace.reading() as connection:
                assert_sound(connection)
                for table in Base.metadata.tables.values():
                    found = {index["name"] for index in inspect(connection).get_indexes(table.name)}
                    assert found == {index.name for index in table.indexes}
            imported.pop("contact")  # with the moment of the import
            dumps.append(imported)
    assert len(dumps[0]["property_value"]) > 2_000
    assert dumps[0] == dumps[1]


def test_a_build_that_crashes_leaves_the_database_as_it_was(
    local_workspace: Workspace, tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "WORTH_FROM", 500)
    path = people(tmp_path / "people.csv", 500)
    plan = make_plan(local_workspace, path, options_for(local_workspace, path), JobContext())
    before = state(local_workspace)
    builds = [BuildProcess(), BuildProcess()]
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    work = {"plan": plan.file, "cleaner": plan.about.cleaner.cleaner, "context": JobContext(), "builds": builds}
    with pytest.raises(ExpectedError, match="job_crashed"):
        local_workspace.perform_bulk(import_contacts, **work)
    plan.discard()
    assert state(local_workspace) == before and list(scratch.iterdir()) == []


def test_the_index_built_apart(local_workspace: Workspace, tmp_path: Path, scratch: Path) -> None:
    workspace = local_workspace
    path = tmp_path / "people.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Name", "Email"))
        writer.writerows((f"n{number}", f"p{number}@x.io") for number in range(WORTH_FROM))
        # One more row of the same contact: an update after the index was taken over.
        writer.writerow(("Zebra", "p7@x.io"))
    plan = make_plan(workspace, path, options_for(workspace, path), JobContext())
    report = run_import(workspace, plan, JobContext())
    plan.discard()
    assert list(scratch.iterdir()) == []
    assert (report.created, report.updated) == (WORTH_FROM, 1)

    def found(search: str) -> list[int]:
        return list(workspace.read(all_ids, ContactQuery(search=search)))

    (zebra,) = found("zebra")
    assert found("n7") != [] and zebra not in found("n7")
    workspace.perform(update_contact, contact_id=zebra + 1, changes={"name": "Yak"})
    assert found("yak") == [zebra + 1]
    with workspace.writing() as connection:
        # Raises where the index is damaged.
        connection.exec_driver_sql("INSERT INTO contact_fts (contact_fts) VALUES ('integrity-check')")
    workspace.perform(undo_operation)
    workspace.perform(undo_operation)
    assert found("") == found("zebra") == found("p11") == []
    with workspace.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM contact WHERE removed_in IS NULL")).scalar_one() == 0
        assert_sound(connection)
