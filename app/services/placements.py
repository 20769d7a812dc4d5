"""Where people stand on a ladder and whom they report to, as it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.blueprint import from_canonical
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, Reporting
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.services import audit, case_handover, handover

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.ladder import Ladder
    from app.domain.permission import ActorFacts

REASON_LIMIT, TEAM_LIMIT = 2000, 200
EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(days=366)
"""How far ahead a placement may be dated."""
_LINES = select(Reporting.person_id, Reporting.manager_id)


@dataclass(frozen=True, slots=True)
class Placing:
    """A level in a role that somebody is to hold from a day on, and why."""

    person_id: UUID
    role: str
    level: str
    since: date
    reason: str


def place(  # noqa: PLR0917  a level in a role since a day: the parts of one sentence, in its order
    session: Session,
    actor: ActorFacts,
    person_id: UUID,
    role: str,
    level: str,
    since: date,
    reason: str,
    *,
    now: datetime,
    case_id: UUID | None = None,
    replaces_id: UUID | None = None,
) -> UUID:
    """Record the level that somebody holds from a day on; return the placement's id. Earlier ones stay as they were.

    HR partners place others. With ``case_id`` it follows from the decision on that person's promotion case, whose
    recorder was asked for permission there; the level is of the case's own version, whatever a newer one has.
    ``replaces_id`` names an earlier placement that counts no longer.
    """
    if case_id is None:
        require(actor, Permission.PLACEMENT_KEEP)
        refuse(_about_oneself(actor, person_id))
    else:
        _require_case(session, case_id, person_id)
    wanted = Placing(person_id, role, level, since, reason)
    faults = placement_faults(session, wanted, today=now.date()) if case_id is None else _gone(session, person_id)
    refuse(faults)
    return record_level(session, actor, wanted, now=now, case_id=case_id, replaces_id=replaces_id)


def report_to(
    session: Session, actor: ActorFacts, person_id: UUID, manager_id: UUID | None, team: str, *, now: datetime
) -> None:
    """Record whom somebody reports to now, and their team. Open assessments go to the new manager along with it."""
    require(actor, Permission.PLACEMENT_KEEP)
    team = one_line(team)
    faults = [*_about_oneself(actor, person_id), *reporting_faults(session, person_id, manager_id)]
    refuse([*faults, *text_faults("team", "a team", team, limit=TEAM_LIMIT)])
    record_line(session, actor, person_id, manager_id, team, now=now)


def record_level(
    session: Session,
    actor: ActorFacts,
    wanted: Placing,
    *,
    now: datetime,
    case_id: UUID | None = None,
    replaces_id: UUID | None = None,
) -> UUID:
    """Write a placement that was checked before; return its id."""
    placement = Placement(
        person_id=wanted.person_id, role=wanted.role, level=wanted.level, since=wanted.since,
        reason=wanted.reason.strip(), case_id=case_id, replaces_id=replaces_id, recorded_at=now,
        recorded_by_id=actor.person_id,
    )  # fmt: skip
    session.add(placement)
    session.flush()
    since = wanted.since.isoformat()
    payload = {"person": str(wanted.person_id), "role": wanted.role, "level": wanted.level, "since": since}
    if replaces_id is not None:
        payload["replaces"] = str(replaces_id)
    audit.record(session, actor, "placement.add", f"placement/{placement.id}", now=now, payload=payload)
    return placement.id


def record_line(
    session: Session, actor: ActorFacts, person_id: UUID, manager_id: UUID | None, team: str, *, now: datetime
) -> None:
    """Write a line of reporting that was checked before, and let open assessments follow it."""
    row = session.get(Reporting, person_id)
    if row is None:
        row = Reporting(person_id=person_id, manager_id=None, team="")
        session.add(row)
    elif (row.manager_id, row.team) == (manager_id, team):
        return
    row.manager_id, row.team = manager_id, team
    session.flush()
    payload = {"manager": str(manager_id or ""), "team": team}
    audit.record(session, actor, "reporting.change", f"user/{person_id}", now=now, payload=payload)
    if manager_id is not None:
        handover.follow(session, actor, person_id, manager_id, now=now)
        case_handover.follow(session, actor, person_id, manager_id, now=now)


def placement_faults(session: Session, wanted: Placing, *, today: date) -> list[Fault]:
    """Everything that :func:`place` would refuse in what was written."""
    faults = [] if _active(session, wanted.person_id) else [Fault("person_id", "Choose somebody with an open account.")]
    ladder = newest_ladder(session, wanted.role)
    if ladder is None:
        faults.append(Fault("role", f"No blueprint with a ladder is published for the role “{wanted.role[:80]}”."))
    elif wanted.level not in {one.id for one in ladder.levels}:
        known = ", ".join(one.id for one in ladder.levels)
        faults.append(Fault("level", f"This ladder has no level “{wanted.level[:80]}”. It has {known}."))
    if not EARLIEST <= wanted.since <= today + AHEAD:
        faults.append(Fault("since", "Choose a day that is at most a year ahead."))
    return [*faults, *text_faults("reason", "why", wanted.reason, limit=REASON_LIMIT)]


def reporting_faults(session: Session, person_id: UUID, manager_id: UUID | None) -> list[Fault]:
    """What is wrong with a line of reporting: a closed account, oneself, or a circle."""
    if not _active(session, person_id):
        return [Fault("person_id", "Choose somebody with an open account.")]
    if manager_id is None:
        return []
    if manager_id == person_id:
        return [Fault("manager_id", "Nobody reports to themselves. Choose somebody else.")]
    if not _active(session, manager_id):
        return [Fault("manager_id", "Choose a manager with an open account.")]
    if person_id in _above(session, manager_id):
        return [Fault("manager_id", "This manager reports to the person, directly or through others.")]
    return []


def _above(session: Session, manager_id: UUID) -> set[UUID]:
    """Everybody to whom a manager reports, directly or through others."""
    lines = {row.person_id: row.manager_id for row in session.execute(_LINES)}
    above: set[UUID] = set()
    next_up = lines.get(manager_id)
    while next_up is not None and next_up not in above:
        above.add(next_up)
        next_up = lines.get(next_up)
    return above


def newest_ladder(session: Session, role: str) -> Ladder | None:
    """The ladder in the newest version of a role, or ``None`` when there is none."""
    version = BlueprintVersion
    body = session.scalar(select(version.body).where(version.role == role).order_by(version.number.desc()).limit(1))
    return from_canonical(body).ladder if body else None


def refuse(faults: list[Fault]) -> None:
    """Raise :class:`InvalidError` when there is any fault."""
    if faults:
        raise InvalidError(tuple(faults))


def _about_oneself(actor: ActorFacts, person_id: UUID) -> list[Fault]:
    if actor.person_id != person_id:
        return []
    return [Fault("person_id", "Nobody places themselves. Ask another HR partner.")]


def _active(session: Session, person_id: UUID) -> bool:
    person = session.get(Person, person_id)
    return person is not None and person.active


def _gone(session: Session, person_id: UUID) -> list[Fault]:
    message = "Their account is closed, so nobody is there to be promoted. Record another outcome."
    return [] if _active(session, person_id) else [Fault("outcome", message)]


def _require_case(session: Session, case_id: UUID, person_id: UUID) -> None:
    case = session.get(PromotionCase, case_id)
    if case is None or case.person_id != person_id:
        raise NotFoundError
