"""The program with its clock stopped, looking into one of two databases as somebody who is signed in to both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g
from sqlalchemy import select

from app.models.engine import reading
from app.models.outbox import Message
from app.settings import Environment, Settings
from tests import programs
from tests.journeys.two_worlds import NOON, received
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine

    from tests.databases import Database
    from tests.journeys.two_worlds import Received


def program_of(lent: Database, folder: Path) -> Flask:
    """A program for which it is always noon."""
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=lent.url, secret_key=SECRET)
    program = programs.built(settings, lent)
    program.before_request_funcs.setdefault(None, []).insert(0, stop_the_clock)
    return program


def stop_the_clock() -> None:
    """Let every request happen at noon."""
    g.moment = NOON


def signed_in(program: Flask, engine: Engine, person_id: UUID) -> Browser:
    """Somebody's browser, signed in at noon."""
    program.extensions["plumbline.engine"] = engine
    browser = Browser(program)
    browser.sign_in(person_id, at=NOON)
    return browser


def answers_of(program: Flask, browser: Browser, engine: Engine, wanted: list[str]) -> dict[str, Received]:
    """What addresses answer where the program looks into this database."""
    program.extensions["plumbline.engine"] = engine
    return received(browser, engine, wanted)


def mail_of(engine: Engine, person_id: UUID) -> list[tuple[object, ...]]:
    """Every message to somebody, with the moment it was written."""
    with reading(engine) as session:
        rows = session.execute(
            select(Message.subject, Message.body, Message.path, Message.created_at)
            .where(Message.recipient_id == person_id)
            .order_by(Message.created_at, Message.subject, Message.path)
        )
        return [tuple(row) for row in rows]
