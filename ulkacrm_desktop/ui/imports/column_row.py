"""One column of the file in the columns step: what it holds and where it goes."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.fields import STANDARD_LABELS
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.imports.mapping import ColumnMapping, FieldTarget, NewProperty, Target, new_property
from ulkacrm_desktop.ui.icons import IconRole
from ulkacrm_desktop.ui.imports.import_session import ImportSession
from ulkacrm_desktop.ui.imports.parts import ElidedLabel, QuietComboBox, icon_label
from ulkacrm_desktop.ui.imports.sample_model import heading_text
from ulkacrm_desktop.ui.imports.targets import NEW, choice_of, target_of
from ulkacrm_desktop.ui.labels.fields import address_label, property_type_label
from ulkacrm_desktop.ui.labels.imports import reason_text
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font

SAMPLES_SHOWN = 3
_LABELLED = ("email", "phone")
_CHOOSING = (PropertyType.SELECT, PropertyType.MULTI_SELECT)


class ColumnRow(QFrame):
    """Heading, reason and samples on the left, the picker of the target on the right.

    A reason that is said of the whole file, ``usual``, is not said again.
    """

    def __init__(
        self, session: ImportSession, column: ColumnMapping, targets: QStandardItemModel, usual: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName(f"column_{column.index}")
        self._session = session
        self._usual = usual
        self.column: ColumnMapping | None = None
        """What is shown."""
        self.index = column.index
        """The place of the column in the file."""
        title = heading_text(column.heading, column.index)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, GRID, GRID, GRID)
        grid.setHorizontalSpacing(GRID + HALF)
        for place, stretch in enumerate((7, 0, 6)):
            grid.setColumnStretch(place, stretch)
        left = QVBoxLayout()
        left.setSpacing(0)
        self.heading = ElidedLabel("heading", bold=True)
        self.heading.show_text(title)
        self.samples = ElidedLabel("samples", tone="muted", size=TextSize.CAPTION)
        self._show_samples(session.samples(column.index))
        self.reason = QLabel()
        self.reason.setObjectName("reason")
        self.reason.setProperty("tone", "muted")
        self.reason.setFont(font(TextSize.CAPTION))
        above = QHBoxLayout()
        above.setSpacing(GRID + HALF)
        above.addWidget(self.heading, 1)
        above.addWidget(self.reason)
        left.addLayout(above)
        left.addWidget(self.samples)
        grid.addLayout(left, 0, 0)
        grid.addWidget(icon_label("arrow-right", IconRole.MUTED), 0, 1)
        self.picker = QuietComboBox("target", _("Where “{heading}” goes").format(heading=title))
        self.picker.setModel(targets)
        self.picker.setMinimumContentsLength(8)
        self.picker.activated.connect(lambda _index: self._on_picked())
        picking = QWidget()
        # As wide as the pickers of the other rows, whatever stands in it.
        picking.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._beside = QHBoxLayout(picking)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(GRID)
        self._beside.addWidget(self.picker, 1)
        grid.addWidget(picking, 0, 2)
        self._detail: _Detail | None = None
        self._grid = grid
        self.show_column(column)

    def show_column(self, column: ColumnMapping) -> None:
        """Show the target that the column has now."""
        if column == self.column:
            return
        self.column = column
        self.picker.choose(choice_of(column.target))
        reason = reason_text(column.reason)
        self.reason.setText("" if reason == self._usual else reason)
        self.heading.setEnabled(column.target is not None)
        self._show_detail(column.target)

    def editors(self) -> list[QWidget]:
        """What can be edited, in reading order."""
        return [self.picker, *(self._detail.editors() if self._detail is not None else ())]

    def _show_samples(self, values: Sequence[str]) -> None:
        shown = [value[:80] for value in values[:SAMPLES_SHOWN]]
        text = " · ".join(shown) if shown else _("no values among the first rows")
        self.samples.show_text(text, "\n".join(value[:200] for value in values[:10]) or text)
        self.samples.setAccessibleName(_("Samples: {values}").format(values=", ".join(shown)))

    # The line below, where a target has more to say.

    def _show_detail(self, target: Target | None) -> None:
        wanted = _NewProperty if isinstance(target, NewProperty) else _Label if _is_labelled(target) else None
        if self._detail is not None and type(self._detail) is not wanted:
            self._detail.hide()
            self._detail.deleteLater()
            self._detail = None
        if wanted is not None and self._detail is None:
            self._detail = wanted(self._session, self.index)
            if wanted is _Label:
                self._beside.addWidget(self._detail)
            else:
                self._grid.addWidget(self._detail, 1, 2)
        if self._detail is not None:
            self._detail.show_target(target)

    def _on_picked(self) -> None:
        choice = str(self.picker.currentData())
        present = self.column.target if self.column is not None else None
        if choice != NEW:
            self._session.set_target(self.index, target_of(choice, self._session.properties, present))
            return
        heading = self.column.heading.strip() if self.column is not None else ""
        samples = self._session.samples(self.index)
        self._session.set_target(self.index, new_property(heading or heading_text("", self.index), samples))
        if isinstance(self._detail, _NewProperty):
            self._detail.name.setFocus()
            self._detail.name.selectAll()


class _Detail(QWidget):
    """What stands beside or below the picker, where a target has more to say."""

    def __init__(self, session: ImportSession, index: int) -> None:
        super().__init__()
        self.setObjectName("detail")
        self._session = session
        self._index = index
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)

    def show_target(self, target: Target | None) -> None:
        """Show what the target says."""
        raise NotImplementedError

    def editors(self) -> list[QWidget]:
        """What can be edited, in reading order."""
        raise NotImplementedError


class _NewProperty(_Detail):
    """Name and type of the property that will be made."""

    def __init__(self, session: ImportSession, index: int) -> None:
        super().__init__(session, index)
        self._target: NewProperty | None = None
        self.name = QLineEdit()
        self.name.setObjectName("property_name")
        self.name.setAccessibleName(_("Name of the new property"))
        self.name.setPlaceholderText(_("Name of the property"))
        self.type = QuietComboBox("property_type", _("Type of the new property"))
        for each in PropertyType:
            self.type.addItem(property_type_label(each), each)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row.addWidget(self.name, 3)
        self._row.addWidget(self.type, 2)
        self.name.textChanged.connect(self._mark)
        self.name.editingFinished.connect(self._on_edited)
        self.type.activated.connect(lambda _index: self._on_edited())

    @override
    def show_target(self, target: Target | None) -> None:
        assert isinstance(target, NewProperty)
        self._target = target
        if self.name.text().strip() != target.name:
            self.name.setText(target.name)
            self.name.setCursorPosition(0)
        self.type.choose(target.type)
        self._mark(self.name.text())

    @override
    def editors(self) -> list[QWidget]:
        return [self.name, self.type]

    def _mark(self, text: str) -> None:
        """Say while typing that a property needs a name of its own."""
        taken = any(p.name.casefold() == text.strip().casefold() for p in self._session.properties)
        problem = not text.strip() or taken
        self.name.setToolTip(_("This database has a property of that name already: pick it above.") if taken else "")
        if bool(self.name.property("problem")) != problem:
            self.name.setProperty("problem", problem)
            self.name.style().unpolish(self.name)
            self.name.style().polish(self.name)

    def _on_edited(self) -> None:
        name, type_ = self.name.text().strip(), PropertyType(self.type.currentData())
        if self._target is None or (name, type_) == (self._target.name, self._target.type):
            return
        if self.name.property("problem"):
            self.name.setText(self._target.name)
            return
        options = self._target.options if type_ in _CHOOSING else ()
        self._session.set_target(self._index, NewProperty(name, type_, options))


class _Label(_Detail):
    """The label of the emails or phones of a column."""

    def __init__(self, session: ImportSession, index: int) -> None:
        super().__init__(session, index)
        self._target: FieldTarget | None = None
        self.labels = QuietComboBox("address_label", _("Label of the values"))
        self.labels.addItem(_("no label"), "")
        for code in STANDARD_LABELS:
            self.labels.addItem(address_label(code), code)
        self.labels.setMinimumContentsLength(8)
        self.labels.activated.connect(lambda _index: self._on_picked())
        self._row.addWidget(self.labels)

    @override
    def show_target(self, target: Target | None) -> None:
        assert isinstance(target, FieldTarget)
        self._target = target
        if not self.labels.choose(target.label):
            self.labels.addItem(address_label(target.label), target.label)
            self.labels.choose(target.label)

    @override
    def editors(self) -> list[QWidget]:
        return [self.labels]

    def _on_picked(self) -> None:
        if self._target is not None:
            self._session.set_target(self._index, replace(self._target, label=self.labels.currentData()))


def _is_labelled(target: Target | None) -> bool:
    return isinstance(target, FieldTarget) and target.key in _LABELLED
