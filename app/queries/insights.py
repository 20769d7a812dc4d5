"""A role's ladder as HR oversees it: who is where, who moves on, for how long, and how far answers agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.growth.case import CaseOutcome
from app.domain.growth.cycle import Answerer
from app.domain.growth.insight import Agreement, Ratio, Spread, Stay, spread, stay
from app.domain.growth.mark import Standing
from app.domain.permission import Permission
from app.models.assessment import Assessment, Cycle, ExpectationMark, Sheet
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, Reporting, unreplaced
from app.models.person import Person
from app.models.promotion import CaseDecision, PromotionCase
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.ladder import Level
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Period:
    """The days that promotions count on, both included; an open side narrows nothing."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role whose ladder can be looked at, with its newest content and how often somebody was placed on it."""

    role: str
    title: str
    sha256: str
    placements: int


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of the people of one level, or of one team, in a period.

    ``promoted`` counts the people who were there and were promoted; ``decided`` the cases that ended, and of them
    those that ended in a promotion.
    """

    label: str
    promoted: Ratio
    decided: Ratio


@dataclass(frozen=True, slots=True)
class LadderInsight:
    """Everything that the page shows of one role. ``people`` is False when nobody was ever placed on its ladder."""

    chosen: RoleChoice | None
    roles: tuple[RoleChoice, ...]
    levels: tuple[Level, ...]
    people: bool
    spread: Spread
    stays: tuple[Stay, ...]
    by_level: tuple[Moves, ...]
    by_team: tuple[Moves, ...]
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A person's time at one level; ``until`` is None while it goes on."""

    person_id: UUID
    team: str
    level: str
    since: date
    until: date | None
    promoted: bool


@dataclass(frozen=True, slots=True)
class _Ended:
    person_id: UUID
    team: str
    level: str
    outcome: CaseOutcome
    on: date


def ladder(session: Session, actor: ActorFacts, role: str | None, period: Period, *, today: date) -> LadderInsight:
    """One role's figures, in four queries whatever the number of people; without a role, of the one with most."""
    require(actor, Permission.INSIGHTS_SEE)
    roles = choices(session)
    chosen = next((one for one in roles if one.role == role), None)
    if role is None and roles:
        chosen = max(roles, key=lambda one: one.placements)
    held = blueprints.of_digest(session, chosen.sha256).ladder if chosen else None
    levels = held.levels if held else ()
    stretches = _stretches(session, chosen.role, today) if chosen else ()
    ended = _ended(session, chosen.role, period) if chosen else ()
    now_there = [one for one in stretches if one.until is None]
    return LadderInsight(
        chosen=chosen,
        roles=roles,
        levels=levels,
        people=bool(stretches),
        spread=spread(((one.team, one.level) for one in now_there), [level.id for level in levels]),
        stays=tuple(_stay(level, stretches, today) for level in levels),
        by_level=tuple(
            _moves(level.title, [one for one in stretches if one.level == level.id],
                   [one for one in ended if one.level == level.id], period, today)
            for level in levels
        ),
        by_team=tuple(
            _moves(team, [one for one in stretches if one.team == team], [one for one in ended if one.team == team],
                   period, today)
            for team in sorted({one.team for one in stretches}, key=lambda team: (not team, team.casefold()))
        ),
        agreements=_agreements(session, chosen.role) if chosen else (),
    )  # fmt: skip


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
    """Every begun time at a level of this role, of people with an open account; what another role follows has ended."""
    rows = session.execute(
        select(
            Placement.person_id, Placement.role, Placement.level, Placement.since, Placement.case_id,
            func.coalesce(Reporting.team, "").label("team"),
        )
        .join(Person, Person.id == Placement.person_id)
        .outerjoin(Reporting, Reporting.person_id == Placement.person_id)
        .where(Placement.since <= today, Person.active.is_(True), unreplaced())
        .order_by(Placement.person_id, Placement.since, Placement.recorded_at)
    ).all()  # fmt: skip
    found = []
    for person_id, placed in groupby(rows, key=lambda row: row.person_id):
        steps = [*placed, None]
        for one, after in pairwise(steps):
            if one is None or one.role != role or (after and after.since == one.since):
                continue
            promoted = after is not None and after.case_id is not None
            found.append(Stretch(person_id, one.team, one.level, one.since, after and after.since, promoted))
    return tuple(_joined(found))


