"""What HR partners and auditors see of privacy: rules, erasures, the log of removals, and one subject at a time.

Every function asks ``PRIVACY_SEE`` first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission, allow
from app.domain.privacy.certificate import ErasureCertificate
from app.domain.privacy.erasing import ErasureState, Origin, SubjectKind
from app.domain.privacy.retention import Cell, Jurisdiction, OwnRule, cells, default_months
from app.models import retention_facts
from app.models.blind import shown_name
from app.models.candidate import Candidate
from app.models.person import Installation, Person
from app.models.privacy import Erasure, PrivacyNotice, Purge
from app.models.privacy_facts import another_partner, subject_facts, subject_of
from app.models.requisition import Requisition
from app.queries.holds import HoldLine, standing_on, standing_on_opening

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One cell of the table of rules: what holds, ``own`` where the company set it, and what comes from when on."""

    cell: Cell
    months: int
    own: bool
    soon: tuple[int, date] | None


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One erasure in the list; ``name`` of whom it is about, which a finished one no longer has."""

    erasure_id: UUID
    kind: SubjectKind
    name: str
    origin: Origin
    state: ErasureState
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """One erasure whole, and what the actor may do with it."""

    line: ErasureLine
    subject_id: UUID
    ground: str
    asked_by: str
    answered_by: str
    answer: str
    counts: tuple[tuple[str, int], ...]
    aged_out_on: date | None
    held: bool
    may_approve: bool
    may_refuse: bool
    nobody_else: bool


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """One candidate or colleague, and what the actor may do about their data."""

    kind: SubjectKind
    subject_id: UUID
    name: str
    email: str
    held: bool
    gone: bool
    works_here: bool
    erasure_id: UUID | None
    may_hold: bool
    may_ask: bool
    may_export: bool
    holds: tuple[HoldLine, ...]


@dataclass(frozen=True, slots=True)
class PurgeLine:
    """One run of the rules that did or held something."""

    at: datetime
    removed: int
    held: int
    by_kind: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One version of a notice."""

    notice: PrivacyNotice
    published_by: str


@dataclass(frozen=True, slots=True)
class NeedPage:
    """An opening, as far as its records go."""

    need_id: UUID
    title: str
    place: Jurisdiction
    holds: tuple[HoldLine, ...]
    may_hold: bool
    may_set: bool


def rule_lines(session: Session, actor: ActorFacts, *, today: date) -> tuple[RuleLine, ...]:
    """Every cell with the months that hold, and with a shorter time that does not count yet."""
    require(actor, Permission.PRIVACY_SEE)
    own = retention_facts.own_rules(session)
    return tuple(_rule_line(cell, own.get(cell), today) for cell in cells())


def rules_decided(session: Session, actor: ActorFacts) -> bool:
    """Whether the company has a rule of its own, or said for any opening whose law holds."""
    require(actor, Permission.PRIVACY_SEE)
    return retention_facts.is_decided(session)


def _rule_line(cell: Cell, own: OwnRule | None, today: date) -> RuleLine:
    if own is None:
        return RuleLine(cell, default_months(cell), own=False, soon=None)
    months = own.holding(today)
    soon = None if months == own.months else (own.months, own.counts_from)
    return RuleLine(cell, months, own=months != default_months(cell), soon=soon)


def erasure_lines(session: Session, actor: ActorFacts) -> tuple[ErasureLine, ...]:
    """Erasures, those that wait first, the newest first."""
    require(actor, Permission.PRIVACY_SEE)
    rows = session.execute(
        select(Erasure, func.coalesce(shown_name(actor), Person.name).label("name"))
        .outerjoin(Candidate, Candidate.id == Erasure.candidate_id)
        .outerjoin(Person, Person.id == Erasure.person_id)
        .order_by(Erasure.state != ErasureState.ASKED, Erasure.asked_at.desc(), Erasure.id)
        .limit(_SHOWN)
    )
    return tuple(_line(row.Erasure, row.name) for row in rows)


def erasure_page(session: Session, actor: ActorFacts, erasure_id: UUID, *, alone: bool) -> ErasurePage:
    """One erasure; ``alone`` as in :func:`app.services.erasures.approve`."""
    require(actor, Permission.PRIVACY_SEE)
    row, asked_by, answered_by, name = _erasure(session, actor, erasure_id)
    line = _line(row, name)
    subject_id = _subject(row)
    facts = found(subject_facts(session, actor, line.kind, subject_id, alone=alone))
    return ErasurePage(
        line, subject_id, row.ground, asked_by, answered_by, row.answer, _counts(row.counts), row.aged_out_on,
        facts.held,
        may_approve=allow(actor, Permission.ERASURE_APPROVE, facts).granted,
        may_refuse=allow(actor, Permission.ERASURE_REFUSE, facts).granted,
        nobody_else=facts.is_asker and not another_partner(session, actor),
    )  # fmt: skip


