"""Metrics of a first year over HTTP: picking, aiming, readings by form and by file, and who may do what."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.measuring import PlanMetric, ReadingRow
from tests.factories import hiring as make
from tests.factories.plans import Cast, make_plan
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
AIMED = {"area": "Alerts", "baseline": "0.70", "low": "0.85", "high": ""}


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


@pytest.fixture
def hire(cast: Cast, signed_in: Open) -> Browser:
    return signed_in(cast.hire.id)


@pytest.fixture
def metric(cast: Cast, hire: Browser) -> str:
    """The address of a picked metric."""
    answer = hire.post(f"/onboarding/{cast.plan.id}/metrics/new?metric=precision", AIMED)
    assert answer.status_code == 303, words(answer)
    return str(answer.location).partition("?")[0]


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def values(database: Database) -> list[str]:
    with reading(database.engine) as session:
        return list(session.scalars(select(ReadingRow.value).order_by(ReadingRow.day, ReadingRow.number)))


def sent(text: str | bytes, name: str = "readings.csv") -> dict[str, object]:
    raw = text.encode() if isinstance(text, str) else text
    return {"file": (io.BytesIO(raw), name)}


def test_a_metric_is_picked_with_the_blueprints_text_in_view(cast: Cast, hire: Browser) -> None:
    address = f"/onboarding/{cast.plan.id}/metrics"
    assert "No metric is picked yet" in words(hire.get(address))
    offered = hire.get(f"{address}/new")
    assert "Fewer alarms" in words(offered)
    form = hire.get(f"{address}/new?metric=latency")
    assert "Target of the blueprint 2 s" in words(form)
    assert re.search(r'id="high"[^>]* value="2"', form.text)

    made = hire.post(f"{address}/new?metric=precision", AIMED)
    page = hire.get(made.location)
    assert "Target here at least 0.85" in words(page)
    assert "No reading yet" in words(page)
    assert f'href="/blueprints/{cast.plan.blueprint_version_id}/metrics#precision"' in page.text
    assert "Latency" not in words(hire.get(address)).partition("Pick a metric")[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"baseline": "abc"}, "“abc” is not a number. Write it like 0.85 or 12."),
        ({"low": "1,250"}, "can be read in two ways"),
        ({"low": "3", "high": "2"}, "Swap them."),
        ({"area": "x" * 201}, "200"),
    ],
)
def test_a_bad_aim_is_named_and_kept_in_the_form(
    cast: Cast, hire: Browser, database: Database, change: dict[str, str], said: str
) -> None:
    answer = hire.post(f"/onboarding/{cast.plan.id}/metrics/new?metric=precision", {**AIMED, **change})

    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="Alerts"' in answer.text or "area" in change
    with reading(database.engine) as session:
        assert session.scalars(select(PlanMetric.id)).all() == []


def test_an_unknown_metric_is_not_picked(cast: Cast, hire: Browser) -> None:
    address = f"/onboarding/{cast.plan.id}/metrics"
    assert hire.get(f"{address}/new?metric=recall").location == address
    assert hire.post(f"{address}/new?metric=recall", AIMED).status_code == 422


def test_a_reading_moves_the_line_and_its_words(cast: Cast, hire: Browser, metric: str) -> None:
    for day, value in (("2026-11-02", "0,74"), ("2026-11-16", "0.81")):
        assert hire.post(f"{metric}/readings", {"day": day, "value": value}).status_code == 303
    page = hire.get(metric)
    said = words(page)

    assert "Moving towards the target" in said
    assert "2 readings; the last is 0.81 on 16 November 2026. The first was 0.74 on 2 November 2026." in said
    assert page.text.count("<circle") == 2
    assert "off the target" in said
    hire.post(f"{metric}/readings", {"day": "2026-11-20", "value": "0.9"})
    assert "On target" in words(hire.get(f"/onboarding/{cast.plan.id}/metrics"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "abc"}, "“abc” is not a number. Write it like 0.85 or 12."),
        ({"value": ""}, "Write the value, such as 0.85."),
        ({"value": "1,250"}, "can be read in two ways"),
        ({"value": "1" * 10}, "At most 9 digits"),
        ({"day": "2099-01-01"}, "has not come yet"),
        ({"day": "soon"}, "Write a day of the calendar"),
    ],
)
def test_a_bad_reading_is_named_and_what_was_typed_stays(
    hire: Browser, metric: str, database: Database, change: dict[str, str], said: str
) -> None:
    answer = hire.post(f"{metric}/readings", {"day": "2026-11-02", "value": "0.8", "note": "by hand", **change})

    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="by hand"' in answer.text
    assert values(database) == []


def test_replaced_readings_stay_readable(hire: Browser, metric: str) -> None:
    for value in ("0.7", "0.75", "0.8"):
        hire.post(f"{metric}/readings", {"day": "2026-11-02", "value": value, "note": f"says {value}"})
    said = words(hire.get(metric))

    assert "2 earlier readings for this day" in said
    assert said.index("says 0.8") < said.index("says 0.75") < said.index("says 0.7 ".strip() + ":")


@pytest.mark.parametrize(
    "text",
    [
        "date,value,note\n2026-11-02,0.74,first\n2026-11-09,0.81,\n",
        "\ufeffdate;value;note\r\n2026-11-02;0,74;first\r\n2026-11-09;0,81;\r\n",
        "value\tdate\n0.74\t2026-11-02\n0.81\t2026-11-09\n",
    ],
    ids=["commas", "mark, semicolons, decimal commas", "tabs, turned, no notes"],
)
def test_a_file_is_entered_whole(hire: Browser, metric: str, database: Database, text: str) -> None:
    answer = hire.post(f"{metric}/file", sent(text))

    assert answer.status_code == 303, words(answer)
    assert values(database) == ["0.74", "0.81"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "date,value\n2026-11-02,0.7\n2026-11-09,abc\n02.11.2026,1\n",
            "line 4, column date: “02.11.2026” is not a day. Write it like 2026-03-02.",
        ),
        (
            "date,value\n2026-11-02,0.7\n2026-11-09,abc\n",
            "line 3, column value: “abc” is not a number. Write it like 0.85 or 12.",
        ),
        ("date,value\n2026-11-02,0,74\n", "separate the columns with semicolons"),
        ("date,value\n2026-11-02,1\n2026-11-02,2\n", "line 3, column date: This day stands in line 2 already."),
        ("date,value\n2099-01-01,1\n", "line 2, column date: 1 January 2099 has not come yet."),
        ("date,value\n0001-01-01,1\n", "line 2, column date: 1 January 1 is too long ago."),
        ("day,number\n2026-11-02,1\n", "expected date,value and, as wanted, note"),
        ("", "The file is empty"),
        ("date,value\n", "a header and no readings below it"),
        (b"PK\x03\x04rest", "a spreadsheet or archive, not CSV"),
        (b"date,value\n2026-11-02,\xff\n", "line 2: This is not UTF-8 text."),
    ],
)
def test_a_file_with_any_fault_enters_nothing(
    hire: Browser, metric: str, database: Database, text: str | bytes, said: str
) -> None:
    answer = hire.post(f"{metric}/file", sent(text))

    assert answer.status_code == 422
    assert "No reading was entered" in words(answer)
    assert said in words(answer)
    assert values(database) == []


def test_no_file_is_asked_for(hire: Browser, metric: str) -> None:
    answer = hire.post(f"{metric}/file")
    assert answer.status_code == 422
    assert "Choose a CSV file first." in words(answer)


def test_what_leaves_as_a_file_comes_back_as_it_was(hire: Browser, metric: str, database: Database) -> None:
    hire.post(f"{metric}/file", sent("date,value,note\n2026-11-02,-0.5,=cmd\n"))
    saved = hire.get(f"{metric}.csv")
    assert saved.mimetype == "text/csv"
    assert b"=cmd" not in saved.data.replace(b"'=cmd", b"")
    assert hire.post(f"{metric}/file", sent(saved.data)).status_code == 303
    assert values(database) == ["-0.5", "-0.5"]


def test_a_target_changed_meanwhile_loses_nothing(hire: Browser, metric: str, cast: Cast, signed_in: Open) -> None:
    manager = signed_in(cast.manager.id)
    opened = re.search(r'name="version" value="(\d+)"', hire.get(f"{metric}/aim").text)
    assert opened
    first = manager.post(f"{metric}/aim", {**AIMED, "low": "0.9", "version": opened[1]})
    assert first.status_code == 303
    late = hire.post(f"{metric}/aim", {**AIMED, "low": "0.95", "version": opened[1]})

    assert late.status_code == 409
    assert "target at least 0.9" in words(late)
    assert 'value="0.95"' in late.text
    again = re.search(r'name="version" value="(\d+)"', late.text)
    assert again
    assert hire.post(f"{metric}/aim", {**AIMED, "low": "0.95", "version": again[1]}).status_code == 303
    assert "at least 0.95" in words(hire.get(metric))
    assert hire.post(f"{metric}/aim", {**AIMED, "version": "\u0661"}).status_code == 409


def test_hr_reads_and_others_do_not_know(cast: Cast, metric: str, signed_in: Open, database: Database) -> None:
    page, file = f"/onboarding/{cast.plan.id}/metrics", sent("date,value\n2026-11-02,1\n")
    with writing(database.engine) as session:
        stranger = make.make_person(session, "Sam Stranger", roles=[Role.EMPLOYEE])
        other = make.make_person(session, "Otis Other", roles=[Role.PEOPLE_MANAGER])
    hr = signed_in(cast.hr.id)
    for address in (page, metric, f"{metric}.csv"):
        assert hr.get(address).status_code == 200
    assert "Enter a reading" not in words(hr.get(page)) + words(hr.get(metric))
    for person in (cast.hr, cast.buddy, stranger, other):
        browser = signed_in(person.id)
        refused = [browser.get(f"{page}/new"), browser.get(f"{metric}/aim"), browser.post(f"{metric}/file")]
        refused += [
            browser.post(f"{page}/new?metric=latency", AIMED),
            browser.post(f"{metric}/aim", AIMED),
            browser.post(f"{metric}/readings", {"day": "2026-11-02", "value": "1"}),
            browser.post(f"{metric}/readings", {"value": "abc"}),
        ]
        if person is not cast.hr:
            refused += [browser.get(page), browser.get(metric), browser.get(f"{metric}.csv")]
        assert {answer.status_code for answer in refused} <= {403, 404}
    assert signed_in(cast.buddy.id).post(f"{metric}/file", file).status_code in {403, 404}
    assert values(database) == []


def test_pages_take_at_most_six_statements(cast: Cast, hire: Browser, metric: str, database: Database) -> None:
    for day in range(10, 20):
        hire.post(f"{metric}/readings", {"day": f"2026-11-{day}", "value": str(day)})
    hire.get(metric)
    numbers = []
    for address in (f"/onboarding/{cast.plan.id}/metrics", metric, f"/onboarding/{cast.plan.id}/metrics/new"):
        with counted(database.engine) as statements:
            assert hire.get(address).status_code == 200
        numbers.append(len(statements))

    assert numbers == [5, 5, 5]
