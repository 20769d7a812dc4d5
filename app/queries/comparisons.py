"""The candidates of a requisition side by side, as far as their cards are open to the viewer.

Two queries after the facts, whatever the number of candidates: one row a candidate with their cards as text, and what
is known of interviewers from elsewhere. What follows from the same cards is worked out once a process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, case, exists, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.certainty import REACH, Ground, question_of
from app.domain.certainty import Candidate as Compared
from app.domain.comparison import Column, Comparison, same_version, sort_columns, sort_keys, usually_descending
from app.domain.debrief import BlueprintStamp, weights_of
from app.domain.documents import ComparisonDocument
from app.domain.errors import Fault, InvalidError
from app.domain.permission import Permission, allow
from app.domain.ruling import for_committee
from app.domain.scoring import Tally, composite_of_tallies
from app.domain.sealed import sealed_set
from app.domain.visibility import stage_for
from app.models import earlier, sealed
from app.models.asking import ASKING, asked_by
from app.models.blind import shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.facts import applications_facts, requisition_facts
from app.models.person import Installation
from app.models.requisition import MustHave, Requisition
from app.models.scorecard import Revision, ScorecardRow
from app.queries import blueprints

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.certainty import Certainty, Places, Question, Sensitivity
    from app.domain.permission import ActorFacts, ApplicationFacts
    from app.domain.scoring import Score

DEFAULT_SORT = "composite"
_OWES = "You still owe a scorecard on this candidate."
_CLOSED = "Sealed until the debrief opens."


@dataclass(frozen=True, slots=True)
class _Rule:
    """What turns ratings into a composite; two are the same when blueprint and must-haves are."""

    sha256: str
    musts: tuple[str, ...]
    scorecard: Scorecard = field(compare=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One requisition's share of a comparison."""

    stamp: BlueprintStamp
    scorecard: Scorecard
    musts: tuple[str, ...]
    title: str
    openings: int
    columns: tuple[Column, ...]
    version_id: UUID
    fitted: bool


def comparison(
    session: Session,
    actor: ActorFacts,
    requisition_id: UUID,
    sort: str = DEFAULT_SORT,
    *,
    now: datetime,
    descending: bool | None = None,
    beside: UUID | None = None,
) -> Comparison:
    """The comparison in the chosen order; :class:`InvalidError` for a row that is not there.

    Without a direction a row of ratings stands best first, whichever end of the scale is best.
    With ``beside`` the candidates of another requisition stand next to them, if both are on one blueprint version;
    nothing is then said of how sure the order is, for the two may ask for other must-haves.
    """
    part = _part(session, actor, requisition_id)
    if sort not in sort_keys(part.scorecard):
        raise InvalidError((Fault("sort", "There is no such row to sort by. Choose one from the page."),))
    falling = usually_descending(part.scorecard, sort) if descending is None else descending
    if beside is not None and beside != requisition_id:
        other = _part(session, actor, beside)
        same_version([part.stamp, other.stamp])
        columns, asked, sure = (*_named(part), *_named(other)), None, None
    else:
        asked = question(part, earlier.ground_of(session, part.version_id, now - REACH, fitted=part.fitted))
        sure = certainty_of(asked)
        columns = _standing(part, sure)
    return Comparison(
        requisition_id=requisition_id,
        requisition=part.title,
        openings=part.openings,
        blueprint=part.stamp,
        scorecard=part.scorecard,
        musts=part.musts,
        columns=sort_columns(columns, sort, descending=falling, best=part.scorecard.scale.best),
        sort=sort,
        descending=falling,
        sure=sure,
        question=asked,
    )


def document(
    session: Session,
    actor: ActorFacts,
    requisition_id: UUID,
    sort: str,
    *,
    zone: str,
    now: datetime,
    descending: bool | None = None,
) -> ComparisonDocument:
    """The comparison on paper."""
    compared = comparison(session, actor, requisition_id, sort, now=now, descending=descending)
    seen = [column.application_id for column in compared.columns if column.score is not None]
    as_of = session.scalar(
        select(func.max(Revision.sealed_at))
        .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        .where(ScorecardRow.application_id.in_(seen), Revision.after_reveal.is_(False))
    )
    company = session.scalar(select(Installation.company)) or ""
    asked = compared.question
    if asked is None:
        return ComparisonDocument(company, compared, as_of, zone)
    return ComparisonDocument(company, compared, as_of, zone, places_of(asked), sensitivity_of(asked), libraries())


def part_of(session: Session, actor: ActorFacts, requisition_id: UUID, facts: Mapping[UUID, ApplicationFacts]) -> Part:
    """A requisition's candidates in one query; ``facts`` say how the actor stands to each application.

    No rating of an application whose cards are sealed to the actor leaves the database.
    """
    listed = {key for key, held in facts.items() if allow(actor, Permission.CANDIDATE_SEE, held).granted}
    open_ids = {key for key in listed if allow(actor, Permission.DEBRIEF_SEE, facts[key]).granted}
    asked = asked_by(actor, requisition_id=requisition_id, open_ids=sorted(open_ids))
    rows = session.execute(_applications(), asked).all()
    first = rows[0]
    stamp = BlueprintStamp(first.role, first.blueprint, first.number, first.sha256)
    scorecard = for_committee(blueprints.of_digest(session, stamp.sha256))
    musts = tuple(sorted(first.musts.split(","))) if first.musts else ()
    rule = _Rule(stamp.sha256, musts, scorecard)
    columns = tuple(
        _open(actor, row, facts[row.application_id], rule)
        if row.application_id in open_ids
        else _sealed(row, facts[row.application_id])
        for row in rows
        if row.application_id in listed
    )
    return Part(stamp, scorecard, musts, first.title, first.openings, columns, first.version_id, bool(first.fitted))


