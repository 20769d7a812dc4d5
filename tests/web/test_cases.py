"""Promotion cases over HTTP: begun, written, backed, handed in, decided, signed; what each reader sees of one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.growth.log import Visibility
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.promotion import Appeal, CaseDecision, CaseEvidence, CaseSignature, PeerFeedback, PromotionCase
from app.services import case_feedback
from tests.factories import cases as make
from tests.factories.counting import counted
from tests.factories.hiring import NOW, actor_of
from tests.web.case_scenes import WORDS, made, version_of, voted

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.databases import Database
    from tests.web.browser import Browser

SignedIn = Callable[["UUID"], "Browser"]
AS_SCRIPT = {"Accept": "application/json"}


def _cast(database: Database) -> make.CaseCast:
    with writing(database.engine) as session:
        return make.make_case_cast(session)


def test_a_person_begins_their_case(database: Database, signed_in: SignedIn) -> None:
    cast = _cast(database)
    browser = signed_in(cast.person.id)
    page = browser.get("/promotions/new").text
    assert "Senior PM" in page
    assert "Principal PM" in page
    assert "Group PM" in page
    assert ">PM<" not in page
    intent = page.partition('name="intent" value="')[2].partition('"')[0]
    sent = {"person": str(cast.person.id), "to_level": "principal", "intent": intent}
    answers = [browser.post("/promotions/new", sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert "In preparation" in browser.get(answers[0].location).text
    with reading(database.engine) as session:
        assert session.scalars(select(PromotionCase.to_level)).all() == ["principal"]


def test_a_level_below_the_current_one_is_answered_in_words(database: Database, signed_in: SignedIn) -> None:
    cast = _cast(database)
    browser = signed_in(cast.person.id)
    page = browser.get("/promotions/new").text
    intent = page.partition('name="intent" value="')[2].partition('"')[0]
    answer = browser.post("/promotions/new", {"person": str(cast.person.id), "to_level": "junior", "intent": intent})

    assert answer.status_code == 422
    assert "PM is not above the current level, Senior PM. Choose a level that ranks above it." in answer.text


def test_a_manager_chooses_for_whom(database: Database, signed_in: SignedIn) -> None:
    cast = _cast(database)
    browser = signed_in(cast.manager.id)

    assert "Noor Okafor" in browser.get("/promotions/new").text
    assert "Principal PM" in browser.get(f"/promotions/new?person={cast.person.id}").text
    assert "You report to nobody" in browser.get(f"/promotions/new?person={cast.manager.id}").text


def test_a_case_is_written_backed_and_handed_in(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    with writing(database.engine) as session:
        entry = make.log_entry(session, cast)
        make.log_entry(session, cast, "Only for the manager", visibility=Visibility.MANAGER)
    address = f"/promotions/{case_id}"
    person, manager = signed_in(cast.person.id), signed_in(cast.manager.id)
    version = version_of(person.get(f"{address}/edit").text)
    texts = {"brief": "Two products.", "development": "Pricing.", "business_need": "None.", "version": version}
    assert person.post(f"{address}/edit", texts).status_code == 303
    version = version_of(manager.get(f"{address}/against").text)
    assert manager.post(f"{address}/against", {"case_against": make.AGAINST, "version": version}).status_code == 303
    choosing = person.get(f"{address}/criteria/impact/cite").text
    assert "Cut the waiting time" in choosing
    assert "Only for the manager" in choosing
    sent = {"entry": str(entry.id), "why": "Finance checked it."}
    assert person.post(f"{address}/criteria/impact/cite", sent).status_code == 303
    version = version_of(manager.get(f"{address}/hand-in").text)
    assert manager.post(f"{address}/hand-in", {"version": version}).status_code == 303

    page = manager.get(address).text
    for words in ("Two products.", make.AGAINST, "Finance checked it.", "1 of at least 2", "Nothing is cited", "Empty"):
        assert words in page
    with reading(database.engine) as session:
        assert session.get_one(PromotionCase, case_id).state is CaseState.SUBMITTED


def test_nothing_typed_is_lost_when_somebody_saved_first(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    person, manager = signed_in(cast.person.id), signed_in(cast.manager.id)
    address = f"/promotions/{case_id}/edit"
    version = version_of(person.get(address).text)
    manager.post(address, {"brief": "The manager's brief", "version": version})
    answer = person.post(address, {"brief": "The person's brief", "version": version})

    assert answer.status_code == 422
    assert "The person&#39;s brief" in answer.text
    assert "The manager&#39;s brief" in answer.text
    again = person.post(address, {"brief": "Both briefs", "version": version_of(answer.text)})
    assert again.status_code == 303


def test_a_case_that_lacks_something_says_what(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    manager = signed_in(cast.manager.id)
    page = manager.get(f"/promotions/{case_id}/hand-in").text
    answer = manager.post(f"/promotions/{case_id}/hand-in", {"version": version_of(page)})

    assert answer.status_code == 422
    assert "Write the case against" in answer.text
    assert "Cite at least one piece of evidence" in answer.text


def test_a_peer_gives_feedback_in_three_parts(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    manager, peer = signed_in(cast.manager.id), signed_in(cast["peer"].id)
    address = f"/promotions/{case_id}/feedback"
    assert manager.post(f"{address}/ask", {"person": str(cast["peer"].id)}).status_code == 303
    page = peer.get(address).text
    assert "Read with your name" in page
    draft = {"situation": WORDS.situation, "behaviour": "", "impact": "", "version": version_of(page)}
    assert peer.post(f"{address}/draft", draft).status_code == 303
    answer = peer.post(address, {**draft, "version": version_of(peer.get(address).text)})
    assert answer.status_code == 422
    assert "Write what came of it." in answer.text
    assert WORDS.situation not in manager.get(f"/promotions/{case_id}").text
    whole = {"situation": WORDS.situation, "behaviour": WORDS.behaviour, "impact": WORDS.impact}
    assert peer.post(address, {**whole, "version": version_of(answer.text)}).status_code == 303

    assert WORDS.behaviour in manager.get(f"/promotions/{case_id}").text
    assert WORDS.behaviour not in signed_in(cast.person.id).get(f"/promotions/{case_id}").text
    assert "It stays as it is" in peer.get(address).text


def test_a_peer_may_decline(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    with writing(database.engine) as session:
        case_feedback.ask(session, actor_of(cast.manager), case_id, cast["peer"].id, now=NOW)
    peer = signed_in(cast["peer"].id)

    assert peer.post(f"/promotions/{case_id}/feedback/decline").status_code == 303
    with reading(database.engine) as session:
        assert session.scalars(select(PeerFeedback.declined)).all() == [True]
    assert "Gave none" in signed_in(cast.manager.id).get(f"/promotions/{case_id}").text


def test_the_chair_decides_and_all_three_sign(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(None))
    chair, address = signed_in(cast["chair"].id), f"/promotions/{case_id}"
    page = chair.get(f"{address}/decide").text
    assert "2</b> promote" in page
    sent = {"outcome": "promote", "day": "2026-12-01", "reasons": make.REASONS, "version": version_of(page)}
    wrong = chair.post(f"{address}/decide", {**sent, "day": ""})
    assert wrong.status_code == 422
    assert "Choose the day on which it takes effect." in wrong.text
    assert make.REASONS in wrong.text
    assert chair.post(f"{address}/decide", sent).status_code == 303
    for name in ("person", "manager", "chair"):
        assert signed_in(cast[name].id).post(f"{address}/sign").status_code == 303

    with reading(database.engine) as session:
        assert len(session.scalars(select(CaseSignature)).all()) == 3
        assert session.scalars(select(CaseDecision.outcome)).all() == [CaseOutcome.PROMOTE]


def test_an_appeal_stands_beside_the_decision(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(CaseOutcome.NOT_YET))
    person, address = signed_in(cast.person.id), f"/promotions/{case_id}/appeal"
    intent = person.get(address).text.partition('name="intent" value="')[2].partition('"')[0]
    for _ in range(2):
        assert person.post(address, {"text": "The third piece counts.", "intent": intent}).status_code == 303

    with reading(database.engine) as session:
        assert len(session.scalars(select(Appeal)).all()) == 1
    assert "The third piece counts." in signed_in(cast["hr"].id).get(f"/promotions/{case_id}").text


def test_the_person_reads_counts_and_reasons_but_not_who_voted_what(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(CaseOutcome.NOT_YET))
    for name in ("person", "manager"):
        page = signed_in(cast[name].id).get(f"/promotions/{case_id}").text
        assert "2 promote" in page
        assert "1 not yet" in page
        assert make.REASONS in page
        assert "Owns the money side" in page
        assert "Sena Aydin" not in page
    for name in ("hr", "first", "chair"):
        assert "Sena Aydin weighed it." in signed_in(cast[name].id).get(f"/promotions/{case_id}").text


@pytest.mark.parametrize("state", [CalibrationState.VOTING, CalibrationState.DISCUSSING])
def test_members_read_without_the_managers_marks_until_the_votes_are_open(
    database: Database, signed_in: SignedIn, state: CalibrationState
) -> None:
    def setting(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
        make.hand_in(session, cast, case)
        make.seat(session, cast, case, state)

    cast, case_id = made(database, setting)
    member = signed_in(cast["first"].id).get(f"/promotions/{case_id}").text

    assert ("Closed until you have voted" in member) == (state is CalibrationState.VOTING)
    assert "Closed until you have voted" not in signed_in(cast.manager.id).get(f"/promotions/{case_id}").text


def test_members_read_nothing_while_the_session_is_prepared(database: Database, signed_in: SignedIn) -> None:
    def setting(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
        make.seat(session, cast, case, CalibrationState.PREPARING)

    cast, case_id = made(database, setting)

    assert signed_in(cast["first"].id).get(f"/promotions/{case_id}").status_code == 404


def test_an_entry_that_its_owner_closed_is_not_read_on_the_case(database: Database, signed_in: SignedIn) -> None:
    def setting(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
        make.fill(session, cast, case)

    cast, case_id = made(database, setting)
    with writing(database.engine) as session:
        cited = select(CaseEvidence.entry_id).where(CaseEvidence.case_id == case_id)
        for entry in session.scalars(select(LogEntry).where(LogEntry.id.in_(cited))):
            entry.visibility = Visibility.PRIVATE
    for name in ("person", "manager", "hr"):
        page = signed_in(cast[name].id).get(f"/promotions/{case_id}").text
        assert "An entry that its owner has closed" in page
        assert "Cut the waiting time" not in page


def test_the_list_is_filtered_by_its_address_and_given_as_a_file(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(CaseOutcome.POSTPONE))
    browser = signed_in(cast["hr"].id)

    assert str(case_id) in browser.get("/promotions?state=decided&outcome=postpone&q=noor").text
    assert "None fits" in browser.get("/promotions?outcome=promote").text
    assert str(case_id) in browser.get("/promotions?state=nonsense").text
    rows = list(csv.reader(io.StringIO(browser.get("/promotions.csv").get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1][:6] == ["Noor Okafor", "Senior PM", "Principal PM", "Mika Vance", "Decided", "Postpone"]
    assert "No cases yet" in signed_in(cast["stranger"].id).get("/promotions").text


@pytest.mark.parametrize("path", ["/promotions", "/promotions/new", "/promotions/{}"])
def test_each_page_asks_the_database_little(database: Database, program: Flask, signed_in: SignedIn, path: str) -> None:
    cast, case_id = made(database, voted(CaseOutcome.PROMOTE))
    browser = signed_in(cast.manager.id)
    browser.get(path.format(case_id))
    with counted(program.extensions["plumbline.engine"]) as statements:
        assert browser.get(path.format(case_id)).status_code == 200

    assert len(statements) <= 6, statements


def test_the_packet_holds_for_each_reader_what_their_page_holds(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(CaseOutcome.NOT_YET))
    told = {
        name: signed_in(cast[name].id).get(f"/promotions/{case_id}/packet.pdf?as=page").text
        for name in ("person", "manager", "hr", "first")
    }

    assert {name for name, page in told.items() if "Sena Aydin weighed it." in page} == {"hr", "first"}
    assert all(WORDS.behaviour in page for page in told.values())
    assert "a member of the panel" in told["first"].lower()
    assert signed_in(cast["peer"].id).get(f"/promotions/{case_id}/packet.pdf?as=page").status_code == 404


def test_the_packet_is_a_pdf(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(CaseOutcome.PROMOTE))
    answer = signed_in(cast.person.id).get(f"/promotions/{case_id}/packet.pdf")

    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert "promotion-packet-noor-okafor.pdf" in answer.headers["Content-Disposition"]
