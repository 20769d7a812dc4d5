"""Performs acts of the demo's story through the program's own services, each at its moment and by its own person.

Nothing is written past the services, so permissions, rules and the audit chain hold for the demo as for anybody. Ids
and salts follow from the names of the acts: the same story told at the same moment gives the same database.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from app.models.base import ids_from
from app.models.engine import writing
from app.models.facts import actor_facts
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

NAMESPACE = UUID("5b0f6c1e-7a53-5d0a-9a9e-2f1f6c0d3b47")
"""Under which the names of acts become ids; any constant would do."""


@dataclass(slots=True)
class Scene:
    """What an act needs: a session, who acts (``None`` is the program itself), when, and what earlier acts made.

    Documents of candidates are kept in ``folder``.
    """

    session: Session
    performer: ActorFacts | None
    now: datetime
    made: dict[str, UUID]
    folder: Path

    @property
    def actor(self) -> ActorFacts:
        """Who acts, where somebody has to."""
        if self.performer is None:
            message = "this act needs somebody who performs it"
            raise ValueError(message)
        return self.performer


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did. The id that ``perform`` returns is kept under ``name`` for later acts."""

    at: datetime
    name: str
    by: str | None
    perform: Callable[[Scene], UUID | None] = field(repr=False)


def play(engine: Engine, acts: Iterable[Act], folder: Path) -> None:
    """Perform the acts in the order of their moments.

    Each day is a transaction, so that a decision can witness the days before it. Documents go to ``folder``.
    """
    made: dict[str, UUID] = {}
    salts = (hashlib.sha256(f"{NAMESPACE}{number}".encode()).digest()[:16] for number in itertools.count())
    in_order = sorted(acts, key=lambda act: act.at)
    for _day, of_the_day in itertools.groupby(in_order, key=lambda act: act.at.date()):
        with writing(engine) as session:
            audit.draw_salts_from(session, lambda: next(salts))
            for act in of_the_day:
                _perform(session, act, made, folder)


def _perform(session: Session, act: Act, made: dict[str, UUID], folder: Path) -> None:
    numbers = itertools.count()
    with ids_from(lambda: _id(act.name, next(numbers))):
        performer = actor_facts(session, made[f"person {act.by}"]) if act.by else None
        result = act.perform(Scene(session, performer, act.at, made, folder))
        session.flush()
    if result is not None:
        made[act.name] = result


def first_id(act: str) -> UUID:
    """The id of the first row that the act of this name made."""
    return _id(act, 0)


def _id(act: str, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{act} {number}")
