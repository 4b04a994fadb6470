"""The one object through which the window and the command line read and change a database."""

from __future__ import annotations

import getpass
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.changes import ChangeSet, Entity, OperationKind
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.bulk_load import end_bulk, prepare_bulk
from ulkacrm_desktop.db.derived import refresh_derived
from ulkacrm_desktop.db.engine import WRITING, is_local, open_engine
from ulkacrm_desktop.db.journal import begin_operation, contacts_concerned, end_operation
from ulkacrm_desktop.db.schema import database_code, prepare_schema
from ulkacrm_desktop.db.search_backlog import backlog_size, index_backlog
from ulkacrm_desktop.models import Operation
from ulkacrm_desktop.services.segment_stays import note_stays

P = ParamSpec("P")
R = TypeVar("R")
ParamsIn = ParamSpec("ParamsIn")

IDS_LISTED = 2_000
"""How many ids of an entity a change set lists before it says "read all again"."""

SLICE = 1_000
"""How many contacts of the search's backlog are indexed in one transaction."""


@dataclass(slots=True)
class Write:
    """What the author of an operation works with: one transaction and one entry of the journal.

    ``facts`` become the values of the operation's sentence in the history; ``reverts_id`` is set by undo
    and redo alone. ``code`` is the database's own code in exported IDs.
    """

    connection: Connection
    operation_id: int
    at: datetime
    actor: str
    facts: dict[str, Any] = field(default_factory=dict)
    reverts_id: int | None = None


