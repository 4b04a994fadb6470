"""What is wrong with a text that a person (or a file) gave."""


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
