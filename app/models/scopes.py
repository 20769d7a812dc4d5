"""Roles that hold in one requisition or team, as SQL: the same as the permission map says of facts.

A requisition belongs to the team of its hiring manager, an object about a person to the team that the person is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, literal, or_, select

from app.domain.facts import Scope
from app.domain.hiring import Part
from app.models.granting import ScopedGrant
from app.models.ladder import Reporting
from app.models.person import Person
from app.models.requisition import Requisition, RequisitionMember

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row

    from app.domain.facts import ActorFacts, Role
    from app.models.asking import Asking

SCOPES = (
    ScopedGrant.role.label("scoped_role"),
    ScopedGrant.requisition_id.label("scoped_requisition"),
    ScopedGrant.team.label("scoped_team"),
)
"""Columns of a statement that joins a :class:`Person` to :class:`ScopedGrant`, for :func:`scopes_of`."""
OF_PERSON = ScopedGrant.person_id == Person.id


def scopes_of(rows: Sequence[Row[*tuple[Any, ...]]]) -> frozenset[Scope]:
    """What the rows of such a statement say that somebody holds in single places."""
    return frozenset(
        Scope(row.scoped_role, row.scoped_requisition, row.scoped_team or "") for row in rows if row.scoped_role
    )


def team_of_requisition() -> ColumnElement[str]:
    """A column beside :class:`Requisition`: the team of its hiring manager, or an empty text."""
    team = (
        select(func.max(Reporting.team))
        .join(RequisitionMember, RequisitionMember.person_id == Reporting.person_id)
        .where(RequisitionMember.requisition_id == Requisition.id, RequisitionMember.part == Part.HIRING_MANAGER)
        .correlate(Requisition)
    )
    return func.coalesce(team.scalar_subquery(), "")


def team_of(person_id: SQLColumnExpression[UUID] | UUID) -> ColumnElement[str]:
    """The team that a person is in now, or an empty text."""
    team = select(Reporting.team).where(Reporting.person_id == person_id).correlate_except(Reporting)
    return func.coalesce(team.scalar_subquery(), "")


def holds_in_requisition(actor: ActorFacts | Asking, roles: Iterable[Role]) -> ColumnElement[bool]:
    """A criterion on :class:`Requisition`: the actor holds one of the roles in it, or in its team."""
    here = or_(ScopedGrant.requisition_id == Requisition.id, _is_team(team_of_requisition()))
    return exists(_grants(actor, roles).where(here).correlate(Requisition))


def holds_for(actor: ActorFacts | Asking, role: Role, person_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether the actor holds the role in the team that a person is in; ``person_id`` stands in the statement."""
    return exists(_grants(actor, (role,)).where(_is_team(team_of(person_id))).correlate_except(ScopedGrant))


def _grants(actor: ActorFacts | Asking, roles: Iterable[Role]) -> Any:  # noqa: ANN401  a statement to narrow further
    return (
        select(literal(1))
        .select_from(ScopedGrant)
        .where(ScopedGrant.person_id == actor.person_id, ScopedGrant.role.in_(sorted(roles)))
    )


def _is_team(team: ColumnElement[str]) -> ColumnElement[bool]:
    # A grant for a requisition has no team, and NULL equals nothing; nobody is given a role in a team without a name.
    return ScopedGrant.team == team
