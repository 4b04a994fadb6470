"""What the list of contacts says when it has no rows: what belongs there, and the way out."""

from dataclasses import dataclass, replace

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.contacts.places import PlaceKind
from ulkacrm_desktop.ui.labels.errors import failure_text
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction


@dataclass(frozen=True, slots=True)
class ListSituation:
    """Why there are no rows: which list it is (with the name of its tag or segment), what is searched for, whether
    quick filters are set, what failed."""

    place: PlaceKind
    name: str = ""
    search: str = ""
    error: BaseException | None = None
    is_filtered: bool = False


@dataclass(frozen=True, slots=True)
class EmptyList:
    """What stands in the list's place."""

    icon: str
    title: str
    sentence: str
    actions: tuple[EmptyAction, ...] = ()


def state_of(situation: ListSituation) -> EmptyList:
    """What to show for a situation."""
    if situation.error is not None:
        return _failed(situation.error)
    if situation.search:
        return _nothing_found(situation)
    if situation.is_filtered:
        return _nobody_fits(situation)
    everything = EmptyAction("all", _("Show all contacts"), "users")
    if situation.place is PlaceKind.RECENT:
        told = _("Contacts that you look at are listed here, the latest first.")
        return EmptyList("clock", _("Nothing viewed yet"), told, (everything,))
    if situation.place is PlaceKind.SELECTED:
        return EmptyList(
            "list-checks",
            _("Nothing selected"),
            _("Tick contacts in any list: they are gathered here, whatever you search for meanwhile."),
            (everything,),
        )
    if situation.place is PlaceKind.TAG:
        title = _("No contact has the tag “{name}”").format(name=situation.name)
        return EmptyList("tag", title, _("Tick contacts in a list and press “Tag”."), (everything,))
    if situation.place is not PlaceKind.ALL:
        return _nobody_there(situation, everything)
    return EmptyList(
        "users",
        _("No contacts yet"),
        _("Drop a spreadsheet anywhere on this window, or begin with one of these."),
        (
            EmptyAction("import", _("Import a spreadsheet"), "file-spreadsheet"),
            EmptyAction("new", _("New contact"), "user-plus"),
            EmptyAction("sample", _("Try with sample data"), "sparkles"),
        ),
    )


def opening_failed(error: BaseException) -> EmptyList:
    """What to show where the database could not be opened."""
    return replace(_failed(error), icon="database", title=_("The database cannot be opened"))


def _nothing_found(situation: ListSituation) -> EmptyList:
    shown = situation.search if len(situation.search) <= 60 else situation.search[:60] + "…"
    actions = [EmptyAction("clear_search", _("Clear the search"), "x")]
    if situation.place is not PlaceKind.ALL:
        actions.append(EmptyAction("everywhere", _("Search all contacts"), "users"))
    actions.append(EmptyAction("new_named", _("New contact “{name}”").format(name=shown), "user-plus"))
    return EmptyList(
        "search-x",
        _("Nothing found for “{search}”").format(search=shown),
        _("Each word must begin a word of the contact: its name, emails, phones, tags, company, notes or properties."),
        tuple(actions),
    )


def _nobody_fits(situation: ListSituation) -> EmptyList:
    actions = [EmptyAction("clear_filter", _("Clear the filter"), "x")]
    if situation.place is not PlaceKind.ALL:
        actions.append(EmptyAction("all", _("Show all contacts"), "users"))
    return EmptyList(
        "list-filter",
        _("No contact fits the filter"),
        _("Take off one of the conditions above, or clear them all."),
        tuple(actions),
    )


def _nobody_there(situation: ListSituation, everything: EmptyAction) -> EmptyList:
    """A segment, a user, a class or an import without contacts."""
    if situation.place is PlaceKind.OPERATION:
        told = _("It was undone, or they were deleted since.")
        return EmptyList("file-spreadsheet", _("No contact of this import is left"), told, (everything,))
    if situation.place is PlaceKind.SEGMENT:
        title = _("Nobody is in the segment “{name}”").format(name=situation.name)
        told = _("Contacts appear here as soon as they fit its conditions or are added to it.")
        return EmptyList("chart-pie", title, told, (everything,))
    if situation.place is PlaceKind.CLASS:
        title = _("No contact is of the class “{name}”").format(name=situation.name)
        return EmptyList("shield", title, _("Tick contacts in a list and set their class."), (everything,))
    title = _("Nobody's contacts") if not situation.name else _("{name} has no contacts").format(name=situation.name)
    return EmptyList("user-check", title, _("Tick contacts in a list and set who is responsible."), (everything,))


def _failed(error: BaseException) -> EmptyList:
    return EmptyList(
        "circle-alert",
        _("The list cannot be shown"),
        failure_text(error),
        (EmptyAction("retry", _("Try again"), "refresh-cw"), EmptyAction("open_log", _("Open log"), "file-text")),
    )
