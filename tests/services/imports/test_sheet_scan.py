"""Looking through the XML of a sheet: rows however they are written."""

import pytest

from ulkacrm_desktop.services.imports.readers.sheet_scan import scan_sheet


@pytest.mark.parametrize(
    ("xml", "rows", "hidden"),
    [
        (b'<row r="1"><c r="A1"/></row><row r="7" spans="1:2"></row>', 7, set()),
        (b'<row r="9"></row><row r="7"></row>', 9, set()),
        (b'<row r="1"></row><row hidden="1" r="3"></row><row r="4"></row>', 4, {2}),
        (b'<row r="1"></row><row r="2" hidden="true"></row>', 2, {1}),
        (b"<row></row><row></row><row></row>", 3, set()),
        (b'<row r="5"></row><row></row>', 6, set()),
        (b"<row r='5'></row><row spans='1:2' r='8'></row>", 8, set()),
        (b'<x:row r="5"></x:row><x:row r="6"></x:row>', 6, set()),
        (b'<row r="5"></row><row\n r="8"></row>', 8, set()),
        (b'<row r="5"></row></sheetData><rowBreaks count="1"><brk id="9"/></rowBreaks>', 5, set()),
        (b"<sheetData/>", 0, set()),
    ],
)
def test_rows_are_counted_however_they_are_written(xml: bytes, rows: int, hidden: set[int]) -> None:
    facts = scan_sheet([xml], "Sheet1", date_styles=())
    assert (facts.rows, facts.hidden_rows) == (rows, hidden)


def test_the_day_that_never_was_is_found_among_other_sixties() -> None:
    xml = (
        b'<row r="1"><c r="A1" s="2"><v>60</v></c><c r="B1" s="2"><v>60.5</v></c><c r="C1" s="1"><v>60</v></c>'
        b'<c r="D1" s="2"><v>600</v></c><c r="E1" s="2"><f>60</f><v>60</v></c></row>'
        b'<x:row r="2"><x:c r="A2" s="2"><x:v>60</x:v></x:c></x:row>'
    )
    facts = scan_sheet([xml], "Sheet1", date_styles=(b"2",))
    assert facts.impossible == ["A1", "B1", "A2"]
