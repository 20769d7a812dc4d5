"""Somebody taken out of a cycle and put back, a peer who declines, and who closes a cycle that they are in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.mark import Standing
from app.domain.permission import Role
from app.models.assessment import Assessment, AssessmentEvent, Cycle, ExpectationMark, Sheet
from app.models.audit import AuditEvent, AuditPayload
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person, RoleGrant
from app.queries import assessment_peers, duties, own_ladder
from app.queries import cycles as queries
from app.queries.cycles import ProgressFilter
from app.services import assessment_talk, cycles, declining, extending, handover, leaving, placements
from tests.factories.cycles import DUE, TODAY, assessment_of, make_cycle, make_report, make_team, seal_side
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database
    from tests.factories.cycles import Team

LATER = DUE + timedelta(days=20)


def _partner(session: Session, person: Person) -> None:
    person.roles.append(RoleGrant(role=Role.HR_PARTNER, granted_at=NOW))
    session.flush()


def _told(session: Session) -> dict[str, set[str]]:
    rows = session.execute(select(Message.subject, Person.name).join(Person, Person.id == Message.recipient_id))
    found: dict[str, set[str]] = {}
    for subject, name in rows:
        found.setdefault(subject, set()).add(name)
    return found


def _asked(session: Session, person: Person) -> int:
    return len(duties.duties(session, actor_of(person), NOW))


def _payloads(session: Session, action: str) -> list[str]:
    wanted = select(AuditPayload.body).join(AuditEvent, AuditEvent.seq == AuditPayload.seq)
    return [str(one) for one in session.scalars(wanted.where(AuditEvent.action == action))]


def _out(session: Session, team: Team, assessment: Assessment, reason: str = "She left.") -> None:
    leaving.take_out(session, actor_of(team.hr), assessment.id, reason=reason, now=NOW)


def test_who_is_taken_out_is_counted_and_asked_no_more_and_keeps_what_was_sealed(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
        one = assessment_of(session, cycle, team.mira)
        sealed = seal_side(session, one, Answerer.SELF)
        before = _asked(session, team.manager)
        session.query(Message).delete()
        _out(session, team, one)
    with reading(database.engine) as session:
        found = queries.progress(session, actor_of(team.hr), cycle.id, ProgressFilter(), today=TODAY)
        assert [line.name for line in found.lines] == ["Noor Hire"]
        assert (found.head.people, sum(found.counts.values())) == (1, 1)
        assert [(gone.name, gone.reason) for gone in found.taken_out] == [("Mira Okafor", "She left.")]
        assert _asked(session, team.manager) == before - 1
        assert session.get_one(Sheet, sealed.id).sealed_at == NOW
        assert [one.left for one in own_ladder.own_ladder(session, actor_of(team.mira), today=TODAY).assessments] == [
            True
        ]
        assert _told(session) == {"Mira Okafor is no longer in Autumn 2026": {"Mira Okafor", "Mika Manager"}}


def test_who_has_left_is_not_told(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        one = assessment_of(session, make_cycle(session, team), team.mira)
        session.query(Message).delete()
        team.mira.active = False
        session.flush()
        _out(session, team, one)
        assert _told(session) == {"Mira Okafor is no longer in Autumn 2026": {"Mika Manager"}}


def test_nothing_happens_to_an_assessment_that_was_taken_out(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        other = make_person(session, "Olle Other", [Role.PEOPLE_MANAGER])
        cycle = make_cycle(session, team)
        one = assessment_of(session, cycle, team.mira)
        _out(session, team, one)
        session.query(Message).delete()
    hr = actor_of(team.hr)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        extending.extend(session, hr, one.id, LATER, reason="Ill.", today=TODAY, now=NOW)
    with pytest.raises(InvalidError, match="taken out"), writing(database.engine) as session:
        handover.hand_over(session, hr, one.id, other.id, reason="Moved.", now=NOW)
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        _out(session, team, one)
    with pytest.raises(InvalidError, match="Put them back in"), writing(database.engine) as session:
        cycles.join(session, hr, cycle.id, {team.mira.id: None}, today=TODAY, now=NOW)
    with writing(database.engine) as session:
        cycles.postpone(session, hr, cycle.id, LATER, reason="Holidays.", today=TODAY, now=NOW)
        cycles.close(session, hr, cycle.id, version=session.get_one(Cycle, cycle.id).version, now=NOW)
        assert session.get_one(Assessment, one.id).due_on == DUE
        assert all("Mira Okafor" not in names for names in _told(session).values())
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        leaving.put_back(session, hr, one.id, reason="Back.", now=NOW)


def test_who_is_put_back_goes_on_with_whom_they_report_to_now(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        new = make_person(session, "Nia Next", [Role.PEOPLE_MANAGER])
        cycle = make_cycle(session, team)
        one = assessment_of(session, cycle, team.mira)
        _out(session, team, one)
        placements.report_to(session, actor_of(team.hr), team.mira.id, new.id, "Growth", now=NOW)
        assert one.manager_id == team.manager.id
        cycles.postpone(session, actor_of(team.hr), cycle.id, LATER, reason="Holidays.", today=TODAY, now=NOW)
        leaving.put_back(session, actor_of(team.hr), one.id, reason="By mistake.", now=NOW)
    with reading(database.engine) as session:
        kept = session.get_one(Assessment, one.id)
        assert (kept.left_at, kept.manager_id, kept.due_on) == (None, new.id, LATER)
        assert _asked(session, new) == 1
        lines = session.scalars(
            select(AssessmentEvent.what).where(AssessmentEvent.assessment_id == one.id).order_by(AssessmentEvent.number)
        ).all()
        assert lines == ["Opened", "Taken out of the cycle", "Put back into the cycle", "Given to Nia Next"]


def test_what_is_in_the_way_of_putting_somebody_back(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        one = assessment_of(session, make_cycle(session, team), team.mira)
        _out(session, team, one)
        make_cycle(session, team, title="Another", people={team.mira.id: None})
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        leaving.put_back(session, actor_of(team.hr), one.id, reason="", now=NOW)
    assert [fault.message for fault in error.value.faults] == [
        "Mira Okafor is already in the open cycle “Another” on this ladder.",
        "Write why.",
    ]
    with writing(database.engine) as session:
        session.get_one(Person, team.mira.id).active = False
    with pytest.raises(InvalidError, match="no open account"), writing(database.engine) as session:
        leaving.put_back(session, actor_of(team.hr), one.id, reason="Back.", now=NOW)


def test_nobody_takes_themselves_out_and_only_hr_takes_out(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        _partner(session, team.mira)
        one = assessment_of(session, make_cycle(session, team), team.mira)
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        leaving.take_out(session, actor_of(team.mira), one.id, reason="Rather not.", now=NOW)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        leaving.take_out(session, actor_of(team.manager), one.id, reason="Rather not.", now=NOW)


def test_everybody_and_their_managers_are_told_once_that_a_cycle_is_closed(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team)
        seal_side(session, assessment_of(session, cycle, team.mira), Answerer.SELF)
        session.query(Message).delete()
        cycles.close(session, actor_of(team.hr), cycle.id, version=cycle.version, now=NOW)
        rows = session.execute(select(Message.subject, Message.body, Message.recipient_id)).all()
        assert {row.recipient_id for row in rows} == {team.mira.id, team.noor.id, team.manager.id}
        assert len(rows) == 3
        # The same words for all: nobody learns from them who has answered.
        assert len({(row.subject, row.body) for row in rows}) == 1


def test_a_partner_in_the_cycle_leaves_it_to_another_partner(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        _partner(session, team.mira)
        cycle = make_cycle(session, team)
    mira = actor_of(team.mira)
    with pytest.raises(InvalidError, match="for somebody else to do: Hana HR"), writing(database.engine) as session:
        cycles.close(session, mira, cycle.id, version=cycle.version, reason="Over.", now=NOW)
    with pytest.raises(InvalidError, match="Hana HR"), writing(database.engine) as session:
        cycles.postpone(session, mira, cycle.id, LATER, reason="More time.", today=TODAY, now=NOW)
    with reading(database.engine) as session:
        kept = session.get_one(Cycle, cycle.id)
        assert (kept.state, kept.due_on) == (CycleState.OPEN, DUE)
        assert queries.hands(session, mira, cycle.id).for_others == ("Hana HR",)


def test_the_only_partner_closes_their_own_cycle_with_words_that_the_audit_keeps(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        _partner(session, team.mira)
        cycle = make_cycle(session, team)
        session.get_one(Person, team.hr.id).active = False
    mira = actor_of(team.mira)
    with pytest.raises(InvalidError, match="Write why"), writing(database.engine) as session:
        cycles.close(session, mira, cycle.id, version=cycle.version, now=NOW)
    with writing(database.engine) as session:
        cycles.postpone(session, mira, cycle.id, LATER, reason="Holidays.", today=TODAY, now=NOW)
        version = session.get_one(Cycle, cycle.id).version
        cycles.close(session, mira, cycle.id, version=version, reason="Nobody else is here.", now=NOW)
    with reading(database.engine) as session:
        (closed,), (postponed,) = (_payloads(session, f"cycle.{act}") for act in ("close", "postpone"))
        assert "about_themselves" in closed
        assert "Nobody else is here." in closed
        assert "about_themselves" in postponed


def test_a_partner_who_was_taken_out_is_no_longer_in_it(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        _partner(session, team.mira)
        cycle = make_cycle(session, team)
        _out(session, team, assessment_of(session, cycle, team.mira))
        cycles.close(session, actor_of(team.mira), cycle.id, version=cycle.version, now=NOW)
        assert session.get_one(Cycle, cycle.id).state is CycleState.CLOSED


def test_a_peer_declines_and_somebody_else_is_asked(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        peers = [make_person(session, f"Peer {n}", [Role.EMPLOYEE]) for n in range(6)]
        one = assessment_of(session, make_cycle(session, team, with_peers=True), team.mira)
        for peer in peers[:5]:
            assessment_talk.ask_peer(session, actor_of(team.mira), one.id, peer.id, now=NOW)
        sheet = session.scalars(select(Sheet).where(Sheet.author_id == peers[0].id)).one()
        session.add(ExpectationMark(sheet_id=sheet.id, competency="data", standing=Standing.BELOW))
        session.flush()
        session.query(Message).delete()
        declining.decline(session, actor_of(peers[0]), one.id, " We never worked together. ", now=NOW)
    with writing(database.engine) as session:
        assert _asked(session, peers[0]) == 0
        assert session.scalars(select(ExpectationMark)).all() == []
        assert _told(session) == {"Peer 0 will not answer on Mira Okafor": {"Mira Okafor", "Mika Manager"}}
        first = assessment_peers.page(session, actor_of(team.manager), one.id).asked[0]
        assert (first.name, first.declined_at, first.words) == ("Peer 0", NOW, "We never worked together.")
        assessment_talk.ask_peer(session, actor_of(team.mira), one.id, peers[5].id, now=NOW)
    with pytest.raises(InvalidError, match="asked already and declined"), writing(database.engine) as session:
        assessment_talk.ask_peer(session, actor_of(team.mira), one.id, peers[0].id, now=NOW)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        declining.decline(session, actor_of(peers[0]), one.id, "", now=NOW)


def test_the_two_do_not_decline_and_neither_does_a_peer_who_sealed(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        peer = make_person(session, "Pia Peer", [Role.EMPLOYEE])
        one = assessment_of(session, make_cycle(session, team, with_peers=True), team.mira)
        assessment_talk.ask_peer(session, actor_of(team.mira), one.id, peer.id, now=NOW)
        seal_side(session, one, Answerer.PEER)
    for person in (team.mira, team.manager, peer):
        with pytest.raises(NotAllowedError), writing(database.engine) as session:
            declining.decline(session, actor_of(person), one.id, "", now=NOW)
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        declining.decline(session, actor_of(team.noor), one.id, "", now=NOW)


def test_words_of_a_peer_who_declines_have_a_limit(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        peer = make_report(session, "Pia Peer", team.manager, team.version, team.hr)
        one = assessment_of(session, make_cycle(session, team, with_peers=True), team.mira)
        assessment_talk.ask_peer(session, actor_of(team.mira), one.id, peer.id, now=NOW)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        declining.decline(session, actor_of(peer), one.id, "x" * 501, now=NOW)
    assert [fault.field for fault in error.value.faults] == ["words"]
