from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.candidate_link import CandidateFacts
from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.domain.privacy.purposes import Purpose
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.privacy import Consent
from app.queries.own_notices import own_notices
from app.services import consents
from tests.factories import hiring
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

LATER = NOW + timedelta(days=1)


def tell(session: Session, hana: ActorFacts, purpose: Purpose, text: str) -> UUID:
    return consents.publish(session, hana, purpose, title="What we do", text=text, now=NOW)


def test_which_version_was_shown_when_stays_known(database: Database) -> None:
    with writing(database.engine) as session:
        hana = hiring.actor_of(hiring.make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        application = hiring.make_application(session)
        tell(session, hana, Purpose.APPLICATION, "First words.")
        assert consents.show(session, application.id, now=NOW) == 1
        assert consents.show(session, application.id, now=LATER) == 0
        tell(session, hana, Purpose.APPLICATION, "Second words.")
        assert consents.show(session, application.id, now=LATER) == 1
        told = own_notices(session, CandidateFacts(application.id, application.candidate_id, application.id))
        assert [(one.number, one.text, one.shown_at) for one in told] == [(2, "Second words.", LATER)]
        assert sorted(session.scalars(select(Consent.shown_at))) == [NOW, LATER]


def test_a_yes_is_kept_and_can_be_taken_back(database: Database) -> None:
    with writing(database.engine) as session:
        hana = hiring.actor_of(hiring.make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        application = hiring.make_application(session)
        pool = tell(session, hana, Purpose.TALENT_POOL, "We may write to you again.")
        plain = tell(session, hana, Purpose.APPLICATION, "We read what you send.")
        mine = CandidateFacts(application.id, application.candidate_id, application.id)
        with pytest.raises(NotFoundError):
            consents.answer(session, mine, pool, agrees=True, now=NOW)
        consents.show(session, application.id, now=NOW)
        for agrees in (True, True, False):
            consents.answer(session, mine, pool, agrees=agrees, now=LATER)
        # What the application needs anyway is told, and asks for no yes.
        with pytest.raises(NotFoundError):
            consents.answer(session, mine, plain, agrees=True, now=NOW)
    with reading(database.engine) as session:
        kept = session.scalars(select(Consent).where(Consent.notice_id == pool)).one()
        assert (kept.given_at, kept.withdrawn_at) == (LATER, LATER)
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("consent"))).all()
        assert acts == ["consent.give", "consent.withdraw"]


def test_a_yes_to_a_version_that_was_replaced_can_still_be_taken_back(database: Database) -> None:
    with writing(database.engine) as session:
        hana = hiring.actor_of(hiring.make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        application = hiring.make_application(session)
        mine = CandidateFacts(application.id, application.candidate_id, application.id)
        first = tell(session, hana, Purpose.TALENT_POOL, "We may write to you.")
        consents.show(session, application.id, now=NOW)
        consents.answer(session, mine, first, agrees=True, now=NOW)
        tell(session, hana, Purpose.TALENT_POOL, "We may write to you, and call.")
        consents.show(session, application.id, now=LATER)
        assert [(one.number, one.agreed) for one in own_notices(session, mine)] == [(1, True), (2, False)]
        consents.answer(session, mine, first, agrees=False, now=LATER)
        assert [(one.number, one.agreed) for one in own_notices(session, mine)] == [(2, False)]


def test_only_hr_tells_candidates_and_says_something(database: Database) -> None:
    with writing(database.engine) as session:
        hana = hiring.actor_of(hiring.make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        cora = hiring.actor_of(hiring.make_person(session, "Cora Finn", [Role.COORDINATOR]))
        with pytest.raises(InvalidError):
            tell(session, hana, Purpose.APPLICATION, " ")
        with pytest.raises(NotAllowedError):
            tell(session, cora, Purpose.APPLICATION, "Words.")
