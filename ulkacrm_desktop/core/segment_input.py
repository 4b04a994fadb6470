"""What a form or a script wants a segment to be, and what is wrong with it."""

from dataclasses import dataclass
from typing import Final

from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.text.problem import has_control_characters

NAME_LIMIT: Final = 100
"""The longest name, in characters."""

DESCRIPTION_LIMIT: Final = 1_000
"""The longest description, in characters."""


@dataclass(frozen=True, slots=True)
class SegmentInput:
    """A segment as somebody wants it; only the name is required.

    Without ``criteria`` it is static: its contacts are put into it by hand. ``icon`` is the name of an icon. What is
    ``private`` only whoever makes it sees. ``keeps_history``: who enters and leaves is written down.
    """

    name: str
    description: str = ""
    icon: str = ""
    criteria: Criteria | None = None
    private: bool = False
    keeps_history: bool = False

    def problems(self) -> dict[str, str]:
        """The code of what is wrong with each field, by its key."""
        found: dict[str, str] = {}
        if not self.name.strip():
            found["name"] = "required"
        for key, text, limit in (
            ("name", " ".join(self.name.split()), NAME_LIMIT),
            ("description", self.description, DESCRIPTION_LIMIT),
            ("icon", self.icon, NAME_LIMIT),
        ):
            if has_control_characters(text):
                found[key] = "control_character"
            elif len(text) > limit:
                found[key] = "too_long"
        return found
