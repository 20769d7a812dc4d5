"""The comparison page: order by address, what is sealed, CSV, and how it stands in the browser."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from app.models.engine import writing
from tests.factories.committee import make_committee, make_scored
from tests.factories.field import make_field
from tests.factories.hiring import make_requisition

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser


def flat(value: int) -> dict[str, int | None]:
    return {"strategy": value, "fluency": value, "empathy": value}


@pytest.fixture
def where(database: Database, signed_in: Callable[[UUID], Browser]) -> tuple[Browser, str]:
    with writing(database.engine) as session:
        committee = make_committee(session, musts=["strategy"], interviewers=1)
        for name, ratings in (("Zoë", flat(4)), ("=Ann", flat(2)), ("Max", flat(5)), ("Low", {"fluency": 5})):
            make_scored(session, committee, name, [ratings])
        make_scored(session, committee, "Early", [flat(5)], debrief=False)
    return signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col">(?:<a href="[^"]+">)?([^<]+)', page)


def test_columns_stand_in_the_order_of_the_address(where: tuple[Browser, str]) -> None:
    browser, path = where
    assert heads(browser.get(path).text) == ["Max", "Zoë", "=Ann", "Early", "Low"]
    assert heads(browser.get(f"{path}?sort=composite&order=asc").text) == ["=Ann", "Zoë", "Max", "Early", "Low"]
    assert heads(browser.get(f"{path}?sort=name").text) == ["=Ann", "Early", "Low", "Max", "Zoë"]
    assert heads(browser.get(f"{path}?sort=fluency").text)[:2] == ["Low", "Max"]
    page = browser.get(f"{path}?sort=fluency").text
    assert page.count('aria-sort="descending"') == 1
    assert '?sort=fluency&amp;order=asc"' in page or '?sort=fluency&order=asc"' in page
    assert browser.get(f"{path}?sort=email").status_code == 422


def test_gaps_flags_and_seals_are_said_in_words(where: tuple[Browser, str]) -> None:
    browser, path = where
    page = browser.get(path).text
    assert "Insufficient evidence" in page
    assert "nobody assessed this" in page
    assert "Short of the bar" in page
    assert "Some candidates are sealed to you." in page
    assert page.count('<td class="none">sealed') == 10
    for word in ("winner", "rank ", "best"):
        assert word not in page.lower()


def test_the_csv_carries_the_same_and_no_formula(where: tuple[Browser, str]) -> None:
    browser, path = where
    answer = browser.get(f"{path}.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=comparison.csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Candidate"] for row in rows] == ["Max", "Zoë", "'=Ann", "Early", "Low"]
    assert (rows[0]["Composite"], rows[0]["Coverage"], rows[0]["Product Strategy"]) == ("5.0", "100.0", "5.0")
    assert (rows[3]["Composite"], rows[3]["Note"]) == ("", "Sealed until the debrief opens.")
    assert (rows[4]["Composite"], rows[4]["Note"]) == ("", "a must-have dimension was not assessed")


def test_another_requisition_stands_beside_only_on_the_same_version(
    where: tuple[Browser, str], database: Database
) -> None:
    browser, path = where
    with writing(database.engine) as session:
        other = make_requisition(session, "Elsewhere").id
    refused = browser.get(f"{path}?with={other}")
    assert refused.status_code == 422
    assert "different versions of the blueprint" in refused.text


def test_the_chart_and_the_empty_page(
    where: tuple[Browser, str], database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    browser, path = where
    assert "Composites on the scale" in browser.get(f"{path}/certainty").text
    with writing(database.engine) as session:
        committee = make_committee(session)
    empty = signed_in(committee.coordinator.id).get(f"/requisitions/{committee.requisition.id}/comparison")
    assert "Nobody to compare yet" in empty.text


def test_twenty_candidates_stay_under_25_kb(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    with writing(database.engine) as session:
        made = make_field(session)
    page = signed_in(made.coordinator.id).get(f"/requisitions/{made.requisition.id}/comparison")
    assert page.status_code == 200
    assert len(page.data) <= 25_000
    assert page.text.count('<td class="heat-') == 160
