"""Forms of given names that mean the same person: Саша and Александр, Bob and Robert."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from ulkacrm_desktop.core.text.transliteration import latin

_FILE: Final = Path(__file__).parent.parent.parent / "resources" / "names" / "nicknames.txt"


def full_names(name: str) -> frozenset[str]:
    """The full names that a given name may stand for, itself among them; in folded Latin letters (`latin`)."""
    return _full_names().get(name) or frozenset((name,))


@lru_cache(maxsize=10_000)
def forms_of(name: str) -> frozenset[str]:
    """All forms of the full names that a given name may stand for, itself among them; in folded Latin letters."""
    wanted = full_names(name)
    return wanted | {form for form, names in _full_names().items() if not names.isdisjoint(wanted)}


def is_name_form(name: str) -> bool:
    """Whether a word in folded Latin letters is a full name or a form of one."""
    return name in _full_names()


@cache
def _full_names() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        full, colon, forms = line.partition(":")
        if colon and not line.startswith("#"):
            name = latin(full.strip())
            for form in (name, *(latin(form.strip()) for form in forms.split(","))):
                found.setdefault(form, {form}).add(name)
    return {form: frozenset(names) for form, names in found.items()}
