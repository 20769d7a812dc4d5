"""Each attack of the table is tried by a test, and each test that says it tries one names a row of the table."""

from __future__ import annotations

import ast
import csv
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.house import source

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = source.ROOT / "docs" / "security" / "attacks.csv"


def test_each_attack_is_tried_by_a_test() -> None:
    tried = _tried()
    assert [name for name in _table() if not tried[name]] == []


def test_no_test_tries_an_attack_that_the_table_does_not_name() -> None:
    assert sorted(set(_tried()) - set(_table())) == []


def test_the_table_says_for_each_attack_what_it_must_lead_to() -> None:
    table = _table()
    assert all(row["attack"] and row["expected"] for row in table.values())
    assert len(table) >= 101


def _table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = {row["id"]: row for row in rows}
    assert len(table) == len(rows), "an id stands for one attack"
    return table


def _tried() -> dict[str, list[str]]:
    """By attack, the tests that are marked as trying it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, function in source.functions("tests"):
        if function.name.startswith("test_"):
            for name in _marks(function):
                found[name].append(f"{path}::{function.name}")
    return found


def _marks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.attack":
            for given in decorator.args:
                assert isinstance(given, ast.Constant), f"{function.name}: an attack is named by its id in quotes"
                yield str(given.value)
