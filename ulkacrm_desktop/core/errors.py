"""Failures that a person can cause or mend: each has a code and the facts of the case.

The code is turned into a sentence by ``ui/labels.py`` (and for the command line by the same function),
which says what happened, to which data, and what to do.
"""


class ExpectedError(Exception):
    """A failure foreseen by the program; ``code`` names it, ``facts`` are the values of its sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code

    def __reduce__(self) -> tuple[object, ...]:
        # Facts are keyword arguments, which the default reduction would lose on the way from a child process.
        return (_rebuild, (type(self), self.code, self.facts))


def _rebuild(kind: type[ExpectedError], code: str, facts: dict[str, object]) -> ExpectedError:
    error = kind.__new__(kind)
    ExpectedError.__init__(error, code, **facts)
    return error


class NotFound(ExpectedError):  # noqa: N818 - read as what happened, like the other expected failures
    """What was asked for is not (or no longer) in the database."""


class InvalidInput(ExpectedError):  # noqa: N818
    """Values that cannot be saved; ``facts['problems']`` maps a field's key to the code of its problem."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("invalid_input", problems=problems)

    @property
    def problems(self) -> dict[str, str]:
        """The code of the problem for each field that has one."""
        problems = self.facts["problems"]
        assert isinstance(problems, dict)
        return problems


class EditConflict(ExpectedError):  # noqa: N818
    """A row has moved on since it was seen.

    ``facts['fields']`` is a list of `FieldConflict`: what is there now against what was to be written.
    """


class JobCancelled(Exception):  # noqa: N818 - not an error: the user's own wish
    """Raised inside a job at its next report after the user has pressed Cancel."""
