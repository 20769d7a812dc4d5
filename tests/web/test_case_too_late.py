"""Who writes on a case that meanwhile was handed in or ended: told why, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome
from app.models.calibration import Calibration
from app.models.engine import writing
from app.models.promotion import PromotionCase
from app.services import case_feedback, cases
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of
from tests.web.case_scenes import WORDS, made, version_of, voted

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.databases import Database
    from tests.web.browser import Browser

SignedIn = Callable[["UUID"], "Browser"]
AS_SCRIPT = {"Accept": "application/json"}
TYPED = {
    "edit": {"brief": "She cut the wait twice over.", "development": "", "business_need": "None at present."},
    "against": {"case_against": "Governance rests on one audit, and the second is due in spring. " * 2},
}


def _hand_in(database: Database, cast: make.CaseCast, case_id: UUID) -> None:
    with writing(database.engine) as session:
        case = session.get_one(PromotionCase, case_id)
        make.hand_in(session, cast, case)


@pytest.mark.parametrize("form", sorted(TYPED))
def test_what_comes_after_the_handing_in_is_shown_and_not_stored(
    database: Database, signed_in: SignedIn, form: str
) -> None:
    cast, case_id = made(database, lambda *_: None)
    tab, address = signed_in(cast.manager.id), f"/promotions/{case_id}/{form}"
    version = version_of(tab.get(address).text)
    _hand_in(database, cast, case_id)
    late = tab.post(address, {**TYPED[form], "version": version})

    assert late.status_code == 409
    assert "This case was handed in" in late.text
    assert "roles" not in late.text
    for text in TYPED[form].values():
        assert text.strip() in late.text
    assert "She cut the wait twice over." not in tab.get(f"/promotions/{case_id}").text


def test_a_page_that_saves_by_itself_is_told_to_compare(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, _handed_in)
    saved = signed_in(cast.person.id).post(
        f"/promotions/{case_id}/edit", {**TYPED["edit"], "version": "1"}, headers=AS_SCRIPT
    )
    assert saved.status_code == 409


@pytest.mark.parametrize("page", ["edit", "against", "hand-in", "feedback/ask", "criteria/impact/cite"])
def test_a_page_from_before_says_why_it_is_over(database: Database, signed_in: SignedIn, page: str) -> None:
    cast, case_id = made(database, _handed_in)
    manager = signed_in(cast.manager.id)
    for answer in (manager.get(f"/promotions/{case_id}/{page}"), manager.post(f"/promotions/{case_id}/{page}", {})):
        assert answer.status_code == 409
        assert "This case was handed in" in answer.text
        assert f'href="/promotions/{case_id}"' in answer.text


@pytest.mark.parametrize("page", ["edit", "against", "hand-in"])
def test_who_never_might_is_refused_as_before(database: Database, signed_in: SignedIn, page: str) -> None:
    cast, case_id = made(database, _handed_in)
    assert signed_in(cast["hr"].id).get(f"/promotions/{case_id}/{page}").status_code == 403
    if page != "edit":
        assert signed_in(cast.person.id).get(f"/promotions/{case_id}/{page}").status_code == 403


def test_of_two_records_the_later_one_is_shown_and_not_kept(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, voted(None))
    chair, address = signed_in(cast["chair"].id), f"/promotions/{case_id}/decide"
    drawn = chair.get(address).text
    assert "The session settled on" not in drawn
    fields = {"version": version_of(drawn), "outcome": "not_yet", "gaps": "impact", "reasons": make.REASONS}
    assert chair.post(address, fields).status_code == 303
    second = "Typed in another tab, and longer than forty characters."
    late = chair.post(address, {**fields, "reasons": second})

    assert late.status_code == 409
    assert "This case was decided" in late.text
    assert second in late.text
    assert second not in chair.get(f"/promotions/{case_id}").text


def test_who_decides_reads_what_the_session_settled_on(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, _settled)
    text = signed_in(cast["chair"].id).get(f"/promotions/{case_id}/decide").text
    said = text.partition("The session settled on")[2].partition("</p>")[0]
    assert "Postpone" in said
    assert "Governance is thin." in said


def test_a_withdrawn_case_says_so(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, _withdrawn)
    answer = signed_in(cast.manager.id).post(f"/promotions/{case_id}/withdraw", {"reason": "Of one mind to wait."})
    assert answer.status_code == 409
    assert "This case was withdrawn" in answer.text
    assert "Of one mind to wait." in answer.text


def test_a_peer_is_not_asked_to_write_for_a_case_that_ended(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, _asked)
    peer, address = signed_in(cast["peer"].id), f"/promotions/{case_id}/feedback"
    drawn = peer.get(address).text
    assert 'name="situation"' in drawn
    with writing(database.engine) as session:
        cases.withdraw(session, actor_of(cast.manager), case_id, "Of one mind to wait.", now=NOW)
    fields = {
        "situation": WORDS.situation, "behaviour": WORDS.behaviour, "impact": WORDS.impact, "version": version_of(drawn)
    }  # fmt: skip
    for path in (address, f"{address}/draft"):
        late = peer.post(path, fields)
        assert late.status_code == 409
        assert "The case has ended" in late.text
        assert WORDS.behaviour in late.text
    assert peer.post(f"{address}/draft", fields, headers=AS_SCRIPT).status_code == 409
    again = peer.get(address)
    assert (again.status_code, 'name="situation"' in again.text) == (200, False)
    assert "The case has ended" in again.text


def _handed_in(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
    make.hand_in(session, cast, case)


def _withdrawn(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
    cases.withdraw(session, actor_of(cast.manager), case.id, "We wait.", now=NOW)


def _asked(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
    case_feedback.ask(session, actor_of(cast.manager), case.id, cast["peer"].id, now=NOW)


def _settled(session: Session, cast: make.CaseCast, case: PromotionCase) -> None:
    """Voted on and settled as something that most did not vote for, then locked."""
    make.hand_in(session, cast, case)
    item = make.seat(session, cast, case, CalibrationState.DISCUSSING)
    make.vote(session, cast, item)
    item.agreed, item.agreed_words, item.discussed_at = CaseOutcome.POSTPONE, "Governance is thin.", NOW
    session.flush()
    panel = session.get_one(Calibration, item.calibration_id)
    panel.state, panel.locked_at = CalibrationState.LOCKED, NOW
