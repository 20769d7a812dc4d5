"""What promotion cases put into the inbox: a draft, feedback, a decision, a signature; each for whom it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import Feedback, Verdict
from app.models.engine import writing
from app.queries.duties import count, duties
from app.services import case_decisions, case_feedback
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

PAGE = "promotion.case"


def _asked(session: Session, cast: make.CaseCast) -> dict[str, list[tuple[str, str]]]:
    """Title and page of what each person is asked; whoever is asked nothing is left out."""
    held = {}
    for name, person in cast.people.items():
        found = duties(session, actor_of(person), NOW)
        assert count(session, actor_of(person), NOW) == len(found)
        if found:
            held[name] = [(one.title, one.endpoint) for one in found]
    return held


def test_a_draft_waits_for_the_manager_and_feedback_for_whom_it_was_asked(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        case_feedback.ask(session, actor_of(cast.manager), case.id, cast["peer"].id, now=NOW)
        finish = [("Finish the promotion case of Noor Okafor", PAGE)]

        assert _asked(session, cast) == {
            "manager": finish, "peer": [("Give feedback on Noor Okafor", "promotion.feedback")]
        }  # fmt: skip
        words = Feedback("In May", "she called", "all was well")
        case_feedback.give(session, actor_of(cast["peer"]), case.id, words, version=1, now=NOW)
        assert _asked(session, cast) == {"manager": finish}


def test_a_case_waits_for_its_chair_once_the_calibration_is_locked(database: Database) -> None:
    with writing(database.engine) as session:
        first, second = make.make_case_cast(session), make.make_case_cast(session)
        for cast, state in ((first, CalibrationState.DISCUSSING), (second, CalibrationState.LOCKED)):
            case = make.make_case(session, cast)
            make.hand_in(session, cast, case)
            make.vote(session, cast, make.seat(session, cast, case, state))

        assert ("Record the decision on Noor Okafor", PAGE) in _asked(session, second)["chair"]
        assert all("Record the decision" not in title for told in _asked(session, first).values() for title, _ in told)


def test_a_decision_waits_for_three_signatures(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, CaseOutcome.NOT_YET)
        waiting = [("Read and sign the decision on Noor Okafor", PAGE)]
        assert _asked(session, cast) == dict.fromkeys(("person", "manager", "chair"), waiting)
        for name in ("person", "chair"):
            case_decisions.sign(session, actor_of(cast[name]), case.id, now=NOW)

        assert _asked(session, cast) == {"manager": waiting}


def test_a_corrected_decision_waits_for_its_signatures_anew(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_decided(session, cast, CaseOutcome.NOT_YET)
        for name in ("person", "manager", "chair"):
            case_decisions.sign(session, actor_of(cast[name]), case.id, now=NOW)
        assert _asked(session, cast) == {}
        verdict = Verdict(CaseOutcome.PROMOTE, make.REASONS, make.TODAY)
        case_decisions.correct(
            session, actor_of(cast["chair"]), case.id, verdict, why=make.REASONS, version=case.version,
            today=make.TODAY, now=NOW,
        )  # fmt: skip
        waiting = [("Read and sign the decision on Noor Okafor", PAGE)]
        assert _asked(session, cast) == dict.fromkeys(("person", "manager", "chair"), waiting)
