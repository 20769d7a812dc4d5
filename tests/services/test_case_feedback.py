"""Peer feedback on a case: asked for by name, drafted, given for good or declined. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.casework import Feedback
from app.models.engine import writing
from app.models.outbox import Message
from app.models.promotion import PeerFeedback
from app.queries.case_files import open_file
from app.services import case_feedback, cases
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.promotion import PromotionCase
    from tests.databases import Database

WHOLE = Feedback("In the outage of May", "she called both teams in", "and we were back in an hour.")


def _asked(session: Session, by: str = "manager") -> tuple[make.CaseCast, PromotionCase, PeerFeedback]:
    cast = make.make_case_cast(session)
    case = make.make_case(session, cast)
    row_id = case_feedback.ask(session, actor_of(cast[by]), case.id, cast["peer"].id, now=NOW)
    return cast, case, session.get_one(PeerFeedback, row_id)


@pytest.mark.parametrize("by", ["person", "manager"])
def test_a_peer_is_asked_once_and_told(database: Database, by: str) -> None:
    with writing(database.engine) as session:
        cast, case, row = _asked(session, by)

        assert (row.person_id, row.asked_by_id) == (cast["peer"].id, cast[by].id)
        told = select(Message.path).where(Message.recipient_id == cast["peer"].id)
        assert session.scalars(told).all() == [f"/promotions/{case.id}/feedback"]
        with pytest.raises(InvalidError, match="was asked already"):
            case_feedback.ask(session, actor_of(cast.manager), case.id, cast["peer"].id, now=NOW)


def test_neither_the_person_nor_the_manager_is_a_peer(database: Database) -> None:
    with writing(database.engine) as session:
        cast, case, _ = _asked(session)

        for name in ("person", "manager"):
            with pytest.raises(InvalidError, match="works beside"):
                case_feedback.ask(session, actor_of(cast.manager), case.id, cast[name].id, now=NOW)


def test_a_draft_is_kept_and_then_given_for_good(database: Database) -> None:
    with writing(database.engine) as session:
        cast, case, row = _asked(session)
        peer = actor_of(cast["peer"])
        version = case_feedback.save(session, peer, case.id, Feedback("In May"), version=row.version, now=NOW)
        with pytest.raises(ConflictError):
            case_feedback.save(session, peer, case.id, WHOLE, version=version - 1, now=NOW)
        with pytest.raises(InvalidError):
            case_feedback.give(session, peer, case.id, Feedback("In May"), version=version, now=NOW)
        case_feedback.give(session, peer, case.id, WHOLE, version=version, now=NOW)

        assert (row.situation, row.behaviour, row.impact, row.answered_at) == (
            WHOLE.situation, WHOLE.behaviour, WHOLE.impact, NOW
        )  # fmt: skip
        with pytest.raises(AlreadyDoneError):
            case_feedback.save(session, peer, case.id, Feedback("Other"), version=row.version, now=NOW)


def test_declining_deletes_the_draft(database: Database) -> None:
    with writing(database.engine) as session:
        cast, case, row = _asked(session)
        peer = actor_of(cast["peer"])
        case_feedback.save(session, peer, case.id, WHOLE, version=row.version, now=NOW)
        case_feedback.decline(session, peer, case.id, now=NOW)

        assert (row.declined, row.answered_at, row.situation, row.behaviour) == (True, NOW, "", "")


def test_words_of_who_declines_are_for_whoever_asked(database: Database) -> None:
    with writing(database.engine) as session:
        cast, case, row = _asked(session, "manager")
        peer = actor_of(cast["peer"])
        with pytest.raises(InvalidError, match="at most 500"):
            case_feedback.decline(session, peer, case.id, "x" * 501, now=NOW)
        case_feedback.decline(session, peer, case.id, " We hardly worked together. ", now=NOW)

        assert row.decline_words == "We hardly worked together."
        told = session.scalars(select(Message).where(Message.recipient_id == cast.manager.id)).all()
        assert [one.subject for one in told if "feedback" in one.subject] == [
            "Somebody whom you asked gives no feedback"
        ]
        assert not any("hardly" in f"{one.subject} {one.body}" for one in told)
        seen = {
            name: [one.said for one in open_file(session, actor_of(cast[name]), case.id, today=None).file.peers]
            for name in ("manager", "person", "hr")
        }
        assert seen == {"manager": ["We hardly worked together."], "person": [""], "hr": [""]}


def test_only_who_was_asked_gives_feedback_and_only_while_the_case_is_open(database: Database) -> None:
    with writing(database.engine) as session:
        cast, case, row = _asked(session)
        with pytest.raises(NotFoundError):
            case_feedback.give(session, actor_of(cast["other peer"]), case.id, WHOLE, version=row.version, now=NOW)
        with pytest.raises(NotAllowedError):
            case_feedback.give(session, actor_of(cast.manager), case.id, WHOLE, version=row.version, now=NOW)
        cases.withdraw(session, actor_of(cast.person), case.id, "Not now.", now=NOW)
        with pytest.raises(NotFoundError):
            case_feedback.give(session, actor_of(cast["peer"]), case.id, WHOLE, version=row.version, now=NOW)


def test_nobody_is_asked_once_the_case_is_handed_in(database: Database) -> None:
    with writing(database.engine) as session:
        cast, case, _ = _asked(session)
        make.hand_in(session, cast, case)

        with pytest.raises(NotAllowedError):
            case_feedback.ask(session, actor_of(cast.manager), case.id, cast["other peer"].id, now=NOW)
