from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.domain.privacy.retention import (
    ENDINGS,
    Cell,
    Ended,
    Ending,
    Jurisdiction,
    Kind,
    Rules,
    Standing,
    cells,
    days_of,
    default_months,
    goes_on,
    leaves_on,
)

WHO = UUID(int=1)
WRITTEN = {
    Jurisdiction.US_PRIVATE: 12,
    Jurisdiction.US_PUBLIC: 24,
    Jurisdiction.US_CONTRACTOR: 24,
    Jurisdiction.CALIFORNIA: 48,
    Jurisdiction.FRANCE: 24,
    Jurisdiction.UNKNOWN: 48,
}


def standing(*ended: Ended, held: bool = False, running: bool = False) -> Standing:
    return Standing(WHO, "Mira", ended, held, running=running)


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: "-".join(part.value or "unknown" for part in cell))
def test_each_cell_has_the_months_that_were_written_down_for_it(cell: Cell) -> None:
    assert default_months(cell) == WRITTEN[cell[0]]
    assert Rules().months(cell) == WRITTEN[cell[0]]
    assert Rules({cell: 7}).months(cell) == 7


@pytest.mark.parametrize(
    ("last", "months", "first_day_it_may_go"),
    [
        (date(2026, 5, 3), 12, date(2027, 5, 4)),
        (date(2028, 2, 29), 12, date(2029, 3, 1)),
        (date(2028, 2, 29), 24, date(2030, 3, 1)),
        (date(2028, 2, 29), 48, date(2032, 3, 1)),
        (date(2027, 2, 28), 12, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 3, 1)),
        (date(2026, 12, 31), 24, date(2029, 1, 1)),
    ],
)
def test_data_goes_on_the_day_after_its_months_are_over(last: date, months: int, first_day_it_may_go: date) -> None:
    assert goes_on(last, months) == first_day_it_may_go


@pytest.mark.parametrize("place", Jurisdiction)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_record_goes_by_its_place_and_is_hidden_by_the_shortest_where_nobody_said(
    place: Jurisdiction, ending: Ending
) -> None:
    days = days_of(standing(Ended(place, ending, date(2024, 2, 29))), Rules())

    years = WRITTEN[place] // 12
    assert days is not None
    assert days.record == (date(2024 + years, 3, 1))
    assert days.hidden == (date(2025, 3, 1) if place is Jurisdiction.UNKNOWN else days.record)


def test_the_latest_of_several_applications_counts() -> None:
    old = Ended(Jurisdiction.US_PRIVATE, Ending.NOT_HIRED, date(2020, 1, 1))
    new = Ended(Jurisdiction.FRANCE, Ending.WITHDRAWN, date(2026, 1, 1))
    days = days_of(standing(old, new), Rules())
    assert days is not None
    assert days.record == date(2028, 1, 2)


def test_documents_never_outlive_the_record() -> None:
    ended = Ended(Jurisdiction.FRANCE, Ending.NOT_HIRED, date(2026, 1, 1))
    rules = Rules(
        {
            (Jurisdiction.FRANCE, Ending.NOT_HIRED, Kind.DOCUMENTS): 60,
            (Jurisdiction.FRANCE, Ending.NOT_HIRED, Kind.LETTERS): 6,
        }
    )
    days = days_of(standing(ended), rules)
    assert days is not None
    assert (days.documents, days.letters, days.record) == (date(2028, 1, 2), date(2026, 7, 2), date(2028, 1, 2))


def test_nothing_is_due_while_something_goes_on() -> None:
    ended = Ended(Jurisdiction.FRANCE, Ending.NOT_HIRED, date(2000, 1, 1))
    assert days_of(standing(ended, running=True), Rules()) is None
    assert leaves_on(standing(ended, running=True), Rules()) is None
    assert leaves_on(standing(ended), Rules()) == date(2004, 1, 2)
