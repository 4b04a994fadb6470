"""What is said of contacts that look alike, and by which of their fields they are compared."""

from enum import StrEnum


class Verdict(StrEnum):
    """What somebody has decided about two contacts that look alike."""

    NOT_DUPLICATE = "not_duplicate"
    LATER = "later"
