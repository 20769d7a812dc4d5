"""The project's own files, as the house tests look at them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = frozenset({".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".yaml", ".yml", ".csv", ".mako", ""})


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, by path from its top: what is committed, and what is new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files, in these folders only when some are named."""
    found = (path for path in files() if path.suffix == ".py")
    return tuple(path for path in found if not folders or path.parts[0] in folders)


def text(path: Path) -> str:
    """The content of a file named from the top."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file named from the top."""
    return ast.parse(text(path))


def functions(*folders: str) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method with the file it stands in."""
    for path in python_files(*folders):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node
