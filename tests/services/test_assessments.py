"""Assessments: apart, sealed until both are in, then read by both; aims, peers, what was agreed. On both databases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, select, update

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.answers import Answers
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.log import Visibility
from app.domain.growth.mark import Mark, Standing
from app.domain.permission import Role
from app.models.assessment import Assessment, AssessmentOutcome, ExpectationMark, Sheet
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.queries import assessments as queries
from app.services import assessment_talk, assessments
from tests.factories import assessments as make
from tests.factories.evidence import make_entry
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database


def _save(session: Session, scene: make.Scene, person: Person, answers: Answers = make.OWN, version: int = 0) -> int:
    return assessments.save(session, actor_of(person), scene.assessment.id, answers, version=version, now=NOW)


def _fault(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(InvalidError) as raised:
        act()
    return raised.value.faults[0].field, raised.value.faults[0].message


def _marks(session: Session, scene: make.Scene) -> set[tuple[str, str, str]]:
    rows = session.execute(
        select(ExpectationMark.competency, ExpectationMark.standing, ExpectationMark.rung)
        .join(Sheet, Sheet.id == ExpectationMark.sheet_id)
        .where(Sheet.assessment_id == scene.assessment.id)
    )
    return {(row.competency, row.standing, row.rung) for row in rows}


def test_a_draft_is_kept_changed_and_every_save_has_a_version_of_its_own(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        first = _save(session, scene, scene.person, Answers((Mark("data", Standing.BELOW),)))
        second = _save(session, scene, scene.person, make.OWN, first)
        third = _save(session, scene, scene.person, replace(make.OWN, marks=make.OWN.marks[:1]), second)

        assert len({0, first, second, third}) == 4
        assert _marks(session, scene) == {("judgment", "met", "principal")}


def test_a_save_from_an_old_page_is_refused_and_changes_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        version = _save(session, scene, scene.person)

        with pytest.raises(ConflictError) as raised:
            _save(session, scene, scene.person, Answers(), 0)

        assert raised.value.current_version == version
        assert len(_marks(session, scene)) == 3


def test_nothing_opens_until_both_are_in(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        assert make.seal(session, scene, scene.person, make.OWN) is False
        assert queries.sealed_marks(session, scene.assessment.id) == queries.SealedMarks()
        assert queries.newest(session, scene.person.id) is None

        assert make.seal(session, scene, scene.manager, make.MANAGER) is True
        both = queries.sealed_marks(session, scene.assessment.id)
        newest = queries.newest(session, scene.person.id)

        assert {mark.competency: mark for mark in both.own} == {mark.competency: mark for mark in make.OWN.marks}
        assert {mark.competency: mark for mark in both.manager} == {
            mark.competency: mark for mark in make.MANAGER.marks
        }
        assert newest
        assert (newest.assessment_id, newest.target_level) == (scene.assessment.id, "principal")
        told = session.scalars(select(Message.recipient_id).where(Message.subject == "Both assessments are in")).all()
        assert (len(told), set(told)) == (2, {scene.person.id, scene.manager.id})


def test_a_peer_opens_nothing_and_is_no_side(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        peer = make_person(session, "Pia Peer", [Role.EMPLOYEE])
        assessment_talk.ask_peer(session, actor_of(scene.person), scene.assessment.id, peer.id, now=NOW)
        make.seal(session, scene, scene.person, make.OWN)

        assert make.seal(session, scene, peer, make.PEER) is False
        assert queries.sealed_marks(session, scene.assessment.id) == queries.SealedMarks()
        make.seal(session, scene, scene.manager, make.MANAGER)
        assert {mark.competency for mark in queries.sealed_marks(session, scene.assessment.id).manager} == {
            "judgment", "data", "people",
        }  # fmt: skip


def test_sealed_answers_never_change(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        make.seal_both(session, scene)
        sheet_id = session.scalars(
            select(Sheet.id).where(Sheet.assessment_id == scene.assessment.id, Sheet.answerer == Answerer.SELF)
        ).one()
        for act in (
            partial(_save, session, scene, scene.person),
            partial(make.seal, session, scene, scene.manager, make.MANAGER),
        ):
            with pytest.raises(AlreadyDoneError, match="sealed already"):
                act()
    for statement in (
        update(Sheet).where(Sheet.id == sheet_id).values(words="Other"),
        update(ExpectationMark).where(ExpectationMark.sheet_id == sheet_id).values(note="Other"),
        delete(ExpectationMark).where(ExpectationMark.sheet_id == sheet_id),
    ):
        refused = pytest.raises(sa.exc.DBAPIError, match=r"never changed|refuse|append")
        with refused, writing(database.engine) as session:
            session.execute(statement)


def test_a_target_below_the_current_level_is_refused_in_words(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)

        def aim(current: str, target: str) -> None:
            _save(session, scene, scene.person, replace(make.OWN, current=current, target=target))

        assert _fault(lambda: aim("principal", "senior")) == (
            "target",
            "Senior PM is below Principal PM. Choose the same level, a higher one or another track.",
        )
        assert _fault(lambda: aim("senior", "director"))[0] == "target"
        aim("principal", "group")
        assert (scene.assessment.current_level, scene.assessment.target_level) == ("principal", "group")


def test_a_field_that_does_not_fit_stays_as_it_was_and_the_rest_is_saved(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        version = _save(session, scene, scene.person)
        wrong = replace(
            make.OWN,
            marks=(Mark("judgment", Standing.BELOW, None, "x" * 2001), Mark("data", Standing.MET, "principal", "New.")),
            words="New words.",
            current="principal",
            target="senior",
        )
        saved = assessments.save_what_fits(
            session, actor_of(scene.person), scene.assessment.id, wrong, version=version, now=NOW
        )
        assert {fault.field for fault in saved.faults} == {"target", "note-judgment"}
        assert saved.version > version
        assert _marks(session, scene) == {("judgment", "below", ""), ("data", "met", "principal")}
        notes = dict(session.execute(select(ExpectationMark.competency, ExpectationMark.note)).all())
        assert notes == {"judgment": "Led the pricing bet.", "data": "New."}
        assert (scene.assessment.current_level, scene.assessment.target_level) == ("senior", "principal")
        assert session.scalars(select(Sheet.words).where(Sheet.author_id == scene.person.id)).one() == "New words."


def test_answers_on_what_is_not_asked_are_refused_whole(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        strange = replace(make.OWN, marks=(*make.OWN.marks, Mark("juggling", Standing.NOT_ENOUGH)))
        with pytest.raises(InvalidError):
            assessments.save_what_fits(
                session, actor_of(scene.person), scene.assessment.id, strange, version=0, now=NOW
            )
        assert _marks(session, scene) == set()


def test_only_the_person_names_levels(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        _save(session, scene, scene.manager, replace(make.MANAGER, current="principal", target="group"))

        assert (scene.assessment.current_level, scene.assessment.target_level) == ("senior", "")


def test_what_keeps_answers_from_being_sealed(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        low = Answers((Mark("data", Standing.BELOW),))

        aimless = replace(make.OWN, target="")
        assert _fault(lambda: make.seal(session, scene, scene.person, aimless))[0] == "target"
        assert _fault(lambda: make.seal(session, scene, scene.manager, Answers()))[0] == "marks"
        assert _fault(lambda: make.seal(session, scene, scene.manager, low))[0] == "note-data"
        wrong = Answers((Mark("data", Standing.MET, "director"),))
        assert _fault(lambda: _save(session, scene, scene.manager, wrong))[0] == "mark-data"


def test_a_side_points_only_to_what_it_may_read(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        shared = make_entry(session, scene.person, visibility=Visibility.MANAGER)
        private = make_entry(session, scene.person, visibility=Visibility.PRIVATE)
        others = make_entry(session, scene.team.noor, visibility=Visibility.CASE)
        own = replace(make.OWN, links=(("data", shared.id), ("data", private.id)))
        _save(session, scene, scene.person, own)
        _save(session, scene, scene.manager, replace(make.MANAGER, links=(("data", shared.id),)))
        version = session.scalars(select(Sheet.version).where(Sheet.author_id == scene.manager.id)).all()

        for linked in (private, others):
            pointing = replace(make.MANAGER, links=(("data", linked.id),))
            assert _fault(partial(_save, session, scene, scene.manager, pointing, max(version)))[0] == "links-data"


def test_strangers_and_the_other_report_find_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        for person in (scene.team.noor, make_person(session, "Olga Other", [Role.PEOPLE_MANAGER])):
            with pytest.raises(NotFoundError):
                _save(session, scene, person)
        with pytest.raises(NotAllowedError):
            _save(session, scene, scene.team.hr)


def test_a_closed_cycle_takes_no_more_answers(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        scene.cycle.state = CycleState.CLOSED
        session.flush()

        with pytest.raises(NotAllowedError):
            _save(session, scene, scene.person)


def test_who_may_be_asked_as_a_peer(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        actor, target = actor_of(scene.manager), scene.assessment.id
        peers = [make_person(session, f"Peer {number}", [Role.EMPLOYEE]) for number in range(6)]
        gone = make_person(session, "Gone", [], active=False)

        def ask(person_id: UUID | None) -> None:
            assessment_talk.ask_peer(session, actor, target, person_id, now=NOW)

        for wrong in (scene.person.id, scene.manager.id, gone.id, None):
            assert _fault(partial(ask, wrong))[0] == "peer"
        ask(peers[0].id)
        assert "asked already" in _fault(lambda: ask(peers[0].id))[1]
        for peer in peers[1:5]:
            ask(peer.id)
        assert "5 peers" in _fault(lambda: ask(peers[5].id))[1]
        asked = session.scalars(select(Message.recipient_id).where(Message.subject.contains("colleague"))).all()
        assert (len(asked), set(asked)) == (5, {peer.id for peer in peers[:5]})


def test_a_cycle_without_peers_asks_none(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session, with_peers=False)

        def ask() -> None:
            assessment_talk.ask_peer(session, actor_of(scene.manager), scene.assessment.id, scene.team.noor.id, now=NOW)

        assert _fault(ask) == ("peer", "This cycle asks no peers.")


def test_both_write_down_what_they_agreed_on_and_nothing_is_overwritten(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        with pytest.raises(NotAllowedError):
            assessment_talk.conclude(session, actor_of(scene.manager), scene.assessment.id, "Early", now=NOW)
        make.seal_both(session, scene)
        assessment_talk.conclude(session, actor_of(scene.manager), scene.assessment.id, "More data.", now=NOW)
        assessment_talk.conclude(session, actor_of(scene.person), scene.assessment.id, "Agreed.", now=NOW)
        with pytest.raises(NotAllowedError):
            assessment_talk.conclude(session, actor_of(scene.team.hr), scene.assessment.id, "HR says", now=NOW)

        rows = session.execute(
            select(AssessmentOutcome.text, AssessmentOutcome.by_id).order_by(AssessmentOutcome.number)
        )
        assert [tuple(row) for row in rows] == [("More data.", scene.manager.id), ("Agreed.", scene.person.id)]


def test_the_chain_says_who_sealed_and_never_what(database: Database) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
        make.seal_both(session, scene)
        subject = f"assessment/{scene.assessment.id}"
    with reading(database.engine) as session:
        events = session.execute(select(AuditEvent.action, AuditEvent.body).where(AuditEvent.object == subject)).all()

        assert [event.action for event in events].count("assessment.seal") == 2
        assert not any("pricing" in str(event.body) for event in events)
        assert session.get_one(Assessment, scene.assessment.id).target_level == "principal"
