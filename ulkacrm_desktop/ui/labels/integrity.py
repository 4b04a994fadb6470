"""What a check of the database found, in words."""

from collections.abc import Callable
from typing import Final

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.integrity import IntegrityProblem
from ulkacrm_desktop.ui.labels.values import grouped


def integrity_problem_text(problem: IntegrityProblem) -> str:
    """One thing that is wrong, with the database's own words for it where it has any."""
    text = _PROBLEMS[problem.code](problem.count).format(count=grouped(problem.count))
    return (
        _("{problem} ({details})").format(problem=text, details="; ".join(problem.details)) if problem.details else text
    )


def integrity_problem_codes() -> frozenset[str]:
    """The codes that have a sentence."""
    return frozenset(_PROBLEMS)


_PROBLEMS: Final[dict[str, Callable[[int], str]]] = {
    "damaged": lambda n: ngettext("The file is damaged in {count} place.", "The file is damaged in {count} places.", n),
    "reference_broken": lambda n: ngettext(
        "{count} row belongs to something that is not there.",
        "{count} rows belong to something that is not there.",
        n,
    ),
    "operation_unknown": lambda n: ngettext(
        "{count} contact comes from an operation that the history does not have.",
        "{count} contacts come from operations that the history does not have.",
        n,
    ),
    "several_primaries": lambda n: ngettext(
        "{count} contact has several primary addresses.", "{count} contacts have several primary addresses.", n
    ),
    "primary_outdated": lambda n: ngettext(
        "{count} contact is listed with an outdated address.", "{count} contacts are listed with outdated addresses.", n
    ),
    "not_indexed": lambda n: ngettext(
        "The search does not know {count} contact.", "The search does not know {count} contacts.", n
    ),
    "indexed_needlessly": lambda n: ngettext(
        "The search knows {count} contact that is not there.",
        "The search knows {count} contacts that are not there.",
        n,
    ),
    "index_outdated": lambda n: ngettext(
        "The search finds {count} contact by outdated words.", "The search finds {count} contacts by outdated words.", n
    ),
}
