"""Small wrong programs: one operator, constant, condition or member of a set of a module changed at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one thing wrong: the line, and what is wrong there."""

    line: int
    change: str
    tree: ast.AST
    place: int
    spoil: Callable[[ast.AST], None]

    @property
    def source(self) -> str:
        """The whole wrong module."""
        other = copy.deepcopy(self.tree)
        self.spoil(_at(other, self.place))
        return ast.unparse(ast.fix_missing_locations(other))


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module's source."""
    tree = ast.parse(source)
    idle = {id(node) for one in ast.walk(tree) for part in _idle(one) for node in ast.walk(part)}
    for place, node in enumerate(ast.walk(tree)):
        for change, spoil in _changes(node) if id(node) not in idle else ():
            yield Mutant(getattr(node, "lineno", 0), change, tree, place, spoil)


def _idle(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that change nothing of what a program does: decorators, annotations, imports for those."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield from node.decorator_list
    if isinstance(node, ast.FunctionDef) and node.returns is not None:
        yield node.returns
    if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        yield node


def _at(tree: ast.AST, place: int) -> ast.AST:
    """The node at a place of the walk; a copied tree is walked in the same order."""
    return next(node for number, node in enumerate(ast.walk(tree)) if number == place)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _swap(node.ops[0], "ops")
    elif isinstance(node, (ast.BoolOp, ast.BinOp)):
        yield from _swap(node.op, "op")
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield "returns nothing", _set("value", ast.Constant(None))
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield "condition always holds", _set("test", ast.Constant(value=True))
        yield "condition never holds", _set("test", ast.Constant(value=False))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "a not less", _set("operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Set) and len(node.elts) >= _FEWEST:
        yield from (_without(number) for number in range(len(node.elts)))


def _swap(operator: ast.AST, name: str) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    other = _SWAPPED.get(type(operator))
    if other is not None:
        made = [other()] if name == "ops" else other()
        yield f"{type(operator).__name__} becomes {other.__name__}", _set(name, made)


def _constant(node: ast.Constant) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    if isinstance(node.value, bool):
        yield f"{node.value} becomes {not node.value}", _set("value", not node.value)
    elif isinstance(node.value, int):
        yield f"{node.value} becomes {node.value + 1}", _set("value", node.value + 1)


def _without(number: int) -> tuple[str, Callable[[ast.AST], None]]:
    def spoil(node: ast.AST) -> None:
        assert isinstance(node, ast.Set)
        del node.elts[number]

    return f"element {number + 1} is left out", spoil


def _set(name: str, value: object) -> Callable[[ast.AST], None]:
    return lambda node: setattr(node, name, value)
