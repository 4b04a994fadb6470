"""Rules and evidence of duplicates in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QLocale

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.duplicates.evidence import EvidenceRow
from ulkacrm_desktop.services.duplicates.finding import DuplicateGroup, DuplicateReport
from ulkacrm_desktop.ui.labels.fields import field_label

_NAMES: Final = ("family", "given", "middle", "title")
_ALIKE: Final = 0.5
_TELLING: Final = 3


def percent(share: float) -> str:
    """A share of one in whole percents."""
    # Translators: in Russian a narrow no-break space stands before the sign.
    return _("{number}%").format(number=QLocale().toString(int(share * 100)))


def rule_text(rule: Sequence[str], names: Mapping[int, str]) -> str:
    """What was looked for."""
    if not rule:
        return _("Similar contacts")
    text = ngettext("Same in: {fields}", "Same in: {fields}", len(rule))
    return text.format(fields=_listed(rule, names))


def none_text(rule: Sequence[str], names: Mapping[int, str]) -> str:
    """That nothing was found."""
    if not rule:
        return _("No two contacts look alike.")
    text = ngettext(
        "No two contacts are the same in: {fields}.", "No two contacts are the same in: {fields}.", len(rule)
    )
    return text.format(fields=_listed(rule, names))


def not_duplicates_text(count: int) -> str:
    """The verdict that contacts, so many, are not one."""
    return _("Not a duplicate") if count == 2 else _("Not duplicates")


def _listed(rule: Sequence[str], names: Mapping[int, str]) -> str:
    return ", ".join(field_label(field, names) for field in rule)


def group_text(report: DuplicateReport, group: DuplicateGroup, names: Mapping[int, str]) -> str:
    """Why contacts are in one group, in a line: what they have in common, the strongest first."""
    if report.rule:
        fields: Sequence[str] = report.rule
    else:
        added: dict[str, float] = {}
        surest = max(group.pairs, key=lambda pair: pair.score)
        for field, weight in zip(report.fields, surest.weights, strict=False):
            name = "name" if field in _NAMES else field
            added[name] = added.get(name, 0.0) + weight
        fields = sorted((field for field, weight in added.items() if weight > 0), key=lambda field: -added[field])
    return ", ".join(field_label(field, names) for field in fields[:_TELLING])


def evidence_text(row: EvidenceRow) -> str:
    """How alike the two values of a field are."""
    if not row.first or not row.second:
        return _("only one has it")
    if row.similarity == 1:
        return _("the same") if row.first == row.second else _("the same, written otherwise")
    if row.similarity < _ALIKE and (row.weight is None or row.weight <= 0):
        return _("different")
    return _("{percent} alike").format(percent=percent(row.similarity))
