"""The first start, on a small checkout of its own with locks that name no package, so that no network is needed."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from app import bootstrap
from tests.cli.processes import ROOT, environment

UNREACHABLE = "http://127.0.0.1:9/simple"  # the discard port: nothing listens there
WITHOUT_UV = {"PATH": "/nonexistent"}
OFFLINE = {
    "PIP_INDEX_URL": UNREACHABLE,
    "PIP_FIND_LINKS": "",
    "PIP_RETRIES": "0",
    "UV_INDEX_URL": UNREACHABLE,
    "UV_DEFAULT_INDEX": UNREACHABLE,
    "UV_FIND_LINKS": "",
    "UV_HTTP_RETRIES": "0",
    "UV_NO_CACHE": "1",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the modules that a start needs and two locks without packages."""
    folder = tmp_path / "plumbline"
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__", "web", "static"))
    (folder / "requirements").mkdir()
    for lock in ("run.txt", "dev.txt"):
        (folder / "requirements" / lock).write_text("# no packages\n", encoding="utf-8")
    return folder


def start(
    folder: Path, *words: str, before: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Start the checkout's program with this interpreter, after a line of Python that changes what it finds."""
    code = f"import sys; sys.argv[0] = 'app'; {before}\nfrom app.__main__ import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env=environment(settings or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("settings", [{}, WITHOUT_UV], ids=["uv when there", "pip"])
def test_the_first_start_makes_the_environment_and_the_second_leaves_it_alone(
    checkout: Path, settings: dict[str, str]
) -> None:
    first = start(checkout, "bench", "--list", settings=settings)
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr.splitlines()[0].startswith("Preparing .venv with dev.txt")
    assert first.stderr.splitlines()[-1] == "Ready."
    stamp = checkout / ".venv" / "plumbline.stamp"
    made = stamp.stat().st_mtime_ns
    second = start(checkout, "bench", "--list", settings=settings)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert stamp.stat().st_mtime_ns == made


def test_the_program_goes_on_inside_the_environment(checkout: Path) -> None:
    (checkout / "app" / "cli" / "bench.py").write_text(
        "import sys\ndef add_arguments(parser): pass\ndef run(arguments): print(sys.prefix); return 7\n",
        encoding="utf-8",
    )
    done = start(checkout, "bench")
    assert (done.returncode, done.stdout) == (7, f"{checkout / '.venv'}\n")


def test_a_changed_lock_is_installed_again(checkout: Path) -> None:
    start(checkout, "bench", "--list")
    locks = bootstrap.locks_for(checkout, ["bench"])
    assert bootstrap.is_fresh(checkout / ".venv", locks)
    locks[0].write_text("# another comment\n", encoding="utf-8")
    assert not bootstrap.is_fresh(checkout / ".venv", locks)
    assert start(checkout, "bench", "--list").stderr.startswith("Preparing .venv")
    assert bootstrap.is_fresh(checkout / ".venv", locks)


def test_the_developers_packages_serve_the_program_too(checkout: Path) -> None:
    start(checkout, "bench", "--list")
    assert bootstrap.is_fresh(checkout / ".venv", bootstrap.locks_for(checkout, ["serve"]))
    assert bootstrap.is_fresh(checkout / ".venv", bootstrap.locks_for(checkout, []))


def test_an_environment_whose_python_is_gone_is_made_again(checkout: Path) -> None:
    start(checkout, "bench", "--list")
    interpreter = bootstrap.python_of(checkout / ".venv")
    interpreter.unlink()
    interpreter.symlink_to("/nonexistent/python3.11")
    assert start(checkout, "bench", "--list").returncode == 0
    assert interpreter.exists()


def test_help_and_version_need_no_environment(checkout: Path) -> None:
    assert start(checkout, "--help").returncode == 0
    assert start(checkout, "--version").returncode == 0
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("settings", [OFFLINE, {**OFFLINE, **WITHOUT_UV}], ids=["uv when there", "pip"])
def test_without_a_network_one_line_says_so(checkout: Path, settings: dict[str, str]) -> None:
    pinned = f"plumbline-not-a-package==1.0 \\\n    --hash=sha256:{'0' * 64}\n"
    (checkout / "requirements" / "run.txt").write_text(pinned, encoding="utf-8")
    done = start(checkout, "doctor", settings=settings)
    progress, refusal = done.stderr.splitlines()
    assert done.returncode == 1
    assert progress.startswith("Preparing .venv with run.txt")
    assert refusal.startswith("The packages could not be installed (")
    assert refusal.endswith(" Check the network or the proxy, then start again.")
    assert not bootstrap.is_fresh(checkout / ".venv", bootstrap.locks_for(checkout, []))


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_module_is_named_with_the_line_that_installs_it(checkout: Path, missing: str) -> None:
    done = start(checkout, "doctor", before=f"sys.modules['{missing}'] = None", settings=WITHOUT_UV)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"This Python has no venv module. Install it with: sudo apt-get install python{version}-venv"
    )


def test_a_folder_that_cannot_be_written_is_named_with_a_way_out() -> None:
    with pytest.raises(bootstrap.BootstrapError) as refused:
        bootstrap.install(Path("/sys/.venv"), [ROOT / "requirements" / "run.txt"])
    assert str(refused.value).startswith("/sys cannot be written (")
    assert "Start from a copy that can: cp -r /sys" in str(refused.value)


def test_an_old_python_gets_one_line(checkout: Path) -> None:
    done = start(checkout, before="sys.version_info = (3, 8, 10)")
    assert done.returncode == 2
    assert done.stderr.startswith("Plumbline needs Python 3.11 or newer, and this is 3.8.")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_what_an_old_python_reads_first_uses_its_grammar(name: str) -> None:
    text = (ROOT / "app" / name).read_text(encoding="utf-8")
    parsed = ast.parse(text, feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr | ast.NamedExpr | ast.AnnAssign) for node in ast.walk(parsed))
    assert "from __future__ import annotations" not in text
