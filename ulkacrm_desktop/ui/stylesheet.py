"""The stylesheet that gives Fusion's controls the program's shapes; colours come from the theme."""

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

_CONTROLS: Final = Path(__file__).parent.parent / "resources" / "icons" / "controls"

# Buttons are told apart by a dynamic property "kind": primary, danger, ghost, link.
_TEMPLATE: Final = Template("""
* { outline: none; }
QAbstractScrollArea { border: none; }
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px 8px; }

QPushButton {
    qproperty-iconSize: 22px 16px;
    min-height: 20px; padding: 5px 14px; border: 1px solid $control_border; border-radius: 6px;
    background: $raised; color: $text;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $disabled; border-color: $border; }
QPushButton[kind="primary"] {
    background: $accent; border-color: $accent; color: $on_accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $focus; padding: 4px 13px; }
QPushButton[kind="danger"] {
    background: $danger_fill; border-color: $danger_fill; color: $on_accent; font-weight: 600;
}
QPushButton[kind="danger"]:focus { border: 2px solid $focus; padding: 4px 13px; }
QPushButton[kind="primary"]:disabled, QPushButton[kind="danger"]:disabled {
    background: $border; border-color: $border; color: $muted;
}
QPushButton[kind="ghost"] { background: transparent; border-color: transparent; padding: 5px 8px; }
QPushButton[kind="ghost"]:hover { background: $pressed; }
QPushButton[kind="ghost"]:checked { background: $selected; }
QPushButton[kind="ghost"]:focus { border-color: $accent; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; padding: 2px 4px; min-height: 16px;
    color: $accent_text; border-radius: 4px; font-weight: 600;
}
QPushButton[kind="link"]:hover { background: $selected; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QPushButton[kind="link"][plain="true"] { font-weight: normal; text-align: left; padding: 2px; }
QPushButton[kind="chip"] {
    border-radius: 13px; padding: 2px 11px; background: $base; border-color: $control_border;
    qproperty-iconSize: 16px 16px;
}
QPushButton[kind="chip"]:hover { background: $hover; }
QPushButton[kind="chip"][on="true"] {
    background: $selected; border-color: $selected; color: $accent_text; font-weight: 600;
}
QPushButton[kind="chip"][on="true"]:hover, QPushButton[kind="chip"]:focus { border-color: $accent; }
QPushButton[kind="chip"][dashed="true"] { border-style: dashed; color: $muted; }
QPushButton[kind="icon"] { padding: 5px 8px; }
QPushButton[kind="phrase"] {
    border: 1px solid transparent; border-radius: 4px; padding: 1px 6px; min-height: 18px;
    background: $selected; color: $accent_text;
}
QPushButton[kind="phrase"]:hover, QPushButton[kind="phrase"]:focus { border-color: $accent; }
QPushButton::menu-indicator {
    image: url($controls/chevron-down.svg); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 4px;
}

QToolButton { padding: 5px; border: 1px solid transparent; border-radius: 6px; color: $text; }
QToolButton:hover { background: $pressed; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    border: 1px solid $control_border; border-radius: 6px; background: $base; color: $text;
    selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $muted;
}
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 20px; padding: 5px 8px; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent;
}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { padding: 4px 7px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px; }
QLineEdit[problem="true"], QPlainTextEdit[problem="true"], QTextEdit[problem="true"],
QAbstractSpinBox[problem="true"], QComboBox[problem="true"] { border-color: $danger; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
QComboBox:disabled {
    background: $window; color: $disabled; border-color: $border;
}
QLineEdit:read-only { background: $window; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit, QLineEdit[bare="true"] {
    border: none; padding: 0; min-height: 0; background: transparent;
}
QLineEdit[cell="true"] { border: 2px solid $accent; border-radius: 0; padding: 0 5px; min-height: 0; }
QTextEdit[bare="true"], QPlainTextEdit[bare="true"] { border: none; background: transparent; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url($controls/chevron-down.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    border: 1px solid $border; background: $raised; padding: 4px;
    selection-background-color: $selected; selection-color: $text;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    border: none; background: transparent; width: 20px;
}
QAbstractSpinBox::up-arrow { image: url($controls/chevron-up.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url($controls/chevron-down.svg); width: 12px; height: 12px; }

QCheckBox, QRadioButton { spacing: 8px; color: $text; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QGroupBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: 14px; height: 14px; border: 1px solid $tick_border; background: $base;
}
QCheckBox::indicator, QGroupBox::indicator, QAbstractItemView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QGroupBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $accent; border-color: $accent; image: url($controls/check-on-accent.svg);
}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
    background: $accent; border-color: $accent; image: url($controls/minus-on-accent.svg);
}
QRadioButton::indicator:checked {
    border: 5px solid $accent; width: 6px; height: 6px; background: $on_accent;
}
QCheckBox::indicator:focus, QRadioButton::indicator:focus { width: 12px; height: 12px; border: 2px solid $accent; }
QCheckBox::indicator:checked:focus, QCheckBox::indicator:indeterminate:focus, QRadioButton::indicator:checked:focus {
    border-color: $focus;
}
QRadioButton::indicator:checked:focus {
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $on_accent, stop: 0.4 $on_accent, stop: 0.5 $accent, stop: 1 $accent);
}

QScrollBar:vertical { width: 12px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 12px; background: transparent; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QHeaderView { background: $base; }
QHeaderView::section {
    background: $base; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 0 8px; font-weight: 600;
}
QHeaderView::section:hover { background: $hover; color: $text; }
QTableView, QListView, QTreeView, QTableWidget { background: $base; selection-background-color: $selected;
    selection-color: $text; gridline-color: $divider; alternate-background-color: $window; }
QTreeView::item { padding: 0 6px; }
QListView[field="true"] { border: 1px solid $control_border; border-radius: 6px; padding: 4px; }
QListView[field="true"]:focus { border-color: $accent; }
QTableCornerButton::section { background: $base; border: none; border-bottom: 1px solid $border; }

QMenu { background: $raised; border: 1px solid $border; border-radius: 8px; padding: 4px; color: $text; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 4px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $divider; margin: 4px 8px; }
QMenu::right-arrow { image: url($controls/chevron-right.svg); width: 14px; height: 14px; }
QMenuBar { background: $window; color: $text; }
QMenuBar::item { padding: 6px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $pressed; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabWidget::tab-bar { left: 12px; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
    padding: 8px 4px; margin-right: 16px; color: $muted; background: transparent; border: none;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:focus { color: $accent_text; }
QTabBar::tab:disabled { color: $disabled; }

QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 12px; padding: 12px 8px 8px 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 12px; padding: 0 4px; color: $muted; }
QProgressBar { border: none; border-radius: 3px; background: $border; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame#command_palette QListView, QFrame#popup_panel QListView, QFrame[panel="raised"] QListView {
    background: $raised;
}
QWidget#steps QPushButton:disabled { color: $muted; }
QStatusBar::item { border: none; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="success"] { color: $success; }
QFrame[panel="true"] { background: $base; border: 1px solid $border; border-radius: 8px; }
QFrame[panel="raised"] { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame[notice="warning"] { background: $warning_soft; border: none; border-radius: 6px; }
QFrame[notice="danger"] { background: $danger_soft; border: none; border-radius: 6px; }
QFrame[notice="success"] { background: $success_soft; border: none; border-radius: 6px; }
QFrame[surface="base"] { background: $base; border: none; }
QFrame[surface="window"] { background: $window; border: none; }
QFrame[line="true"] { background: $divider; border: none; }
""")


def stylesheet(colours: Mapping[str, str]) -> str:
    """The stylesheet in the given colours, ``#rrggbb`` by the name of the field of `theme.Colours`."""
    return _TEMPLATE.substitute(colours, controls=_CONTROLS.as_posix())
