"""The debrief of one application, for the page, the packet and the vote and decision forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from app.domain import access
from app.domain.debrief import BlueprintStamp, Debrief, rows_of, score_of, tally
from app.domain.decision import Outcome
from app.domain.documents import PacketDocument
from app.domain.hiring import COMMITTEE, Stage
from app.domain.panel_trust import LARGEST, PanelTrust
from app.domain.permission import Permission, allow
from app.domain.ruling import for_committee
from app.domain.visibility import stage_for
from app.models.asking import ASKING, asked_by
from app.models.blind import shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.cards import CardSet, card_sets
from app.models.decision import DebriefRow, Decision, Vote
from app.models.facts import application_facts
from app.models.interest import conflict_of
from app.models.person import Installation, Person
from app.models.requisition import MustHave, Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow
from app.models.strictness import StrictnessFit
from app.queries import blueprints, decisions, early_readings, strictness
from app.queries.versions import newest_number

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.granting import ReadEarly
    from app.domain.permission import ActorFacts, ApplicationFacts


@dataclass(frozen=True, slots=True)
class OwnVote:
    """The reader's own vote; nobody else's is ever read before the decision."""

    outcome: Outcome
    reason: str
    version: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the reader can do at this debrief, and how far the committee is.

    ``voted`` of ``members`` are in: how many, never how. ``decision_id`` is the newest record, and
    ``blueprint_version_id`` where the dimensions can be read; its role has versions up to ``newest_number``.
    ``trust`` says how far the composite would hold with other interviewers; None without a card. ``early`` has
    each time that sealed scorecards were read before their time.
    """

    stage: Stage
    may_open: bool
    may_vote: bool
    may_decide: bool
    may_release: bool
    on_committee: bool
    owed: int
    own_vote: OwnVote | None
    voted: int
    members: int
    decision_id: UUID | None
    blueprint_version_id: UUID
    newest_number: int
    trust: PanelTrust | None
    early: tuple[ReadEarly, ...]


@dataclass(frozen=True, slots=True)
class Unopened:
    """What somebody who may open the debrief sees before it is open: who is in, nothing of what they wrote."""

    application_id: UUID
    requisition_id: UUID
    requisition: str
    candidate: str
    stage: Stage
    sealed: tuple[str, ...]
    owed: tuple[str, ...]


def debrief(session: Session, actor: ActorFacts, application_id: UUID) -> Debrief:
    """The debrief as this person may see it; whoever owes a card on the candidate is refused."""
    return debrief_and_agenda(session, actor, application_id)[0]


def debrief_and_agenda(session: Session, actor: ActorFacts, application_id: UUID) -> tuple[Debrief, Agenda]:
    """The debrief with what the reader can do next; four queries, one more the first time a blueprint is read."""
    facts = access.found(application_facts(session, actor, application_id))
    access.require(actor, Permission.DEBRIEF_SEE, facts)
    return _opened(session, actor, facts)


def ballot(session: Session, actor: ActorFacts, application_id: UUID) -> tuple[Debrief, Agenda]:
    """The same for whoever votes on it, even once it is decided; nobody else has a ballot."""
    facts = access.found(application_facts(session, actor, application_id))
    if not facts.is_committee:
        access.require(actor, Permission.VOTE_CAST, facts)
    access.require(actor, Permission.DEBRIEF_SEE, facts)
    return _opened(session, actor, facts)


def debrief_or_waiting(session: Session, actor: ActorFacts, application_id: UUID) -> tuple[Debrief, Agenda] | Unopened:
    """The same; for somebody who may not read it yet but may open it, what is known before."""
    facts = access.found(application_facts(session, actor, application_id))
    sees = allow(actor, Permission.DEBRIEF_SEE, facts).granted
    if not sees and not facts.debrief_open and allow(actor, Permission.DEBRIEF_OPEN, facts).granted:
        return _unopened(session, actor, application_id)
    access.require(actor, Permission.DEBRIEF_SEE, facts)
    return _opened(session, actor, facts)


def packet(session: Session, actor: ActorFacts, application_id: UUID, *, zone: str) -> PacketDocument:
    """Everything about an application on paper, with the decision when the actor may read it."""
    found, agenda = debrief_and_agenda(session, actor, application_id)
    decided = decisions.newest(session, actor, application_id)
    company = session.scalar(select(Installation.company)) or ""
    return PacketDocument(company, found, decided, decided.checkpoint if decided else "", zone, agenda.trust)


def _opened(session: Session, actor: ActorFacts, facts: ApplicationFacts) -> tuple[Debrief, Agenda]:
    header = session.execute(_header(), asked_by(actor, application_id=facts.application_id)).one()
    cards = card_sets(session, [facts.application_id], reader=actor.person_id)[facts.application_id]
    early = early_readings.of_application(session, facts.application_id) if header.early else ()
    return _debrief(session, header, cards), _agenda(actor, facts, header, cards, early)


def _unopened(session: Session, actor: ActorFacts, application_id: UUID) -> Unopened:
    row = session.execute(_header(), asked_by(actor, application_id=application_id)).one()
    people = session.execute(
        select(Person.name, ScorecardRow.state)
        .join(ScorecardRow, ScorecardRow.interviewer_id == Person.id)
        .where(ScorecardRow.application_id == application_id)
    ).all()
    names = {state: sorted(p.name for p in people if p.state.value == state) for state in ("sealed", "owed")}
    return Unopened(
        application_id, row.requisition_id, row.requisition, row.candidate, row.stage,
        tuple(names["sealed"]), tuple(names["owed"]),
    )  # fmt: skip


