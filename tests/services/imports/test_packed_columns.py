"""What the plan keeps of columns comes back as it was."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.services.imports.packed_columns import pack_columns, pack_sections, unpack_columns, unpack_sections

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary())
COLUMN = st.one_of(VALUES, st.lists(st.text()), st.lists(VALUES), st.lists(st.sampled_from(["", "\x1f", "a\x1fb"])))


@given(st.dictionaries(st.one_of(st.text(), st.integers()), st.lists(COLUMN)))
def test_sections_come_back(sections: dict[Any, list[Any]]) -> None:
    assert unpack_sections(pack_sections(sections)) == sections
    for columns in sections.values():
        assert unpack_columns(pack_columns(columns)) == columns
