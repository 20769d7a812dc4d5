"""Wishes that wait for a second person, as the inbox and its count read them: for who may answer, never for the asker.

The permission map says the same of facts: ``ROLE_CONFIRM``, ``ERASURE_REFUSE`` with ``PRIVACY_SEE`` for its page, and
``GLASS_DECIDE``. Each select is a row of the inbox: ``what`` is whom or what it concerns, ``requisition`` the role or
who asked; ``asking_moment`` is the instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, String, and_, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.facts import Role
from app.domain.granting import Ruling
from app.domain.privacy.erasing import ErasureState
from app.domain.second_duty import SecondDuty
from app.models.base import Instant
from app.models.blind import is_blinded
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import grades_in_requisition
from app.models.granting import BrokenGlass, RoleRequest
from app.models.inbox_row import row
from app.models.interest import has_conflict
from app.models.person import Person, RoleGrant
from app.models.planning import owes_on_candidate
from app.models.privacy import Erasure
from app.models.requisition import Requisition
from app.models.scopes import holds_in_requisition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from app.models.asking import Asking

_MOMENT = bindparam("asking_moment", type_=Instant())


def asks(asking: Asking) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Everything that waits for this person as the second one, as branches of one union."""
    return _roles(asking), _erasures(asking), _early_readings(asking)


def number(asking: Asking) -> tuple[Select[int], ...]:
    """How many rows :func:`asks` has, in numbers to be added up."""
    return tuple(ask.with_only_columns(func.count(), maintain_column_froms=True) for ask in asks(asking))


def _roles(asking: Asking) -> Select[*tuple[Any, ...]]:
    person = aliased(Person)
    role = cast(RoleRequest.role, String)
    return (
        row(SecondDuty.ROLE, RoleRequest.id, what=person.name, requisition=role, since=RoleRequest.asked_at)
        .select_from(RoleRequest)
        .join(person, person.id == RoleRequest.person_id)
        .where(
            RoleRequest.ruling == Ruling.WAITING,
            RoleRequest.lapses_at > _MOMENT,
            RoleRequest.asked_by_id != asking.person_id,
            RoleRequest.person_id != asking.person_id,
            _holds(asking, Role.ADMIN),
        )
    )


def _erasures(asking: Asking) -> Select[*tuple[Any, ...]]:
    asker, person = aliased(Person), aliased(Person)
    mine = or_(Erasure.person_id == asking.person_id, Candidate.email == asking.email)
    name = func.coalesce(Candidate.name, person.name)
    return (
        row(SecondDuty.ERASURE, Erasure.id, what=name, requisition=asker.name, since=Erasure.asked_at)
        .select_from(Erasure)
        .join(asker, asker.id == Erasure.asked_by_id)
        .outerjoin(Candidate, Candidate.id == Erasure.candidate_id)
        .outerjoin(person, person.id == Erasure.person_id)
        .where(
            Erasure.state == ErasureState.ASKED,
            Erasure.asked_by_id != asking.person_id,
            ~func.coalesce(mine, False),
            ~and_(Erasure.candidate_id.is_not(None), is_blinded(asking)),
            _holds(asking, Role.HR_PARTNER),
        )
    )


def _early_readings(asking: Asking) -> Select[*tuple[Any, ...]]:
    asker = aliased(Person)
    partner = _holds(asking, Role.HR_PARTNER)
    answers = or_(_holds(asking, Role.ADMIN), partner, holds_in_requisition(asking, (Role.HR_PARTNER,)))
    return (
        row(
            SecondDuty.EARLY_READING, BrokenGlass.id, what=Requisition.title, requisition=asker.name,
            since=BrokenGlass.asked_at,
        )
        .select_from(BrokenGlass)
        .join(asker, asker.id == BrokenGlass.asked_by_id)
        .join(Application, Application.id == BrokenGlass.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            BrokenGlass.ruling == Ruling.WAITING,
            BrokenGlass.lapses_at > _MOMENT,
            BrokenGlass.asked_by_id != asking.person_id,
            Candidate.email != asking.email,
            Candidate.erased_at.is_(None),
            or_(Candidate.hidden_at.is_(None), partner),
            ~has_conflict(asking),
            ~owes_on_candidate(asking),
            ~grades_in_requisition(asking.person_id),
            answers,
        )
    )  # fmt: skip


def _holds(asking: Asking, role: Role) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(RoleGrant.person_id == asking.person_id, RoleGrant.role == role))
