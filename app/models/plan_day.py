"""The day that it is where a plan runs, in SQL: the database knows no zones, so it is told in which the day differs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Date, String, and_, bindparam, case, exists, literal, or_, select

from app.domain.onboarding.plan import SOON
from app.models.onboarding import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from sqlalchemy import ColumnElement, SQLColumnExpression

_DAY = timedelta(days=1)
_QUARTER = 15


def local_day(now: datetime, zone: str) -> date:
    """The day that it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def reached(day: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """A criterion beside :class:`Plan`: where the plan runs it is this day, or later."""
    return _by(day, "today")


def reached_in(day: SQLColumnExpression[date | None], plan_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """The same where the plan is named: only for a day within one of today it is looked at."""
    ahead, behind = (bindparam(f"today_{side}", type_=Date()) for side in ("ahead", "behind"))
    there = exists(select(literal(1)).select_from(Plan).where(Plan.id == plan_id, reached(day)))
    return and_(day <= ahead, or_(day <= behind, there))


def soon(day: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """The same, or it is so near that it counts as due soon."""
    return _by(day, "soon")


def over(day: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """A criterion beside :class:`Plan`: where the plan runs this day is over."""
    return _by(day, "over")


def on(now: datetime) -> Mapping[str, object]:
    """The parameters of these criteria at an instant."""
    utc = now.astimezone(UTC)
    return _on(utc.replace(minute=utc.minute - utc.minute % _QUARTER, second=0, microsecond=0))


def soon_by(day: date) -> Mapping[str, object]:
    """The parameters of :func:`soon` where one day counts whatever the zone."""
    return {f"soon_{side}": day for side in ("ahead", "behind", "here")}


def _by(day: SQLColumnExpression[Any], name: str) -> ColumnElement[bool]:
    """Only a day within one of today needs the zone; for the others looking at it would be most of the work."""
    ahead, behind, here = (bindparam(f"{name}_{side}", type_=Date()) for side in ("ahead", "behind", "here"))
    there = case((_among("ahead"), ahead), (_among("behind"), behind), else_=here)
    return or_(day <= behind, and_(day <= ahead, day <= there))


def _among(side: str) -> ColumnElement[bool]:
    return bindparam(f"zones_{side}", type_=String()).contains(literal(_EDGE) + Plan.zone + _EDGE)


_EDGE = "|"


@lru_cache(maxsize=4)
def _on(now: datetime) -> Mapping[str, object]:
    # Days begin at quarters of an hour in every zone, so what is true of one instant is true of its quarter.
    today = now.date()
    there = {zone: local_day(now, zone) for zone in _zones()}
    ahead = (zone for zone, day in there.items() if day > today)
    behind = (zone for zone, day in there.items() if day < today)
    days = {"ahead": today + _DAY, "behind": today - _DAY, "here": today}
    return {
        "zones_ahead": _joined(ahead),
        "zones_behind": _joined(behind),
        **{f"over_{side}": day - _DAY for side, day in days.items()},
        **{f"today_{side}": day for side, day in days.items()},
        **{f"soon_{side}": day + SOON for side, day in days.items()},
    }


def _joined(zones: Iterable[str]) -> str:
    return _EDGE + _EDGE.join(zones) + _EDGE


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