def certificate(session: Session, actor: ActorFacts, erasure_id: UUID, *, zone: str) -> ErasureCertificate:
    """What the certificate of a finished erasure says; :class:`NotFoundError` while it is not done."""
    require(actor, Permission.PRIVACY_SEE)
    row, asked_by, answered_by, _name = _erasure(session, actor, erasure_id)
    if row.state is not ErasureState.DONE or row.done_at is None or row.aged_out_on is None:
        raise NotFoundError
    company = session.scalar(select(Installation.company)) or ""
    return ErasureCertificate(
        company=company, zone=zone, erasure_id=row.id, subject_id=_subject(row), kind=_kind(row), origin=row.origin,
        asked_at=row.asked_at, asked_by=asked_by, approved_by=answered_by, done_at=row.done_at,
        aged_out_on=row.aged_out_on, counts=_counts(row.counts), alone=row.single_handed,
    )  # fmt: skip


def subject_page(session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID) -> SubjectPage:
    """One candidate or colleague; a candidate to whom the actor is blinded is none of theirs to find here."""
    require(actor, Permission.PRIVACY_SEE)
    facts = found(subject_facts(session, actor, kind, subject_id))
    require(actor, Permission.PRIVACY_SEE, facts)
    model = Candidate if kind is SubjectKind.CANDIDATE else Person
    waits = select(Erasure.id).where(subject_of(kind, subject_id), Erasure.state == ErasureState.ASKED)
    row = session.execute(
        select(model.name, model.email, waits.scalar_subquery().label("waits")).where(model.id == subject_id)
    ).one()
    return SubjectPage(
        kind,
        subject_id,
        row.name,
        row.email,
        facts.held,
        facts.gone,
        not facts.has_left,
        row.waits,
        may_hold=allow(actor, Permission.HOLD_SET, facts).granted,
        may_ask=allow(actor, Permission.ERASURE_ASK, facts).granted and not facts.waiting,
        may_export=allow(actor, Permission.DATA_EXPORT, facts).granted,
        holds=standing_on(session, actor, kind, subject_id) if facts.held else (),
    )


def need_page(session: Session, actor: ActorFacts, need_id: UUID) -> NeedPage:
    """One opening."""
    require(actor, Permission.PRIVACY_SEE)
    wanted = select(Requisition.title, Requisition.jurisdiction).where(Requisition.id == need_id)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError
    may = allow(actor, Permission.RETENTION_SET).granted
    holds = standing_on_opening(session, actor, need_id)
    return NeedPage(need_id, row.title, Jurisdiction(row.jurisdiction), holds, may_hold=may, may_set=may)


def subject_by_email(session: Session, actor: ActorFacts, email: str) -> tuple[SubjectKind, UUID] | None:
    """The candidate, or else the colleague, with this address; nobody to whom the actor is blinded."""
    require(actor, Permission.PRIVACY_SEE)
    address = email.strip().lower()
    for kind, model in ((SubjectKind.CANDIDATE, Candidate), (SubjectKind.PERSON, Person)):
        subject_id = session.scalar(select(model.id).where(model.email == address))
        facts = subject_facts(session, actor, kind, subject_id) if subject_id else None
        if subject_id is not None and allow(actor, Permission.PRIVACY_SEE, facts).granted:
            return kind, subject_id
    return None


def purge_lines(session: Session, actor: ActorFacts) -> tuple[PurgeLine, ...]:
    """Runs that did or held something, the newest first."""
    require(actor, Permission.PRIVACY_SEE)
    rows = session.scalars(select(Purge).order_by(Purge.at.desc(), Purge.id).limit(_SHOWN))
    return tuple(
        PurgeLine(row.at, row.removed, row.held, tuple(sorted(json.loads(row.lines)["removed"].items())))
        for row in rows
    )


def notice_lines(session: Session, actor: ActorFacts) -> tuple[NoticeLine, ...]:
    """Every version of every notice, by purpose, the newest first."""
    require(actor, Permission.PRIVACY_SEE)
    rows = session.execute(
        select(PrivacyNotice, Person.name)
        .outerjoin(Person, Person.id == PrivacyNotice.published_by_id)
        .order_by(PrivacyNotice.purpose, PrivacyNotice.number.desc())
    )
    return tuple(NoticeLine(row[0], row[1] or "") for row in rows)


def _erasure(session: Session, actor: ActorFacts, erasure_id: UUID) -> tuple[Erasure, str, str, str]:
    asker, answerer = aliased(Person), aliased(Person)
    row = session.execute(
        select(
            Erasure, asker.name.label("asked_by"), answerer.name.label("answered_by"),
            func.coalesce(shown_name(actor), Person.name).label("name"),
        )
        .outerjoin(asker, asker.id == Erasure.asked_by_id)
        .outerjoin(answerer, answerer.id == Erasure.answered_by_id)
        .outerjoin(Candidate, Candidate.id == Erasure.candidate_id)
        .outerjoin(Person, Person.id == Erasure.person_id)
        .where(Erasure.id == erasure_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFoundError
    return row.Erasure, row.asked_by or "", row.answered_by or "", row.name


def _line(row: Erasure, name: str) -> ErasureLine:
    return ErasureLine(row.id, _kind(row), name, row.origin, row.state, row.asked_at, row.done_at)


def _kind(row: Erasure) -> SubjectKind:
    return SubjectKind.CANDIDATE if row.candidate_id else SubjectKind.PERSON


def _subject(row: Erasure) -> UUID:
    subject_id = row.candidate_id or row.person_id
    if subject_id is None:
        raise NotFoundError
    return subject_id


def _counts(text: str) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(json.loads(text).items())) if text else ()
