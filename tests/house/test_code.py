"""What the linters cannot see: lengths as a whole, reasons for exceptions, and what the core never does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.house import source

ASKS_THE_WORLD = {
    "now",
    "today",
    "utcnow",
    "uuid1",
    "uuid4",
    "time",
    "monotonic",
    "random",
    "token_hex",
    "getenv",
    "open",
}
HEAVY = ("pandas", "scipy", "statsmodels", "weasyprint")


def test_95_in_100_functions_fit_on_25_lines() -> None:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for _path, node in source.functions("app", "reports"))
    assert lengths[int(len(lengths) * 0.95)] <= 25


def test_every_exception_to_a_rule_gives_its_reason() -> None:
    exception = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<rest>.*)")
    bare = []
    for path in source.python_files("app", "reports", "migrations"):
        for number, line in enumerate(source.text(path).splitlines(), 1):
            found = exception.search(line)
            if found and not re.match(r"(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[\w, -]+\])\W+\S+ \S+", found["rest"]):
                bare.append(f"{path}:{number}")
    assert bare == []


def test_every_ignored_rule_gives_its_reason() -> None:
    lines = source.text(Path("pyproject.toml")).splitlines()
    ignored = re.compile(r'^\s+"[A-Z]+\d*",')
    assert [line for line in lines if ignored.match(line) and "# " not in line] == []


def test_the_domain_asks_neither_clock_nor_chance_nor_files() -> None:
    asked = [
        f"{path}:{node.lineno}"
        for path in source.python_files("app")
        if path.parts[1] == "domain"
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call) and _called(node) in ASKS_THE_WORLD
    ]
    assert asked == []


def test_scoring_loads_nothing_but_the_domain_and_the_standard_library() -> None:
    loaded = _loaded_by("import app.domain.scoring")
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names) - {"app", "__main__"}
    assert {name for name in foreign if not name.startswith("_")} == set()
    assert {name for name in loaded if name.startswith("app.")} <= {f"app.{name}" for name in _domain()}


def test_the_web_program_loads_nothing_heavy() -> None:
    loaded = _loaded_by("import app.web.factory")
    assert "flask" in loaded
    assert {name for name in HEAVY if name in loaded} == set()


def test_tests_replace_next_to_nothing() -> None:
    replaced = [
        f"{path}:{node.lineno}"
        for path, node in _calls("tests")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "setattr" and _called(node.func) == "monkeypatch"
    ]
    tests = sum(node.name.startswith("test_") for _path, node in source.functions("tests"))
    assert len(replaced) <= tests * 0.02, replaced


def _called(node: ast.Call | ast.Attribute) -> str:
    target = node.func if isinstance(node, ast.Call) else node.value
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def _calls(*folders: str) -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path in source.python_files(*folders)
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call)
    ]


def _domain() -> set[str]:
    names = {path.stem for path in source.python_files("app") if path.parts[1] == "domain"}
    return {"domain", *(f"domain.{name}" for name in names)}


def _loaded_by(statement: str) -> set[str]:
    """The modules loaded after a statement, in a Python that starts without site packages' own start-up files."""
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=source.ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())
