"""Attacks on what the program stands on: an old package underneath it, and files that others may read."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.cli.processes import PRODUCTION, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.attack("CF-05")
def test_a_package_with_a_known_hole_keeps_the_program_from_starting(tmp_path: Path) -> None:
    found = tmp_path / "older" / "weasyprint-69.0.dist-info"
    found.mkdir(parents=True)
    (found / "METADATA").write_text("Metadata-Version: 2.1\nName: weasyprint\nVersion: 69.0\n")
    settings = {"PLUMBLINE_INSTANCE": str(tmp_path / "instance"), "PYTHONPATH": str(found.parent)}

    for env in ({}, PRODUCTION):
        done = run("serve", "--port", "0", settings={**env, **settings})
        assert done.returncode == 2
        assert done.stderr.startswith("weasyprint 69.0 is older than 70.0")
        assert done.stderr.endswith("mend it with: python3 -m pip install 'weasyprint>=70.0'\n")
    assert not (tmp_path / "instance").exists()


@pytest.mark.attack("CF-06")
def test_what_others_could_read_is_made_private_and_refused_when_opened(tmp_path: Path) -> None:
    settings = {**PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path / "instance")}
    assert run("migrate", settings=settings).returncode == 0
    backup = tmp_path / "backup.plb"
    assert run("backup", "create", str(backup), settings=settings).returncode == 0

    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "instance").iterdir()}
    assert {name: mode for name, mode in made.items() if mode != 0o600} == {}
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600

    (tmp_path / "instance" / "plumbline.db").chmod(0o644)
    done = run("serve", "--port", "0", settings=settings)
    assert done.returncode == 2
    assert f"{tmp_path / 'instance' / 'plumbline.db'} can be read by other accounts" in done.stderr
    doctor = run("doctor", settings=settings)
    assert doctor.returncode == 1
    assert f"mend it: chmod 600 {tmp_path / 'instance' / 'plumbline.db'}" in doctor.stdout
