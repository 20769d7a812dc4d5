"""The candidates of a requisition side by side, as far as their cards are open to the viewer.

Two queries after the facts, whatever the number of candidates: the database adds ratings up, the domain averages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Integer, String, bindparam, cast, exists, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.card import Recommendation
from app.domain.comparison import Column, Comparison, same_version, sort_columns, sort_keys, usually_descending
from app.domain.debrief import BlueprintStamp, weights_of
from app.domain.documents import ComparisonDocument
from app.domain.errors import Fault, InvalidError
from app.domain.permission import Permission, allow
from app.domain.scoring import Tally, composite_of_tallies
from app.domain.visibility import stage_for
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.facts import applications_facts, requisition_facts
from app.models.person import Installation
from app.models.requisition import MustHave, Requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy import Executable, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.permission import ActorFacts, ApplicationFacts
    from app.domain.scoring import Score

DEFAULT_SORT = "composite"
_OWES = "You still owe a scorecard on this candidate."
_CLOSED = "Sealed until the debrief opens."


@dataclass(slots=True)
class _Numbers:
    """What the database added up for one application."""

    tallies: list[Tally] = field(default_factory=list)
    recommendations: dict[Recommendation, int] = field(default_factory=dict)


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


def comparison(
    session: Session,
    actor: ActorFacts,
    requisition_id: UUID,
    sort: str = DEFAULT_SORT,
    *,
    descending: bool | None = None,
    beside: UUID | None = None,
) -> Comparison:
    """The comparison in the chosen order; :class:`InvalidError` for a row that is not there.

    Without a direction a row of ratings stands best first, whichever end of the scale is best.
    With ``beside`` the candidates of another requisition stand next to them, if both are on one blueprint version.
    """
    part = _part(session, actor, requisition_id)
    if sort not in sort_keys(part.scorecard):
        raise InvalidError((Fault("sort", "There is no such row to sort by. Choose one from the page."),))
    falling = usually_descending(part.scorecard, sort) if descending is None else descending
    columns = part.columns
    if beside is not None and beside != requisition_id:
        other = _part(session, actor, beside)
        same_version([part.stamp, other.stamp])
        columns = (*_named(part), *_named(other))
    return Comparison(
        requisition_id=requisition_id,
        requisition=part.title,
        openings=part.openings,
        blueprint=part.stamp,
        scorecard=part.scorecard,
        musts=part.musts,
        columns=sort_columns(columns, sort, descending=falling),
        sort=sort,
        descending=falling,
    )


def document(
    session: Session,
    actor: ActorFacts,
    requisition_id: UUID,
    sort: str,
    *,
    zone: str,
    descending: bool | None = None,
) -> ComparisonDocument:
    """The comparison on paper."""
    compared = comparison(session, actor, requisition_id, sort, descending=descending)
    seen = [column.application_id for column in compared.columns if column.score is not None]
    as_of = session.scalar(
        select(func.max(Revision.sealed_at))
        .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        .where(ScorecardRow.application_id.in_(seen), Revision.after_reveal.is_(False))
    )
    company = session.scalar(select(Installation.company)) or ""
    return ComparisonDocument(company, compared, as_of, zone)


def part_of(session: Session, actor: ActorFacts, requisition_id: UUID, facts: Mapping[UUID, ApplicationFacts]) -> Part:
    """A requisition's candidates in two queries; ``facts`` say how the actor stands to each application."""
    rows = session.execute(_applications(), {"requisition_id": requisition_id}).all()
    first = rows[0]
    stamp = BlueprintStamp(first.role, first.blueprint, first.number, first.sha256)
    scorecard = blueprints.of_digest(session, stamp.sha256).scorecard
    musts = tuple(sorted(first.musts.split(","))) if first.musts else ()
    listed = [row for row in rows if row.application_id and _listed(actor, facts.get(row.application_id))]
    open_ids = [
        r.application_id for r in listed if allow(actor, Permission.DEBRIEF_SEE, facts[r.application_id]).granted
    ]
    numbers = _numbers(session, open_ids)
    columns = tuple(
        _open(actor, row, facts[row.application_id], numbers[row.application_id], _Rule(stamp.sha256, musts, scorecard))
        if row.application_id in open_ids
        else _sealed(row, facts[row.application_id])
        for row in listed
    )
    return Part(stamp, scorecard, musts, first.title, first.openings, columns)


