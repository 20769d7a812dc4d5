"""The commands of the workshop: bench finds and runs what there is, check names each gate and how it ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import ROOT, environment, run

GOOD = "def main() -> int:\n    print('P0 1.0 x floor PASS')\n    return 0\n"
BROKEN = "def main() -> int:\n    raise RuntimeError('the floor fell out')\n"


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A checkout with nothing but the program's doors and two benchmarks, one of which breaks."""
    (tmp_path / "app").symlink_to(ROOT / "app")
    folder = tmp_path / "tests" / "bench"
    folder.mkdir(parents=True)
    (folder / "bench_good.py").write_text(GOOD, encoding="utf-8")
    (folder / "bench_broken.py").write_text(BROKEN, encoding="utf-8")
    return tmp_path


def bench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `bench` with the top of the checkout at `folder`."""
    code = (
        f"import sys; from pathlib import Path; from app import paths; paths._PACKAGE = Path({str(folder / 'app')!r})"
    )
    start = f"{code}; from app.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", start, "bench", *words]
    return subprocess.run(command, cwd=folder, env=environment({}), capture_output=True, text=True, check=False)


def test_bench_lists_what_it_finds(workshop: Path) -> None:
    assert bench(workshop, "--list").stdout == "broken\ngood\n"


def test_bench_runs_one_and_prints_what_it_says(workshop: Path) -> None:
    done = bench(workshop, "good")
    assert (done.returncode, done.stdout) == (0, "\n== good ==\nP0 1.0 x floor PASS\n")


def test_bench_goes_on_after_a_broken_one_and_fails_in_the_end(workshop: Path) -> None:
    done = bench(workshop)
    assert done.returncode == 1
    assert "P0 1.0 x floor PASS" in done.stdout
    assert "the floor fell out" in done.stderr
    assert done.stderr.endswith("Broke off: broken\n")


def test_check_runs_the_gate_that_is_named() -> None:
    done = run("check", "blueprints", "dependencies")
    names = [line.partition(".")[0] for line in done.stdout.splitlines()[:-1]]
    assert (done.returncode, names) == (0, ["blueprints", "dependencies"]), done.stdout
    assert done.stdout.endswith("All passed.\n")


def test_tests_can_be_chosen_and_their_settings_are_not_this_installations() -> None:
    words = ["test", "tests/cli/test_settings.py", "-k", "two_demos", "-q", "-n0"]
    done = run(*words, settings={"PLUMBLINE_ENV": "production", "PLUMBLINE_PORT": "1"})
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_minutes_bound_a_run_of_faults_only() -> None:
    done = run("test", "--minutes", "3")
    assert (done.returncode, done.stdout) == (2, "")
    assert "add --faults" in done.stderr
