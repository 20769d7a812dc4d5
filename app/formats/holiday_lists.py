"""Public holidays and weekends by country, as the `holidays` library lists them; by ISO 3166 code: US, DE-BY."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.onboarding.due import DAYS_A_WEEK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class CountryDays:
    """A country's working week (Monday is 0) and its public holidays by name, in order."""

    week: frozenset[int]
    holidays: dict[date, str]


def country_days(code: str, years: Iterable[int]) -> CountryDays:
    """Return the working week and holidays of a country, or of a part of one, in these years.

    ValueError says what to write instead when there is no list for the code.
    """
    import holidays

    country, _, part = code.strip().upper().partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise ValueError(_unknown(f"country {country!r}", country, known))
    parts = known[country]
    if part and part not in parts:
        raise ValueError(_unknown(f"part {part!r} of {country}", part, parts))
    found = holidays.country_holidays(country, subdiv=part or None, years=tuple(years), language="en_US")
    return CountryDays(
        week=frozenset(range(DAYS_A_WEEK)) - frozenset(found.weekend),
        holidays={day: found[day] for day in sorted(found)},
    )


def _unknown(what: str, written: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(written, names, n=5, cutoff=0.4)
    form = "write a two-letter ISO code such as US, or DE-BY for a part"
    hint = f"did you mean one of {', '.join(near)}? If not, {form}" if near else form
    return f"there is no holiday list for the {what}: {hint}"
