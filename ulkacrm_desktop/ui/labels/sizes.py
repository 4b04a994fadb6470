"""Sizes of files in words."""

from PySide6.QtCore import QLocale

from ulkacrm_desktop.core.i18n import N_, _, ngettext
from ulkacrm_desktop.ui.labels.values import grouped

_STEP = 1024
_UNITS = (N_("{size} KB"), N_("{size} MB"), N_("{size} GB"), N_("{size} TB"))


def size_text(size: int) -> str:
    """A number of bytes in the units that file managers show: "71.5 KB"."""
    if size < _STEP:
        return ngettext("{n} byte", "{n} bytes", size).format(n=grouped(size))
    value, unit = size / _STEP, 0
    # Not 1,024.0 of a unit where the next one says it shorter.
    while round(value, 1) >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return _(_UNITS[unit]).format(size=QLocale().toString(value, "f", 1))
