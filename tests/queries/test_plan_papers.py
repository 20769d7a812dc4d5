"""The documents of a first year as each reader may have them; on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.due import Leave
from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState
from app.domain.onboarding.plan import HolidaySource, PartyName, PlanState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.onboarding import GoalEvidence
from app.queries import plan_papers
from app.services import check_ins, goals, measuring, milestones, plan_dates, plans
from app.services.measuring import AimDraft, ReadingDraft
from app.services.plan_dates import Holiday
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.onboarding.documents import ReviewDocument
    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW
LATER = NOW + timedelta(hours=2)
SAID = Answers(4, Against.MET, "I know whom to ask.", "", (("learn", Against.MET),))
HEARD = Answers(2, Against.PARTLY, "", "Access takes weeks.", (("learn", Against.MET),))


def _review(session: Session, cast: Cast, person: Person) -> ReviewDocument:
    milestone_id = cast.milestone(session, "day-30").id
    return plan_papers.review(session, make.actor_of(person), milestone_id, zone="UTC")


def _shown(session: Session, cast: Cast, key: str) -> None:
    """A goal with evidence, returned once, then signed off."""
    piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Seen", body="As agreed.", about_on=TODAY)
    goals.show(session, make.actor_of(cast.hire), cast.goal(session, key).id, piece, today=TODAY, now=NOW)
    for person, act, note in (
        (cast.hire, GoalAct.SUBMIT, ""),
        (cast.manager, GoalAct.RETURN, "The number is missing."),
        (cast.hire, GoalAct.SUBMIT, ""),
        (cast.manager, GoalAct.SIGN, ""),
    ):
        goal = cast.goal(session, key)
        goals.act(session, make.actor_of(person), goal.id, act, note=note, version=goal.version, now=LATER)
        session.flush()


def _answered(session: Session, cast: Cast, *, both: bool = True) -> None:
    milestone_id = cast.milestone(session, "day-30").id
    sides = [(cast.hire, SAID), (cast.manager, HEARD)][: 2 if both else 1]
    for person, answers in sides:
        check_ins.seal(session, make.actor_of(person), milestone_id, answers, version=0, today=TODAY, now=LATER)


def _signed(session: Session, cast: Cast) -> None:
    """The first month, signed by both, with one goal waived."""
    _shown(session, cast, "learn")
    goal = cast.goal(session, "goal-2")
    goals.act(
        session, make.actor_of(cast.manager), goal.id, GoalAct.WAIVE, note="Knows them all.", version=goal.version,
        now=LATER,
    )  # fmt: skip
    for person in (cast.hire, cast.manager):
        milestones.sign(session, make.actor_of(person), cast.milestone(session, "day-30").id, now=LATER)


def test_the_plan_holds_what_its_dates_are_made_from(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        draft = plan_dates.draft_of(cast.plan)
        wanted = type(draft)(
            **{name: getattr(draft, name) for name in ("starts_on", "week", "counting", "roll", "extend_for_leave")},
            leave=(Leave(date(2026, 10, 12), date(2026, 10, 13)),),
            holidays=(Holiday(date(2026, 11, 6), "Fair", HolidaySource.CUSTOM),),
        )
        plan_dates.reschedule(
            session, make.actor_of(cast.hr), cast.plan.id, wanted, today=TODAY, version=cast.plan.version, now=LATER
        )
        session.flush()
        paper = plan_papers.plan(session, make.actor_of(cast.hire), cast.plan.id, zone="Europe/Berlin")

    assert (paper.head.hire, paper.head.manager, paper.head.buddy) == ("Noor Hire", "Mika Manager", "Bo Buddy")
    assert (paper.schedule.days.leave, paper.holidays) == (wanted.leave, ((date(2026, 11, 6), "Fair"),))
    assert [part.due_on for part in paper.milestones] == [date(2026, 11, 9), date(2026, 12, 7), date(2027, 1, 5)]
    assert paper.milestones[0].proof == ("A map that the team confirmed",)
    assert paper.milestones[0].sign_off == (PartyName.HIRE, PartyName.MANAGER)
    assert [goal.text for goal in paper.milestones[0].goals] == ["Learn the product\n- Its customers", "Meet the team"]
    assert (paper.as_of, paper.zone) == (LATER, "Europe/Berlin")


def test_nobody_but_the_three_has_a_document(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        cast.goal(session, "ship").owner_id = cast.buddy.id
        session.flush()
        milestone_id, buddy = cast.milestone(session, "day-30").id, make.actor_of(cast.buddy)
        for ask, key in (
            (plan_papers.plan, cast.plan.id),
            (plan_papers.review, milestone_id),
            (plan_papers.year, cast.plan.id),
        ):
            with pytest.raises(NotAllowedError):
                ask(session, buddy, key, zone="UTC")
            for role in (Role.PEOPLE_MANAGER, Role.INTERVIEWER, Role.ADMIN, Role.AUDITOR, Role.COORDINATOR):
                with pytest.raises(NotFoundError):
                    ask(session, make.actor_of(make.make_person(session, "Sid", [role])), key, zone="UTC")
            with pytest.raises(NotFoundError):
                ask(session, make.actor_of(cast.hr), make.make_person(session).id, zone="UTC")


def test_answers_are_for_the_two_and_only_once_both_are_sealed(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _answered(session, cast, both=False)
        before = {name: _review(session, cast, getattr(cast, name)) for name in ("hire", "manager", "hr")}
    with writing(database.engine) as session:
        milestone_id = before_id = cast.milestone(session, "day-30").id
        check_ins.seal(session, make.actor_of(cast.manager), before_id, HEARD, version=0, today=TODAY, now=LATER)
        check_ins.conclude(session, make.actor_of(cast.manager), milestone_id, "Ask for access today.", now=LATER)
        then = {name: _review(session, cast, getattr(cast, name)) for name in ("hire", "manager", "hr")}

    assert [paper.compared for paper in before.values()] == [None, None, None]
    assert [paper.pair for paper in then.values()] == [True, True, False]
    assert then["hr"].compared is None
    held = then["hire"].compared
    assert held == then["manager"].compared
    assert held
    assert (held.hire, held.manager) == (SAID, HEARD)
    assert [(one.subject, one.distance) for one in held.differences][:2] == [
        ("Confidence", 2),
        ("Against the evidence", 1),
    ]
    assert [one.text for one in held.agreed] == ["Ask for access today."]


def test_a_review_tells_evidence_reasons_and_signatures(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _signed(session, cast)
        paper = _review(session, cast, cast.hr)

    learn, team = paper.milestone.goals
    assert (learn.state, learn.reason, learn.signer) == (GoalState.SIGNED_OFF, "", "Mika Manager")
    assert [(one.title, one.body, one.by) for one in learn.evidence] == [("Seen", "As agreed.", "Noor Hire")]
    assert (team.state, team.reason) == (GoalState.WAIVED, "Knows them all.")
    assert [(one.party, one.name, one.at) for one in paper.milestone.signatures] == [
        (PartyName.HIRE, "Noor Hire", LATER),
        (PartyName.MANAGER, "Mika Manager", LATER),
    ]
    assert (paper.milestone.settled, paper.milestone.missing) == (True, ())
    told = [(one.what, one.note) for one in paper.history]
    assert ("Returned", "The number is missing.") in told
    assert [what for what, _ in told if what == "Added"] == []


def test_a_signed_review_leaves_out_what_was_measured_later(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        hire = make.actor_of(cast.hire)
        metric = measuring.pick(session, hire, cast.plan.id, AimDraft("precision", low=Decimal("0.85")), now=NOW)
        drafts = [ReadingDraft(LATER.date(), Decimal("0.7")), ReadingDraft(LATER.date() + timedelta(1), Decimal("0.9"))]
        measuring.read(session, hire, metric, drafts, today=LATER.date() + timedelta(2), now=LATER)
        open_review = _review(session, cast, cast.hire)
        _signed(session, cast)
        signed_review = _review(session, cast, cast.hire)
        year = plan_papers.year(session, hire, cast.plan.id, zone="UTC")

    values = [
        [one.value for one in paper.metrics[0].readings] for paper in (open_review, signed_review, year)
    ]  # fmt: skip
    assert values == [[Decimal("0.7"), Decimal("0.9")], [Decimal("0.7")], [Decimal("0.7"), Decimal("0.9")]]


def test_the_year_of_a_leaver_is_kept_with_its_history(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _shown(session, cast, "learn")
        plans.end(
            session, make.actor_of(cast.hr), cast.plan.id, PlanState.CLOSED, reason="Moved away.", today=TODAY,
            version=cast.plan.version, now=LATER,
        )  # fmt: skip
        session.flush()
        paper = plan_papers.year(session, make.actor_of(cast.manager), cast.plan.id, zone="UTC")

    assert (paper.head.state, paper.head.ended_on, paper.head.end_reason) == (PlanState.CLOSED, TODAY, "Moved away.")
    assert [one.at for one in paper.history] == sorted(one.at for one in paper.history)
    said = [one.what for one in paper.history]
    assert said[0].startswith("Begun")
    assert "Signed off" in said


def test_each_document_takes_a_fixed_number_of_statements(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _answered(session, cast)
        _shown(session, cast, "learn")
        actor, plan_id, milestone_id = make.actor_of(cast.hire), cast.plan.id, cast.milestone(session, "day-30").id
        metric = measuring.pick(session, actor, plan_id, AimDraft("precision"), now=NOW)
        measuring.read(session, actor, metric, [ReadingDraft(TODAY, Decimal(1))], today=TODAY, now=NOW)
    with reading(database.engine) as session:
        plan_papers.year(session, actor, plan_id, zone="UTC")
    numbers = []
    for ask, key in ((plan_papers.plan, plan_id), (plan_papers.review, milestone_id), (plan_papers.year, plan_id)):
        with reading(database.engine) as session, counted(database.engine) as sent:
            ask(session, actor, key, zone="UTC")
        numbers.append(len(sent))

    assert numbers == [8, 13, 10]
