"""The import rules stay complete when rooms are added, and the documents name what there is."""

from __future__ import annotations

import ast
import importlib
import os
import tomllib
from pathlib import Path
from typing import Any

from app import cli, settings
from tests.house import source

WEB = Path("app/web")


def _project() -> dict[str, Any]:
    return tomllib.loads(source.text(Path("pyproject.toml")))


def _contract(name: str) -> dict[str, Any]:
    contracts: list[dict[str, Any]] = _project()["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == name)


def test_every_web_job_is_kept_independent() -> None:
    jobs = {
        ".".join(path.parts[:3])
        for path in source.python_files("app")
        if path.parts[1] == "web" and len(path.parts) > 3
    }
    assert jobs == set(_contract("jobs-independent")["modules"])


def test_documents_may_see_the_domain_and_the_paths_only() -> None:
    rooms = {f"app.{path.with_suffix('').parts[1]}" for path in source.python_files("app")}
    allowed = {"app.__init__", "app.__main__", "app.domain", "app.paths"}
    assert rooms - allowed <= set(_contract("reports-apart")["forbidden_modules"])


def test_names_used_only_in_annotations_keep_to_the_layers() -> None:
    allowed = {
        "cli": {"web", "services", "queries", "models", "analysis", "formats", "domain"},
        "web": {"services", "queries", "models", "analysis", "formats", "domain"},
        "services": {"models", "analysis", "formats", "domain"},
        "queries": {"models", "analysis", "formats", "domain"},
        "models": {"domain"},
        "analysis": {"domain"},
        "formats": {"domain"},
        "domain": set(),
    }
    wrong = [
        f"{path} imports from {seen}"
        for path in source.python_files("app", "reports")
        if len(path.parts) > 2 or path.parts[0] == "reports"
        for seen in _annotation_imports(path)
        for own in [path.parts[1] if path.parts[0] == "app" else "reports"]
        if seen not in {own, "paths", "settings", *allowed.get(own, {"domain"})}
    ]
    assert wrong == []


def _annotation_imports(path: Path) -> list[str]:
    """The rooms of `app` from which a file imports names under TYPE_CHECKING."""
    blocks = [node for node in ast.walk(source.tree(path)) if isinstance(node, ast.If)]
    imports = [
        node.module or ""
        for block in blocks
        if isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    ]
    return [module.split(".")[1] for module in imports if module.startswith("app.")]


def test_every_command_can_be_called() -> None:
    for name in cli.COMMANDS:
        command = importlib.import_module(f"app.cli.{name}")
        assert command.__doc__
        assert callable(command.add_arguments)
        assert callable(command.run)


def test_every_setting_is_documented() -> None:
    documented = source.text(Path("docs/settings.md"))
    names = [f"{settings.PREFIX}{name}" for name in settings.NAMES]
    assert [name for name in names if f"`{name}`" not in documented] == []


def test_the_readme_gives_commands_that_exist() -> None:
    words = [line.split()[3:] for line in source.text(Path("README.md")).splitlines() if "python3 -m app" in line[:18]]
    assert words
    assert {word[0] for word in words if word} <= set(cli.COMMANDS)


def test_the_door_of_ci_can_be_run() -> None:
    assert os.access(source.ROOT / ".ci" / "run", os.X_OK)
    assert "python3 -m app test" in source.text(Path(".ci/run"))
