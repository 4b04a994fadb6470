"""Actions on many contacts at once: each one operation, and its undo; what the search then catches up with."""

import random
import shutil
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from benchmarks.bulk import Workbench
from benchmarks.figures import Figure, quantile, spread
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.assignments import set_class, set_responsible
from ulkacrm_desktop.services.operations.classes import add_class
from ulkacrm_desktop.services.operations.contacts import remove_contacts
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.operations.property_values import set_property
from ulkacrm_desktop.services.operations.segments import add_to_segment, create_segment
from ulkacrm_desktop.services.operations.tags import add_tags, merge_tags, remove_tags
from ulkacrm_desktop.services.operations.users import add_user
from ulkacrm_desktop.services.queries.contacts import all_ids, count
from ulkacrm_desktop.services.queries.tags import tags
from ulkacrm_desktop.services.workspace import Workspace

CONTACTS: Final = 100_000
_RUNS: Final = 3
_CLOUDS: Final = 20
_LIMIT: Final = 3.0
_LIMITED: Final = ("tagged", "untagged", "given a value of a property")


def actions(bench: Workbench) -> list[Figure]:
    """A tenth of all contacts, spread over all of them, in every action; the tag cloud."""
    copy = bench.folder / "actions.ulka"
    shutil.copyfile(bench.database, copy)
    try:
        with Workspace.session(copy) as workspace:
            return _figures(workspace)
    finally:
        for ending in ("", "-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _figures(workspace: Workspace) -> list[Figure]:
    present = workspace.read(all_ids, ContactQuery())
    chosen = sorted(random.Random(3).sample(present, min(CONTACTS, len(present) // 10 or 1)))
    selection = ContactSelection(ids=chosen)
    user = workspace.perform(add_user, name="A colleague").result
    partners = workspace.perform(add_class, name="Partners").result
    size = workspace.perform(create_property, name="Measured size", type=PropertyType.NUMBER).result
    segment = workspace.perform(create_segment, segment=SegmentInput("Measured")).result
    doing: dict[str, tuple[Any, dict[str, Any]]] = {
        "tagged": (add_tags, {"names": ["Measured"]}),
        "untagged": (remove_tags, {"names": ["Measured"]}),
        "given a responsible user": (set_responsible, {"user_id": user}),
        "given a value of a property": (set_property, {"property_id": size, "value": 7}),
        "put into a static segment": (add_to_segment, {"segment_id": segment}),
        "moved to a class": (set_class, {"class_id": partners}),
        "deleted": (remove_contacts, {}),
    }
    figures = []
    for done, (operation, arguments) in doing.items():
        if done == "untagged":
            workspace.perform(add_tags, selection=selection, names=["Measured"])
        limit = _LIMIT if done in _LIMITED else None
        figures += _action(workspace, len(chosen), done, operation, {**arguments, "selection": selection}, limit)
    figures.append(_catching_up(workspace, selection))
    figures.append(_merging(workspace))
    figures.append(_cloud(workspace))
    return figures


def _action(
    workspace: Workspace, contacts: int, done: str, operation: Any, arguments: dict[str, Any], limit: float | None
) -> list[Figure]:
    """The action and its undo, the best of some runs: what else the machine does is no part of it."""
    forth: list[_Taken] = []
    back: list[_Taken] = []
    for _ in range(_RUNS):
        outcome, taken = _timed(lambda: workspace.perform(operation, **arguments))
        if outcome.result != contacts:
            raise ValueError(f"{outcome.result} of {contacts} contacts were {done}")
        forth.append(taken)
        back.append(_timed(lambda: workspace.perform(undo_operation))[1])
    return [
        Figure(f"{contacts:,} contacts {done}", min(forth).seconds, "s", limit, _runs(forth)),
        Figure(f"{contacts:,} contacts {done}: undo", min(back).seconds, "s", limit, _runs(back)),
    ]


def _catching_up(workspace: Workspace, selection: ContactSelection) -> Figure:
    """After tagging: until the search finds by the tag."""
    workspace.catch_up()
    workspace.perform(add_tags, selection=selection, names=["Zyxwvut"])
    indexed, taken = _timed(workspace.catch_up)
    found = workspace.read(count, ContactQuery(search="zyxwvut"))
    if found != indexed:
        raise ValueError(f"the search finds {found} of {indexed}")
    return Figure(
        f"Search catches up with {indexed:,} contacts, in the background", taken.seconds, "s", None, "in slices"
    )


def _merging(workspace: Workspace) -> Figure:
    uses = sorted(workspace.read(tags), key=lambda use: use.count, reverse=True)
    merged = [use.id for use in uses[1:3]]
    outcome, taken = _timed(lambda: workspace.perform(merge_tags, tag_ids=merged, into_id=uses[0].id))
    return Figure(f"Two tags of {outcome.result:,} contacts merged into a third", taken.seconds, "s", None, "")


def _cloud(workspace: Workspace) -> Figure:
    taken = [_timed(lambda: workspace.read(tags))[1].seconds * 1000 for _ in range(_CLOUDS)]
    return Figure("Tag cloud with counts, p95", quantile(taken, 0.95), "ms", 100, spread(taken))


class _Taken(NamedTuple):
    """How long something took, and how much of it of a processor."""

    seconds: float
    cpu_seconds: float


def _runs(runs: Sequence[_Taken]) -> str:
    told = ", ".join(f"{run.seconds:.2f}" for run in runs)
    return f"best of {told}; {min(run.cpu_seconds for run in runs):.2f} s of a processor"


def _timed(work: Callable[[], Any]) -> tuple[Any, _Taken]:
    began, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return answer, _Taken(time.perf_counter() - began, time.process_time() - cpu)
