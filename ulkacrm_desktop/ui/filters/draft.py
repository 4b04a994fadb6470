"""A tree of criteria while it is edited: rows may be incomplete, and everything can be moved about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Not, Operator, Value


class Mode(StrEnum):
    """What must hold of the parts of a group."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    NOT_ALL = "not_all"


@dataclass(slots=True, eq=False)
class Row:
    """One condition; without a field, an operator or values (None) it is incomplete and means nothing yet."""

    field: str | None = None
    operator: Operator | None = None
    values: tuple[Value, ...] | None = None
    negated: bool = False

    @property
    def criteria(self) -> Criteria | None:
        """What the row means, None while it is incomplete."""
        if self.field is None or self.operator is None or self.values is None:
            return None
        clause = Clause(self.field, self.operator, self.values)
        return Not(clause) if self.negated else clause


@dataclass(slots=True, eq=False)
class Group:
    """Parts of which all, any, none or not all must hold.

    ``is_bare``: with a single part the group stands for that part alone, as at the root of a lone clause.
    """

    mode: Mode = Mode.ALL
    parts: list[Node] = field(default_factory=list)
    is_bare: bool = False


Node: TypeAlias = Row | Group


def draft_of(tree: Criteria | None) -> Group:
    """A tree made editable; None is no condition yet."""
    if tree is None:
        return Group(is_bare=True)
    node = _node_of(tree)
    return node if isinstance(node, Group) else Group(parts=[node], is_bare=True)


def _node_of(tree: Criteria) -> Node:
    match tree:
        case Clause(key, operator, values):
            return Row(key, operator, values)
        case Not(Clause(key, operator, values)):
            return Row(key, operator, values, negated=True)
        case All(parts):
            return Group(Mode.ALL, [_node_of(part) for part in parts])
        case Either(parts):
            return Group(Mode.ANY, [_node_of(part) for part in parts])
        case Not(Either(parts)):
            return Group(Mode.NONE, [_node_of(part) for part in parts])
        case Not(All(parts)):
            return Group(Mode.NOT_ALL, [_node_of(part) for part in parts])
    # A negation of a negation has no row of its own: a group of which nothing must hold says the same.
    return Group(Mode.NONE, [_node_of(tree.part)])


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a draft means: the tree of its complete rows (None for no condition), those rows in the order of
    `core.criteria.clauses`, and the rows that were left out."""

    tree: Criteria | None
    rows: tuple[Row, ...]
    left_out: tuple[Row, ...]


def compiled(root: Group) -> Compiled:
    """The meaning of a draft as it stands; groups without a complete row are left out too."""
    rows = tuple(rows_of(root))
    complete = tuple(row for row in rows if row.criteria is not None)
    return Compiled(_tree_of(root), complete, tuple(row for row in rows if row.criteria is None))


def _tree_of(node: Node) -> Criteria | None:
    if isinstance(node, Row):
        return node.criteria
    parts = tuple(tree for part in node.parts if (tree := _tree_of(part)) is not None)
    if not parts:
        return None
    match node.mode:
        case Mode.ALL:
            return parts[0] if node.is_bare and len(parts) == 1 else All(parts)
        case Mode.ANY:
            return parts[0] if node.is_bare and len(parts) == 1 else Either(parts)
        case Mode.NONE:
            return Not(Either(parts))
    return Not(All(parts))


def rows_of(node: Node) -> Iterator[Row]:
    """All rows, from the top."""
    if isinstance(node, Row):
        yield node
    else:
        for part in node.parts:
            yield from rows_of(part)


def copy_of(node: Node) -> Node:
    """A copy that shares nothing that can be changed."""
    if isinstance(node, Row):
        return Row(node.field, node.operator, node.values, node.negated)
    return Group(node.mode, [copy_of(part) for part in node.parts], node.is_bare)


def parent_of(root: Group, node: Node) -> Group | None:
    """The group that a node stands in, None for the root."""
    for part in root.parts:
        if part is node:
            return root
        if isinstance(part, Group) and (found := parent_of(part, node)) is not None:
            return found
    return None


def contains(node: Node, other: Node) -> bool:
    """Whether a node is another, or the group that it stands in."""
    return node is other or (isinstance(node, Group) and any(contains(part, other) for part in node.parts))


def place_of(group: Group, node: Node) -> int:
    """The place of a part in its group, by identity. Raises ValueError."""
    for number, part in enumerate(group.parts):
        if part is node:
            return number
    raise ValueError("The node is no part of the group")


def remove(root: Group, node: Node) -> None:
    """Take a node out; groups that become empty go with it."""
    parent = parent_of(root, node)
    if parent is None:
        return
    del parent.parts[place_of(parent, node)]
    if not parent.parts and parent is not root:
        remove(root, parent)


def wrap(root: Group, node: Node) -> Group | None:
    """Put a node into a new group in its place; None for the root, which is one."""
    parent = parent_of(root, node)
    if parent is None:
        return None
    # What begins as a group of the other kind is what one wraps for: "A and (B or …)".
    group = Group(Mode.ANY if parent.mode in (Mode.ALL, Mode.NOT_ALL) else Mode.ALL, [node])
    parent.parts[place_of(parent, node)] = group
    return group


def unwrap(root: Group, group: Group) -> None:
    """Put the parts of a group in its place."""
    parent = parent_of(root, group)
    if parent is not None:
        place = place_of(parent, group)
        parent.parts[place : place + 1] = group.parts


def move(root: Group, node: Node, step: int) -> bool:
    """Move a node up (-1) or down (1): past a row, into a group, or out of its own; False at the end."""
    parent = parent_of(root, node)
    if parent is None:
        return False
    place = place_of(parent, node)
    beyond = place + step
    if 0 <= beyond < len(parent.parts):
        neighbour = parent.parts[beyond]
        del parent.parts[place]
        if isinstance(neighbour, Group):
            neighbour.parts.insert(len(neighbour.parts) if step < 0 else 0, node)
        else:
            parent.parts.insert(beyond, node)
        return True
    grand = parent_of(root, parent)
    if grand is None:
        return False
    outside = place_of(grand, parent)
    del parent.parts[place]
    grand.parts.insert(outside if step < 0 else outside + 1, node)
    if not parent.parts:
        remove(root, parent)
    return True


def drop(root: Group, node: Node, target: Group, place: int) -> bool:
    """Put a node into a group at a place counted before it is taken out; False where that is inside itself."""
    parent = parent_of(root, node)
    if parent is None or contains(node, target):
        return False
    old = place_of(parent, node)
    del parent.parts[old]
    if parent is target and old < place:
        place -= 1
    target.parts.insert(place, node)
    if not parent.parts and parent is not root and parent is not target:
        remove(root, parent)
    return True
