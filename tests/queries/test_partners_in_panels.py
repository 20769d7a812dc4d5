"""An HR partner who sits in a panel votes without the manager's number, as every member does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.domain.facts import ActorFacts, Role
from app.domain.growth.calibration import CalibrationState
from app.models.calibration import Calibration
from app.models.engine import reading, writing
from app.queries import assessment_page, case_files, readiness
from app.queries.assessment_page import JointPage, OwnPage
from tests.factories.cases import TODAY, hand_in, make_assessment, make_case, make_case_cast, seat

if TYPE_CHECKING:
    from tests.databases import Database


@pytest.mark.parametrize("state", CalibrationState)
def test_marks_of_the_manager_open_to_a_partner_who_votes_with_the_votes(
    database: Database, state: CalibrationState
) -> None:
    with writing(database.engine) as session:
        cast = make_case_cast(session)
        assessment = make_assessment(session, cast)
        case = make_case(session, cast)
        hand_in(session, cast, case)
        item = seat(session, cast, case, CalibrationState.PREPARING)
        session.execute(update(Calibration).where(Calibration.id == item.calibration_id).values(state=state))
        members, outside = cast["first"], cast["hr"]
    opened = state in {CalibrationState.DISCUSSING, CalibrationState.LOCKED}
    for person, reads in ((members, opened), (outside, True)):
        partner = ActorFacts(person.id, person.email, frozenset({Role.HR_PARTNER}))
        with reading(database.engine) as session:
            page = assessment_page.page(session, partner, assessment.id)
            assert isinstance(page, JointPage if reads else OwnPage)
            assert case_files.open_file(session, partner, case.id, today=TODAY).file.ratings == reads
            assert readiness.page(session, partner, cast.person.id, "", on=TODAY).reads_marks == reads
