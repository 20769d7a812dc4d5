"""Requisitions: opened on a pinned blueprint version, changed while nothing rests on them, moved on, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError, NotYetError
from app.domain.hiring import REQUISITION_MOVES, Part, RequisitionState, RevealRule, reopens
from app.domain.permission import Permission, Role
from app.domain.text import one_line, text_faults
from app.models import planning
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.facts import requisition_facts
from app.models.person import Person, RoleGrant
from app.models.requisition import MustHave, Requisition, RequisitionMember
from app.services import audit, early_members, graders, seats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

TITLE_LIMIT, REASON_LIMIT = 200, 2000
MOST_OPENINGS, LARGEST_PANEL = 999, 20
EDITABLE = frozenset({RequisitionState.DRAFT, RequisitionState.OPEN})
_STALE = "Somebody changed this requisition while you were writing. Load the page again and repeat your change."
MUSTS_PINNED = (
    "Interviews are planned or cases given, so the must-have dimensions stay: they are settled before anybody scores."
)
BLIND_PINNED = "Interviews are planned or cases given, so it stays blind: nobody who judges was to learn any name."
BLUEPRINT_PINNED = "Interviews are planned or cases given on this blueprint version, so it stays."
_UNFIT = {
    "hiring_manager_id": "Choose somebody who holds the role of hiring manager.",
    "member_ids": "Choose only people who hold the role of committee member.",
    "chair_id": "Choose somebody who holds the role of committee member.",
}
RATES_NOBODY = "This blueprint has no scorecard, so nobody could be rated on it. Choose another."


@dataclass(frozen=True, slots=True)
class RequisitionDraft:
    """What somebody wants a requisition to be. A member who is also the chair counts as the chair.

    ``blind``: candidates go by a code to whoever owes a scorecard on them.
    """

    title: str
    blueprint_version_id: UUID
    openings: int = 1
    panel_size: int = 4
    reveal: RevealRule = RevealRule.AFTER_OWN
    musts: tuple[str, ...] = ()
    hiring_manager_id: UUID | None = None
    member_ids: tuple[UUID, ...] = ()
    chair_id: UUID | None = None
    blind: bool = False


def open_requisition(session: Session, actor: ActorFacts, wanted: RequisitionDraft, *, now: datetime) -> UUID:
    """Draft a requisition and return its id; whoever is no coordinator becomes its hiring manager."""
    require(actor, Permission.REQUISITION_OPEN)
    manager = wanted.hiring_manager_id if Role.COORDINATOR in actor.roles else actor.person_id
    _refuse(_faults(session, wanted, manager))
    requisition = Requisition(
        blueprint_version_id=wanted.blueprint_version_id,
        state=RequisitionState.DRAFT,
        created_at=now,
        created_by_id=actor.person_id,
    )
    _apply(requisition, wanted, manager)
    session.add(requisition)
    session.flush()
    _record(session, actor, "requisition.open", requisition, now)
    return requisition.id


def edit(
    session: Session, actor: ActorFacts, requisition_id: UUID, wanted: RequisitionDraft, *, version: int, now: datetime
) -> None:
    """Change a requisition that is drafted or open.

    The blueprint version and the must-have dimensions stay once an interview is planned: what is needed is settled
    before anybody scores, and nothing about it depends on who has sealed.
    """
    requisition = _locked(session, actor, requisition_id, Permission.REQUISITION_EDIT, version)
    if requisition.state not in EDITABLE:
        raise NotAllowedError(_settled(requisition))
    manager = wanted.hiring_manager_id if Role.COORDINATOR in actor.roles else _manager(requisition)
    _refuse([
        *_faults(session, wanted, manager), *_pinned_faults(session, requisition, wanted),
        *_grader_faults(session, requisition_id, wanted, manager),
        *early_members.settle(session, actor, requisition_id, _joining(requisition, wanted, manager), now=now),
    ])  # fmt: skip
    if requisition.state is RequisitionState.OPEN and wanted.chair_id is None:
        _refuse([Fault("chair_id", "An open requisition needs somebody to chair its committee.")])
    _apply(requisition, wanted, manager)
    # Members and must-haves lie in tables of their own: without this a change of them alone would not count as one.
    flag_modified(requisition, "title")
    session.flush()
    _record(session, actor, "requisition.edit", requisition, now)


def move(
    session: Session,
    actor: ActorFacts,
    requisition_id: UUID,
    to: RequisitionState,
    *,
    reason: str,
    version: int,
    now: datetime,
) -> None:
    """Move a requisition along; closing and going back need a reason, and closing releases what is still owed."""
    requisition = _locked(session, actor, requisition_id, Permission.REQUISITION_EDIT, version)
    before = requisition.state
    if to not in REQUISITION_MOVES[before]:
        message = f"A requisition that is {before.words.lower()} cannot become {to.words.lower()}."
        raise ConflictError(message, current_version=requisition.version)
    if to is RequisitionState.CLOSED or reopens(before, to):
        _refuse(text_faults("reason", "the reason: it is kept for good", reason, limit=REASON_LIMIT, required=True))
    if before is RequisitionState.DRAFT and to is RequisitionState.OPEN and not _has_chair(requisition):
        message = "Choose who chairs the committee before you open this requisition."
        raise NotYetError(message)
    requisition.state = to
    session.flush()
    change = {"from": before.value, "to": to.value, "reason": reason.strip()}
    audit.record(session, actor, "requisition.move", f"requisition/{requisition_id}", now=now, payload=change)
    if to is RequisitionState.CLOSED:
        of_this = Application.requisition_id == requisition_id
        seats.release_all(session, actor, of_this, "The requisition was closed.", now=now)


def rebase(
    session: Session, actor: ActorFacts, requisition_id: UUID, to: UUID, *, version: int, now: datetime
) -> tuple[str, ...]:
    """Move a requisition onto another version of its own role and return the must-haves that it lost on the way.

    Only while nothing rests on the version it has: a must-have whose dimension the other version no longer has goes,
    everything else stays.
    """
    requisition = _locked(session, actor, requisition_id, Permission.REQUISITION_EDIT, version)
    if requisition.state not in EDITABLE:
        raise NotAllowedError(_settled(requisition))
    here = session.get_one(BlueprintVersion, requisition.blueprint_version_id)
    there = _sibling(session, here, to)
    if session.scalar(select(planning.pinned()).where(Requisition.id == requisition_id)):
        raise InvalidError((Fault("blueprint_version_id", BLUEPRINT_PINNED),))
    card = from_canonical(there.body).scorecard
    if not card.rates:
        raise InvalidError((Fault("blueprint_version_id", RATES_NOBODY),))
    known = {dimension.id for dimension in card.dimensions}
    lost = tuple(sorted(must.dimension for must in requisition.musts if must.dimension not in known))
    requisition.musts = [must for must in requisition.musts if must.dimension in known]
    requisition.blueprint_version_id = to
    flag_modified(requisition, "title")
    session.flush()
    change = {"from": here.number, "to": there.number, "sha256": there.sha256, "musts_lost": list(lost)}
    audit.record(session, actor, "requisition.rebase", f"requisition/{requisition_id}", now=now, payload=change)
    return lost


def _sibling(session: Session, here: BlueprintVersion, to: UUID) -> BlueprintVersion:
    there = session.get(BlueprintVersion, to)
    if there is None or there.role != here.role or there.id == here.id:
        raise InvalidError((Fault("blueprint_version_id", "Choose another published version of the same role."),))
    return there


def _settled(requisition: Requisition) -> str:
    return f"This requisition is {requisition.state.words.lower()}. Only a drafted or open one can be changed."


def _locked(
    session: Session, actor: ActorFacts, requisition_id: UUID, permission: Permission, version: int
) -> Requisition:
    requisition = session.get(Requisition, requisition_id, with_for_update=True)
    require(actor, permission, found(requisition_facts(session, actor, requisition_id)))
    if requisition is None:
        raise NotFoundError
    if requisition.version != version:
        raise ConflictError(_STALE, current_version=requisition.version)
    return requisition


def _apply(requisition: Requisition, wanted: RequisitionDraft, manager: UUID | None) -> None:
    requisition.title = one_line(wanted.title)
    requisition.blueprint_version_id = wanted.blueprint_version_id
    requisition.openings, requisition.panel_size = wanted.openings, wanted.panel_size
    requisition.reveal, requisition.blind = wanted.reveal, wanted.blind
    parts = {(person_id, Part.MEMBER) for person_id in wanted.member_ids if person_id != wanted.chair_id}
    parts |= {(manager, Part.HIRING_MANAGER)} if manager else set()
    parts |= {(wanted.chair_id, Part.CHAIR)} if wanted.chair_id else set()
    kept = [member for member in requisition.members if (member.person_id, member.part) in parts]
    added = parts - {(member.person_id, member.part) for member in kept}
    requisition.members = [*kept, *(RequisitionMember(person_id=who, part=part) for who, part in added)]
    musts = set(wanted.musts)
    stay = [must for must in requisition.musts if must.dimension in musts]
    new = musts - {must.dimension for must in stay}
    requisition.musts = [*stay, *(MustHave(dimension=dimension) for dimension in sorted(new))]


def _faults(session: Session, wanted: RequisitionDraft, manager: UUID | None) -> list[Fault]:
    faults = [*text_faults("title", "a title", one_line(wanted.title), limit=TITLE_LIMIT, required=True)]
    if not 1 <= wanted.openings <= MOST_OPENINGS:
        faults.append(Fault("openings", f"Choose 1 to {MOST_OPENINGS} openings."))
    if not 1 <= wanted.panel_size <= LARGEST_PANEL:
        faults.append(Fault("panel_size", f"Choose a panel of 1 to {LARGEST_PANEL} interviewers."))
    return [*faults, *_blueprint_faults(session, wanted), *_people_faults(session, wanted, manager)]


def _blueprint_faults(session: Session, wanted: RequisitionDraft) -> list[Fault]:
    body = session.scalar(select(BlueprintVersion.body).where(BlueprintVersion.id == wanted.blueprint_version_id))
    if body is None:
        return [Fault("blueprint_version_id", "Choose a published blueprint version.")]
    card = from_canonical(body).scorecard
    if not card.rates:
        return [Fault("blueprint_version_id", RATES_NOBODY)]
    known = {dimension.id for dimension in card.dimensions}
    unknown = sorted(set(wanted.musts) - known)
    return [Fault("musts", f"{', '.join(unknown)}: not a dimension of this blueprint version.")] if unknown else []


def _people_faults(session: Session, wanted: RequisitionDraft, manager: UUID | None) -> list[Fault]:
    if manager is None:
        return [Fault("hiring_manager_id", "Choose who manages this hire.")]
    committee = [*wanted.member_ids, *([wanted.chair_id] if wanted.chair_id else [])]
    rows = session.execute(
        select(Person.id, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.id.in_([manager, *committee]), Person.active.is_(True))
    )
    held = {(row.id, row.role) for row in rows}
    faults = []
    if (manager, Role.HIRING_MANAGER) not in held:
        faults.append(_unfit("hiring_manager_id"))
    for field, people in (("member_ids", wanted.member_ids), ("chair_id", committee[len(wanted.member_ids) :])):
        if any((person_id, Role.COMMITTEE) not in held for person_id in people):
            faults.append(_unfit(field))
    return faults


def _unfit(field: str) -> Fault:
    return Fault(field, _UNFIT[field])


def _grader_faults(
    session: Session, requisition_id: UUID, wanted: RequisitionDraft, manager: UUID | None
) -> list[Fault]:
    """Whoever grades a case there must not learn whose work it is, so gets no other part."""
    return [
        fault
        for field, ids in _parts(wanted, manager).items()
        for fault in graders.other_part_faults(session, requisition_id, ids, field=field)
    ]


def _joining(requisition: Requisition, wanted: RequisitionDraft, manager: UUID | None) -> dict[str, set[UUID]]:
    """Who would judge and has had no part so far, by the field that names them."""
    there = {member.person_id for member in requisition.members}
    return {field: ids - there for field, ids in _parts(wanted, manager).items()}


def _parts(wanted: RequisitionDraft, manager: UUID | None) -> dict[str, set[UUID]]:
    """Who would judge, by the field that names them."""
    return {
        "member_ids": set(wanted.member_ids),
        "chair_id": {wanted.chair_id} if wanted.chair_id else set(),
        "hiring_manager_id": {manager} if manager else set(),
    }


def _pinned_faults(session: Session, requisition: Requisition, wanted: RequisitionDraft) -> list[Fault]:
    if not session.scalar(select(planning.pinned()).where(Requisition.id == requisition.id)):
        return []
    faults = []
    if wanted.blueprint_version_id != requisition.blueprint_version_id:
        faults.append(Fault("blueprint_version_id", BLUEPRINT_PINNED))
    if requisition.blind and not wanted.blind:
        faults.append(Fault("blind", BLIND_PINNED))
    if set(wanted.musts) != {must.dimension for must in requisition.musts}:
        faults.append(Fault("musts", MUSTS_PINNED))
    return faults


def _manager(requisition: Requisition) -> UUID | None:
    managers = [member.person_id for member in requisition.members if member.part is Part.HIRING_MANAGER]
    return managers[0] if managers else None


def _has_chair(requisition: Requisition) -> bool:
    return any(member.part is Part.CHAIR for member in requisition.members)


def _record(session: Session, actor: ActorFacts, action: str, requisition: Requisition, now: datetime) -> None:
    payload = {
        "title": requisition.title,
        "blueprint": str(requisition.blueprint_version_id),
        "openings": requisition.openings,
        "panel_size": requisition.panel_size,
        "reveal": requisition.reveal.value,
        "blind": requisition.blind,
        "musts": sorted(must.dimension for must in requisition.musts),
        "people": sorted(f"{member.part.value} {member.person_id}" for member in requisition.members),
    }
    audit.record(session, actor, action, f"requisition/{requisition.id}", now=now, payload=payload)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(dict.fromkeys(faults)))