def _part(session: Session, actor: ActorFacts, requisition_id: UUID) -> Part:
    require(actor, Permission.COMPARISON_SEE, found(requisition_facts(session, actor, requisition_id)))
    return part_of(session, actor, requisition_id, applications_facts(session, actor, requisition_id))


def _listed(actor: ActorFacts, facts: ApplicationFacts | None) -> bool:
    return facts is not None and allow(actor, Permission.CANDIDATE_SEE, facts).granted


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
    musts = select(func.aggregate_strings(MustHave.dimension, ",")).where(MustHave.requisition_id == Requisition.id)
    return (
        select(
            Requisition.title,
            Requisition.openings,
            BlueprintVersion.role,
            BlueprintVersion.title.label("blueprint"),
            BlueprintVersion.number,
            BlueprintVersion.sha256,
            musts.correlate(Requisition).scalar_subquery().label("musts"),
            Application.id.label("application_id"),
            Application.stage,
            Candidate.name,
            decided.scalar_subquery().label("decided"),
        )
        .select_from(Requisition)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .outerjoin(Application, (Application.requisition_id == Requisition.id) & planned)
        .outerjoin(Candidate, Candidate.id == Application.candidate_id)
        .where(Requisition.id == bindparam("requisition_id"))
    )


def _numbers(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, _Numbers]:
    numbers: dict[UUID, _Numbers] = defaultdict(_Numbers)
    if not application_ids:
        return numbers
    # The id comes as text, once a row: making a UUID of each costs more than all the rest of the reading.
    held = {application_id.hex: numbers[application_id] for application_id in application_ids}
    for key, name, total, n, lowest, highest in session.execute(_sums(), {"application_ids": list(application_ids)}):
        found = held[key.replace("-", "")]
        if total is None:
            found.recommendations[Recommendation(name)] = n
        else:
            found.tallies.append(Tally(name, total, n, lowest, highest))
    return numbers


@cache
def _sums() -> Executable:
    # The last revision of each card that was made before others' cards were visible is the one that counts.
    last = (
        select(Revision.scorecard_id, func.max(Revision.number).label("number"))
        .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        .where(
            ScorecardRow.application_id.in_(bindparam("application_ids", expanding=True)),
            Revision.after_reveal.is_(False),
        )
        .group_by(Revision.scorecard_id)
        .subquery()
    )
    counted = (
        select(Revision.id, Revision.recommendation, ScorecardRow.application_id)
        .join(last, (last.c.scorecard_id == Revision.scorecard_id) & (last.c.number == Revision.number))
        .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        .cte("counted")
    )
    value = RatingRow.value
    dimensions = (
        select(
            cast(counted.c.application_id, String), RatingRow.dimension.label("name"),
            func.sum(value).label("total"), func.count(value).label("n"),
            func.min(value).label("lowest"), func.max(value).label("highest"),
        )
        .join(counted, counted.c.id == RatingRow.revision_id)
        .where(value.is_not(None))
        .group_by(counted.c.application_id, RatingRow.dimension)
    )  # fmt: skip
    none = cast(null(), Integer)
    recommendations = select(
        cast(counted.c.application_id, String), cast(counted.c.recommendation, String), none, func.count(), none, none,
    ).group_by(counted.c.application_id, counted.c.recommendation)  # fmt: skip
    return union_all(dimensions, recommendations)


def _open(
    actor: ActorFacts, row: Row[*tuple[Any, ...]], facts: ApplicationFacts, held: _Numbers, rule: _Rule
) -> Column:
    score = _score(rule, tuple(held.tallies))
    decided = row.decided is not None and allow(actor, Permission.DECISION_SEE, facts).granted
    return Column(
        application_id=row.application_id,
        candidate=row.name,
        stage=stage_for(facts, row.stage).words,
        score=score,
        sealed=None,
        dimensions={d.dimension: d for d in score.dimensions},
        recommendations=held.recommendations,
        n_cards=sum(held.recommendations.values()),
        decided=row.decided.words if decided else None,
    )


@lru_cache(maxsize=4096)
def _score(rule: _Rule, tallies: tuple[Tally, ...]) -> Score:
    # The same ratings under the same rule always give the same composite, so it is worked out once a process.
    return composite_of_tallies(tallies, weights_of(rule.scorecard, rule.musts))


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