@dataclass(frozen=True)
class WriteOperation(Generic[ParamsIn, R]):
    """A function that changes the database, and what it is called in the history."""

    kind: OperationKind
    function: Callable[Concatenate[Write, ParamsIn], R]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What an operation returned and what it changed; ``changes`` is None where nothing changed."""

    result: R
    changes: ChangeSet | None

    @property
    def operation_id(self) -> int | None:
        """The operation in the history, None where nothing changed."""
        return self.changes.operation_id if self.changes else None


def operation(
    kind: OperationKind,
) -> Callable[[Callable[Concatenate[Write, ParamsIn], R]], WriteOperation[ParamsIn, R]]:
    """Make a function of a `Write` an operation that `Workspace.perform` carries out."""

    def decorate(function: Callable[Concatenate[Write, ParamsIn], R]) -> WriteOperation[ParamsIn, R]:
        return WriteOperation(kind, function)

    return decorate


class Workspace:
    """An open database: reads from any thread, one write at a time, and a word to all who listen."""

    def __init__(self, engine: Engine, *, location: str, actor: str | None = None, alone: bool = False) -> None:
        self._engine = engine
        self._alone = alone
        self._writer = threading.RLock()
        self._listeners: list[Callable[[ChangeSet], None]] = []
        self.location = location
        self.actor = actor if actor is not None else _user_name()
        with self.reading() as connection:
            self.code = database_code(connection)

    @classmethod
    def open(cls, location: str | Path, *, actor: str | None = None, alone: bool = False) -> Workspace:
        """Open the database at a path or address, making it when it is new.

        ``alone``: nothing else of the program reads while a bulk load is written by this workspace.

        Raises ExpectedError when it cannot be read, is not ours, or is newer than this program.
        """
        engine = open_engine(location)
        try:
            prepare_schema(engine)
            return cls(engine, location=str(location), actor=actor, alone=alone)
        except DatabaseError as error:
            engine.dispose()
            if not is_local(engine):
                raise
            reason = str(error.orig)
            code = "database_busy" if "locked" in reason else "database_unreadable"
            raise ExpectedError(code, path=str(location), location=str(location), reason=reason) from error
        except BaseException:
            engine.dispose()
            raise

    @classmethod
    @contextmanager
    def session(cls, location: str | Path, *, actor: str | None = None, alone: bool = False) -> Iterator[Workspace]:
        """An open database for the time of a block, as by `open`."""
        workspace = cls.open(location, actor=actor, alone=alone)
        try:
            yield workspace
        finally:
            workspace.close()

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    @property
    def is_local(self) -> bool:
        """Whether the database is a file of this machine."""
        return is_local(self._engine)

    @property
    def engine_name(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection with one unchanging view of the database."""
        options = {} if self.is_local else {"isolation_level": "REPEATABLE READ"}
        with self._engine.connect().execution_options(**options) as connection:
            yield connection
            connection.rollback()

    def read(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a query function of ``services.queries``."""
        with self.reading() as connection:
            return query(connection, *args, **kwargs)

    # Writing

    def perform(self, write: WriteOperation[P, R], *args: P.args, **kwargs: P.kwargs) -> Outcome[R]:
        """Carry out an operation: one transaction, recorded, undoable, announced.

        Where it changes nothing it leaves no trace in the history. Raises what the operation raises;
        then nothing of it has happened.
        """
        with self._writer, self.writing() as connection:
            begun = self._begin(connection, write.kind)
            result = write.function(begun, *args, **kwargs)
            changes = self._finish(connection, write.kind, begun)
            if changes is None:
                connection.rollback()
        if changes is not None:
            self.announce(changes)
        return Outcome(result, changes)

    def perform_bulk(self, write: WriteOperation[P, R], *args: P.args, **kwargs: P.kwargs) -> Outcome[R]:
        """As `perform`, for an operation that loads new contacts by `db.bulk_load`, which brings along what is
        derived of them."""
        with self._writer, self.writing(bulk=True) as connection:
            begun = self._begin(connection, write.kind)
            result = write.function(begun, *args, **kwargs)
            changes = self._finish(connection, write.kind, begun, created=False)
            if changes is None:
                connection.rollback()
        if changes is not None:
            self.announce(changes)
        return Outcome(result, changes)

    def catch_up(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Index for the search what operations on very many contacts have left for later; answers how many.

        Each slice is a write of its own, so that others come in between; whoever stops in the midst loses nothing.
        ``progress`` is called with the contacts indexed and their total.
        """
        done, total = 0, self.read(backlog_size)
        while done < total:
            progress(done, total)
            indexed = self.catch_up_slice()
            if not indexed:
                break
            done += indexed
        if done:
            progress(done, done)
        return done

    def catch_up_slice(self) -> int:
        """The next slice of `catch_up`, a fifth of a second of work; answers how many contacts were indexed."""
        return self.upkeep(index_backlog, SLICE)

    def upkeep(self, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Write what follows from what is recorded and is no operation of its own: one transaction, told to nobody."""
        with self._writer, self.writing() as connection:
            return work(connection, *args, **kwargs)

    @contextmanager
    def lent_to_child(self, *, alone: bool = False) -> Iterator[None]:
        """Keep this process from writing while a child process does; where it is ``alone``, let go of the file."""
        with self._writer:
            if alone:
                self._engine.dispose()
            yield

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """The one writer's transaction; for a bulk load with a large cache and without checks of keys."""
        if bulk and self._alone:
            self._engine.dispose()  # connections that rest hold the file open
        with self._engine.connect().execution_options(**{WRITING: True}) as connection:
            if bulk:
                prepare_bulk(connection, alone=self._alone)
            try:
                try:
                    transaction = connection.begin()
                except DatabaseError as error:
                    raise ExpectedError("database_busy", location=self.location) from error
                with transaction:
                    yield connection
            finally:
                if bulk:
                    end_bulk(connection)

    def announce_operation(self, operation_id: int) -> None:
        """Tell all listeners of an operation that another process has carried out."""
        with self.reading() as connection:
            kind = connection.execute(select(Operation.kind).where(Operation.id == operation_id)).scalar_one()
            changes = read_changes(connection, OperationKind(kind), operation_id)
        self.announce(changes)

    def announce(self, changes: ChangeSet) -> None:
        """Tell all listeners, in the thread that wrote."""
        for listener in tuple(self._listeners):
            listener(changes)

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Call ``listener`` after each write, in the thread that wrote; the answer ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _begin(self, connection: Connection, kind: OperationKind) -> Write:
        if not is_local(connection):
            # Operations of a shared database come one after another, so that their order is their number.
            connection.execute(text("LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE"))
        last = connection.execute(select(func.max(Operation.at))).scalar_one()
        at = clock.now()
        if last is not None and at <= last:
            at = last + timedelta(microseconds=1)
        operation_id = connection.execute(
            insert(Operation).values(kind=kind, actor=self.actor, at=at, facts={}).returning(Operation.id)
        ).scalar_one()
        begin_operation(connection, operation_id)
        return Write(connection, operation_id, at, self.actor)

    def _finish(
        self, connection: Connection, kind: OperationKind, write: Write, *, created: bool = True
    ) -> ChangeSet | None:
        touched = connection.execute(
            text(
                "SELECT 1 FROM change WHERE operation_id = :id UNION ALL "
                "SELECT 1 FROM contact WHERE created_in = :id LIMIT 1"
            ),
            {"id": write.operation_id},
        ).first()
        if touched is None:
            return None
        refresh_derived(connection, write.operation_id, created=created)
        note_stays(connection, write.operation_id, write.at)
        end_operation(connection)
        connection.execute(
            update(Operation)
            .where(Operation.id == write.operation_id)
            .values(facts=write.facts, reverts_id=write.reverts_id)
        )
        return read_changes(connection, kind, write.operation_id)


def read_changes(connection: Connection, kind: OperationKind, operation_id: int) -> ChangeSet:
    """What an operation has changed, from its journal."""
    counts = connection.execute(
        text("SELECT table_name, count(*) FROM change WHERE operation_id = :id GROUP BY table_name"),
        {"id": operation_id},
    ).all()
    ids: dict[Entity, frozenset[int] | None] = {}
    contacts: frozenset[int] | None = frozenset()
    for table, count in counts:
        if count > IDS_LISTED:
            ids[Entity(table)] = contacts = None
            continue
        rows = connection.execute(
            text("SELECT row_id, contact_id FROM change WHERE operation_id = :id AND table_name = :table"),
            {"id": operation_id, "table": table},
        ).all()
        ids[Entity(table)] = frozenset(row.row_id for row in rows)
        if contacts is not None:
            contacts |= {row.contact_id for row in rows if row.contact_id is not None}
    if contacts is not None:
        contacts |= frozenset(connection.scalars(text(contacts_concerned(operation_id))))
    created = connection.scalars(
        text("SELECT id FROM contact WHERE created_in = :id LIMIT :most"),
        {"id": operation_id, "most": IDS_LISTED + 1},
    ).all()
    if created:
        known = ids.get(Entity.CONTACT, frozenset())
        if len(created) > IDS_LISTED or known is None:
            ids[Entity.CONTACT] = contacts = None
        else:
            ids[Entity.CONTACT] = known | frozenset(created)
            contacts = None if contacts is None else contacts | frozenset(created)
    if any(entity in ids for entity in (Entity.TAG, Entity.PROPERTY, Entity.PROPERTY_GROUP)):
        # A name that every row may show has changed.
        contacts = None
    return ChangeSet(kind, operation_id, ids, contacts)


def _user_name() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return "owner"
