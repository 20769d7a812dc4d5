"""Debrief, vote, decision: what each person sees and can do in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.decision import Outcome
from app.models.candidate import Application
from app.models.decision import DebriefRow, Decision, Vote
from app.models.engine import reading, writing
from app.models.scorecard import ScorecardRow
from tests.factories.committee import Committee, cast_chained, decide_chained, make_committee, make_scored
from tests.factories.counting import counted
from tests.factories.hiring import make_interview

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from app.models.person import Person
    from tests.databases import Database
    from tests.web.browser import Browser

FULL: dict[str, int | None] = {"strategy": 4, "fluency": 3, "empathy": 3}
REASONS = "Clear strategy and a sound second case."


@dataclass(frozen=True)
class Place:
    """One application at an open debrief, and browsers of those who have to do with it."""

    committee: Committee
    application: UUID
    requisition: UUID
    as_: Callable[[Person], Browser]

    def debrief(self, person: Person) -> str:
        answer = self.as_(person).get(f"/applications/{self.application}/debrief")
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def place(database: Database, signed_in: Callable[[UUID], Browser]) -> Place:
    with writing(database.engine) as session:
        committee = make_committee(session, openings=2)
        cards: list[dict[str, int | None]] = [FULL, {"strategy": 2, "fluency": None, "empathy": 3}]
        application = make_scored(session, committee, "Mira <b>", cards)
        ids = application.id, committee.requisition.id
    return Place(committee, *ids, lambda person: signed_in(person.id))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_debrief_shows_ratings_evidence_and_the_way_to_the_number(place: Place) -> None:
    page = place.debrief(place.committee.coordinator)
    text = words(page)
    assert "Debrief of Mira &lt;b&gt;" in text
    assert "Mira <b>" not in page
    assert "Seen in the talk." in text
    assert "The debrief is open." in text
    assert "How 3.0 came about" in text
    assert "Interviewer 1" in text
    assert "Not assessed" in text
    for row in ("Product Strategy", "Technical Fluency", "Customer Empathy"):
        assert row in text
        assert re.search(rf'<a href="/blueprints/[^"]+/scorecard#[a-z-]+">{row}</a>', page)


def test_whoever_owes_a_card_is_refused_in_every_channel(place: Place, database: Database) -> None:
    with writing(database.engine) as session:
        make_interview(session, session.get_one(Application, place.application), [place.committee.chair])
    browser = place.as_(place.committee.chair)
    for path in ("debrief", "packet.pdf", "vote", "decide"):
        answer = browser.get(f"/applications/{place.application}/{path}")
        assert answer.status_code == 403, path
        assert "still owe a scorecard" in answer.text
        assert "Seen in the talk" not in answer.text
    comparison = browser.get(f"/requisitions/{place.requisition}/comparison").text
    assert "sealed" in comparison
    assert "3.0" not in comparison
    csv = browser.get(f"/requisitions/{place.requisition}/comparison.csv").text
    assert "You still owe a scorecard" in csv
    assert "3.0" not in csv


def test_a_coordinator_opens_a_debrief_once(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [FULL], debrief=False)
        make_interview(session, application, [committee.interviewers[1]])
    browser, path = signed_in(committee.coordinator.id), f"/applications/{application.id}/debrief"
    before = browser.get(path)
    assert before.status_code == 200
    assert "The scorecards are sealed." in before.text
    assert "3.5" not in words(before.text)
    opened = browser.post(f"{path}/open")
    assert (opened.status_code, opened.location) == (303, f"{path}?done=debrief-opened")
    assert "The debrief is open." in browser.get(path).text
    again = browser.post(f"{path}/open")
    assert again.status_code == 409
    with reading(database.engine) as session:
        assert len(session.scalars(select(DebriefRow)).all()) == 1
    chair = signed_in(committee.chair.id)
    assert chair.post(f"{path}/open").status_code == 403


def test_a_coordinator_releases_who_is_missing(place: Place, database: Database) -> None:
    with writing(database.engine) as session:
        late = make_interview(
            session, session.get_one(Application, place.application), [place.committee.members[0]], title="Case"
        )
        interview = late.id
    browser = place.as_(place.committee.coordinator)
    found = re.search(r'href="(/applications/[^"]+/missing/[^"]+)"', place.debrief(place.committee.coordinator))
    assert found
    assert "Release Member 1" in browser.get(found[1]).text
    assert browser.post(found[1], {"reason": " "}).status_code == 422
    assert browser.post(found[1], {"reason": "The interview fell through."}).status_code == 303
    assert "Released: The interview fell through." in words(place.debrief(place.committee.coordinator))
    with reading(database.engine) as session:
        state = session.scalar(select(ScorecardRow.state).where(ScorecardRow.interview_id == interview))
    assert state == "released"
    assert "Release</span>" not in place.debrief(place.committee.chair)


def test_a_vote_is_sealed_changed_and_shown_to_nobody_else(place: Place, database: Database) -> None:
    member, chair = place.committee.members[0], place.committee.chair
    browser, path = place.as_(member), f"/applications/{place.application}/vote"
    assert browser.post(path, {"outcome": "hire"}).status_code == 422
    sent = browser.post(path, {"outcome": "no_hire", "reason": "Strategy stayed vague.", "version": "0"})
    assert (sent.status_code, sent.location) == (303, f"/applications/{place.application}/debrief?done=vote-cast")
    own = browser.get(path).text
    assert "Strategy stayed vague." in own
    assert 'name="version" value="1"' in own
    for page in (place.debrief(chair), place.as_(chair).get(f"/applications/{place.application}/decide").text):
        assert "Strategy stayed vague." not in page
    assert "1 of 2" in words(place.debrief(chair))
    changed = browser.post(path, {"outcome": "hold", "reason": "Ask once more.", "version": "1"})
    assert changed.status_code == 303
    with reading(database.engine) as session:
        assert [(v.outcome, v.reason) for v in session.scalars(select(Vote))] == [(Outcome.HOLD, "Ask once more.")]


def test_a_stale_vote_shows_both_and_loses_nothing(place: Place) -> None:
    browser, path = place.as_(place.committee.members[0]), f"/applications/{place.application}/vote"
    browser.post(path, {"outcome": "hire", "reason": "From the first tab.", "version": "0"})
    clash = browser.post(path, {"outcome": "hold", "reason": "From the second tab.", "version": "0"})
    assert clash.status_code == 409
    assert "From the first tab." in clash.text
    assert "From the second tab." in clash.text
    assert 'name="version" value="1"' in clash.text
    settled = browser.post(path, {"outcome": "hold", "reason": "From the second tab.", "version": "1"})
    assert settled.status_code == 303


def test_the_chair_records_a_decision_and_prints_it(place: Place, database: Database) -> None:
    with writing(database.engine) as session:
        application = session.get_one(Application, place.application)
        cast_chained(session, application, place.committee.chair)
        make_scored(session, place.committee, "Bela", [{"strategy": 5, "fluency": 5, "empathy": 5}])
    browser, path = place.as_(place.committee.chair), f"/applications/{place.application}/decide"
    form = browser.get(path)
    assert "A hire would go past" in form.text
    assert "Bela" in form.text
    assert "Not voted: Member 1." in form.text
    refused = browser.post(path, {"outcome": "hire", "reasons": REASONS})
    assert refused.status_code == 422
    assert "why this hire goes past Bela" in refused.text
    assert "why you decide without the vote of Member 1" in refused.text
    assert REASONS in refused.text
    more = {"departure_reason": "Bela takes another offer on Monday.", "absence_reason": "On leave until the spring."}
    made = browser.post(path, {"outcome": "hire", "reasons": REASONS, **more})
    assert made.status_code == 303
    record = browser.get(made.location.split("?")[0])
    for text in (REASONS, *more.values(), "Record", "plumbline-audit/v1", "Hire"):
        assert text in record.text
    again = browser.post(path, {"outcome": "no_hire", "reasons": REASONS})
    assert again.status_code in {403, 409}
    with reading(database.engine) as session:
        assert len(session.scalars(select(Decision)).all()) == 1
    listed = browser.get("/decisions")
    assert "Mira &lt;b&gt;" in listed.text
    assert "A decision is recorded." in words(place.debrief(place.committee.coordinator))


def test_a_decision_that_comes_too_early_keeps_what_was_typed(place: Place) -> None:
    browser = place.as_(place.committee.chair)
    early = browser.post(f"/applications/{place.application}/decide", {"outcome": "hire", "reasons": REASONS})
    assert early.status_code == 409
    assert "Nobody has voted yet" in early.text
    assert REASONS in early.text


def test_a_correction_leaves_the_old_record_readable(place: Place, database: Database) -> None:
    with writing(database.engine) as session:
        application = session.get_one(Application, place.application)
        old = decide_chained(session, application, place.committee.chair, []).id
    chair = place.as_(place.committee.chair)
    assert "Correct this record" in chair.get(f"/decisions/{old}").text
    sent = {"outcome": "no_hire", "reasons": REASONS}
    refused = chair.post(f"/decisions/{old}/correct", sent)
    assert refused.status_code == 422
    assert REASONS in refused.text
    made = chair.post(f"/decisions/{old}/correct", {**sent, "correction_reason": "The offer was declined on Friday."})
    assert made.status_code == 303
    assert "This record was corrected." in chair.get(f"/decisions/{old}").text
    assert "The offer was declined on Friday." in chair.get(made.location.split("?")[0]).text
    assert chair.post(f"/decisions/{old}/correct", {**sent, "correction_reason": "x" * 30}).status_code == 409
    assert place.as_(place.committee.members[0]).get(f"/decisions/{old}/correct").status_code == 403


def test_each_page_takes_at_most_six_statements(place: Place, database: Database) -> None:
    with writing(database.engine) as session:
        other = make_scored(session, place.committee, "Bela", [FULL])
        decided = decide_chained(session, session.get_one(Application, other.id), place.committee.chair, []).id
    browser = place.as_(place.committee.chair)
    paths = (
        f"/applications/{place.application}/debrief",
        f"/applications/{place.application}/vote",
        f"/applications/{place.application}/decide",
        f"/requisitions/{place.requisition}/comparison",
        f"/decisions/{decided}",
        f"/decisions/{decided}/correct",
        "/decisions",
    )
    found = {}
    for path in paths:
        browser.get(path)
        with counted(database.engine) as statements:
            assert browser.get(path).status_code == 200, path
        found[path] = len(statements)
    assert list(found.values()) == [6, 6, 5, 6, 6, 6, 3]


def test_packet_decision_and_comparison_print(place: Place, database: Database) -> None:
    with writing(database.engine) as session:
        application = session.get_one(Application, place.application)
        vote = cast_chained(session, application, place.committee.members[0], Outcome.HOLD)
        decided = decide_chained(session, application, place.committee.chair, [vote]).id
    browser = place.as_(place.committee.manager)
    papers = {
        f"/applications/{place.application}/packet.pdf": "Seen in the talk.",
        f"/decisions/{decided}.pdf": "a line",
        f"/requisitions/{place.requisition}/comparison.pdf": "Mira",
    }
    for path, text in papers.items():
        page = browser.get(f"{path}?as=page")
        assert page.status_code == 200, path
        assert text in page.text
        paper = browser.get(path)
        assert (paper.status_code, paper.mimetype, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert paper.data == browser.get(path).data