def _part(session: Session, actor: ActorFacts, requisition_id: UUID) -> Part:
    require(actor, Permission.COMPARISON_SEE, found(requisition_facts(session, actor, requisition_id)))
    return part_of(session, actor, requisition_id, applications_facts(session, actor, requisition_id))


@cache
def _applications() -> Select[*tuple[Any, ...]]:
    """The requisition with each application that ever had a duty to score: one row without any."""
    planned = exists(select(literal(1)).where(ScorecardRow.application_id == Application.id))
    later = aliased(Decision)
    decided = (
        select(Decision.outcome)
        .outerjoin(later, later.corrects_id == Decision.id)
        .where(Decision.application_id == Application.id, later.id.is_(None))
        .correlate(Application)
    )
    is_open = Application.id.in_(bindparam("open_ids", expanding=True))
    musts = select(func.aggregate_strings(MustHave.dimension, ",")).where(MustHave.requisition_id == Requisition.id)
    return (
        select(
            Requisition.title,
            Requisition.openings,
            BlueprintVersion.role,
            BlueprintVersion.title.label("blueprint"),
            BlueprintVersion.number,
            BlueprintVersion.sha256,
            BlueprintVersion.id.label("version_id"),
            earlier.is_fitted().label("fitted"),
            musts.correlate(Requisition).scalar_subquery().label("musts"),
            Application.id.label("application_id"),
            Application.stage,
            shown_name(ASKING).label("name"),
            decided.scalar_subquery().label("decided"),
            case((is_open, sealed.cards_text())).label("cards"),
            case((is_open, sealed.ratings_text())).label("ratings"),
        )
        .select_from(Requisition)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .outerjoin(Application, (Application.requisition_id == Requisition.id) & planned)
        .outerjoin(Candidate, Candidate.id == Application.candidate_id)
        .where(Requisition.id == bindparam("requisition_id"))
    )


def _open(actor: ActorFacts, row: Row[*tuple[Any, ...]], facts: ApplicationFacts, rule: _Rule) -> Column:
    texts = row.cards or "", row.ratings or ""
    held = sealed_set(*texts)
    score = _score(rule, held.tallies)
    decided = row.decided is not None and allow(actor, Permission.DECISION_SEE, facts).granted
    return Column(
        application_id=row.application_id,
        candidate=row.name,
        stage=stage_for(facts, row.stage).words,
        score=score,
        sealed=None,
        dimensions={d.dimension: d for d in score.dimensions},
        recommendations=held.recommendations,
        n_cards=held.n_cards,
        decided=row.decided.words if decided else None,
        cards=held,
        texts=texts,
    )


@lru_cache(maxsize=4096)
def _score(rule: _Rule, tallies: tuple[Tally, ...]) -> Score:
    # The same ratings under the same rule always give the same composite, so it is worked out once a process.
    return composite_of_tallies(tallies, weights_of(rule.scorecard, rule.musts))


def _standing(part: Part, sure: Certainty) -> tuple[Column, ...]:
    """The columns with how each stands."""
    standings = {one.target: one for one in sure.standings}
    return tuple(replace(column, standing=standings.get(column.application_id.hex)) for column in part.columns)


def question(part: Part, ground: Ground) -> Question:
    """What is asked of the candidates whose cards are open to the reader."""
    asked = tuple((column.application_id.hex, column.texts) for column in part.columns if column.cards is not None)
    return _question(_Rule(part.stamp.sha256, part.musts, part.scorecard), asked, ground)


@lru_cache(maxsize=256)
def _question(rule: _Rule, asked: tuple[tuple[str, tuple[str, str]], ...], ground: Ground) -> Question:
    weights = weights_of(rule.scorecard, rule.musts)
    held = [(target, sealed_set(*texts)) for target, texts in asked]
    candidates = [Compared(target, one.n_cards, one.rated) for target, one in held]
    return question_of(rule.sha256, rule.scorecard.scale.best, weights, candidates, ground)


@lru_cache(maxsize=256)
def certainty_of(asked: Question) -> Certainty:
    """How sure the order is; the same question has one answer, so it is worked out once a process."""
    from app.analysis.answering import certainty

    return certainty(asked)


@lru_cache(maxsize=256)
def places_of(asked: Question) -> Places:
    """How often each candidate would take each place, worked out once a process."""
    from app.analysis.answering import places

    return places(asked)


@lru_cache(maxsize=256)
def sensitivity_of(asked: Question) -> Sensitivity:
    """Whether the weights decide, worked out once a process."""
    from app.analysis.answering import sensitivity

    return sensitivity(asked)


def _sealed(row: Row[*tuple[Any, ...]], facts: ApplicationFacts) -> Column:
    return Column(
        application_id=row.application_id,
        candidate=row.name,
        stage=stage_for(facts, row.stage).words,
        score=None,
        sealed=_OWES if facts.owes else _CLOSED,
        dimensions={},
        recommendations={},
        n_cards=0,
        decided=None,
    )


def _named(part: Part) -> tuple[Column, ...]:
    return tuple(replace(column, requisition=part.title) for column in part.columns)


def libraries() -> str:
    """The versions of what works an answer out, for whoever wants to check it."""
    from app.analysis.answering import libraries

    return libraries()


def weighable(session: Session, actor: ActorFacts, requisition_id: UUID) -> tuple[Part, Question]:
    """The candidates with the question of their weights alone, which needs nothing from elsewhere; one query less."""
    part = _part(session, actor, requisition_id)
    return part, question(part, Ground())
