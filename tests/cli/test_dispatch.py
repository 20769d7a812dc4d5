"""The dispatcher: help without packages, one line for what is not understood, codes that scripts can read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app import __version__, cli
from tests.cli import processes

PACKAGES = {"flask", "pandas", "weasyprint", "sqlalchemy", "alembic", "granian"}


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in cli.COMMANDS)], ids=" ".join)
def test_help_loads_no_package(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from app.cli import main\n"
        "try:\n    code = main(sys.argv[1:])\n"
        "except SystemExit as stop:\n    code = stop.code\n"
        "print('LOADED', *sys.modules)\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, cwd=processes.ROOT, capture_output=True, text=True, check=False)
    shown, _, loaded = done.stdout.partition("LOADED")
    assert done.returncode == 0
    assert shown.startswith("usage: python3 -m app")
    assert PACKAGES & set(loaded.split()) == set()


def test_the_overview_names_every_command() -> None:
    shown = processes.run("--help").stdout
    assert [name for name in cli.COMMANDS if f"\n  {name} " not in shown] == []


def test_the_version_is_printed() -> None:
    assert processes.run("--version").stdout == f"Plumbline {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["serv"], "There is no command 'serv'; did you mean serve?"),
        (["xyzzy"], "There is no command 'xyzzy'; python3 -m app --help lists the commands"),
        (["doctor", "--jsn"], "python3 -m app doctor: --jsn is not understood; python3 -m app doctor --help explains"),
        (["serve", "--port", "eighty"], "PLUMBLINE_PORT 'eighty' is not a whole number from 0 to 65535; set it with:"),
        (["check", "spelling"], "There is no gate 'spelling'; the gates are: ruff check,"),
        (["bench", "nothing"], "There is no benchmark 'nothing'; there are:"),
        (["migrate", "--to", "9999"], "Can't locate revision identified by '9999'"),
    ],
)
def test_what_is_not_understood_gets_one_line_and_code_2(words: list[str], expected: str, tmp_path: object) -> None:
    done = processes.run(*words, settings={"PLUMBLINE_INSTANCE": f"{tmp_path}/instance"})
    assert done.returncode == 2
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_an_unknown_setting_is_refused_with_the_near_one() -> None:
    done = processes.run("doctor", settings={"PLUMBLINE_PROT": "8000"})
    assert done.returncode == 2
    assert (
        done.stderr
        == "PLUMBLINE_PROT is no setting of this program; did you mean PLUMBLINE_PORT? unset PLUMBLINE_PROT\n"
    )
