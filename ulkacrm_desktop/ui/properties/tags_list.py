"""The tags: renamed in place, coloured, merged, removed."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidgetItem,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.changes import Entity
from ulkacrm_desktop.core.i18n import _, pgettext
from ulkacrm_desktop.services.operations.tags import change_tag, merge_tags, remove_tag
from ulkacrm_desktop.services.queries.tags import TagUse, tags
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import ID, NAME, ManagedList
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.painting import chip_height, chip_width, paint_chip
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, ROW_HEIGHT, TAG_COLOURS, TextSize, chip_colours, colours_of, font

_COLOUR = NAME + 1


def colour_name(code: str) -> str:
    """What a colour of tags is called."""
    return {
        "grey": pgettext("colour", "Grey"),
        "red": pgettext("colour", "Red"),
        "orange": pgettext("colour", "Orange"),
        "yellow": pgettext("colour", "Yellow"),
        "green": pgettext("colour", "Green"),
        "teal": pgettext("colour", "Teal"),
        "blue": pgettext("colour", "Blue"),
        "indigo": pgettext("colour", "Indigo"),
        "purple": pgettext("colour", "Purple"),
        "pink": pgettext("colour", "Pink"),
    }[code]


class _ChipDelegate(QStyledItemDelegate):
    """Draws a tag as its chip."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours_of(option.palette).selected)
        painter.setFont(font(TextSize.CAPTION))
        metrics = painter.fontMetrics()
        text = str(index.data())
        room = option.rect.adjusted(GRID, 0, -GRID, 0)
        width = min(chip_width(metrics, text), room.width())
        height = chip_height(metrics)
        chip = QRect(room.left(), room.top() + (room.height() - height) // 2, width, height)
        paint_chip(painter, chip, text, str(index.data(_COLOUR)), option.palette)
        painter.restore()


class TagsList(ManagedList):
    """All tags with how many contacts bear them."""

    entities = (Entity.TAG, Entity.CONTACT_TAG, Entity.CONTACT)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(workspace, runner, [_("Tag"), _("Contacts")], parent)
        self.setObjectName("tags_list")
        self.tree.setAccessibleName(_("Tags"))
        self.tree.setColumnWidth(1, 120)
        header = self.tree.headerItem()
        header.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.tree.setItemDelegateForColumn(0, _ChipDelegate(self.tree))
        self._rename = self.add_action("rename", _("&Rename"), "pencil", self._on_rename)
        self._colours = QMenu(self)
        for code in TAG_COLOURS:
            action = self._colours.addAction(colour_name(code))
            action.setObjectName(f"colour_{code}")
            action.triggered.connect(lambda _on=False, code=code: self._on_colour(code))
        self._colours.aboutToShow.connect(self._paint_colours)
        self.colour = QPushButton(icon("palette"), _("&Colour"))
        self.colour.setObjectName("colour")
        self.colour.setMenu(self._colours)
        self.bar.addWidget(self.colour)
        self._merge_menu = QMenu(self)
        self._merge_menu.aboutToShow.connect(self._fill_merge)
        self.merge = QPushButton(icon("merge"), _("&Merge"))
        self.merge.setObjectName("merge")
        self.merge.setToolTip(_("Choose several tags with Ctrl or Shift to make them one"))
        self.merge.setMenu(self._merge_menu)
        self.bar.addWidget(self.merge)
        self._remove = self.add_action("remove", _("De&lete"), "trash-2", self._on_remove)
        self.bar.addStretch(1)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.itemSelectionChanged.connect(self.update_actions)
        self.tree.opened.connect(self._on_rename)
        self.tree.removed.connect(self._on_remove)
        self.tree.itemDoubleClicked.connect(lambda _item, _column: self._on_rename())
        self.update_actions()
        self.reload()

    @override
    def read(self) -> tuple[TagUse, ...]:
        return self._workspace.read(tags)

    @override
    def fill(self, listed: Any) -> None:
        if not listed:
            self.stack.show_empty(
                "tags",
                _("No tags yet"),
                _("Type a tag on a contact's profile, or tag the ticked contacts of the list; it appears here."),
            )
            return
        for tag in listed:
            item = QTreeWidgetItem([tag.name, grouped(tag.count)])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
            item.setData(0, ID, tag.id)
            item.setData(0, NAME, tag.name)
            item.setData(0, _COLOUR, tag.color or TAG_COLOURS[0])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(0, QSize(0, ROW_HEIGHT))
            self.tree.addTopLevelItem(item)
        self.stack.show_content()

    @override
    def rename(self, row_id: int, name: str) -> None:
        self.perform(change_tag, tag_id=row_id, name=name)

    @override
    def begin_new(self) -> None:
        """A tag is made where it is given: on a contact."""

    @override
    def update_actions(self) -> None:
        chosen = self.current_id() is not None
        self._rename.setEnabled(chosen)
        self._remove.setEnabled(chosen)
        self.colour.setEnabled(chosen)
        self.merge.setEnabled(len(self._chosen()) > 1)

    def _chosen(self) -> list[QTreeWidgetItem]:
        """The chosen rows, as they stand."""
        return [item for item in self.items() if item.isSelected()]

    def _fill_merge(self) -> None:
        self._merge_menu.clear()
        chosen = self._chosen()
        tag_ids = [int(item.data(0, ID)) for item in chosen]
        for item, tag_id in zip(chosen, tag_ids, strict=True):
            words = _("Into “{tag}”").format(tag=item.text(0)).replace("&", "&&")
            action = self._merge_menu.addAction(words)
            action.triggered.connect(lambda _on=False, into=tag_id: self._on_merge(tag_ids, into))

    def _on_merge(self, tag_ids: list[int], into_id: int) -> None:
        self.perform(merge_tags, tag_ids=tag_ids, into_id=into_id)

    def _paint_colours(self) -> None:
        for action, code in zip(self._colours.actions(), TAG_COLOURS, strict=True):
            swatch = QPixmap(32, 32)
            swatch.fill(Qt.GlobalColor.transparent)
            painter = QPainter(swatch)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            chip = chip_colours(code, self.palette())
            painter.setPen(chip.text)
            painter.setBrush(chip.ground)
            painter.drawEllipse(2, 2, 28, 28)
            painter.end()
            action.setIcon(QIcon(swatch))

    def _on_rename(self) -> None:
        item = self.tree.currentItem()
        if item is not None and self.current_id() is not None:
            self.tree.setFocus()
            self.tree.editItem(item, 0)

    def _on_colour(self, code: str) -> None:
        tag_id = self.current_id()
        if tag_id is not None:
            # The first colour is the usual one, which needs no keeping.
            self.perform(change_tag, tag_id=tag_id, color="" if code == TAG_COLOURS[0] else code)

    def _on_remove(self) -> None:
        tag_id = self.current_id()
        if tag_id is not None:
            self.perform(remove_tag, tag_id=tag_id)
