"""How settled an order is, and what other weights would do: the pages, what they refuse, and what they never say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from app.models.engine import writing
from app.models.strictness import StrictnessEffect, StrictnessFit
from tests.factories.committee import Committee, make_committee, make_scored
from tests.factories.counting import counted
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

Look = tuple["Browser", str]
Marks = Mapping[str, tuple[tuple[int | None, ...], ...]]
DIMENSIONS = ("strategy", "fluency", "empathy")
MARKS: Marks = {
    "Zoë": ((5, 4, 5), (4, 4, 5), (5, 4, 4)),
    "Ann": ((4, 4, 3), (3, 4, 4), (4, 3, 4)),
    "Bo": ((3, 4, 5), (3, 3, 4), (4, 4, 4)),
}


def made(
    database: Database, marks: Marks, *, fitted: float | None = None, hidden: str = "", openings: int = 4
) -> Committee:
    """A committee whose candidates have these cards; ``fitted`` makes a stored fit: everybody is that strict."""
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=3)
        for name, cards in marks.items():
            make_scored(session, committee, name, [dict(zip(DIMENSIONS, card, strict=True)) for card in cards])
        if fitted is not None:
            session.add(
                StrictnessFit(
                    blueprint_version_id=committee.requisition.blueprint_version_id, made_at=NOW, method="severity 1",
                    basis="grid", history_sha256="a" * 64, n_cards=60, n_openings=openings, target=0.5, rater=0.1,
                    residual=0.3, mean=3.0, hidden_why=hidden,
                    effects=[
                        StrictnessEffect(rater_id=person.id, n_cards=20, effect=fitted, deviation=0.1)
                        for person in committee.interviewers
                    ],
                )
            )  # fmt: skip
    return committee


@pytest.fixture
def three(database: Database, signed_in: Callable[[UUID], Browser]) -> Look:
    committee = made(database, MARKS)
    return signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col">(?:<a href="[^"]+">)?([^<]+)', page)


def test_within_a_band_names_stand_by_the_alphabet(three: Look) -> None:
    browser, path = three
    page = browser.get(path).text
    assert heads(page)[:3] == ["Zoë", "Ann", "Bo"]
    assert page.count("<td>First band") == 1
    assert page.count("<td>Second band") == 2
    assert re.search(r"<td>\d\.\d to \d\.\d", page)
    assert heads(browser.get(f"{path}?sort=composite&order=asc").text)[:3] == ["Ann", "Bo", "Zoë"]


def test_words_come_with_natural_frequencies_and_never_with_a_verdict(three: Look) -> None:
    browser, path = three
    page = browser.get(f"{path}/certainty").text
    assert re.search(r"Zoë is (clearly|probably) ahead of Ann: (more than 9|about [89] times) (times )?in 10", page)
    assert re.search(r"Ann and Bo: too close to call. With other interviewers Ann would be ahead about \d times", page)
    assert "Where bars overlap much, the order is not settled." in page
    for word in ("p-value", "significan", "winner", "ICC", "Krippendorff", "NaN", "best candidate"):
        assert word not in page
    assert "comparison 2" in page
    assert re.search(r"Data</dt><dd>[0-9a-f]{64}", page)


def test_adjusted_scores_are_refused_in_words(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    committee = made(database, MARKS, fitted=-0.4, hidden="too little shared history")
    browser, path = signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"
    page = browser.get(f"{path}/certainty?adjusted=1").text
    assert "No adjusted score is shown. Too little shared history to tell strict interviewers" in page
    assert "usually score" not in page


def test_one_opening_alone_adjusts_nobody(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    for committee in (made(database, MARKS), made(database, MARKS, fitted=-0.4, openings=1)):
        browser, path = signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"
        page = browser.get(f"{path}/certainty?adjusted=1").text
        assert "No adjusted score is shown. Only one opening tells how strict these interviewers are" in page
        assert "adjusted=1" not in page
        assert "M0 -8L8 0" not in page


def test_adjusted_scores_stand_beside_only_when_asked_for_and_move_nobody(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    committee = made(database, MARKS, fitted=-0.4)
    browser, path = signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"
    plain, beside = browser.get(f"{path}/certainty").text, browser.get(f"{path}/certainty?adjusted=1").text
    assert "usually score" not in plain
    assert "These interviewers usually score 0.4 lower than colleagues for the same people." in beside
    assert beside.count("M0 -8L8 0") == 3
    assert "M0 -8L8 0" not in plain
    order = re.findall(r'font-weight="500"[^>]*>([^<]+)</text>', plain)[:3]
    assert re.findall(r'font-weight="500"[^>]*>([^<]+)</text>', beside)[:3] == order
    assert "60 scorecards of 4 openings, fitted beforehand" in beside
    with counted(database.engine) as statements:
        assert browser.get(f"{path}/certainty?adjusted=1").status_code == 200
    assert len(statements) == 6


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({"Ann": MARKS["Ann"]}, "Fewer than two candidates have evidence enough"),
        ({"Ann": MARKS["Ann"][:2], "Bo": MARKS["Bo"][:2]}, "Too few scorecards to compare"),
        ({"Ann": ((4, 4, 4),) * 3, "Bo": ((4, 4, 4),) * 3}, "Everyone gave the same rating"),
    ],
)
def test_too_little_is_said_in_a_sentence(
    database: Database,
    signed_in: Callable[[UUID], Browser],
    marks: Marks,
    said: str,
) -> None:
    committee = made(database, marks)
    browser, path = signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"
    page = browser.get(f"{path}/certainty").text
    assert said in page
    assert "First band" not in page
    assert "Band" not in browser.get(path).text
    assert browser.get(f"{path}/weights").status_code == 200


def test_weights_are_tried_by_form_and_by_script(three: Look) -> None:
    browser, path = three
    still = browser.get(f"{path}/weights").text
    assert "No: with these weights the order of the composites stays as it is." in still
    assert "Zoë is ahead whatever the weights." in still
    moved = browser.get(f"{path}/weights?w-strategy=0&w-fluency=0&w-empathy=100").text
    assert "Yes: with these weights" in moved
    assert 'value="100"' in moved
    piece = browser.get(f"{path}/weights/answer?w-strategy=0&w-fluency=0&w-empathy=100").text
    assert "Yes: with these weights" in piece
    assert "<html" not in piece


def test_weights_that_cannot_be_read_are_kept_and_named(three: Look) -> None:
    browser, path = three
    page = browser.get(f"{path}/weights?w-strategy=many").text
    assert 'value="many"' in page
    assert 'aria-describedby="w-strategy-fault"' in page
    assert "Write a whole number from 0 to 100." in page
    assert (
        "Give at least one dimension some weight."
        in browser.get(f"{path}/weights?w-strategy=0&w-fluency=0&w-empathy=0").text
    )


def test_nothing_to_weigh_is_said(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    committee = made(database, {})
    browser, path = signed_in(committee.coordinator.id), f"/requisitions/{committee.requisition.id}/comparison"
    assert "nothing to weigh" in browser.get(f"{path}/weights").text
    assert "Nobody to compare yet" in browser.get(f"{path}/certainty").text


def test_shares_of_weights_are_refused_in_words(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    refused = "How often each would lead is told where two candidates were assessed on every dimension that counts."
    for marks, told in ((MARKS, False), ({"Ann": ((4, 3, None),) * 3, "Bo": ((3, 4, None),) * 3}, True)):
        committee = made(database, marks)
        path = f"/requisitions/{committee.requisition.id}/comparison/weights"
        page = signed_in(committee.coordinator.id).get(path).text
        assert (refused in page) is told
        assert ("of 100 times" in page) is not told


def test_sealed_candidates_leave_no_empty_figures(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=3)
        make_scored(session, committee, "Ann", [{"strategy": 4, "fluency": 3, "empathy": 4}] * 3, debrief=False)
    path = f"/requisitions/{committee.requisition.id}/comparison/certainty"
    page = signed_in(committee.coordinator.id).get(path).text
    assert "Ann" in page
    for said in ("every dimension was assessed", "Who met whom", "Read along a row", "Where bars overlap"):
        assert said not in page


def test_the_csv_has_bar_and_band(three: Look) -> None:
    browser, path = three
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{path}.csv").data.decode("utf-8-sig"))))
    assert [(row["Candidate"], row["Band"]) for row in rows] == [
        ("Zoë", "First band"), ("Ann", "Second band"), ("Bo", "Second band"),
    ]  # fmt: skip
    assert all(re.fullmatch(r"\d\.\d to \d\.\d", row["Could lie at, nine times in ten"]) for row in rows)
