"""What keeps evaluations sealed is asserted by tests that nobody may weaken in passing.

`docs/security/invariants.csv` names these tests and how much each asserts. A test that is gone, skipped, expected to
fail, or asserts less, fails here; whoever changes the promise has to change the list, in the open, with its reason.
"""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

from tests.house import source

TABLE = Path("docs/security/invariants.csv")
_EXCUSES = ("skip", "xfail")


def _rows() -> list[dict[str, str]]:
    with (source.ROOT / TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _functions(path: Path) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods by name."""
    nodes = ast.walk(source.tree(path))
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def _asserted(path: Path, name: str) -> int:
    """How many things a test asserts, with what the functions of its file assert that it calls; 0 when excused."""
    functions = _functions(path)
    seen: set[str] = set()
    waiting, found = [name], 0
    while waiting:
        function = functions.get(waiting.pop())
        if function is None or function.name in seen:
            continue
        seen.add(function.name)
        if any(excuse in ast.unparse(decorator) for decorator in function.decorator_list for excuse in _EXCUSES):
            return 0
        found += sum(map(_asserts, ast.walk(function)))
        waiting += [named for node in ast.walk(function) if (named := _named(node)) in functions]
    return found


def _named(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _asserts(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises")


@pytest.mark.attack("AC-11")
def test_no_test_of_an_invariant_is_gone_or_asserts_less() -> None:
    weaker = {}
    for row in _rows():
        path, _, name = row["test"].partition("::")
        asserted = _asserted(Path(path), name) if (source.ROOT / path).is_file() else 0
        if asserted < int(row["asserts"]):
            weaker[row["test"]] = f"asserts {asserted} things, and the list says {row['asserts']}"
    assert weaker == {}


@pytest.mark.attack("AC-11")
def test_each_promise_has_a_test_and_the_list_stays_long() -> None:
    rows = _rows()
    assert len({row["test"] for row in rows}) == len(rows) >= 30
    assert all(row["promise"] for row in rows)


def test_a_weakened_test_would_be_seen(tmp_path: Path) -> None:
    text = "import pytest\ndef test_a() -> None:\n    assert held()\n    {}\ndef held():\n    assert 1\n    return 1\n"
    counted = []
    for number, rest in enumerate(("assert 2", "pass")):
        file = tmp_path / f"{number}.py"
        file.write_text(text.format(rest), encoding="utf-8")
        counted.append(_asserted(file, "test_a"))
    skipped = tmp_path / "skipped.py"
    skipped.write_text(
        f"import pytest\n@pytest.mark.skip\n{text.partition(chr(10))[2].format('assert 2')}", encoding="utf-8"
    )
    assert counted == [3, 2]
    assert _asserted(skipped, "test_a") == 0
