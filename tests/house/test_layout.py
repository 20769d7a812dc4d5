"""Where things lie: the rooms of the architecture, and names that say what is inside."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house import source

TOP = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "app", "case_studies", "docs", "migrations",
    "pyproject.toml", "reports", "requirements", "rubrics", "templates", "tests",
}  # fmt: skip
ROOMS = {
    "analysis", "api", "attacks", "bench", "cli", "domain", "factories", "faults", "formats", "house", "journeys",
    "migrations", "models", "packaging", "queries", "reports", "rubrics", "services", "web",
}  # fmt: skip
SAYS_NOTHING = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
# Whole paths of the machine somebody worked on, and addresses of the place packages came from, are nobody else's.
PRIVATE = re.compile(r"/(?:work|root|home)/\w|pypi\.org|pythonhosted|\bindex-url|find-links")


def test_nothing_new_lies_at_the_top() -> None:
    assert {path.parts[0] for path in source.files()} <= TOP


def test_tests_mirror_the_rooms() -> None:
    folders = {path.parts[1] for path in source.python_files("tests") if len(path.parts) > 2}
    assert folders <= ROOMS


def test_no_name_says_nothing() -> None:
    parts = {part for path in source.files() for part in (*path.parts[:-1], path.stem)}
    assert {part for part in parts if SAYS_NOTHING & set(re.split(r"[-_.]", part.lower()))} == set()


def test_no_file_is_longer_than_400_lines() -> None:
    written = [path for path in source.files() if path.suffix in {".py", ".html", ".css", ".js"}]
    assert {str(path): n for path in written if (n := source.text(path).count("\n")) > 400} == {}


def test_nothing_private_is_written_down() -> None:
    here = Path(__file__).relative_to(source.ROOT)
    texts = [path for path in source.files() if path.suffix in source.TEXT and path != here]
    assert {str(path): found for path in texts if (found := PRIVATE.findall(source.text(path)))} == {}


def test_every_module_says_what_it_is_for() -> None:
    documented = source.python_files("app", "reports", "migrations")
    assert [str(path) for path in documented if not source.text(path).startswith('"""')] == []
