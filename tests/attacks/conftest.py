"""What attackers meet: the running program as pages' tests have it, and browsers that are signed in as somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attacks import walking
from tests.attacks.ground import Ground, make_ground
from tests.reports.conftest import pango
from tests.statements import counted
from tests.web.conftest import browser, https_program, program, settings, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.databases import Database

__all__ = ["browser", "https_program", "pango", "program", "settings", "signed_in"]


@pytest.fixture(scope="session")
def demo(session_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The program over a copy of the whole demo."""
    program = walking.site(session_folder, tmp_path_factory.mktemp("attacked"))
    yield program
    program.extensions["plumbline.engine"].dispose()


@pytest.fixture(scope="session")
def walked(demo: Flask) -> walking.Walked:
    """One page of each address, and every statement that was sent while they were opened."""
    with counted(demo.extensions["plumbline.engine"]) as sent:
        stops = list(walking.walk(demo))
    return stops, list(sent)


@pytest.fixture
def ground(program: Flask, database: Database, tmp_path: Path) -> Ground:
    """A candidate under evaluation and a stranger of each role."""
    return make_ground(program, database, tmp_path)