def _joined(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    """The same with what merely confirms a level taken together."""
    before: Stretch | None = None
    for one in stretches:
        if before and (before.person_id, before.level, before.until) == (one.person_id, one.level, one.since):
            before = Stretch(one.person_id, one.team, one.level, before.since, one.until, one.promoted)
            continue
        if before:
            yield before
        before = one
    if before:
        yield before


def _ended(session: Session, role: str, period: Period) -> tuple[_Ended, ...]:
    """Cases on this role's versions as they were last decided, where that was in the period."""
    later = aliased(CaseDecision)
    newer = select(later.id).where(later.case_id == CaseDecision.case_id, later.number > CaseDecision.number).exists()
    rows = session.execute(
        select(
            PromotionCase.person_id, func.coalesce(Reporting.team, "").label("team"), PromotionCase.from_level,
            CaseDecision.outcome, CaseDecision.decided_at,
        )
        .join(CaseDecision, CaseDecision.case_id == PromotionCase.id)
        .join(BlueprintVersion, BlueprintVersion.id == PromotionCase.blueprint_version_id)
        .outerjoin(Reporting, Reporting.person_id == PromotionCase.person_id)
        .where(~newer, BlueprintVersion.role == role)
        .where(*_decided_in(period))
    )  # fmt: skip
    return tuple(_Ended(*row[:4], row.decided_at.date()) for row in rows)


def _decided_in(period: Period) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if period.first:
        wanted.append(CaseDecision.decided_at >= datetime.combine(period.first, time(), UTC))
    if period.last and period.last < date.max:  # the day after the last there is is none
        wanted.append(CaseDecision.decided_at < datetime.combine(period.last + timedelta(days=1), time(), UTC))
    return wanted


def _stay(level: Level, stretches: Sequence[Stretch], today: date) -> Stay:
    there = [one for one in stretches if one.level == level.id]
    so_far = [(today - one.since).days for one in there if one.until is None]
    return stay(level.title, so_far, [(one.until - one.since).days for one in there if one.until])


def _moves(label: str, stretches: Sequence[Stretch], ended: Sequence[_Ended], period: Period, today: date) -> Moves:
    there = {one.person_id for one in stretches if _touches(one, period, today)}
    promoted = {one.person_id for one in stretches if one.promoted and one.until and period.holds(one.until)}
    won = sum(one.outcome is CaseOutcome.PROMOTE for one in ended)
    return Moves(label, Ratio(len(promoted & there), len(there), "people", rough=True), Ratio(won, len(ended), "cases"))


def _touches(one: Stretch, period: Period, today: date) -> bool:
    """Whether somebody was at the level on some day of the period; the day they moved on counts as the last."""
    ends = one.until or today
    return (period.last is None or one.since <= period.last) and (period.first is None or period.first <= ends)


def _agreements(session: Session, role: str) -> tuple[Agreement, ...]:
    """Each cycle on a version of this role, the oldest first; only answers of which both sides are in."""
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
        .where(BlueprintVersion.role == role)
        .group_by(Cycle.id, Cycle.title, Cycle.opened_at)
        .order_by(Cycle.opened_at, Cycle.id)
    )  # fmt: skip
    return tuple(Agreement(title, opened.date(), *counts) for title, opened, *counts in rows)


def _sealed(sheet: type[Sheet], answerer: Answerer) -> ColumnElement[bool]:
    return and_(sheet.assessment_id == Assessment.id, sheet.answerer == answerer, sheet.sealed_at.is_not(None))
