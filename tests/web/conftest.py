"""The running program over a lent database, and browsers that are signed in as somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.models.engine import writing
from app.services import installation
from app.settings import Environment, Settings
from tests import programs
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

SECRET = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings of a demo installation over the lent database."""
    return Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)


@pytest.fixture
def program(settings: Settings, database: Database) -> Flask:
    """The program, sharing the test's engine so that statements can be counted."""
    return _built(settings, database)


@pytest.fixture
def https_program(settings: Settings, database: Database) -> Flask:
    """The program as it runs in production, behind https."""
    secure = replace(
        settings,
        env=Environment.PRODUCTION,
        public_url="https://plumbline.example.org",
        trusted_hosts=("plumbline.example.org",),
    )
    return _built(secure, database)


@pytest.fixture
def browser(program: Flask) -> Browser:
    """A browser that nobody is signed in with."""
    return Browser(program)


@pytest.fixture
def signed_in(program: Flask) -> Callable[[UUID], Browser]:
    """A browser a person: ``signed_in(person.id)``."""

    def make(person_id: UUID) -> Browser:
        made = Browser(program)
        made.sign_in(person_id)
        return made

    return make


def _built(settings: Settings, database: Database) -> Flask:
    with writing(database.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
    return programs.built(settings, database)
