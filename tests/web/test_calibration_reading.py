"""What members of a calibration read of a rating round, and where they find their sessions."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from app.domain.growth.log import Visibility
from app.domain.permission import Role
from app.models.assessment import Assessment, MarkEvidence, Sheet
from app.models.engine import writing
from app.models.person import Person, RoleGrant
from app.models.promotion import CaseEvidence
from app.services import calibrations
from tests.databases import Database
from tests.factories.calibrations import add_rating, make_case, make_panel, start_voting
from tests.factories.evidence import make_entry
from tests.factories.hiring import NOW, actor_of, make_person
from tests.statements import counted
from tests.web.browser import Browser

Open = Callable[[UUID], Browser]


def test_a_rating_round_shows_the_evidence_that_the_member_may_read(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        made = make_panel(session)
        noor = made.team.noor
        cited = make_entry(session, noor, title="Cut the waiting time", visibility=Visibility.CASE)
        closed = make_entry(session, noor, title="A word on a colleague")
        gone = make_entry(session, noor, title="Never mind", visibility=Visibility.CASE, withdrawn_at=NOW)
        of_noor = make_case(session, made.team, noor)
        for entry in (cited, gone):
            session.add(CaseEvidence(case_id=of_noor.id, criterion="impact", entry_id=entry.id))

        def linked(assessment: Assessment) -> None:
            sheets = session.scalars(select(Sheet).where(Sheet.assessment_id == assessment.id)).all()
            competency = "judgment"
            session.add_all(
                MarkEvidence(sheet_id=sheet.id, competency=competency, entry_id=entry.id)
                for sheet in sheets
                for entry in (cited, closed, gone)
            )
            session.flush()

        rated = add_rating(session, made, linked).id
        calibrations.take_in(session, actor_of(made.chair), made.calibration.id, case_ids=[of_noor.id], now=NOW)
        start_voting(session, made)
        address = f"/calibrations/items/{rated}"
    member = signed_in(made.ana.id)
    page = member.get(address)
    assert page.text.count("Cut the waiting time") == 2
    assert "2 more not open to you" in " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    for hidden in ("A word on a colleague", "Never mind"):
        assert hidden not in page.text
    assert member.get(f"/evidence/{cited.id}").status_code == 200
    with counted(database.engine) as statements:
        assert member.get(address).status_code == 200
    assert len(statements) == 6


@pytest.mark.parametrize("part", ["chair", "ana"])
def test_whoever_sits_in_a_session_finds_it_from_home_and_navigation(
    database: Database, signed_in: Open, part: str
) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        one = session.get_one(Person, getattr(panel, part).id)
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == one.id))
        stranger = make_person(session, "Stina Strom", [Role.INTERVIEWER]).id
    browser = signed_in(getattr(panel, part).id)
    page = browser.get("/").text
    assert 'href="/ladder"' in page.partition("<main")[0]
    assert f'href="/calibrations/{panel.calibration.id}"' in page
    assert 'href="/calibrations"' in browser.get("/ladder").text.partition("<main")[2]
    assert 'href="/ladder"' not in signed_in(stranger).get("/").text.partition("<main")[0]
