"""Two segments in a window on a database of people: one by conditions, one by hand."""
# ruff: noqa: F811 - a test's argument has the name of the fixture that is imported

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QListWidgetItem

from tests.ui.filters.conftest import Hand, hand, hand_of  # noqa: F401 - fixtures
from tests.ui.window_fixtures import Desk, People, desk, open_desk, people, settings  # noqa: F401 - fixtures
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import All, Clause, Operator
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.segments import create_segment
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.ui.contacts.places import Place, PlaceKind
from ulkacrm_desktop.ui.navigation_list import NavigationList


@dataclass
class Segments:
    """``vips`` asks for the tag VIP and the company Acme: Boris alone. ``fair`` is filled by hand: Eve. It keeps
    history."""

    people: People
    vips: int
    fair: int

    def members(self, segment_id: int) -> list[int]:
        """The contacts that a segment has now."""
        return sorted(self.people.workspace.read(all_ids, ContactQuery(segment_id=segment_id)))


@pytest.fixture
def segments(people: People) -> Segments:
    perform = people.workspace.perform
    vip = people.workspace.read(tag_named, "VIP").id
    criteria = All((Clause("tag", Operator.IS, (vip,)), Clause("company", Operator.IS, ("Acme",))))
    vips = perform(create_segment, segment=SegmentInput("Acme VIPs", "Whom to call", "star", criteria)).result
    fair = perform(
        create_segment,
        segment=SegmentInput("Fair 2026", keeps_history=True),
        contacts=ContactSelection.of(people.ids[4]),
    ).result
    return Segments(people, vips, fair)


class Places:
    """The entries of the navigation, as they are seen and clicked."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def view(self) -> NavigationList:
        """The list of entries; another one after the window was built anew."""
        found = self.desk.window.navigation.findChild(NavigationList)
        assert found is not None
        return found

    def item(self, text: str) -> QListWidgetItem:
        """The entry or heading of a name, which must be in sight."""
        rows = (self.view.item(row) for row in range(self.view.count()))
        item = next(item for item in rows if item.text() == text and not item.isHidden())
        self.view.scrollToItem(item)
        return item

    def point(self, text: str) -> QPoint:
        """The middle of an entry, in the list's viewport."""
        return self.view.visualItemRect(self.item(text)).center()

    def told(self, text: str) -> str:
        """What a screen reader hears of an entry: its name and count."""
        return str(self.item(text).data(0x0B) or "")

    def shown(self, key: str) -> list[str]:
        """The names in a section."""
        kind = {"segments": PlaceKind.SEGMENT, "filters": PlaceKind.FILTER}[key]
        return [self.view._items[place].text() for place in self.view.places(key) if place.kind is kind]

    def has(self, text: str, count: int) -> None:
        """Wait until an entry has this count; it is counted in the background, and after a pause in the changes."""
        self.desk.qtbot.waitUntil(lambda: self.told(text) == f"{text} {count}", timeout=20_000)


@pytest.fixture
def places(desk: Desk) -> Places:
    return Places(desk)


def segment_place(segment_id: int) -> Place:
    """Where the list of a segment is."""
    return Place(PlaceKind.SEGMENT, segment_id)
