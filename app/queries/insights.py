"""A role's ladder as HR oversees it: who is where, who moves on, for how long, and how far answers agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.growth.case import CaseOutcome
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.insight import Agreement, Ratio, Spread, Stay, spread, stay
from app.domain.growth.mark import Standing
from app.domain.growth.promoted import Counted, Promotions, promotions
from app.domain.permission import Permission
from app.models.assessment import Assessment, Cycle, ExpectationMark, Sheet
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, Reporting, unreplaced
from app.models.person import Person
from app.models.promotion import CaseDecision, PromotionCase
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.ladder import Level
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role whose ladder can be looked at, with its newest content and how often somebody was placed on it."""

    role: str
    title: str
    sha256: str
    placements: int


@dataclass(frozen=True, slots=True)
class YearOfMoves:
    """What became of people in a calendar year that is over. Years have no day in common, so none is in another.

    ``decided`` counts the cases last decided in it, and of them those that ended in a promotion.
    """

    year: int
    promotions: Promotions
    decided: Ratio


@dataclass(frozen=True, slots=True)
class LadderInsight:
    """Everything that the page shows of one role. ``people`` is False when nobody was ever placed on its ladder.

    ``years`` are those that can be chosen, the newest first; ``moves`` is None where none is over yet.
    """

    chosen: RoleChoice | None
    roles: tuple[RoleChoice, ...]
    levels: tuple[Level, ...]
    people: bool
    spread: Spread
    stays: tuple[Stay, ...]
    years: tuple[int, ...]
    moves: YearOfMoves | None
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A person's time at one level; ``until`` is None while it goes on. ``here``: their account is open."""

    person_id: UUID
    team: str
    level: str
    since: date
    until: date | None
    promoted: bool
    here: bool


def ladder(session: Session, actor: ActorFacts, role: str | None, year: int | None, *, today: date) -> LadderInsight:
    """One role's figures, in four queries whatever the number of people; without a role, of the one with most.

    A year that is not over, or of which nothing is known, is answered with the last that is.
    """
    require(actor, Permission.INSIGHTS_SEE)
    roles = choices(session)
    chosen = next((one for one in roles if one.role == role), None)
    if role is None and roles:
        chosen = max(roles, key=lambda one: one.placements)
    held = blueprints.of_digest(session, chosen.sha256).ladder if chosen else None
    levels = held.levels if held else ()
    stretches = _stretches(session, chosen.role, today) if chosen else ()
    ended = _ended(session, chosen.role) if chosen else ()
    years = _years(stretches, today)
    at = year if year in years else next(iter(years), None)
    here = [one for one in stretches if one.here]
    now_there = [one for one in here if one.until is None]
    return LadderInsight(
        chosen=chosen,
        roles=roles,
        levels=levels,
        people=bool(stretches),
        spread=spread(((one.team, one.level) for one in now_there), [level.id for level in levels]),
        stays=tuple(_stay(level, here, today) for level in levels),
        years=years,
        moves=_moves(at, levels, stretches, ended) if at else None,
        agreements=_agreements(session, chosen.role) if chosen else (),
    )


def choices(session: Session) -> tuple[RoleChoice, ...]:
    """Every role that has a ladder in its newest version, by title, in one query."""
    version, newer = BlueprintVersion, aliased(BlueprintVersion)
    later = select(newer.id).where(newer.role == version.role, newer.number > version.number).exists()
    there = version.body.contains('"ladder":{', autoescape=True)
    placed = select(func.count()).where(Placement.role == version.role).scalar_subquery()
    rows = session.execute(
        select(version.role, version.title, version.sha256, placed)
        .where(~later, there)
        .order_by(version.title, version.role)
    )
    return tuple(RoleChoice(*row) for row in rows)


def _stretches(session: Session, role: str, today: date) -> tuple[Stretch, ...]:
    """Every begun time at a level of this role; what another role follows has ended."""
    rows = session.execute(
        select(
            Placement.person_id, Placement.role, Placement.level, Placement.since, Placement.case_id,
            func.coalesce(Reporting.team, "").label("team"), Person.active,
        )
        .join(Person, Person.id == Placement.person_id)
        .outerjoin(Reporting, Reporting.person_id == Placement.person_id)
        .where(Placement.since <= today, unreplaced())
        .order_by(Placement.person_id, Placement.since, Placement.recorded_at)
    ).all()  # fmt: skip
    found = []
    for person_id, placed in groupby(rows, key=lambda row: row.person_id):
        steps = [*placed, None]
        for one, after in pairwise(steps):
            if one is None or one.role != role or (after and after.since == one.since):
                continue
            promoted = after is not None and after.case_id is not None
            found.append(
                Stretch(person_id, one.team, one.level, one.since, after and after.since, promoted, bool(one.active))
            )
    return tuple(_joined(found))


