"""First years of people who may not have an account yet: alone, or many from a file, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.errors import Fault, InvalidError
from app.domain.onboarding.plan import HolidaySource
from app.formats import holiday_lists
from app.models.onboarding import PlanHoliday
from app.models.person import Person
from app.services import accounts, plans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.formats.holiday_lists import CountryDays
    from app.services.plans import PlanDraft

_YEARS_AHEAD = 3
"""How many years of holidays a plan takes along: its own year, moved by as much leave again."""
_NAME_LIMIT = 200
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody without an account: how they are called, where mail reaches them, and a first password, if given."""

    name: str
    email: str
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Arriving:
    """One line of a file, resolved: its number, the plan to begin, and who is new, if the hire has no account."""

    line: int
    wanted: PlanDraft
    newcomer: Newcomer | None


def begin(
    session: Session,
    actor: ActorFacts,
    wanted: PlanDraft,
    newcomer: Newcomer | None,
    *,
    today: date,
    now: datetime,
) -> UUID:
    """Begin a plan, for a newcomer after making their account; the plan's ``hire_id`` does not count then."""
    if newcomer is not None:
        check(session, actor, wanted, newcomer, today=today)
        hire_id = accounts.welcome(
            session, actor, email=newcomer.email, name=newcomer.name, password=newcomer.password, zone=wanted.zone,
            application_id=wanted.application_id, now=now,
        )  # fmt: skip
        wanted = replace(wanted, hire_id=hire_id)
    return plans.begin(session, actor, wanted, today=today, now=now)


def check(session: Session, actor: ActorFacts, wanted: PlanDraft, newcomer: Newcomer | None, *, today: date) -> None:
    """Refuse what :func:`begin` would refuse, without writing; an account's own faults come when it is made."""
    if newcomer is not None:
        wanted = replace(wanted, hire_id=_NOBODY)
        known = select(Person.id).where(Person.email == newcomer.email.strip().lower())
        if session.scalar(known):
            message = "Somebody already has an account with this address. Choose them from the list instead."
            raise InvalidError((Fault("email", message),))
    plans.check(session, actor, wanted, today=today, newcomer=newcomer is not None)


def begin_all(
    session: Session, actor: ActorFacts, arriving: Sequence[Arriving], *, today: date, now: datetime
) -> tuple[UUID, ...]:
    """Begin every plan of a file in this transaction; the first refusal undoes them all and names its line."""
    made = []
    for one in arriving:
        try:
            made.append(begin(session, actor, one.wanted, one.newcomer, today=today, now=now))
        except InvalidError as error:
            raise InvalidError(
                tuple(Fault(fault.field, f"line {one.line}: {fault.message}") for fault in error.faults)
            ) from error
    return tuple(made)


def in_country(wanted: PlanDraft, country: str) -> PlanDraft:
    """The plan with a country's working week and public holidays; the same plan for an empty country."""
    if not country.strip():
        return wanted
    found = _listed(country, wanted.starts_on)
    return replace(wanted, country=country.strip().upper(), week=found.week, holidays=_copied(found, wanted.starts_on))


def country_holidays(country: str, start: date) -> tuple[PlanHoliday, ...]:
    """The public holidays of a country from a day on, to be copied into a plan; none for an empty country."""
    return _copied(_listed(country, start), start) if country.strip() else ()


def _listed(country: str, start: date) -> CountryDays:
    try:
        return holiday_lists.country_days(country, range(start.year, start.year + _YEARS_AHEAD))
    except ValueError as error:
        message = str(error)
        raise InvalidError((Fault("country", f"{message[0].upper()}{message[1:]}."),)) from error


def _copied(found: CountryDays, start: date) -> tuple[PlanHoliday, ...]:
    return tuple(
        PlanHoliday(day=day, name=name[:_NAME_LIMIT], source=HolidaySource.COUNTRY)
        for day, name in found.holidays.items()
        if day >= start
    )
