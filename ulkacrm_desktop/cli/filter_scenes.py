"""Scenes of filters and segments for `cli.screens`: what the demo has of them, and the states they are shown in."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QAbstractButton, QApplication, QTabWidget

from ulkacrm_desktop.cli.stage import Stage
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Not, Operator, Span
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.criteria.fields import CriteriaFields, criteria_fields
from ulkacrm_desktop.services.operations.assignments import set_responsible
from ulkacrm_desktop.services.operations.saved_filters import save_filter
from ulkacrm_desktop.services.operations.segments import add_to_segment, create_segment, remove_from_segment
from ulkacrm_desktop.services.operations.users import add_user
from ulkacrm_desktop.services.queries.contacts import first_page
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.contacts.places import Place, PlaceKind
from ulkacrm_desktop.ui.filters.builder import CriteriaBuilder
from ulkacrm_desktop.ui.filters.choice_button import PopupPanel

_SEGMENT: Final = "Regulars to call"


def add_segments(workspace: Workspace) -> None:
    """Give the sample a colleague, three segments and a saved filter."""
    colleague = workspace.perform(add_user, name="Maria Orlova").result
    some = ContactSelection(ids=[row.id for row in workspace.read(first_page, ContactQuery(search="tasting"), 40).rows])
    workspace.perform(set_responsible, selection=some, user_id=colleague)
    fields = workspace.read(criteria_fields)
    for segment in (
        SegmentInput(
            _SEGMENT, "Customers who buy often and have not been called for a month", "phone", _nested(fields)
        ),
        SegmentInput("Partners", "", "briefcase", _clause(fields, "Price list", Operator.IS, "Partner"), private=True),
    ):
        workspace.perform(create_segment, segment=segment)
    hand_picked = SegmentInput("Invited to the tasting", "Asked by hand, one by one", "calendar", keeps_history=True)
    segment_id = workspace.perform(create_segment, segment=hand_picked, contacts=some).result
    gone = ContactSelection(ids=list(some.ids)[:3])
    workspace.perform(remove_from_segment, segment_id=segment_id, selection=gone)
    workspace.perform(add_to_segment, segment_id=segment_id, selection=ContactSelection.of(*list(some.ids)[:1]))
    workspace.perform(save_filter, name="VIP without a conversation", criteria=_quick(fields))


def _tags(fields: CriteriaFields, *names: str) -> tuple[int | str, ...]:
    known = {choice.name: choice.value for choice in fields["tag"].choices}
    return tuple(known[name] for name in names if name in known)


def _clause(fields: CriteriaFields, name: str, operator: Operator, *values: str | int) -> Clause:
    field = fields.of_property(name)
    return Clause(field.key if field is not None else "company", operator, values)


def _quick(fields: CriteriaFields) -> Criteria:
    return All(
        (
            Clause("tag", Operator.ONE_OF, _tags(fields, "VIP", "Regular")),
            Clause("last_conversation", Operator.IS_EMPTY),
        )
    )


def _nested(fields: CriteriaFields) -> Criteria:
    return All(
        (
            Clause("tag", Operator.ONE_OF, _tags(fields, "VIP", "Regular", "Tasting club")),
            Either(
                (
                    _clause(fields, "Price list", Operator.ONE_OF, "Partner", "Retail"),
                    _clause(fields, "Bonus points", Operator.AT_LEAST, 1000),
                )
            ),
            Not(Clause("last_conversation", Operator.IN_LAST, (Span(30),))),
        )
    )


# Scenes.


def _fields(stage: Stage) -> CriteriaFields:
    return stage.workspace.read(criteria_fields)


def filter_bar(stage: Stage) -> None:
    """Two quick filters are set."""
    features = stage.window.features
    assert features is not None
    features.filters.show_criteria(_quick(_fields(stage)))
    stage.settle()


def filter_nested(stage: Stage) -> None:
    """Conditions that the bar cannot show one by one."""
    features = stage.window.features
    assert features is not None
    features.filters.show_criteria(_nested(_fields(stage)))
    stage.settle()


def filter_nothing(stage: Stage) -> None:
    """Nobody fits."""
    features = stage.window.features
    assert features is not None
    features.filters.show_criteria(Clause("name", Operator.CONTAINS, ("qwertz",)))
    stage.settle()


def quick_editor(field: str) -> Callable[[Stage], None]:
    """The popup of one quick filter."""

    def show(stage: Stage) -> None:
        filter_bar(stage)
        # Without a display the first popup goes when the window loses its place as the active one; the second stays.
        for _attempt in range(2):
            if not any(isinstance(widget, PopupPanel) for widget in QApplication.topLevelWidgets()):
                stage.found(QAbstractButton, f"quick_{field}").click()
                stage.settle()

    return show


def builder(*, text: bool = False, incomplete: bool = False) -> Callable[[Stage], None]:
    """The builder as a dialog, on nested conditions."""

    def show(stage: Stage) -> None:
        filter_nested(stage)
        stage.window.registry["conditions"].trigger()
        stage.settle()
        shown = stage.found(CriteriaBuilder)
        if text:
            shown.show_text()
        if incomplete:
            shown.conditions.add_row(choose=False)
        stage.settle()

    return show


def segment(name: str = _SEGMENT) -> Callable[[Stage], None]:
    """The list of a segment."""

    def show(stage: Stage) -> None:
        stage.window.show_place(Place(PlaceKind.SEGMENT, _segment_id(stage, name)))
        stage.settle()

    return show


def segment_form(*, new: bool = False) -> Callable[[Stage], None]:
    """The form of a segment, or of a new one."""

    def show(stage: Stage) -> None:
        features = stage.window.features
        assert features is not None
        if new:
            features.segments.create()
        else:
            features.segments.edit(_segment_id(stage, _SEGMENT))
        stage.settle()

    return show


def explain(tab: int, name: str = _SEGMENT) -> Callable[[Stage], None]:
    """A segment explains itself."""

    def show(stage: Stage) -> None:
        segment(name)(stage)
        stage.window.contacts.list.focus()
        stage.found(QAbstractButton, "explain_segment").click()
        stage.settle()
        stage.found(QTabWidget, "explain_tabs").setCurrentIndex(tab)
        stage.settle()

    return show


def choose_contact(stage: Stage) -> None:
    """Any contact can be explained."""
    explain(1)(stage)
    for _attempt in range(2):  # as in `quick_editor`
        if not any(isinstance(widget, PopupPanel) for widget in QApplication.topLevelWidgets()):
            stage.found(QAbstractButton, "contact_choice").click()
            stage.settle()


def _segment_id(stage: Stage, name: str) -> int:
    return next(int(choice.value) for choice in _fields(stage)["segment"].choices if choice.name == name)