def _joined(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    """The same with what merely confirms a level taken together."""
    before: Stretch | None = None
    for one in stretches:
        if before and (before.person_id, before.level, before.until) == (one.person_id, one.level, one.since):
            before = Stretch(one.person_id, one.team, one.level, before.since, one.until, one.promoted, one.here)
            continue
        if before:
            yield before
        before = one
    if before:
        yield before


def _ended(session: Session, role: str) -> tuple[tuple[int, bool], ...]:
    """The year in which each case on this role's versions was last decided, and whether it ended in a promotion."""
    later = aliased(CaseDecision)
    newer = select(later.id).where(later.case_id == CaseDecision.case_id, later.number > CaseDecision.number).exists()
    rows = session.execute(
        select(CaseDecision.decided_at, CaseDecision.outcome)
        .join(PromotionCase, PromotionCase.id == CaseDecision.case_id)
        .join(BlueprintVersion, BlueprintVersion.id == PromotionCase.blueprint_version_id)
        .where(~newer, BlueprintVersion.role == role)
    )
    return tuple((row.decided_at.year, row.outcome is CaseOutcome.PROMOTE) for row in rows)


def _years(stretches: Sequence[Stretch], today: date) -> tuple[int, ...]:
    """The calendar years that are over since somebody was first placed, the newest first."""
    first = min((one.since.year for one in stretches), default=today.year)
    return tuple(range(today.year - 1, first - 1, -1))


def _stay(level: Level, stretches: Sequence[Stretch], today: date) -> Stay:
    there = [one for one in stretches if one.level == level.id]
    so_far = [(today - one.since).days for one in there if one.until is None]
    return stay(level.title, so_far, [(one.until - one.since).days for one in there if one.until])


def _moves(
    year: int, levels: Sequence[Level], stretches: Sequence[Stretch], ended: Sequence[tuple[int, bool]]
) -> YearOfMoves:
    people = _counted(year, stretches, {level.id: level.title for level in levels})
    won = [promoted for decided, promoted in ended if decided == year]
    teams = sorted({one.team for one in people}, key=lambda team: (not team, team.casefold()))
    told = promotions(people, [level.title for level in levels], teams)
    return YearOfMoves(year, told, Ratio(sum(won), len(won), "cases"))


def _counted(year: int, stretches: Iterable[Stretch], titles: Mapping[str, str]) -> list[Counted]:
    """Everybody who was at a level in the year, once: at the one that they held when it began, or first in it."""
    found: dict[UUID, Counted] = {}
    for one in stretches:
        until = one.until.year if one.until else year
        if one.level not in titles or one.since.year > year or until < year:
            continue
        before = found.get(one.person_id)
        promoted = one.promoted and one.until is not None and until == year
        level = before.level if before else titles[one.level]
        found[one.person_id] = Counted(level, one.team, promoted or (before is not None and before.promoted))
    return list(found.values())


def _agreements(session: Session, role: str) -> tuple[Agreement, ...]:
    """Each closed cycle on a version of this role, the oldest first; only answers of which both sides are in.

    While a cycle runs each new pair of answers could be told from the day before.
    """
    own, other = aliased(Sheet), aliased(Sheet)
    said, seen = aliased(ExpectationMark), aliased(ExpectationMark)
    both = and_(
        seen.sheet_id == other.id, seen.competency == said.competency, said.standing != Standing.NOT_ENOUGH,
        seen.standing != Standing.NOT_ENOUGH,
    )  # fmt: skip
    same = and_(said.standing == seen.standing, said.rung == seen.rung)
    rows = session.execute(
        select(
            Cycle.title, Cycle.opened_at, func.count(Assessment.id.distinct()),
            func.count(case((same, 1))), func.count(seen.sheet_id),
        )
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .join(Assessment, Assessment.cycle_id == Cycle.id)
        .join(own, _sealed(own, Answerer.SELF))
        .join(other, _sealed(other, Answerer.MANAGER))
        .outerjoin(said, said.sheet_id == own.id)
        .outerjoin(seen, both)
        .where(BlueprintVersion.role == role, Cycle.state == CycleState.CLOSED, Assessment.left_at.is_(None))
        .group_by(Cycle.id, Cycle.title, Cycle.opened_at)
        .order_by(Cycle.opened_at, Cycle.id)
    )  # fmt: skip
    return tuple(Agreement(title, opened.date(), *counts) for title, opened, *counts in rows)


def _sealed(sheet: type[Sheet], answerer: Answerer) -> ColumnElement[bool]:
    return and_(sheet.assessment_id == Assessment.id, sheet.answerer == answerer, sheet.sealed_at.is_not(None))
