"""A candidate's work: saved over bad connections, ended by the server's clock, handed in once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from app.domain.case_work import GRACE
from app.domain.errors import AlreadyDoneError, InvalidError, NotFoundError, NotYetError
from app.domain.hiring import Stage
from app.models.candidate import Application
from app.models.case_work import CaseAnswer, CaseAssignment
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.queries import case_work as submissions
from app.queries.own_work import own_work
from app.services import case_work
from app.services.case_work import ANSWER_LIMIT, Written
from tests.factories.case_work import CLOSES, OPENS, Given, begin, hand_in, make_given, write
from tests.factories.hiring import NOW, make_application

if TYPE_CHECKING:
    from tests.databases import Database

END = NOW + timedelta(hours=1)


@pytest.fixture
def given(database: Database) -> Given:
    """A take-home that was not begun."""
    return make_given(database)


def stored(database: Database, given: Given) -> dict[int, str]:
    """The answers by number, empty ones left out."""
    with reading(database.engine) as session:
        work = own_work(session, given.application, given.assignment)
    return {answer.number: answer.text for answer in work.answers if answer.text}


def row(database: Database, given: Given) -> CaseAssignment:
    """The assignment as it is stored."""
    with reading(database.engine) as session:
        return session.get_one(CaseAssignment, given.assignment)


def test_nothing_begins_without_consent_or_outside_the_window(database: Database, given: Given) -> None:
    with writing(database.engine) as session, pytest.raises(InvalidError):
        case_work.start(session, given.application, given.assignment, consented=False, now=NOW)
    with pytest.raises(NotYetError):
        begin(database, given, now=OPENS - timedelta(seconds=1))
    with pytest.raises(AlreadyDoneError):
        begin(database, given, now=CLOSES)
    assert row(database, given).started_at is None


def test_beginning_twice_does_not_set_the_clock_back(database: Database, given: Given) -> None:
    begin(database, given)
    begin(database, given, now=NOW + timedelta(minutes=30))

    assert (row(database, given).started_at, row(database, given).due_at) == (NOW, END)


def test_the_case_and_its_questions_stay_hidden_until_it_is_begun(database: Database, given: Given) -> None:
    with reading(database.engine) as session:
        before = own_work(session, given.application, given.assignment)
    begin(database, given)
    with reading(database.engine) as session:
        after = own_work(session, given.application, given.assignment)

    assert (before.case, before.answers, before.asked) == ("", (), 3)
    assert after.case == "Plan the first release."
    assert [answer.question for answer in after.answers] == [
        "A plan for the first release", "How you would tell that it works", "What you would leave out",
    ]  # fmt: skip


def test_answers_are_kept_one_by_one_with_versions(database: Database, given: Given) -> None:
    begin(database, given)
    first = write(database, given, "One\r\nline", serial=2)
    second = write(database, given, "Two", version=first.versions[1], serial=3)

    assert (first.versions, second.versions) == ({1: 1}, {1: 2})
    assert second.seconds_left == 3600
    assert stored(database, given) == {1: "Two"}


def test_a_save_that_arrives_twice_or_late_does_no_harm(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "first", serial=2)
    # The reply to the save above was lost: the page still has version 0, and has gone on writing.
    newest = write(database, given, "first and second", version=0, serial=3)
    late = write(database, given, "first", version=0, serial=2)

    assert stored(database, given) == {1: "first and second"}
    assert newest.clashes == late.clashes == {}
    assert late.versions == newest.versions


def test_another_page_is_never_overwritten_unawares(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "from the desk", writer="desk")
    clash = write(database, given, "from the phone", writer="phone")
    same = write(database, given, "from the desk", writer="phone")
    knowing = write(database, given, "both", version=clash.clashes[1].version, writer="phone")

    assert clash.versions == {}
    assert clash.clashes[1].stored == "from the desk"
    assert same.clashes == knowing.clashes == {}
    assert stored(database, given) == {1: "both"}


def test_one_answer_that_is_too_long_keeps_no_other_from_being_saved(database: Database, given: Given) -> None:
    begin(database, given)
    answers = {1: Written("x" * (ANSWER_LIMIT + 1), 0, "a", 1), 2: Written("kept", 0, "a", 1)}
    with writing(database.engine) as session:
        saved = case_work.save(session, given.application, given.assignment, answers, now=NOW)

    assert [fault.field for fault in saved.faults] == ["answer-1"]
    assert stored(database, given) == {2: "kept"}


def test_an_unknown_question_and_somebody_elses_work_are_not_there(database: Database, given: Given) -> None:
    begin(database, given)
    with pytest.raises(NotFoundError):
        write(database, given, "?", number=9)
    with writing(database.engine) as session:
        other = make_application(session, name="Jonas Lindgren").id
    with writing(database.engine) as session, pytest.raises(NotFoundError):
        case_work.save(session, other, given.assignment, {1: Written("mine", 0, "a", 1)}, now=NOW)
    with reading(database.engine) as session, pytest.raises(NotFoundError):
        own_work(session, other, given.assignment)


def test_the_end_has_a_minutes_grace_and_then_nothing_is_taken(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "in time", now=END + GRACE)
    with pytest.raises(AlreadyDoneError):
        write(database, given, "too late", version=1, now=END + GRACE + timedelta(seconds=1))

    assert stored(database, given) == {1: "in time"}


def test_handing_in_twice_gives_one_receipt(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "done")
    first = hand_in(database, given)
    again = hand_in(database, given, now=NOW + timedelta(minutes=5))

    assert first == again == row(database, given).receipt
    assert row(database, given).handed_in_at == NOW
    with reading(database.engine) as session:
        bodies = session.scalars(
            select(Message.body).where(Message.application_id == given.application, Message.body.contains(first))
        ).all()
    assert len(bodies) == 1
    with pytest.raises(AlreadyDoneError):
        write(database, given, "changed", version=1)


def test_many_who_hand_in_at_once_get_the_same_receipt(database: Database, given: Given) -> None:
    begin(database, given)
    with ThreadPoolExecutor(6) as threads:
        receipts = list(threads.map(lambda _: hand_in(database, given), range(6)))

    assert len(set(receipts)) == 1


def test_the_digest_on_the_receipt_changes_with_what_was_handed_in(database: Database) -> None:
    digests = []
    for text in ("one", "another"):
        given = make_given(database)
        begin(database, given)
        write(database, given, text)
        hand_in(database, given)
        digests.append(row(database, given).sha256)

    assert len(set(digests)) == 2


def test_what_was_saved_is_handed_in_by_the_clock(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "half")
    with writing(database.engine) as session:
        assert case_work.close_lapsed(session, now=END + GRACE) == 0
    with writing(database.engine) as session:
        assert case_work.close_lapsed(session, now=END + GRACE + timedelta(seconds=1)) == 1
    with writing(database.engine) as session:
        assert case_work.close_lapsed(session, now=END + timedelta(days=1)) == 0

    closed = row(database, given)
    assert (closed.handed_in_at, closed.closed_by_clock) == (END, True)
    with reading(database.engine) as session:
        assert [one.code for one in submissions.handed_in(session, given.task)] == [closed.code]


def test_whoever_withdrew_hands_nothing_in(database: Database, given: Given) -> None:
    begin(database, given)
    with writing(database.engine) as session:
        session.execute(update(Application).where(Application.id == given.application).values(stage=Stage.WITHDRAWN))
    with writing(database.engine) as session:
        assert case_work.close_lapsed(session, now=END + timedelta(days=1)) == 0


def test_work_of_whoever_withdrew_later_is_not_graded(database: Database, given: Given) -> None:
    begin(database, given)
    hand_in(database, given)
    with writing(database.engine) as session:
        assert len(submissions.handed_in(session, given.task)) == 1
        session.execute(update(Application).where(Application.id == given.application).values(stage=Stage.WITHDRAWN))
        assert submissions.handed_in(session, given.task) == ()


def test_graders_get_answers_by_question_under_a_code_and_nothing_else(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "My plan", number=2)
    with reading(database.engine) as session:
        assert submissions.handed_in(session, given.task) == ()
    hand_in(database, given)
    with reading(database.engine) as session:
        (one,) = submissions.handed_in(session, given.task)
        asked = submissions.questions(session, given.task)

    assert one.answers == {asked[1].question_id: "My plan"}
    assert asked[1].dimensions == ("fluency", "strategy")
    assert "Mira" not in repr(one)
    assert "2026" not in repr(one)


def test_the_database_keeps_what_was_handed_in(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "final")
    hand_in(database, given)
    answer = CaseAnswer.assignment_id == given.assignment
    with reading(database.engine) as session:
        other = submissions.questions(session, given.task)[1].question_id
    late = {
        "assignment_id": given.assignment, "question_id": other, "text": "late", "saved_at": NOW, "writer": "a",
        "serial": 1, "version": 1,
    }  # fmt: skip
    for act in (
        update(CaseAnswer).where(answer).values(text="better"), delete(CaseAnswer).where(answer),
        insert(CaseAnswer).values(late),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="handed in"), writing(database.engine) as session:
            session.execute(act)
    with writing(database.engine) as session:
        session.execute(update(CaseAnswer).where(answer).values(text=""))
    assert stored(database, given) == {}
