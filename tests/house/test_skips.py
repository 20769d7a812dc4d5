"""A skip passes on a developer's machine and fails in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import source

SKIPPING = "import pytest\n\ndef test_it() -> None:\n    pytest.skip('no browser here')\n"
SKIPPED_WHOLE = "import pytest\n\npytest.skip('no browser here', allow_module_level=True)\n"


@pytest.mark.parametrize("text", [SKIPPING, SKIPPED_WHOLE], ids=["a test", "a module"])
@pytest.mark.parametrize(("ci", "code"), [("true", {1, 2}), ("false", {0, 5})])
def test_a_skip_fails_in_ci_only(text: str, ci: str, code: set[int], tmp_path: Path) -> None:
    (tmp_path / "test_skipping.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest", str(tmp_path)]
    environment = {**os.environ, "CI": ci}
    done = subprocess.run(command, cwd=source.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in code, done.stdout
    assert "no browser here" in done.stdout
    assert ("a skip counts as a failure when CI=true" in done.stdout) is (ci == "true")
