"""Statements that are built once and run for whoever asks: the person stands in them as parameters.

Building a large statement costs many times what running it does, so those that most pages need are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BindParameter, String, Uuid, bindparam

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts, Role


@dataclass(frozen=True, slots=True)
class Asking:
    """The person who asks, where a statement names them; some statements read differently for different roles."""

    person_id: BindParameter[UUID]
    email: BindParameter[str]
    roles: frozenset[Role] = frozenset()
    active: bool = True
    scoped_roles: frozenset[Role] = frozenset()


ASKING = Asking(bindparam("asking_person", type_=Uuid()), bindparam("asking_email", type_=String()))


def asking_as(actor: ActorFacts) -> Asking:
    """Whoever holds the actor's roles: equal for equal roles, so that what is built for one serves them all."""
    return Asking(ASKING.person_id, ASKING.email, actor.roles, actor.active, actor.scoped_roles)


def asked_by(actor: ActorFacts, **more: object) -> dict[str, object]:
    """The parameters of a kept statement: the actor's, and others by name."""
    return {"asking_person": actor.person_id, "asking_email": actor.email, **more}
