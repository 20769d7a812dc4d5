"""Transactions of the running program: ``with reading()`` for pages, ``with writing()`` once a POST."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import current_app

from app.models import engine as transactions
from app.services import checkpoints

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


def engine() -> Engine:
    """The engine of the running program."""
    found: Engine = current_app.extensions["plumbline.engine"]
    return found


def reading() -> AbstractContextManager[Session]:
    """A session in which the database refuses writes."""
    return transactions.reading(engine())


@contextmanager
def writing() -> Iterator[Session]:
    """A session that commits at the end of its block, or not at all; checkpoints that it makes are signed."""
    with transactions.writing(engine()) as session:
        checkpoints.sign_by(session, current_app.config["PLUMBLINE"].audit_key_file)
        yield session