@cache
def _header() -> Select[*tuple[Any, ...]]:
    opener = aliased(Person)
    own = aliased(Vote)
    return (
        select(
            Application.id.label("application_id"),
            Application.stage,
            Application.requisition_id,
            Requisition.title.label("requisition"),
            shown_name(ASKING).label("candidate"),
            BlueprintVersion.id.label("blueprint_version_id"),
            BlueprintVersion.role,
            BlueprintVersion.title.label("blueprint"),
            BlueprintVersion.number,
            BlueprintVersion.sha256,
            newest_number().label("newest_number"),
            DebriefRow.opened_at,
            opener.name.label("opened_by"),
            own.outcome.label("own_outcome"),
            own.reason.label("own_reason"),
            own.version.label("own_version"),
            *_counts(),
            *_fit_columns(),
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .outerjoin(DebriefRow, DebriefRow.application_id == Application.id)
        .outerjoin(opener, opener.id == DebriefRow.opened_by_id)
        .outerjoin(StrictnessFit, StrictnessFit.id == strictness.newest_id(BlueprintVersion.id))
        .outerjoin(own, (own.application_id == Application.id) & (own.member_id == ASKING.person_id))
        .where(Application.id == bindparam("application_id"))
    )


def _counts() -> tuple[ColumnElement[Any], ...]:
    musts = select(func.aggregate_strings(MustHave.dimension, ",")).where(MustHave.requisition_id == Requisition.id)
    counts = and_(Vote.application_id == Application.id, ~conflict_of(Vote.member_id))
    voted = select(func.count()).select_from(Vote).where(counts)
    members = (
        select(func.count(RequisitionMember.person_id.distinct()))
        .join(Person, Person.id == RequisitionMember.person_id)
        .where(
            RequisitionMember.requisition_id == Requisition.id,
            RequisitionMember.part.in_(sorted(COMMITTEE)),
            Person.active.is_(True),
            Person.email != Candidate.email,
            ~conflict_of(Person.id),
        )
    )
    newest = (
        select(Decision.id)
        .where(Decision.application_id == Application.id)
        .order_by(Decision.number.desc())
        .limit(1)
        .correlate(Application)
    )
    return (
        musts.correlate(Requisition).scalar_subquery().label("musts"),
        voted.correlate(Application, Candidate).scalar_subquery().label("voted"),
        members.correlate(Requisition, Candidate).scalar_subquery().label("members"),
        newest.scalar_subquery().label("decision_id"),
        early_readings.any_read().label("early"),
    )


def _fit_columns() -> tuple[ColumnElement[Any], ...]:
    """How interviewers differed in earlier openings on the blueprint, all of them decided; empty without any."""
    fit = StrictnessFit
    return (
        fit.target.label("fit_target"), fit.rater.label("fit_rater"), fit.residual.label("fit_residual"),
        fit.mean.label("fit_mean"), fit.n_cards.label("fit_cards"), fit.n_openings.label("fit_openings"),
        fit.made_at.label("fit_at"),
    )  # fmt: skip


def _trust(header: Row[Any], cards: CardSet) -> PanelTrust | None:
    """What the size of this panel means, by the newest fit or by what is usual."""
    from app.analysis.agreement.planning import ASSUMED, d_study
    from app.analysis.components import Components

    people = len({card.interviewer_id for card in cards.counted if card.content.rated})
    if not people:
        return None
    found, about = ASSUMED, {}
    if header.fit_at is not None:
        found = Components(header.fit_target, header.fit_rater, header.fit_residual, header.fit_mean)
        about = {"n_cards": header.fit_cards, "n_openings": header.fit_openings, "fitted_at": header.fit_at}
    panels = d_study(found, range(1, max(LARGEST, people + 1) + 1))
    same = tuple(round(100 * one.same_decision) for one in panels if one.same_decision is not None)
    phi = panels[people - 1].phi
    return PanelTrust(people, same, round(10 * phi) if phi is not None else 0, **about)


def _debrief(session: Session, header: Row[Any], cards: CardSet) -> Debrief:
    stamp = BlueprintStamp(header.role, header.blueprint, header.number, header.sha256)
    scorecard = for_committee(blueprints.of_digest(session, stamp.sha256))
    musts: Sequence[str] = header.musts.split(",") if header.musts else ()
    return Debrief(
        application_id=header.application_id,
        requisition_id=header.requisition_id,
        requisition=header.requisition,
        candidate=header.candidate,
        blueprint=stamp,
        scorecard=scorecard,
        cards=cards.counted,
        later_revisions=cards.later,
        rows=rows_of(scorecard, cards.counted, musts),
        score=score_of(scorecard, cards.counted, musts),
        signals=tally(scorecard, cards.counted),
        missing=cards.missing,
        opened_at=header.opened_at,
        opened_by=header.opened_by,
    )


def _agenda(
    actor: ActorFacts, facts: ApplicationFacts, header: Row[Any], cards: CardSet, early: tuple[ReadEarly, ...]
) -> Agenda:
    own = None if header.own_version is None else OwnVote(header.own_outcome, header.own_reason, header.own_version)
    owed = sum(duty.state == "owed" for duty in cards.missing)
    return Agenda(
        stage=stage_for(facts, header.stage),
        may_open=not facts.debrief_open and allow(actor, Permission.DEBRIEF_OPEN, facts).granted,
        may_vote=allow(actor, Permission.VOTE_CAST, facts).granted,
        may_decide=allow(actor, Permission.DECISION_RECORD, facts).granted and not facts.decided,
        may_release=allow(actor, Permission.PROGRESS_SEE, facts).granted,
        on_committee=facts.is_committee,
        owed=owed,
        own_vote=own,
        voted=header.voted,
        members=header.members,
        decision_id=header.decision_id,
        blueprint_version_id=header.blueprint_version_id,
        newest_number=header.newest_number,
        trust=_trust(header, cards),
        early=early,
    )
