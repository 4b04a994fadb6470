"""The bar of quick filters above the list of contacts: a chip for each field, and what is on."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.criteria import Clause, Criteria, Operator, clauses
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.filters.choice_button import PopupPanel
from ulkacrm_desktop.ui.filters.choice_list import ChoiceList
from ulkacrm_desktop.ui.filters.draft import Group, Mode, Row, compiled, draft_of
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.quick_editor import QuickEditor
from ulkacrm_desktop.ui.filters.sentence_view import shown_criteria
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.criteria_names import choice_name, criteria_field_name
from ulkacrm_desktop.ui.labels.criteria_sentence import clause_phrase
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, HALF, font
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout

DEFAULT_FIELDS: Final = ("tag", "responsible", "created_at", "last_activity", "last_conversation", "source")
_LONGEST: Final = 38 * GRID
_CROSS: Final = 28
_POPUP: Final = 42 * GRID


class FilterChip(QPushButton):
    """A field of the bar; ``is_on`` shows what is asked and has a cross (Delete) that takes it off."""

    removed = Signal()

    def __init__(self, text: str, *, is_on: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_on = is_on
        self.setProperty("kind", "chip")
        self.setProperty("on", is_on)
        self.setAutoDefault(False)
        # With the direction of the text turned the sign stands behind it.
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setIcon(icon("x", "accent_text") if is_on else icon("chevron-down", "muted"))
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST).replace("&", "&&"))
        self.setToolTip(text if metrics.horizontalAdvance(text) > _LONGEST else "")
        self.setAccessibleName(text)
        self.setAccessibleDescription(_("On; Delete takes it off") if is_on else "")

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_on and event.position().x() > self.width() - _CROSS:
            self.setDown(False)
            if self.rect().contains(event.position().toPoint()):
                self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_on and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class FilterBar(QFrame):
    """Asks for a tree at every change; a tree that it cannot show in chips stands as one chip for the builder."""

    criteria_changed = Signal(object)
    builder_requested = Signal()
    save_filter_requested = Signal()
    save_changes_requested = Signal()
    save_segment_requested = Signal()

    def __init__(
        self, known: KnownFields, settings: Settings, database_code: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("filter_bar")
        self.setAccessibleName(_("Filter"))
        self._known = known
        self._settings = settings
        self._key = f"filters.fields.{database_code}"
        saved = settings.get(self._key)
        self._fields: list[str] = [str(key) for key in saved] if isinstance(saved, list) else list(DEFAULT_FIELDS)
        self._tree: Criteria | None = None
        self._rows: list[Row] | None = []
        self._name = ""
        self._saved_tree: Criteria | None = None
        self._named: dict[str, QPushButton] = {}
        self._name_label = QLabel()
        self._name_label.setObjectName("filter_name")
        self._name_label.setFont(font(bold=True))
        chips = QWidget()
        self._chips = FlowLayout(chips, spacing=HALF + 2)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        chips.setSizePolicy(policy)
        self._holder = chips
        self._clear = _link("clear_filter", _("Clear"))
        self._clear.clicked.connect(self._on_clear)
        self._save = _link("save_changes", _("Save changes"))
        self._save.clicked.connect(self.save_changes_requested)
        self._more = QPushButton(_("More"))
        self._more.setObjectName("filter_more")
        self._more.setProperty("kind", "link")
        self._more.clicked.connect(self._open_menu)
        actions = QVBoxLayout()
        # Links are lower than chips: beside the first line of these they stand in its middle.
        actions.setContentsMargins(0, 2, 0, 0)
        line = QHBoxLayout()
        line.setSpacing(HALF)
        for button in (self._save, self._clear, self._more):
            line.addWidget(button)
        actions.addLayout(line)
        actions.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(chips, 1)
        row.addLayout(actions)
        known.changed.connect(self._show)
        self._show()

    @property
    def tree(self) -> Criteria | None:
        """What is asked, None for nothing."""
        return self._tree

    def set_tree(self, tree: Criteria | None, name: str = "") -> None:
        """Ask for this; ``name`` is that of the saved filter that it is. Nothing is emitted."""
        self._tree = tree
        self._name, self._saved_tree = name, tree
        self._read_rows()
        self._show()

    def change_tree(self, tree: Criteria | None) -> None:
        """Ask for this, as what the user has made of what stood there."""
        self._tree = tree
        self._read_rows()
        self._show()
        self.criteria_changed.emit(tree)

    def rename(self, name: str, tree: Criteria | None) -> None:
        """What stands there is saved under this name."""
        self._name, self._saved_tree = name, tree
        self._show()

    def focus_first(self) -> None:
        """Give the keyboard to the first chip."""
        self._focus(next(iter(self._named), ""))

    # Showing.

    def _read_rows(self) -> None:
        root = draft_of(self._tree)
        rows = [part for part in root.parts if isinstance(part, Row)]
        fitting = root.mode is Mode.ALL and len(rows) == len(root.parts)
        self._rows = rows if fitting and (rows or self._tree is None) else None

    def _show(self) -> None:
        kept = next((name for name, chip in self._named.items() if chip.hasFocus()), "")
        self._named = {}
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._name_label:
                widget.hide()
                widget.deleteLater()
        if self._name:
            self._name_label.setText(self._name)
            self._name_label.setMinimumHeight(26)
            self._chips.addWidget(self._name_label)
        self._name_label.setVisible(bool(self._name))
        if self._rows is None:
            self._add_whole()
        else:
            self._add_chips(self._rows)
        self._clear.setVisible(self._tree is not None)
        self._save.setVisible(bool(self._name) and self._tree is not None and self._tree != self._saved_tree)
        self._holder.updateGeometry()
        self._focus(kept)

    def _add_whole(self) -> None:
        assert self._tree is not None
        count = sum(1 for _clause in clauses(self._tree))
        text = ngettext("{count} condition", "{count} conditions", count).format(count=grouped(count))
        chip = FilterChip(text, is_on=True)
        chip.setToolTip(shown_criteria(self._tree, self._known.fields))
        chip.clicked.connect(self.builder_requested)
        chip.removed.connect(self._on_clear)
        self._put("whole", chip)

    def _add_chips(self, rows: list[Row]) -> None:
        fields = self._known.fields
        places = {key: number for number, key in enumerate(self._fields)}
        shown: list[tuple[int, str, Row | None]] = []
        for row in rows:
            assert row.field is not None
            shown.append((places.get(row.field, len(places)), row.field, row))
        asked = {row.field for row in rows}
        shown += [(place, key, None) for key, place in places.items() if key not in asked and key in fields]
        for _place, key, asked_row in sorted(shown, key=lambda entry: entry[0]):
            chip = FilterChip(self._text(key, asked_row), is_on=asked_row is not None)
            chip.clicked.connect(partial(self._open_editor, key, asked_row, chip))
            if asked_row is not None:
                chip.removed.connect(partial(self._on_removed, asked_row))
            self._put(f"quick_{key}", chip)
        add = QPushButton(icon("plus", "muted"), _("Fields"))
        add.setProperty("kind", "chip")
        add.setProperty("dashed", True)
        add.setToolTip(_("Choose which fields stand here"))
        add.setAutoDefault(False)
        add.clicked.connect(partial(self._open_fields, add))
        self._put("quick_fields", add)

    def _put(self, name: str, chip: QPushButton) -> None:
        chip.setObjectName(name)
        self._named[name] = chip
        self._chips.addWidget(chip)
        chip.show()

    def _focus(self, name: str) -> None:
        chip = self._named.get(name)
        if chip is not None:
            chip.setFocus(Qt.FocusReason.OtherFocusReason)

    def _text(self, key: str, row: Row | None) -> str:
        fields = self._known.fields
        if key not in fields:
            return _("A deleted field")
        field = fields[key]
        name = criteria_field_name(field)
        if row is None or row.operator is None:
            return name
        values = row.values or ()
        if row.operator in (Operator.IS, Operator.ONE_OF) and not row.negated and field.type in ("choice", "choices"):
            listed = ", ".join(choice_name(field, value) for value in values)
            return _("{field}: {values}").format(field=name, values=listed)
        phrase = clause_phrase(Clause(key, row.operator, values), fields, negated=row.negated, shown=shown_value)
        return phrase[:1].upper() + phrase[1:]

    # Changing.

    def _open_editor(self, key: str, row: Row | None, chip: QWidget) -> None:
        edited = row if row is not None else Row(key)
        editor = QuickEditor(edited, self._known.fields[key], self._known)
        popup = PopupPanel(self, editor, width=_POPUP, at=chip)
        editor.changed.connect(partial(self._on_edited, edited))
        editor.finished.connect(popup.close)
        editor.removed.connect(partial(self._on_removed, edited))
        editor.removed.connect(popup.close)
        popup.closed.connect(partial(self._on_popup_closed, f"quick_{key}"))
        popup.open()
        editor.focus_first()

    def _on_popup_closed(self, name: str) -> None:
        self._focus(name)

    def _on_edited(self, row: Row) -> None:
        rows = [each for each in self._rows or () if each is not row]
        if row.criteria is not None:
            place = next((n for n, each in enumerate(self._rows or ()) if each is row), len(rows))
            rows.insert(place, row)
        self._ask(rows)

    def _on_removed(self, row: Row) -> None:
        self._ask([each for each in self._rows or () if each is not row])

    def _ask(self, rows: list[Row]) -> None:
        self._rows = rows
        tree = compiled(Group(Mode.ALL, list(rows), is_bare=True)).tree
        if tree != self._tree:
            self._tree = tree
            self._show()
            self.criteria_changed.emit(tree)

    def _on_clear(self) -> None:
        self._name = ""
        self.change_tree(None)
        self.focus_first()

    # Fields and menu.

    def _open_fields(self, button: QWidget) -> None:
        choices = ChoiceList(self._known.field_options(), several=True, placeholder=_("Find a field"), rows=12)
        choices.set_chosen(key for key in self._fields if key in self._known.fields)
        choices.changed.connect(lambda: self._on_fields(choices))
        popup = PopupPanel(self, choices, at=button)
        popup.closed.connect(partial(self._on_popup_closed, "quick_fields"))
        choices.done.connect(popup.close)
        popup.open()

    def _on_fields(self, choices: ChoiceList) -> None:
        self._fields = [str(key) for key in choices.chosen()]
        self._settings.set(self._key, self._fields)
        self._show()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("filter_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + HALF)))

    def fill_menu(self, menu: QMenu) -> None:
        """What can be done with what is asked."""
        asked = self._tree is not None
        builder = menu.addAction(icon("sliders-horizontal"), _("More conditions…"), self.builder_requested.emit)
        builder.setObjectName("more_conditions")
        menu.addSeparator()
        for name, key, text, wanted in (
            ("bookmark", "save_filter", _("Save as filter…"), self.save_filter_requested),
            ("chart-pie", "save_segment", _("Save as segment…"), self.save_segment_requested),
        ):
            action = menu.addAction(icon(name), text, wanted.emit)
            action.setObjectName(key)
            action.setEnabled(asked)


def _link(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("kind", "link")
    button.setAutoDefault(False)
    return button
