"""The wheel: it carries the data folders and runs from a fresh environment, far from the checkout.

The fresh environment borrows the libraries of this one through a path file, so no network is needed; the program itself
comes from the wheel only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ("case_studies", "migrations", "rubrics", "templates")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, once for a worker."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("plumbline-*.whl"))


@pytest.fixture(scope="session")
def interpreter(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment and return its Python."""
    environment = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(environment, symlinks=True)
    (site,) = environment.glob("lib/python3*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return environment / "bin" / "python"


def run(interpreter: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program in a folder that is not the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE_", "PYTHONPATH"))}
    return subprocess.run(
        [str(interpreter), "-m", "app", *words], cwd=folder, env=kept, capture_output=True, text=True, check=False
    )


def test_it_carries_every_data_file_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tracked = subprocess.run(["git", "ls-files", "-z", *DATA], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = {f"app/_data/{name}" for name in tracked.stdout.split("\0") if name and (ROOT / name).exists()}
    assert wanted
    assert wanted - names == set()


def test_it_carries_the_program_and_nothing_of_its_workshop(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"app", "reports"}


def test_every_folder_is_found_inside_the_installed_program(interpreter: Path, tmp_path: Path) -> None:
    code = (
        "from app import paths; print(paths.in_checkout(), paths.default_instance_dir());"
        "print(*(f() for f in (paths.rubrics_dir, paths.case_studies_dir, paths.migrations_dir, paths.templates_dir)))"
    )
    done = subprocess.run([str(interpreter), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first == f"False {tmp_path / 'instance'}"
    for folder in map(Path, second.split()):
        assert folder.is_dir()
        assert folder.is_relative_to(interpreter.parents[1])


def test_help_works_anywhere(interpreter: Path, tmp_path: Path) -> None:
    done = run(interpreter, tmp_path, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: python3 -m app")
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_blueprint_passes_its_check_anywhere(interpreter: Path, tmp_path: Path) -> None:
    done = run(interpreter, tmp_path, "rubric", "check")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_migrates_a_database_of_its_own(interpreter: Path, tmp_path: Path) -> None:
    done = run(interpreter, tmp_path, "migrate")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "instance" / "plumbline.db").exists()


def test_it_builds_the_web_program(interpreter: Path, tmp_path: Path) -> None:
    code = (
        "import os; os.environ['PLUMBLINE_ENV'] = 'demo'\n"
        "from app import create_app\n"
        "print(create_app().test_client().get('/sign-in', base_url='http://127.0.0.1:8000').status_code)"
    )
    run(interpreter, tmp_path, "migrate")
    done = subprocess.run([str(interpreter), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("200\n", "")
