"""What the page of duplicates reads and writes, on threads other than the window's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final

from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.services.duplicates.evidence import EvidenceRow, pair_evidence
from ulkacrm_desktop.services.duplicates.finding import DuplicateGroup, DuplicateReport
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.duplicates import judge_duplicates
from ulkacrm_desktop.services.operations.merging import merge_contacts, merge_groups
from ulkacrm_desktop.services.queries.contacts import ContactRow, rows
from ulkacrm_desktop.services.queries.duplicates import open_groups, postponed_pairs
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.merging import MergePreview, merge_preview
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Outcome, Workspace

MEMBERS: Final = 20
"""So many contacts of a group are shown, or stand side by side; a rule such as one city may find tens of thousands."""

JUDGED: Final = 100
"""Groups of more contacts are not put apart or off: each pair of them would have to be remembered."""

_PAIRS = 8
_POSTPONED_SHOWS = ("name", "email", "phone", "company", "city")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in the list: its place among all groups, and those of its first contacts that are still there."""

    id: int
    members: tuple[ContactRow, ...]


@dataclass(frozen=True, slots=True)
class PairTold:
    """Two contacts of a group, how sure it is that they are one, and what speaks for it."""

    one: str
    other: str
    score: float
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class GroupTold:
    """A group as it is looked at: its first contacts, how many more there are, its surest pairs with their evidence."""

    members: tuple[ContactRow, ...]
    more: int
    pairs: tuple[PairTold, ...]
    names: dict[int, str]
    """The names of properties by id."""


@dataclass(frozen=True, slots=True)
class StartTold:
    """What can be chosen at the beginning: properties by id, and how many pairs are put off."""

    properties: dict[int, str]
    postponed: int


def read_start(workspace: Workspace) -> StartTold:
    """What the page begins with."""
    with workspace.reading() as connection:
        names = {definition.id: definition.name for definition in property_definitions(connection)}
        return StartTold(names, len(postponed_pairs(connection)))


def read_postponed(workspace: Workspace) -> DuplicateReport:
    """The pairs that were put off, as groups of two."""
    with workspace.reading() as connection:
        groups = tuple(DuplicateGroup(pair) for pair in postponed_pairs(connection))
        return DuplicateReport(_POSTPONED_SHOWS, (), groups, last_operation(connection))


def read_rows(workspace: Workspace, groups: Sequence[DuplicateGroup], start: int) -> list[GroupRow]:
    """A page of the list, whose first group has this place."""
    with workspace.reading() as connection:
        ids = [contact_id for group in groups for contact_id in group.contact_ids[:MEMBERS]]
        known = {row.id: row for row in rows(connection, ids)}
    return [
        GroupRow(start + nth, tuple(known[contact_id] for contact_id in group.contact_ids if contact_id in known))
        for nth, group in enumerate(groups)
    ]


def read_group(workspace: Workspace, report: DuplicateReport, group: DuplicateGroup) -> GroupTold:
    """One group with what speaks for it."""
    with workspace.reading() as connection:
        if group.pairs:
            surest = sorted(group.pairs, key=lambda pair: -pair.score)
            found = [(pair.one, pair.other, pair.score) for pair in surest[:_PAIRS]]
        else:
            few = islice(combinations(group.contact_ids, 2), _PAIRS)
            found = [(one, other, group.score) for one, other in few]
        members = rows(connection, group.contact_ids[:MEMBERS])
        paired = rows(connection, sorted({contact_id for one, other, _score in found for contact_id in (one, other)}))
        names = {row.id: row.name for row in (*members, *paired)}
        pairs = tuple(
            PairTold(names[one], names[other], score, pair_evidence(connection, report, one, other))
            for one, other, score in found
            if one in names and other in names
        )
        definitions = property_definitions(connection, archived=True)
        more = len(group.contact_ids[MEMBERS:])
        return GroupTold(members, more, pairs, {definition.id: definition.name for definition in definitions})


def read_open(workspace: Workspace, groups: Sequence[Sequence[int]]) -> tuple[bool, ...]:
    """Of each group, whether there is still something to decide."""
    return workspace.read(open_groups, groups)


def judge(workspace: Workspace, ids: Sequence[int], verdict: Verdict) -> Outcome[int]:
    """Remember what was decided about all pairs of a group."""
    return workspace.perform(judge_duplicates, pairs=tuple(combinations(ids, 2)), verdict=verdict)


def merge_as_usual(workspace: Workspace, ids: Sequence[int]) -> Outcome[int] | None:
    """Merge one group into the contact that has the most to it; None where there is no group any more."""
    preview = workspace.read(merge_preview, [ids])
    if not preview.groups:
        return None
    primary, *others = preview.groups[0]
    return workspace.perform(merge_contacts, primary_id=primary, other_ids=others)


def preview_all(
    workspace: Workspace, groups: Sequence[Sequence[int]], context: JobContext
) -> tuple[MergePreview, dict[int, str]]:
    """What the merging of these groups would do, and the names of properties by id."""
    with workspace.reading() as connection:
        names = {definition.id: definition.name for definition in property_definitions(connection, archived=True)}
        return merge_preview(connection, groups, context), names


def merge_all(workspace: Workspace, preview: MergePreview, rule: Sequence[str], context: JobContext) -> Outcome[int]:
    """Do what the preview says."""
    return workspace.perform(
        merge_groups, groups=preview.groups, rule=rule, operation=preview.operation, context=context
    )
