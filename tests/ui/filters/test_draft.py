"""The draft of criteria: what it means, and that moving never loses a row."""

from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Not, Operator
from ulkacrm_desktop.ui.filters import draft
from ulkacrm_desktop.ui.filters.draft import Group, Mode, Row, compiled, draft_of

_CLAUSES = st.builds(
    Clause,
    st.sampled_from(["name", "city", "property:3"]),
    st.sampled_from([Operator.IS, Operator.CONTAINS]),
    st.tuples(st.text(min_size=1, max_size=3)),
)


def _groups(parts: st.SearchStrategy[Criteria]) -> st.SearchStrategy[Criteria]:
    some = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        some.map(All),
        some.map(Either),
        some.map(All).map(Not),
        some.map(Either).map(Not),
        _CLAUSES.map(Not),
    )


TREES: st.SearchStrategy[Criteria] = st.recursive(_CLAUSES, _groups, max_leaves=8)


@given(TREES)
def test_a_tree_made_editable_means_the_same(tree: Criteria) -> None:
    found = compiled(draft_of(tree))
    assert found.tree == tree
    assert found.left_out == ()


@given(TREES, st.data())
def test_moving_up_and_down_again_and_again_loses_nothing(tree: Criteria, data: st.DataObject) -> None:
    root = draft_of(tree)
    rows = list(draft.rows_of(root))
    for _step in range(6):
        row = data.draw(st.sampled_from(rows))
        action = data.draw(st.sampled_from(["up", "down", "wrap", "unwrap", "drop"]))
        if action == "wrap":
            draft.wrap(root, row)
        elif action == "unwrap":
            parent = draft.parent_of(root, row)
            assert parent is not None
            draft.unwrap(root, parent)
        elif action == "drop":
            target = data.draw(st.sampled_from(_all_groups(root)))
            draft.drop(root, row, target, data.draw(st.integers(0, len(target.parts))))
        else:
            draft.move(root, row, -1 if action == "up" else 1)
        assert set(draft.rows_of(root)) == set(rows)
        assert all(group.parts for group in _all_groups(root) if group is not root)


def _all_groups(group: Group) -> list[Group]:
    inner = [each for part in group.parts if isinstance(part, Group) for each in _all_groups(part)]
    return [group, *inner]


def test_a_row_goes_into_a_group_through_it_and_out_at_its_other_end() -> None:
    first, inner, last = Row("a"), Row("b"), Row("c")
    group = Group(Mode.ANY, [inner])
    root = Group(Mode.ALL, [first, group, last])
    assert draft.move(root, first, 1)
    assert group.parts == [first, inner]
    assert draft.move(root, first, 1)
    assert group.parts == [inner, first]
    assert draft.move(root, first, 1)
    assert root.parts == [group, first, last]
    assert draft.move(root, first, 1)
    assert not draft.move(root, first, 1)
    assert root.parts == [group, last, first]


def test_incomplete_rows_and_empty_groups_mean_nothing() -> None:
    whole = Row("name", Operator.IS, ("Anna",))
    root = Group(Mode.ALL, [whole, Row(), Group(Mode.ANY, [Row("city", Operator.IS)])])
    found = compiled(root)
    assert found.tree == All((Clause("name", Operator.IS, ("Anna",)),))
    assert found.rows == (whole,)
    assert len(found.left_out) == 2
    assert compiled(Group(is_bare=True)).tree is None


def test_a_group_cannot_be_dropped_into_itself() -> None:
    inner = Group(Mode.ANY, [Row("a")])
    outer = Group(Mode.ALL, [inner, Row("b")])
    root = Group(Mode.ALL, [outer])
    assert not draft.drop(root, outer, inner, 0)
    assert root.parts == [outer]
