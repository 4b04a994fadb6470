"""What type of property a column suggests."""

from datetime import date

import pytest

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.services.imports.cleaning import Cell, guess_type

TEXT, NUMBER, DATE, YES_NO = PropertyType.TEXT, PropertyType.NUMBER, PropertyType.DATE, PropertyType.YES_NO
SELECT, MULTI_SELECT, URL = PropertyType.SELECT, PropertyType.MULTI_SELECT, PropertyType.URL


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], TEXT),
        (["", None], TEXT),
        (["да", "нет", ""], YES_NO),
        (["+", "", "+"], YES_NO),
        (["1", "0", "1"], YES_NO),
        (["1", "1"], NUMBER),
        ([True, False], YES_NO),
        (["31.01.2024", "01.02.2023"], DATE),
        ([date(2024, 1, 1)], DATE),
        (["1/31/2024", "2/1/2024"], DATE),
        (["20240131"], DATE),
        (["1 234,56", "12,5"], NUMBER),
        (["0", "0.5", "12"], NUMBER),
        ([1.0, 2.5], NUMBER),
        (["007", "12"], TEXT),
        (["79161234567", "79261234567"], TEXT),
        (["example.com", "https://x.ru/a"], URL),
        (["Gold", "Silver", "gold", "Silver", "Gold", "Silver"], SELECT),
        (["a, b", "b", "a; b", "a", "b, a", "a"], MULTI_SELECT),
        (["Gold", "Gold"], TEXT),
        (["no"] * 60 + [f"remark {number}" for number in range(19)], TEXT),
        (["no"] * 6 + ["yes"] * 5 + ["perhaps", "later"], SELECT),
        (["Call after six.", "Ring twice, please!"] * 20, TEXT),
        (["шт.", "уп."] * 20, SELECT),
        (["Word of mouth", "Leave with the neighbour", "From a friend"] * 20, SELECT),
        ([f"text {number}" for number in range(30)], TEXT),
        (["same"] * 30, TEXT),
        (["x" * 61, "y"] * 10, TEXT),
        (["31.01.2024"] * 19 + ["soon"], DATE),
        ([f"3{n}.01.202{n}" for n in range(2)] + ["soon"], TEXT),
    ],
)
def test_types(values: list[Cell], kind: PropertyType) -> None:
    assert guess_type(values) is kind
