"""Why two contacts are offered as one: field by field what both have, how alike it is, and what that adds."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.fuzz import token_sort_ratio
from sqlalchemy import Connection

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.transliteration import latin
from ulkacrm_desktop.services.duplicates.finding import DuplicateReport
from ulkacrm_desktop.services.queries.contact_documents import contact_documents


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One field of two contacts: both values ('' for none), and how alike they are, from 0 to 1.

    ``weight`` is what it adds to the score, in bits: one doubles the odds that both are one, minus one halves them;
    None for a rule.
    """

    field: str
    first: str
    second: str
    similarity: float
    weight: float | None


def pair_evidence(connection: Connection, report: DuplicateReport, one: int, other: int) -> tuple[EvidenceRow, ...]:
    """What speaks for and against two contacts of a group being one, the strongest first. Raises NotFound."""
    found = {document.id: document for document in contact_documents(connection, (one, other))}
    for contact_id in (one, other):
        if contact_id not in found:
            raise NotFound("contact_not_found", contact=contact_id)
    first, second = _values(found[one]), _values(found[other])
    if report.rule:
        weights: Mapping[str, float | None] = dict.fromkeys(report.rule)
    else:
        weights = _weights(report, one, other)
    rows = [_row(field, first.get(field, []), second.get(field, []), weight) for field, weight in weights.items()]
    return tuple(sorted(rows, key=lambda row: -abs(row.weight or 0.0)))


def _weights(report: DuplicateReport, one: int, other: int) -> dict[str, float | None]:
    """What each field adds, by the fields that people know."""
    told: dict[str, float] = {}
    # Two of a group that are not alike themselves have nothing told of them.
    for field, weight in zip(report.fields, report.weights.get((min(one, other), max(one, other)), ()), strict=False):
        name = "name" if field in ("family", "given", "middle", "title") else field
        told[name] = told.get(name, 0.0) + weight
    return {field: round(weight, 2) for field, weight in told.items() if weight}


def _row(field: str, first: list[str], second: list[str], weight: float | None) -> EvidenceRow:
    """The two values of a field that are most alike."""
    best = ("", "", 0.0)
    for one in first or [""]:
        for other in second or [""]:
            alike = token_sort_ratio(_plain(field, one), _plain(field, other)) / 100 if one and other else 0.0
            if alike > best[2] or best == ("", "", 0.0):
                best = (one, other, alike)
    return EvidenceRow(field, best[0], best[1], round(best[2], 2), weight)


def _plain(field: str, value: str) -> str:
    """What of a value tells it from others, however it is written."""
    if field == "phone":
        return "".join(filter(str.isdigit, value))
    return latin(fold(value))


def _values(contact: ContactDocument) -> dict[str, list[str]]:
    """The values of a contact by the fields of evidence and of rules."""
    place = ", ".join(filter(None, (contact.postcode, contact.city)))
    told = {
        "email": [entry.address for entry in contact.emails],
        "phone": [entry.number for entry in contact.phones],
        "messenger": [f"{entry.kind}: {entry.login}" for entry in contact.messengers],
        "place": [place] if place else [],
    }
    for field in (
        "name", "first_name", "last_name", "company", "website", "notes", "street", "city", "region", "postcode",
        "country", "source_detail",
    ):  # fmt: skip
        value = getattr(contact, field)
        told[field] = [value] if value else []
    for property_id, value in contact.properties.items():
        told[property_sort(property_id)] = list(value) if isinstance(value, tuple) else [str(value)]
    return told
