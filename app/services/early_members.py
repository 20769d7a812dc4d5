"""Putting somebody on a committee who read scorecards early on somebody who applied there.

They judge that candidate no more: no vote and no decision of theirs is taken, whoever chose them. Who may know of the
reading is told at once, and chooses somebody else. Whoever may not know of it gets the answer that they get for
everybody, after the same questions to the database; the person concerned and the HR partners hear of it instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, literal, or_, select

from app.domain.card import CardState
from app.domain.errors import Fault
from app.domain.permission import Permission, Role, allow
from app.models.candidate import Application, Candidate
from app.models.early import readings_in
from app.models.facts import glass_facts
from app.models.interest import conflict_of
from app.models.person import Person, RoleGrant
from app.models.scorecard import ScorecardRow
from app.services import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

JOINED = "A member of a committee judges not everybody there"
YOURS = "You are on a committee and judge not everybody there"
_REFUSED = "{} read scorecards early on somebody who applied here, and takes no part in judging them. Choose another."
_TO_YOU = (
    "You read scorecards early on somebody who applied there, so voting and deciding on them is for others. If you are "
    "the chair, ask a coordinator to choose another."
)
_TO_OTHERS = (
    "Somebody who was put on this committee read scorecards early on somebody who applied there, and neither votes nor "
    "decides on them. The early readings say who; ask a coordinator to choose another.\n\n/early-readings"
)


def settle(
    session: Session,
    actor: ActorFacts,
    requisition_id: UUID,
    joining: Mapping[str, AbstractSet[UUID]],
    *,
    now: datetime,
) -> list[Fault]:
    """A fault for each newcomer of whose early reading the actor may know; of others who read early, tell who can help.

    ``joining`` has the newcomers by the field that names them. Nobody is told where there is a fault: nothing is kept.
    """
    newcomers = set().union(*joining.values())
    if not newcomers:
        return []
    readings = session.execute(readings_in(requisition_id, newcomers)).all()
    partners = session.scalars(_partners(requisition_id)).all()
    known = {
        row.asked_by_id: row.name
        for row in readings
        if allow(actor, Permission.GLASS_LIST).granted
        and allow(actor, Permission.GLASS_SEE, glass_facts(session, actor, row.id, now)).granted
    }
    path = f"/requisitions/{requisition_id}"
    concerned = {row.asked_by_id for row in readings} - known.keys()
    for person_id in sorted(concerned):
        outbox.notify(session, person_id, subject=YOURS, body=_TO_YOU, path=path, now=now)
    for person_id in sorted({*partners} - concerned - {actor.person_id}) if concerned else ():
        outbox.notify(session, person_id, subject=JOINED, body=_TO_OTHERS, path=path, now=now)
    return [
        Fault(field, _REFUSED.format(name))
        for field, ids in joining.items()
        for person_id, name in known.items()
        if person_id in ids
    ]


def _partners(requisition_id: UUID) -> Select[UUID]:
    """HR partners who may know of every reading there: who owe no scorecard, and stand apart from all who applied."""
    card = (
        select(literal(1))
        .select_from(ScorecardRow)
        .where(
            ScorecardRow.application_id == Application.id,
            ScorecardRow.interviewer_id == Person.id,
            ScorecardRow.state == CardState.OWED,
        )
    )
    near = (
        select(literal(1))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            Application.requisition_id == requisition_id,
            or_(Candidate.email == Person.email, conflict_of(Person.id), exists(card.correlate(Application, Person))),
        )
        .correlate(Person)
    )
    return (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.HR_PARTNER, Person.active.is_(True), ~exists(near))
    )
