"""What is wrong with a text that a person (or a file) gave."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def has_control_characters(text: str) -> bool:
    """Whether a text holds what cannot be kept: control characters but tabs and line ends; half a character.

    No database takes a NUL or half of a surrogate pair; the others no file of contacts would bring back.
    """
    return not text.isprintable() and _CONTROL.search(text) is not None


def without_control_characters(text: str, instead: str = "") -> str:
    """The text with something instead of each of them."""
    return text if text.isprintable() else _CONTROL.sub(instead, text)


class TextProblem(ValueError):  # noqa: N818 - read as what it says of the value
    """A text that cannot be taken for what it should be.

    ``code`` names the reason (``email_invalid`` …), ``value`` is the text as it was given.
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value

    def __str__(self) -> str:
        return f"{self.code}: {self.value!r}"
