"""Why a file cannot be read."""

from ulkacrm_desktop.core.errors import ExpectedError


class ReadError(ExpectedError):
    """A file that is refused or cannot be read.

    Codes: ``file_missing``, ``file_unreadable`` (the system's own words in ``detail``), ``kind_unsupported``
    (``kind``), ``password_protected``, ``file_damaged`` (``detail``), ``unsafe_archive`` (``size``, ``limit`` in
    bytes: it unpacks to too much), ``unsafe_xml`` (``part``: it declares entities), ``sheet_too_large`` (``sheet``,
    ``cell``: the farthest one), ``sheet_missing`` (``sheet``), ``no_sheets``, ``encoding_unknown`` (``encoding``),
    ``delimiter_invalid`` (``delimiter``), ``reading_too_long`` (``seconds``), ``reading_too_much_memory``
    (``megabytes``), ``reading_crashed`` (``detail``).
    """
