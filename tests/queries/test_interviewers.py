"""Who could interview a candidate: nobody with a conflict, loads that tell nothing, and two statements at most."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import NotAllowedError
from app.domain.hiring import InterviewKind
from app.domain.panel_plan.week import week_of
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.panel_plan import InterviewLimit
from app.queries import interviewers, panel_plans
from app.queries.interviewers import Week
from app.services import scorecards
from tests.factories import hiring as make
from tests.factories.grading import make_grading
from tests.factories.panel_plans import make_conflict, make_plan, make_training
from tests.factories.panels import make_panel, seal
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

NOW = make.NOW
WEEK = Week(*week_of(NOW, ZoneInfo("UTC")), NOW)


def test_only_whoever_may_sit_with_the_candidate_is_on_the_bench(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        make.make_person(session, "Ada Able", [Role.INTERVIEWER])
        make.make_person(session, "Gone Gil", [Role.INTERVIEWER], active=False)
        application = make.make_application(session)
        make.make_person(session, "Mira Okafor", [Role.INTERVIEWER], email=application.candidate.email)
        friend = make.make_person(session, "Fay Friend", [Role.INTERVIEWER])
        make_conflict(session, friend, application.candidate)
        referrer = make.make_person(session, "Rolf Refer", [Role.INTERVIEWER])
        application.candidate.referrer_id = referrer.id
        session.flush()
        role = application.requisition.blueprint.role
        with counted(database.engine) as statements:
            bench = interviewers.bench(session, make.actor_of(cora), application.id, role, WEEK)
        assert [one.name for one in bench.people] == ["Ada Able"]
        assert len(statements) == 1


def test_whoever_grades_there_is_not_on_the_bench(database: Database) -> None:
    grading = make_grading(database)
    with writing(database.engine) as session:
        elsewhere = make.make_application(session).id

    def names(application_id: UUID) -> list[str]:
        with reading(database.engine) as session:
            bench = interviewers.bench(session, grading.coordinator, application_id, "", WEEK)
            return [one.name for one in bench.people]

    assert names(grading.applications[0]) == []
    assert names(elsewhere) == ["Una Gray"]


def test_training_is_of_this_role_or_of_every_role(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        ada = make.make_person(session, "Ada Able", [Role.INTERVIEWER])
        application = make.make_application(session)
        role = application.requisition.blueprint.role
        make_training(session, ada, "screen")
        make_training(session, ada, "strategy", role)
        make_training(session, ada, "empathy", "another-role")
        (found,) = interviewers.bench(session, make.actor_of(cora), application.id, role, WEEK).people
        assert (found.kinds, found.dimensions, found.limit) == (frozenset({"screen"}), frozenset({"strategy"}), 5)


def test_load_counts_by_the_day_of_the_interview(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        ada = make.make_person(session, "Ada Able", [Role.INTERVIEWER])
        session.add(InterviewLimit(person_id=ada.id, a_week=3, set_at=NOW, set_by_id=cora.id))
        application = make.make_application(session)
        days = (0, -1, 7, 13, -27, -29, 15)
        made = [make.make_interview(session, application, [ada], title=f"Talk {day}") for day in days]
        for interview, day in zip(made, days, strict=True):
            interview.starts_at = NOW + timedelta(days=day)
        make.make_interview(session, application, [ada], title="No time yet").starts_at = None
        cancelled = make.make_interview(session, application, [ada], title="Cancelled")
        cancelled.cancelled_at = NOW
        graded = make.make_interview(session, application, [ada], title="Handed in")
        graded.kind, graded.starts_at = InterviewKind.CASE_STUDY, None
        session.flush()
        role = application.requisition.blueprint.role
        actor = make.actor_of(cora)
        (found,) = interviewers.bench(session, actor, application.id, role, WEEK).people
        # NOW is a Sunday: it, the day before, and the one without a time are of this week.
        assert (found.week, found.lately, found.limit) == (3, 6, 3)
        assert found.full
        (less,) = interviewers.bench(session, actor, application.id, role, WEEK, apart_from=made[0].id).people
        assert (less.week, less.lately) == (2, 5)
        (line,) = interviewers.listed(session, actor, WEEK)
        assert (line.name, line.week, line.lately, line.limit, line.over) == ("Ada Able", 3, 6, 3, False)


def test_people_who_met_a_candidate_in_common_are_tied(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        ada, ben, cleo = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ada", "Ben", "Cleo"))
        need = make.make_requisition(session)
        first, second = (make.make_application(session, need, name=name) for name in ("Mira One", "Mona Two"))
        make.make_interview(session, first, [ada, ben])
        make.make_interview(session, second, [cleo])
        elsewhere = make.make_application(session, name="Other Role")
        make.make_interview(session, elsewhere, [ada, cleo])
        role = need.blueprint.role
        ties = interviewers.bench(session, make.actor_of(cora), second.id, role, WEEK).ties
        assert ties.circle(ada.id) == {ada.id, ben.id}
        assert ties.circle(cleo.id) == {cleo.id}


def test_to_whoever_owes_a_card_no_count_tells_what_became_of_others(database: Database) -> None:
    panel = make_panel(database, manager_interviews=True)

    def seen() -> object:
        with reading(database.engine) as session:
            lines = interviewers.listed(session, panel.manager, WEEK)
            role = ""
            return lines, interviewers.bench(session, panel.manager, panel.application, role, WEEK)

    before = seen()
    seal(database, panel.ada, panel.ada_card)
    with writing(database.engine) as session:
        scorecards.release(session, panel.coordinator, panel.ben_card, "He fell ill.", NOW)
    assert seen() == before

    with reading(database.engine) as session:
        told = {line.name: line.week for line in interviewers.listed(session, panel.coordinator, WEEK)}
    assert told == {"Ada Brook": 1, "Ben Ode": 0}


def test_the_list_is_for_whoever_plans_or_trains(database: Database) -> None:
    with writing(database.engine) as session:
        ada = make.make_person(session, "Ada Able", [Role.INTERVIEWER])
        make_training(session, ada, "screen", since=date(2026, 1, 5))
        with pytest.raises(NotAllowedError):
            interviewers.listed(session, make.actor_of(ada), WEEK)
        hr = make.make_person(session, "Hana Roe", [Role.HR_PARTNER])
        (line,) = interviewers.listed(session, make.actor_of(hr), WEEK)
        assert line.trained == (("", "screen", date(2026, 1, 5)),)


def test_a_plan_is_offered_with_people_and_what_is_planned_already(database: Database) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        ada, ben = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ada Able", "Ben Ode"))
        make_training(session, ben, "case_study")
        need = make.make_requisition(session)
        application = make.make_application(session, need)
        make_plan(session, need.id, cora)
        actor = make.actor_of(cora)
        with counted(database.engine) as statements:
            page = panel_plans.carrying(session, actor, application.id, WEEK)
        assert len(statements) <= 5, "four, and one the first time a blueprint is read"
        talk, case = page.offers
        assert case.proposed == {ben.id}, "the only one who is trained for a case"
        assert talk.proposed == {ada.id}, "nobody gets two"
        assert talk.titles == ("Product Strategy", "Customer Empathy")
        assert not talk.planned
        make.make_interview(session, application, [ada], title="Strategy talk")
        talk, case = panel_plans.carrying(session, actor, application.id, WEEK).offers
        assert (talk.planned, talk.proposed) == (True, frozenset())
        assert case.proposed == {ben.id}
