"""What the documents of a first year say: how dates came about, what proves what, who signed, and what stays sealed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING

import pytest

from app.domain.milestone import Calendar, Offset
from app.domain.onboarding.due import Leave, WorkingDays
from app.domain.onboarding.goal import EvidenceKind
from app.domain.onboarding.plan import PartyName, Schedule
from app.domain.onboarding.reading import Aim
from reports import first_years, rendering
from tests.factories import year_papers as papers
from tests.reports import reading, structure

if TYPE_CHECKING:
    from pathlib import Path

    from app.domain.documents import Document

HOSTILE = "<img src=file:///etc/passwd><script>alert(1)</script>{{7*7}}</p>"


def text(kind: rendering.Kind, document: Document) -> str:
    """The words of the page, without markup and drawings, with single spaces."""
    page = re.sub(r"<(style|svg)\b.*?</\1>", " ", rendering.render_html(kind, document), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def drawn(kind: rendering.Kind, document: Document) -> str:
    """The words inside the drawings."""
    page = rendering.render_html(kind, document)
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", " ".join(re.findall(r"<svg\b.*?</svg>", page, re.DOTALL)))).split()
    )


def test_the_plan_names_the_people_and_what_proves_each_milestone() -> None:
    said = text("onboarding-plan", papers.plan_document())

    assert f"Manager {papers.MANAGER} Buddy {papers.BUDDY} First day Monday, 3 August 2026" in said
    assert "Onboarding and diagnostic 2 September 2026 Wednesday, 30 days in Check-in from 28 August 2026" in said
    assert "What proves it A map of stakeholders, an overview of systems" in said
    assert said.count(f"{papers.HIRE}, new hire: signature and date") == 5
    assert said.count(f"{papers.MANAGER}, manager: signature and date") == 5


def test_the_plan_says_how_its_dates_came_about() -> None:
    said = text("onboarding-plan", papers.plan_document())

    assert "Counted from Monday, 3 August 2026, in the time zone Europe/Berlin" in said
    assert "a date that falls on a free day moves to the next working day; leave extends the plan." in said
    assert "Working week Monday to Friday Leave 12 to 16 October 2026; 28 December 2026 to 1 January 2027" in said
    assert "Holidays Day of German Unity on 3 October 2026; Shrove Monday on 8 February 2027" in said
    assert "First measurable outcomes 90 days 1 November 2026 + 5 days \N{EN DASH} 6 November 2026" in said
    assert "Scale and maturity 6 months 3 February 2027 + 10 days Saturday: 2 days later 15 February 2027" in said


def test_a_signed_and_a_pinned_milestone_say_so() -> None:
    said = text("onboarding-plan", papers.plan_document(milestones=papers.year_milestones()))

    assert f"{papers.MANAGER} manager, signed 4 November 2026" in said
    assert "60 days 2 October 2026 \N{EN DASH} \N{EN DASH} 9 October 2026 pinned" in said
    assert "(waived: The quick wins were taken before she came.)" in said
    assert "(blocked, waits for Yuki Tanaka)" in said
    assert said.count(f"{papers.HIRE}, new hire: signature and date") == 4


def test_the_line_has_no_today_and_says_where_each_milestone_stands() -> None:
    said = drawn("onboarding-plan", papers.plan_document(milestones=papers.year_milestones()))

    assert "today" not in said
    assert "2 September 2026, signed off" in said
    assert "9 October 2026, blocked" in said
    assert "13 August 2027, not begun" in said


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_plan_of_the_shipped_role_takes_two_pages(pango: None, tmp_path: Path, paper: rendering.Paper) -> None:
    del pango
    printed = rendering.render_pdf("onboarding-plan", papers.plan_document(), paper=paper)
    with structure.opened(printed, tmp_path) as found:
        assert found.pages == 2
        assert [piece.text for piece in found.headings() if piece.kind == "H2"] == [
            "What is asked by when",
            "How the dates came about",
        ]


def test_an_empty_plan_says_that_it_is_empty() -> None:
    assert "This plan has no milestones" in text("onboarding-plan", papers.plan_document(milestones=()))
    assert "This plan has no milestones" in text("first-year", papers.year_document(milestones=()))


def test_a_closed_plan_says_since_when_and_why_and_asks_for_no_signature() -> None:
    said = text("onboarding-plan", papers.plan_document(head=papers.closed_head()))

    assert "Plan Closed on 20 November 2026: Moved to Lisbon." in said
    assert "signature and date" not in said
    assert "not signed" in said
    assert "Buddy" not in said


def test_a_review_shows_each_goal_with_its_state_and_evidence() -> None:
    said = text("milestone-review", papers.review_document())

    assert "4 of 4 signed off or waived" in said
    assert "5 pieces, on 3 goals" in said
    assert (
        "Map of stakeholders Link about 28 August 2026, added 30 August 2026 by Ngozi Adichie-Halvorsen https://"
        in said
    )
    assert "overview.pdf File, 2.3 MB about 28 August 2026" in said
    assert "Waived on 1 September 2026. The quick wins were taken before she came." in said
    assert "The blueprint asks: Set up a first ML product scorecard" in said


def test_a_review_names_what_is_blocked_and_who_is_waited_for() -> None:
    said = text("milestone-review", papers.review_document(milestone=papers.blocked_milestone()))

    assert "1 waits for Yuki Tanaka" in said
    assert "Blocked since 1 September 2026. No access to the warehouse yet. Waits for Yuki Tanaka" in said
    assert f"0 of 2 missing: {papers.HIRE} and {papers.MANAGER}" in said
    assert f"Kept by {papers.BUDDY}" in said


def test_the_answers_stand_side_by_side_with_the_differences_first() -> None:
    said = text("milestone-review", papers.review_document())
    answers = said[said.index("Seen differently") :]

    assert "Confidence Confident Slightly confident Against the evidence Met Partly met Seen alike" in answers
    assert answers.index("Confidence") < answers.index("Seen alike") < answers.index("What went well")
    assert "What went well New hire I know whom to ask. Manager She asks before she builds." in answers
    assert "What the two agreed on The gap is closed by the end of the month" in answers


def test_sealed_answers_are_not_there_and_hr_is_told_whose_they_are() -> None:
    sealed = text("milestone-review", papers.review_document(compared=None))
    for_hr = text("milestone-review", papers.review_document(compared=None, pair=False))

    assert "The answers stay sealed until both sides are in." in sealed
    assert f"What {papers.HIRE} and {papers.MANAGER} answered stays between the two." in for_hr
    assert not any("whom to ask" in said or "The gap is closed" in said for said in (sealed, for_hr))


def test_metrics_say_where_they_stand_and_list_their_readings() -> None:
    said = text("milestone-review", papers.review_document())

    assert "On target Target: 0.80 to 0.90" in said
    assert "Guardrail breached Target: at most 2 " in said
    assert "No reading yet" in said
    assert re.search("12 October 2026 [^0-9]+ Two shops only 0.83", said)


def test_the_history_is_an_appendix_oldest_first() -> None:
    said = text("milestone-review", papers.review_document())
    told = said[said.index("Appendix: history") :]

    assert told.index("Plan begun") < told.index("Blocked") < told.index("Signed off")
    assert "Blocked Gain a working understanding of No access yet. Waits for Yuki Tanaka." in told
    assert "4 November 2026, 16:30 CET" in told
    assert "Nothing has happened yet." in text("first-year", papers.year_document(history=()))


def test_an_act_on_a_goal_that_says_on_in_points_does_not_break_off() -> None:
    act = replace(papers.history()[0], what="Started", about="Gain a working understanding of\n- the product", note="")
    said = text("first-year", papers.year_document(history=(act,)))

    assert "Started Gain a working understanding of …" in said


def test_a_year_sums_up_its_milestones_and_lists_the_evidence_of_each() -> None:
    said = text("first-year", papers.year_document())

    assert "Milestones 1 of 5 signed off by everybody Goals 4 of 19 signed off or waived" in said
    assert "Onboarding and diagnostic 2 September 2026 4 of 4 5 pieces" in said
    assert f"{papers.MANAGER}, manager 4 November 2026, 16:30 CET" in said
    assert "Returned on 1 September 2026. The second epic has no measure." in said
    assert "Not started Reach a steady cycle of ML releases" in said
    assert "whom to ask" not in said


@pytest.mark.parametrize("kind", ["onboarding-plan", "milestone-review", "first-year"])
def test_hostile_text_stays_text(kind: rendering.Kind) -> None:
    part = papers.signed_milestone()
    evil = replace(
        part,
        title=HOSTILE,
        proof=(HOSTILE,),
        goals=(papers.goal(HOSTILE, evidence=(papers.piece(EvidenceKind.LINK, HOSTILE, HOSTILE),)),),
        signatures=tuple(replace(one, name=HOSTILE) for one in part.signatures),
    )
    head = replace(papers.HEAD, hire=HOSTILE, manager=HOSTILE, title=HOSTILE, buddy=HOSTILE)
    told = tuple(replace(one, note=HOSTILE, by=HOSTILE) for one in papers.history())
    documents: dict[str, Document] = {
        "onboarding-plan": papers.plan_document(head=head, milestones=(evil,), holidays=((papers.START, HOSTILE),)),
        "milestone-review": papers.review_document(head=head, milestone=evil, history=told),
        "first-year": papers.year_document(head=head, milestones=(evil,), history=told),
    }
    page = rendering.render_html(kind, documents[kind], stylesheet_address="/print/a4.css")

    assert "<img" not in page
    assert "<script" not in page
    assert " style=" not in page
    assert "{{7*7}}" in page


def test_long_texts_are_kept_whole(pango: None, tmp_path: Path) -> None:
    del pango
    document = papers.long_review()
    said = structure.solid(reading.words(rendering.render_pdf("milestone-review", document), tmp_path))

    assert document.compared
    assert said.count(structure.solid("nobody owns it.")) >= structure.solid(
        "".join(
            [
                papers.LONG * 3,  # what the two answered
                papers.LONG * 2,  # what they agreed on
                papers.LONG * len(document.history),
                papers.LONG * 11,  # what blocks, why it was returned, and three pieces of evidence
            ]
        )
    ).count(structure.solid("nobody owns it."))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 4, 6), date(2026, 4, 6), "6 April 2026"),
        (date(2026, 4, 6), date(2026, 4, 10), "6 to 10 April 2026"),
        (date(2026, 4, 27), date(2026, 5, 2), "27 April to 2 May 2026"),
        (date(2026, 12, 28), date(2027, 1, 1), "28 December 2026 to 1 January 2027"),
    ],
)
def test_a_span_says_what_both_ends_share_once(first: date, last: date, said: str) -> None:
    assert first_years.span(first, last) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (range(5), "Monday to Friday"),
        ((0, 1, 3), "Monday, Tuesday and Thursday"),
        ((0, 1), "Monday and Tuesday"),
        ((6,), "Sunday"),
    ],
)
def test_a_week_is_said_in_words(days: range | tuple[int, ...], said: str) -> None:
    assert first_years.week(frozenset(days)) == said


@pytest.mark.parametrize(
    ("holidays", "leave", "said"),
    [
        ((), (), "Sunday: 1 day later"),
        (((date(2026, 8, 9), "Fair"),), (), "Fair: 1 day later"),
        ((), (Leave(date(2026, 8, 9), date(2026, 8, 10)),), "Tuesday: 1 day later"),
    ],
)
def test_a_free_day_says_why_it_is_free(
    holidays: tuple[tuple[date, str], ...], leave: tuple[Leave, ...], said: str
) -> None:
    days = WorkingDays(frozenset({0, 2, 3, 4}), frozenset(day for day, _ in holidays), leave)
    schedule = Schedule(papers.START, Calendar(), days)
    part = replace(papers.bare_milestone(), offset=Offset(days=6))

    assert first_years.free_step(part, schedule, holidays) == said


def test_leave_that_does_not_extend_the_plan_is_still_left() -> None:
    away = Leave(date(2026, 9, 2), date(2026, 9, 3))
    schedule = Schedule(papers.START, Calendar(extend_for_leave=False), WorkingDays(leave=(away,)))
    part = replace(papers.bare_milestone(), offset=Offset(days=30))

    assert first_years.free_step(part, schedule, ()) == "Leave: 2 days later"


def test_working_days_are_called_so() -> None:
    schedule = replace(papers.SCHEDULE, calendar=Calendar(days="working"))

    assert first_years.distance(Offset(months=1, days=10), schedule) == "1 month and 10 working days"
    assert first_years.distance(Offset(), schedule) == "the first day"


@pytest.mark.parametrize(
    ("aim", "said"),
    [
        (Aim(low=Decimal("0.85"), high=Decimal("0.85")), "0.85"),
        (Aim(low=Decimal(-2), high=Decimal(4)), "\N{MINUS SIGN}2 to 4"),
        (Aim(low=Decimal("0.5")), "at least 0.5"),
        (Aim(high=Decimal(3)), "at most 3"),
        (Aim(direction="down"), "should fall"),
    ],
)
def test_a_target_is_said_in_words(aim: Aim, said: str) -> None:
    metric = papers.metrics()[0]
    unitless = replace(metric.metric, target=replace(metric.metric.target, unit=None))

    assert first_years.aimed(replace(metric, metric=unitless, aim=aim)) == said


def test_a_file_says_its_size() -> None:
    small = replace(papers.piece(EvidenceKind.FILE), size=300)

    assert first_years.shown(small) == "File, 1 kB"
    assert first_years.shown(replace(small, size=240_400)) == "File, 240 kB"


def test_parties_are_named_by_what_they_are() -> None:
    assert [first_years.role_of(party) for party in PartyName] == ["new hire", "manager"]
