"""All tags at a glance: the more contacts bear one, the larger it is; a click lists them."""

import math

import shiboken6
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.tags import TagUse, tags
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.errors import failure_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, TAG_COLOURS, TextSize, chip_colours, font, is_dark
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout

SHOWN = 300
"""Tags beyond these, the most used, are found by searching."""

_LARGEST = 2.2
_WIDEST = 60 * GRID


class TagCloud(StateStack):
    """The most used tags by name, each in its colour; follows what is written."""

    tag_chosen = Signal(int)
    """The id of the tag that was clicked."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setProperty("surface", "base")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        super().__init__(self._area, parent)
        self.setObjectName("tag_cloud")
        self._workspace = workspace
        self._runner = runner
        self._chips: list[tuple[QPushButton, TagUse, int]] = []
        self.empty.chosen.connect(lambda _key: self.reload())
        self.show_loading()
        unsubscribe = workspace.subscribe(self._on_written)
        self.destroyed.connect(unsubscribe)
        self.reload()

    def reload(self) -> None:
        """Read the tags again."""
        workspace = self._workspace
        self._runner.run_latest((id(self), "cloud"), lambda: workspace.read(tags), self._on_read, self._on_failed)

    def _on_read(self, listed: tuple[TagUse, ...]) -> None:
        used = sorted((tag for tag in listed if tag.count), key=lambda tag: -tag.count)[:SHOWN]
        if not used:
            self.show_empty(
                "tags",
                _("No tags yet"),
                _("Type a tag on a contact's profile, or tag the ticked contacts of the list; it appears here."),
            )
            return
        body = QWidget()
        body.setAutoFillBackground(False)
        flow = FlowLayout(body, spacing=GRID)
        flow.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        most = used[0].count
        names = {tag.id: place for place, tag in enumerate(listed)}
        self._chips = []
        for tag in sorted(used, key=lambda tag: names[tag.id]):
            flow.addWidget(self._button(tag, most))
        self._colour()
        self._area.setWidget(body)
        body.setAutoFillBackground(False)
        self.show_content()

    def _button(self, tag: TagUse, most: int) -> QPushButton:
        # By the logarithm, so that one tag on everybody does not make specks of all others.
        share = math.log1p(tag.count) / math.log1p(most)
        size = _points(share**2)
        name = _metrics(size).elidedText(tag.name, Qt.TextElideMode.ElideRight, _WIDEST)
        button = QPushButton(f"{name.replace('&', '&&')}  {grouped(tag.count)}")
        button.setObjectName(f"tag_{tag.id}")
        words = ngettext("{tag}: {count} contact", "{tag}: {count} contacts", tag.count).format(
            tag=tag.name, count=grouped(tag.count)
        )
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._chips.append((button, tag, size))
        button.clicked.connect(lambda _on=False, tag_id=tag.id: self.tag_chosen.emit(tag_id))
        return button

    def _colour(self) -> None:
        self._dark = is_dark(self.palette())
        height = _metrics(_points(1)).height()  # of all the same, so that the lines are even
        for button, tag, size in self._chips:
            chip = chip_colours(tag.color or TAG_COLOURS[0], self.palette())
            button.setStyleSheet(
                f"QPushButton {{ font-size: {size}pt; color: {chip.text.name()}; background: {chip.ground.name()}; "
                f"border: 1px solid transparent; border-radius: {GRID}px; padding: 2px 12px; min-height: {height}px; }}"
                f"QPushButton:hover, QPushButton:focus {{ border-color: {chip.text.name()}; }}"
            )

    _dark = False

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and is_dark(self.palette()) != self._dark:
            self._colour()

    def _on_failed(self, error: BaseException) -> None:
        actions = [EmptyAction("again", _("Try again"), "refresh-cw")]
        self.show_empty("triangle-alert", _("The list cannot be read"), failure_text(error), actions, problem=True)

    def _on_written(self, changes: ChangeSet) -> None:
        if shiboken6.isValid(self) and changes.touches(Entity.TAG, Entity.CONTACT_TAG, Entity.CONTACT):
            self._runner.post(self.reload)


def _points(share: float) -> int:
    """The size of a name, of the smallest at 0 and the largest at 1."""
    return round(font(TextSize.BODY).pointSizeF() * (1 + (_LARGEST - 1) * share))


def _metrics(points: int) -> QFontMetrics:
    sized = font(TextSize.BODY)
    sized.setPointSize(points)
    return QFontMetrics(sized)
