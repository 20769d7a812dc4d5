"""Assessment cycles: opened whole or not at all, extended with a reason, handed over, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.mark import Standing
from app.domain.permission import Role
from app.models.assessment import Assessment, AssessmentEvent, Cycle, ExpectationMark, Sheet
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.services import cycles, extending, handover, placements
from tests.factories.cycles import DUE, TODAY, assessment_of, make_cycle, make_report, make_team, seal_side
from tests.factories.hiring import NOW, actor_of, make_blueprint_version, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

LATER = date(2027, 1, 15)


def refused(error: pytest.ExceptionInfo[InvalidError]) -> dict[str, str]:
    return {fault.field: fault.message for fault in error.value.faults}


def history(session: Session, assessment_id: UUID) -> list[tuple[int, str, str]]:
    rows = session.scalars(
        select(AssessmentEvent).where(AssessmentEvent.assessment_id == assessment_id).order_by(AssessmentEvent.number)
    )
    return [(row.number, row.what, row.reason) for row in rows]


def test_a_cycle_asks_both_sides_and_keeps_level_and_team_as_they_were(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
    with reading(database.engine) as session:
        one = assessment_of(session, cycle, team.mira)
        sheets = session.execute(select(Sheet.answerer, Sheet.author_id).where(Sheet.assessment_id == one.id)).all()
        assert (one.manager_id, one.team, one.current_level, one.target_level) == (
            team.manager.id,
            "Search",
            "senior",
            "",
        )
        assert one.due_on == DUE
        assert {tuple(row) for row in sheets} == {
            (Answerer.SELF, team.mira.id),
            (Answerer.MANAGER, team.manager.id),
        }
        assert history(session, one.id) == [(1, "Opened", "")]
        told = session.execute(select(Message.recipient_id, Message.subject).order_by(Message.subject)).all()
        assert sorted((str(who), what) for who, what in told) == sorted(
            [
                (str(team.mira.id), "Assess yourself: Autumn 2026"),
                (str(team.noor.id), "Assess yourself: Autumn 2026"),
                (str(team.manager.id), "Assess your reports: Autumn 2026"),
            ]
        )


def test_three_hundred_people_take_one_transaction_and_few_statements(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        managers = [make_person(session, f"Manager {n}", [Role.PEOPLE_MANAGER]) for n in range(10)]
        people = [
            make_report(session, f"Person {n:03}", managers[n % 10], team.version, team.hr, team=f"Team {n % 10}")
            for n in range(300)
        ]
    with writing(database.engine) as session, counted(database.engine) as statements:
        draft = team.draft(people={one.id: None for one in people})
        cycle_id = cycles.open_cycle(session, actor_of(team.hr), draft, today=TODAY, now=NOW)
        session.flush()
        sent = len(statements)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Assessment)) == 300
        assert session.scalar(select(func.count()).select_from(Sheet)) == 600
        assert session.scalar(select(func.count()).select_from(Message)) == 310
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.object == f"cycle/{cycle_id}")).all()
        assert events == ["cycle.open"]
    # A thousand rows: a handful of reads, and inserts of many rows each.
    assert sent < 20


def test_one_person_in_the_way_keeps_the_whole_cycle_from_opening(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        make_cycle(session, team)
        lone = make_person(session, "Lone Wolf", [Role.EMPLOYEE])
        gone = make_report(session, "Gone Girl", team.manager, team.version, team.hr)
        gone.active = False
        fresh = make_report(session, "Fresh Face", team.manager, team.version, team.hr)
    draft = team.draft(people=dict.fromkeys((team.mira.id, lone.id, gone.id, fresh.id)))
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        cycles.open_cycle(session, actor_of(team.hr), draft, today=TODAY, now=NOW)
    assert [fault.message for fault in error.value.faults] == [
        "Gone Girl: has no open account.",
        "Lone Wolf: reports to nobody. Say to whom under People and levels first.",
        "Mira Okafor: is already in the open cycle “Autumn 2026” on this ladder.",
    ]
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Assessment)) == 2


def test_every_fault_of_a_cycle_is_said_at_once(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        plain = make_blueprint_version(session)
    draft = team.draft(title=" ", blueprint_version_id=plain.id, due_on=TODAY, people={})
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        cycles.open_cycle(session, actor_of(team.hr), draft, today=TODAY, now=NOW)
    assert refused(error) == {
        "title": "Write a title.",
        "blueprint_version_id": "Choose a blueprint that has a ladder.",
        "due_on": "Choose a day that is still to come.",
        "people": "Choose at least one person.",
    }


def test_only_hr_opens_and_closes(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        cycles.open_cycle(session, actor_of(team.manager), team.draft(), today=TODAY, now=NOW)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        cycles.close(session, actor_of(team.manager), cycle.id, version=cycle.version, now=NOW)


def test_a_closed_cycle_stays_as_it_is(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
    with pytest.raises(ConflictError), writing(database.engine) as session:
        cycles.close(session, actor_of(team.hr), cycle.id, version=cycle.version - 1, now=NOW)
    with writing(database.engine) as session:
        cycles.close(session, actor_of(team.hr), cycle.id, version=cycle.version, now=NOW)
    with reading(database.engine) as session:
        kept = session.get_one(Cycle, cycle.id)
        assert (kept.state, kept.closed_at) == (CycleState.CLOSED, NOW)
        one = assessment_of(session, kept, team.mira)
    hr = actor_of(team.hr)
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        cycles.close(session, hr, cycle.id, version=kept.version, now=NOW)
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        cycles.postpone(session, hr, cycle.id, LATER, reason="Ill.", today=TODAY, now=NOW)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        extending.extend(session, hr, one.id, LATER, reason="Ill.", today=TODAY, now=NOW)
    with pytest.raises(InvalidError), writing(database.engine) as session:
        handover.hand_over(session, hr, one.id, team.hr.id, reason="Moved.", now=NOW)
    with writing(database.engine) as session:
        make_cycle(session, team, title="Spring 2027")


def test_more_time_for_all_leaves_alone_who_has_later_already(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
        mira, noor = (assessment_of(session, cycle, one) for one in (team.mira, team.noor))
        extending.extend(
            session,
            actor_of(team.manager),
            mira.id,
            LATER + timedelta(days=9),
            reason="On leave.",
            today=TODAY,
            now=NOW,
        )
        seal_side(session, noor, Answerer.SELF)
        session.query(Message).delete()
        cycles.postpone(session, actor_of(team.hr), cycle.id, LATER, reason=" Two holidays. ", today=TODAY, now=NOW)
    with reading(database.engine) as session:
        assert session.get_one(Cycle, cycle.id).due_on == LATER
        assert session.get_one(Assessment, noor.id).due_on == LATER
        assert session.get_one(Assessment, mira.id).due_on == LATER + timedelta(days=9)
        assert history(session, noor.id)[1:] == [
            (2, "Date moved from 11 December 2026 to 15 January 2027", "Two holidays.")
        ]
        assert history(session, mira.id)[1:] == [
            (2, "Date moved from 11 December 2026 to 24 January 2027", "On leave.")
        ]
        # Noor has answered, so the mail would be for nothing.
        assert set(session.scalars(select(Message.recipient_id))) == {team.mira.id, team.manager.id}


@pytest.mark.parametrize(
    ("due_on", "reason", "field"),
    [(DUE, "Ill.", "due_on"), (TODAY + timedelta(days=400), "Ill.", "due_on"), (LATER, "  ", "reason")],
)
def test_more_time_needs_a_later_day_within_a_year_and_a_reason(
    database: Database, due_on: date, reason: str, field: str
) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        one = assessment_of(session, make_cycle(session, team), team.mira)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        extending.extend(session, actor_of(team.manager), one.id, due_on, reason=reason, today=TODAY, now=NOW)
    assert set(refused(error)) == {field}


def test_who_may_extend_and_who_may_not(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        other = make_person(session, "Olle Other", [Role.PEOPLE_MANAGER])
        one = assessment_of(session, make_cycle(session, team), team.mira)
    for person, error in ((team.mira, NotAllowedError), (other, NotFoundError)):
        with pytest.raises(error), writing(database.engine) as session:
            extending.extend(session, actor_of(person), one.id, LATER, reason="Why not.", today=TODAY, now=NOW)


def test_a_new_manager_answers_in_place_of_one_who_only_drafted(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        new = make_person(session, "Nia Next", [Role.PEOPLE_MANAGER])
        one = assessment_of(session, make_cycle(session, team), team.mira)
        draft = session.scalars(
            select(Sheet).where(Sheet.assessment_id == one.id, Sheet.answerer == Answerer.MANAGER)
        ).one()
        session.add(ExpectationMark(sheet_id=draft.id, competency="data", standing=Standing.BELOW))
        session.flush()
        placements.report_to(session, actor_of(team.hr), team.mira.id, new.id, "Growth", now=NOW)
    with reading(database.engine) as session:
        kept = session.get_one(Assessment, one.id)
        authors = session.execute(select(Sheet.answerer, Sheet.author_id).where(Sheet.assessment_id == one.id)).all()
        assert (kept.manager_id, kept.team) == (new.id, "Search")
        assert {tuple(row) for row in authors} == {(Answerer.SELF, team.mira.id), (Answerer.MANAGER, new.id)}
        assert session.scalar(select(func.count()).select_from(ExpectationMark)) == 0
        assert history(session, one.id)[1:] == [(2, "Given to Nia Next", "They report to somebody else now.")]
        assert session.scalars(select(Message.subject).where(Message.recipient_id == new.id)).all() == [
            "You now assess Mira Okafor"
        ]


def test_what_a_former_manager_sealed_stays_theirs(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        new = make_person(session, "Nia Next", [Role.PEOPLE_MANAGER])
        one = assessment_of(session, make_cycle(session, team), team.mira)
        sealed = seal_side(session, one, Answerer.MANAGER)
        handover.hand_over(session, actor_of(team.hr), one.id, new.id, reason="Team split.", now=NOW)
    with reading(database.engine) as session:
        sheets = session.scalars(select(Sheet).where(Sheet.assessment_id == one.id)).all()
        assert session.get_one(Assessment, one.id).manager_id == new.id
        assert {sheet.id for sheet in sheets if sheet.answerer is Answerer.MANAGER} == {sealed.id}
        assert session.get_one(Sheet, sealed.id).author_id == team.manager.id


def test_whoever_answered_as_a_peer_does_not_answer_again_as_manager(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        peer = make_person(session, "Pia Peer", [Role.PEOPLE_MANAGER])
        one = assessment_of(session, make_cycle(session, team), team.mira)
        session.add(Sheet(assessment_id=one.id, answerer=Answerer.PEER, author_id=peer.id, asked_at=NOW, sealed_at=NOW))
        session.flush()
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        handover.hand_over(session, actor_of(team.hr), one.id, peer.id, reason="Moved.", now=NOW)
    assert refused(error) == {"manager_id": "Pia Peer has already answered here as a peer. Choose somebody else."}
    with writing(database.engine) as session:
        placements.report_to(session, actor_of(team.hr), team.mira.id, peer.id, "", now=NOW)
        assert session.get_one(Assessment, one.id).manager_id == team.manager.id


def test_nobody_moves_an_assessment_of_their_own(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        partner = make_report(session, "Petra Partner", team.manager, team.version, team.hr)
        session.get_one(Person, partner.id).roles.append(
            team.hr.roles[0].__class__(role=Role.HR_PARTNER, granted_at=NOW)
        )
        session.flush()
        cycle = make_cycle(session, team, people={partner.id: None})
        one = assessment_of(session, cycle, partner)
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        handover.hand_over(session, actor_of(partner), one.id, team.hr.id, reason="Rather them.", now=NOW)


def test_a_latecomer_joins_an_open_cycle_once(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
        late = make_report(session, "Lara Late", team.manager, team.version, team.hr)
        cycles.join(session, actor_of(team.hr), cycle.id, {late.id: None}, today=TODAY, now=NOW)
        assert assessment_of(session, cycle, late).current_level == "senior"
    with pytest.raises(InvalidError), writing(database.engine) as session:
        cycles.join(session, actor_of(team.hr), cycle.id, {late.id: None}, today=TODAY, now=NOW)


def test_nobody_chooses_who_assesses_them(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        friend = make_person(session, "Fay Friend", [Role.PEOPLE_MANAGER])
        placements.record_line(session, actor_of(team.manager), team.hr.id, team.manager.id, "People", now=NOW)
        made = make_cycle(session, team)
    draft = team.draft(people={team.hr.id: friend.id})
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        cycles.open_cycle(session, actor_of(team.hr), draft, today=TODAY, now=NOW)
    assert refused(error) == {"people": "Who assesses you is whom you report to. Leave your own manager empty."}
    with pytest.raises(InvalidError), writing(database.engine) as session:
        cycles.join(session, actor_of(team.hr), made.id, {team.hr.id: friend.id}, today=TODAY, now=NOW)
    with writing(database.engine) as session:
        people = {team.hr.id: team.manager.id}
        cycles.join(session, actor_of(team.hr), made.id, people, today=TODAY, now=NOW)
