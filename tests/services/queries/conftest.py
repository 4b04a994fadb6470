"""Databases on both engines for the tests of queries."""

import os
from collections.abc import Iterator

import pytest

from tests.database_fixtures import (  # noqa: F401 - fixtures
    local_database,
    local_workspace,
    postgresql_database,
    postgresql_server,
    workspace,
)


@pytest.fixture(scope="session", autouse=True)
def runtime_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The PostgreSQL wheel asks for the user's runtime directory and warns where there is none, as in a container."""
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:
            patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield
