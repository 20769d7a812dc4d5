"""A calibration from its votes to its lock. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.domain.errors import AlreadyDoneError, InvalidError, NotAllowedError, NotFoundError, NotYetError
from app.domain.growth.calibration import CalibrationState, ChangeReason, ConflictKind
from app.domain.growth.case import CaseOutcome, CaseState
from app.models.ballots import ballots
from app.models.calibration import Calibration, CalibrationItem, Conflict, PreVote
from app.models.engine import writing
from app.models.ladder import Reporting
from app.models.outbox import Message
from app.services import calibration_run, prevotes
from app.services.prevotes import Ballot, Change
from tests.factories.calibrations import (
    LATER,
    Panel,
    add_rating,
    lock,
    make_panel,
    open_with,
    seal,
    settle,
    start_voting,
)
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

P, L, N = "promote", "postpone", "not_yet"
HEARD = Change(P, ChangeReason.EVIDENCE_HEARD, "The second team's lead confirmed it.")


def _change(session: Session, panel: Panel, person: Person, wanted: Change) -> None:
    prevotes.change(session, actor_of(person), panel.item.id, wanted, now=LATER)


def test_asking_for_votes_notes_who_is_in_conflict(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        rows = session.scalars(select(Conflict)).all()
        assert [(row.member_id, row.kind) for row in rows] == [(panel.team.manager.id, ConflictKind.OWN_REPORT)]


def test_votes_are_not_asked_for_where_fewer_than_three_could_vote(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        session.add(Reporting(person_id=panel.team.hr.id, manager_id=panel.ben.id, team=""))
        session.get_one(Reporting, panel.team.mira.id).manager_id = panel.ben.id
        session.flush()
        with pytest.raises(InvalidError, match="On Mira Okafor only 2 may vote"):
            start_voting(session, panel)


def test_the_person_and_the_manager_have_no_vote(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        with pytest.raises(NotAllowedError):
            seal(session, panel.item.id, panel.team.manager, P)
        with pytest.raises(NotFoundError):
            seal(session, panel.item.id, panel.team.mira, P)


def test_a_sealed_vote_never_changes_not_even_in_the_database(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        seal(session, panel.item.id, panel.ana, N)
        with pytest.raises(AlreadyDoneError):
            prevotes.seal(session, actor_of(panel.ana), panel.item.id, Ballot(P, "No."), version=1, now=LATER)
        session.get_one(PreVote, (panel.item.id, panel.ana.id)).value = P
        with pytest.raises(DBAPIError):
            session.flush()
        session.rollback()


def test_a_session_opens_without_a_vote_only_with_a_reason(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        seal(session, panel.item.id, panel.ana, P)
        chair, made = actor_of(panel.chair), panel.calibration.id
        with pytest.raises(InvalidError, match="Votes are missing of Ben Brandt, Carla Chair"):
            calibration_run.open_votes(session, chair, made, " ", now=NOW)
        calibration_run.open_votes(session, chair, made, "Ben is ill until January.", now=NOW)
        opened = session.get_one(Calibration, made)
        assert (opened.state, opened.opened_without) == (CalibrationState.DISCUSSING, "Ben is ill until January.")
        with pytest.raises(AlreadyDoneError, match="not have been given apart"):
            seal(session, panel.item.id, panel.ben, N)


def test_a_changed_vote_keeps_what_was_sealed_and_counts_as_changed(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        _change(session, panel, panel.ben, HEARD)
        with pytest.raises(InvalidError, match="This is the vote that you have"):
            _change(session, panel, panel.ben, HEARD)
        settle(session, panel, P)
        lock(session, panel)
        found = {one.name: (one.outcome, one.reason) for one in ballots(session, panel.case.id)}
        sealed = session.get_one(PreVote, (panel.item.id, panel.ben.id))
        assert found["Ben Brandt"] == (CaseOutcome.PROMOTE, HEARD.words)
        assert found["Ana Alves"] == (CaseOutcome.PROMOTE, "Ana Alves says so.")
        assert (sealed.value, sealed.reason) == (N, "Ben Brandt says so.")
        with pytest.raises(NotAllowedError):
            _change(session, panel, panel.ana, Change(N, ChangeReason.MISREAD, "Too late."))


def test_a_change_without_kind_or_words_says_both(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        with pytest.raises(InvalidError) as caught:
            _change(session, panel, panel.ben, Change(P, None, " "))
        assert {fault.field for fault in caught.value.faults} == {"reason", "words"}


def test_a_declared_conflict_takes_the_vote_away(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, N])
        prevotes.declare(session, actor_of(panel.ben), panel.item.id, "We share a flat.", now=LATER)
        with pytest.raises(NotAllowedError):
            _change(session, panel, panel.ben, HEARD)
        with pytest.raises(InvalidError, match="below 3 nothing is added up"):
            settle(session, panel, P)
        settle(session, panel, "", "It goes to the next panel.")
        lock(session, panel)
        assert [one.name for one in ballots(session, panel.case.id)] == ["Ana Alves", "Carla Chair"]


def test_the_chair_hands_over_before_declaring(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        with pytest.raises(InvalidError, match="Hand the chair to another member first"):
            prevotes.declare(session, actor_of(panel.chair), panel.item.id, "We are married.", now=NOW)


def test_items_are_talked_through_one_at_a_time(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        other = add_rating(session, panel)
        start_voting(session, panel)
        for person in panel.voters:
            seal(session, panel.item.id, person, P)
            seal(session, other.id, person, "senior")
        chair = actor_of(panel.chair)
        calibration_run.open_votes(session, chair, panel.calibration.id, "", now=NOW)
        calibration_run.call(session, chair, panel.item.id, now=NOW)
        with pytest.raises(NotYetError, match="Mira Okafor"):
            calibration_run.call(session, chair, other.id, now=NOW)
        settle(session, panel, P)
        calibration_run.call(session, chair, other.id, now=LATER)
        with pytest.raises(InvalidError, match="Not settled yet: Noor Hire"):
            lock(session, panel)


def test_a_rating_is_a_level_of_the_ladder(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        other = add_rating(session, panel)
        start_voting(session, panel)
        with pytest.raises(InvalidError, match="Choose how you vote"):
            seal(session, other.id, panel.ana, P)
        seal(session, other.id, panel.ana, "group")


def test_a_withdrawn_case_is_neither_voted_on_nor_waited_for(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        start_voting(session, panel)
        panel.case.state = CaseState.WITHDRAWN
        session.flush()
        with pytest.raises(AlreadyDoneError, match="withdrawn"):
            seal(session, panel.item.id, panel.ana, P)
        calibration_run.open_votes(session, actor_of(panel.chair), panel.calibration.id, "", now=NOW)
        lock(session, panel)
        assert panel.calibration.state is CalibrationState.LOCKED


def test_managers_are_told_where_to_read_once_it_is_locked(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        open_with(session, panel, [P, P, P])
        item = session.get_one(CalibrationItem, panel.item.id)
        chair = actor_of(panel.chair)
        words = "Her scope carries it; name the second team in writing."
        calibration_run.tell(session, chair, item.id, words, version=item.version, now=NOW)
        to_manager = select(Message).where(Message.recipient_id == panel.team.manager.id)
        before = len(session.scalars(to_manager).all())
        settle(session, panel, P)
        lock(session, panel)
        newest = session.scalars(to_manager.order_by(Message.created_at.desc())).first()
        assert len(session.scalars(to_manager).all()) == before + 1
        assert newest is not None
        assert newest.path == f"/calibrations/items/{item.id}/words"
        assert words not in newest.body + newest.subject


def test_only_the_chair_runs_a_session(database: Database) -> None:
    with writing(database.engine) as session:
        panel = make_panel(session)
        for person in (panel.ana, panel.team.hr):
            with pytest.raises(NotAllowedError):
                calibration_run.ask_for_votes(session, actor_of(person), panel.calibration.id, now=NOW)
        with pytest.raises(NotYetError):
            calibration_run.open_votes(session, actor_of(panel.chair), panel.calibration.id, "", now=NOW)
