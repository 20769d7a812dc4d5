"""What each reader of a case is given, straight from the query: page and packet are made from nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import NotFoundError
from app.domain.facts import Role
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import Feedback
from app.domain.growth.log import Visibility, Word
from app.domain.permission import Permission, allow
from app.models.engine import reading, writing
from app.models.measuring import PlanMetric, ReadingRow
from app.models.promotion import PromotionCase
from app.models.promotion_facts import case_facts, cases_visible_to
from app.queries import case_files, case_papers, cases
from app.queries.cases import CaseFilter
from app.services import case_feedback, plans
from app.services.plans import PlanDraft
from tests.factories import cases as make
from tests.factories.evidence import make_asked
from tests.factories.hiring import NOW, actor_of, make_person
from tests.factories.plans import make_onboarding_version

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.growth.case_file import PromotionDocument
    from app.queries.case_files import OpenFile
    from tests.databases import Database

TODAY = make.TODAY
READERS = ("person", "manager", "hr", "chair", "first", "second")


def _told(session: Session, state: CalibrationState, outcome: CaseOutcome | None = None) -> make.CaseCast:
    """A case with an assessment and feedback, before a calibration in a state; perhaps decided."""
    cast = make.make_case_cast(session)
    make.make_assessment(session, cast)
    case = make.make_case(session, cast)
    case_feedback.ask(session, actor_of(cast.manager), case.id, cast["peer"].id, now=NOW)
    words = Feedback("In May", "she called both teams", "all was well")
    case_feedback.give(session, actor_of(cast["peer"]), case.id, words, version=1, now=NOW)
    make.hand_in(session, cast, case)
    item = make.seat(session, cast, case, state)
    make.vote(session, cast, item)
    if outcome:
        make.decide(session, cast, case, outcome)
    return cast


def _open(session: Session, cast: make.CaseCast, name: str) -> OpenFile:
    case_id = session.scalars(select(PromotionCase.id).where(PromotionCase.person_id == cast.person.id)).one()
    return case_files.open_file(session, actor_of(cast[name]), case_id, today=TODAY)


def test_what_peers_wrote_opens_to_the_person_with_the_decision(database: Database) -> None:
    with writing(database.engine) as session:
        before, after = _told(session, CalibrationState.VOTING), _told(
            session, CalibrationState.LOCKED, CaseOutcome.POSTPONE
        )  # fmt: skip
        for cast, person_reads in ((before, False), (after, True)):
            read = {name: _open(session, cast, name).file.given for name in READERS}
            assert {name for name, words in read.items() if not words} == (set() if person_reads else {"person"})
            assert [one.name for one in _open(session, cast, "person").file.peers] == ["Petra Lind"]


@pytest.mark.parametrize("state", [CalibrationState.VOTING, CalibrationState.DISCUSSING])
def test_the_managers_marks_open_to_the_panel_with_the_votes(database: Database, state: CalibrationState) -> None:
    with writing(database.engine) as session:
        cast = _told(session, state)
        opened = {name: _open(session, cast, name).file for name in READERS}

    blind = {"chair", "first", "second"} if state is CalibrationState.VOTING else set()
    for name, file in opened.items():
        own = [row.own for row in file.gaps]
        marks = [row.manager for row in file.gaps]
        assert own == [2, 2, None]
        assert marks == ([None] * 3 if name in blind else [1, 2, None])
        assert file.ratings == (name not in blind)


def test_who_voted_what_is_the_panels_and_hrs(database: Database) -> None:
    with writing(database.engine) as session:
        cast = _told(session, CalibrationState.LOCKED, CaseOutcome.PROMOTE)
        for name in READERS:
            record = _open(session, cast, name).file.record
            assert record is not None
            assert record.counts[0] == (CaseOutcome.PROMOTE, 2)
            assert len(record.ballots) == (0 if name in {"person", "manager"} else 3)


def test_evidence_counts_from_the_day_on_which_the_case_was_handed_in(database: Database) -> None:
    with writing(database.engine) as session:
        cast = _told(session, CalibrationState.VOTING)
        case_id = session.scalars(select(PromotionCase.id)).one()
        later = case_files.open_file(session, actor_of(cast["hr"]), case_id, today=date(2031, 1, 1)).file

    assert later.on == NOW.date()
    assert later.backed == (1, 3)


def test_what_the_owner_closed_is_neither_read_nor_counted(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case, entry = make.make_case(session, cast), make.log_entry(session, cast)
        make_asked(session, entry, cast["peer"], Word.YES, words="I was there.")
        make.cite(session, cast, case, "reuse", entry)
        before = _open(session, cast, "manager").file.supports[1]
        entry.visibility = Visibility.MANAGER
        session.flush()
        after = _open(session, cast, "manager").file.supports[1]

    assert (before.recent[0].title, before.corroborators) == ("Cut the waiting time", ("Petra Lind",))
    assert (len(after.recent), after.closed[0].title, after.closed[0].body) == (0, "", "")


def test_a_list_holds_exactly_what_may_be_opened(database: Database) -> None:
    with writing(database.engine) as session:
        casts = [_told(session, state) for state in (CalibrationState.PREPARING, CalibrationState.VOTING)]
        admin = make_person(session, "Ada Admin", [Role.ADMIN])
        people = [cast[name] for cast in casts for name in cast.people] + [admin]
        for person in people:
            actor = actor_of(person)
            listed = {line.case_id for line in cases.listing(session, actor, CaseFilter()).lines}
            seen = set(session.scalars(select(PromotionCase.id).where(cases_visible_to(actor))))
            every = session.scalars(select(PromotionCase.id)).all()
            facts = {case_id: case_facts(session, actor, case_id) for case_id in every}
            granted = {key for key, one in facts.items() if one and allow(actor, Permission.CASE_SEE, one).granted}
            assert listed == seen == granted


def test_a_stranger_opens_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        cast = _told(session, CalibrationState.VOTING)
        for name in ("stranger", "peer", "other peer"):
            with pytest.raises(NotFoundError):
                _open(session, cast, name)


def test_the_packet_holds_the_first_year_of_whoever_may_open_it(database: Database) -> None:
    with writing(database.engine) as session:
        cast = _told(session, CalibrationState.LOCKED, CaseOutcome.PROMOTE)
        _begin_year(session, cast)
        papers = {name: _paper(session, cast, name) for name in READERS}

    assert {name for name, paper in papers.items() if paper.years} == {"person", "manager", "hr"}
    assert {name for name, paper in papers.items() if paper.metrics} == {"person", "manager", "hr"}
    assert papers["first"].reader == "a member of the panel"
    assert papers["hr"].as_of == NOW


def test_the_panel_reads_the_metrics_that_the_person_put_into_the_case(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        number = _begin_year(session, cast)
        make.fill(session, cast, case)
        entry = make.log_entry(session, cast, "Precision rose", reading_id=number.id)
        make.cite(session, cast, case, "money", entry)
        make.seat(session, cast, case, CalibrationState.VOTING)
        shown = _paper(session, cast, "first").metrics
        entry.visibility = Visibility.MANAGER
        session.flush()

        assert [(one.metric.id, [each.value for each in one.readings]) for one in shown] == [
            ("precision", [Decimal("0.88")])
        ]
        assert _paper(session, cast, "first").metrics == ()


def test_the_same_facts_give_the_same_packet_on_any_day(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        make.make_case(session, cast)
    with reading(database.engine) as session:
        assert _paper(session, cast, "person") == _paper(session, cast, "person")
        assert _paper(session, cast, "person").file.on == NOW.date()


def _paper(session: Session, cast: make.CaseCast, name: str) -> PromotionDocument:
    case_id = session.scalars(select(PromotionCase.id).where(PromotionCase.person_id == cast.person.id)).one()
    return case_papers.packet(session, actor_of(cast[name]), case_id, zone="UTC")


def _begin_year(session: Session, cast: make.CaseCast) -> ReadingRow:
    """A first year of the person with their manager, and a reading of one metric in it."""
    version = make_onboarding_version(session, role=f"year-{cast.person.id.hex[:8]}")
    wanted = PlanDraft(cast.person.id, cast.manager.id, version.id, date(2024, 3, 1), "UTC")
    plan_id = plans.begin(session, actor_of(cast["hr"]), wanted, today=TODAY, now=NOW)
    picked = PlanMetric(plan_id=plan_id, metric="precision", low="0.85", picked_at=NOW, picked_by_id=cast.manager.id)
    session.add(picked)
    session.flush()
    row = ReadingRow(
        plan_metric_id=picked.id, day=date(2024, 9, 1), number=1, value="0.88", entered_at=NOW,
        entered_by_id=cast.person.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
