"""Cells made values: text, numbers, dates, yes and no, options, tags; decisions that a whole column needs."""

from ulkacrm_desktop.services.imports.cleaning.cells import (
    Cell,
    CellProblem,
    cell_text,
    clean_text,
    is_blank,
    plain_texts,
)
from ulkacrm_desktop.services.imports.cleaning.choices import (
    parse_option,
    parse_url,
    parse_yes_no,
    split_options,
    split_tags,
)
from ulkacrm_desktop.services.imports.cleaning.dates import (
    DateColumn,
    DateDecision,
    DateOrder,
    decide_date_order,
    parse_date,
    parse_moment,
)
from ulkacrm_desktop.services.imports.cleaning.guess import guess_type
from ulkacrm_desktop.services.imports.cleaning.name_order import NameColumn, NameOrder
from ulkacrm_desktop.services.imports.cleaning.numbers import (
    DecimalMark,
    MarkDecision,
    Number,
    NumberColumn,
    decide_decimal_mark,
    parse_number,
)

__all__ = [
    "Cell",
    "CellProblem",
    "DateColumn",
    "DateDecision",
    "DateOrder",
    "DecimalMark",
    "MarkDecision",
    "NameColumn",
    "NameOrder",
    "Number",
    "NumberColumn",
    "cell_text",
    "clean_text",
    "decide_date_order",
    "decide_decimal_mark",
    "guess_type",
    "is_blank",
    "parse_date",
    "parse_moment",
    "parse_number",
    "parse_option",
    "parse_url",
    "parse_yes_no",
    "plain_texts",
    "split_options",
    "split_tags",
]
