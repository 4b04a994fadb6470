"""Contacts found by what is typed, as SQL: `core.text.search_terms` says what a query means."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, bindparam, cast, column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Text

from ulkacrm_desktop.core.text.search_terms import Term
from ulkacrm_desktop.db.search_backlog import backlog_size

_IDS_AT_ONCE: Final = 10_000

FOUND_LOCAL: Final = "SELECT rowid FROM contact_fts WHERE contact_fts MATCH :match"
"""The ids found on a local file; ``match`` is a `match_expression`. Removed contacts are not indexed."""

FOUND_ON_SERVER: Final = "SELECT contact_id FROM contact_search WHERE document @@ CAST(:match AS tsquery)"
"""The ids found on a server, removed contacts among them; ``match`` is a `tsquery_expression`."""


def match_expression(terms: Sequence[Term], exact: Sequence[str] = ()) -> str:
    """The terms for FTS5; ``exact`` are words that must stand so. Quoted, no character is an operator."""
    parts = [_any_of(term, " AND ", " OR ", lambda word: f'"{word}" *') for term in _telling(terms)]
    return " AND ".join([*parts, *(f'"{word}"' for word in exact)])


def tsquery_expression(terms: Sequence[Term]) -> str:
    """The terms for PostgreSQL, as the text of a tsquery."""
    return " & ".join(_any_of(term, " & ", " | ", lambda word: f"'{word}':*") for term in _telling(terms))


def _telling(terms: Sequence[Term]) -> list[Term]:
    """The terms without the words that another one begins with: whoever has "anna" has "an"."""
    longest = [term.words[0] for term in terms if not term.digits]
    return [
        term
        for term in terms
        if term.digits or not any(word != term.words[0] and word.startswith(term.words[0]) for word in longest)
    ]


def _any_of(term: Term, all_of: str, any_of: str, beginning: Any) -> str:
    # Words are letters, digits and marks alone (`fold.search_words`): a quote cannot be among them.
    alternatives = [all_of.join(map(beginning, words)) for words in term.alternatives]
    if len(alternatives) == 1:
        return alternatives[0]
    return f"({any_of.join(f'({alternative})' for alternative in alternatives)})"


def found_ids(terms: Sequence[Term]) -> Select[int]:
    """A SELECT of the contacts that the terms find, for statements of any kind on both engines.

    Removed contacts may be among them.
    """
    return select(_Found(terms).table_valued(column("id", BigInteger)).c.id)


def listed_ids(ids: Iterable[int]) -> Select[int]:
    """A SELECT of given ids, any number of them, as one parameter of a statement on both engines."""
    remaining = iter(ids)
    # Written piece by piece: one call for a million would keep all other threads waiting.
    pieces = iter(lambda: ",".join(map(str, islice(remaining, _IDS_AT_ONCE))), "")
    listed = bindparam(None, f"[{','.join(pieces)}]", type_=Text(), unique=True)
    return select(cast(_EachId(listed).table_valued("value").c.value, BigInteger))


class _Found(FunctionElement[Any]):
    inherit_cache = True

    def __init__(self, terms: Sequence[Term]) -> None:
        super().__init__(
            bindparam(None, match_expression(terms), type_=Text(), unique=True),
            bindparam(None, tsquery_expression(terms), type_=Text(), unique=True),
        )


@compiles(_Found, "sqlite")
def _found_locally(element: _Found, compiler: SQLCompiler, **options: Any) -> str:
    match = compiler.process(next(iter(element.clauses)), **options)
    return f"({FOUND_LOCAL.replace('rowid', 'rowid AS id').replace(':match', match)})"


@compiles(_Found, "postgresql")
def _found_on_server(element: _Found, compiler: SQLCompiler, **options: Any) -> str:
    match = compiler.process(list(element.clauses)[1], **options)
    return f"({FOUND_ON_SERVER.replace('contact_id', 'contact_id AS id').replace(':match', match)})"


class _EachId(FunctionElement[Any]):
    inherit_cache = True


@compiles(_EachId, "sqlite")
def _each_locally(element: _EachId, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_EachId, "postgresql")
def _each_on_server(element: _EachId, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"


def behind(connection: Connection) -> int:
    """How many contacts the search index is behind with, after an operation on very many: see `Workspace.catch_up`."""
    return backlog_size(connection)
