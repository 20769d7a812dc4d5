"""An HR partner with a scorecard to write learns no more by the pages of privacy than by any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.hiring import RequisitionState
from app.domain.interest import InterestKind
from app.domain.permission import Role
from app.domain.privacy.erasing import SubjectKind
from app.models.engine import writing
from app.models.interest import ConflictOfInterest
from app.services import erasures, holds
from tests.factories import hiring as make
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

REASON = "They asked for it by letter."


def _candidate(database: Database, *, blind: bool, near: bool = False) -> tuple[UUID, UUID, str, str]:
    """Hana's id, and the id, name and address of whom she interviews, with a hold and an erasure asked for."""
    with writing(database.engine) as session:
        chair = make.make_person(session, "Chai Rao", [Role.COMMITTEE])
        need = make.make_requisition(session, chair=chair, state=RequisitionState.OPEN)
        need.blind = blind
        application = make.make_application(session, need)
        hana = make.make_person(session, "Hana Sato", [Role.HR_PARTNER, Role.INTERVIEWER])
        hugo = actor_of(make.make_person(session, "Hugo Blum", [Role.HR_PARTNER]))
        if near:
            session.add(
                ConflictOfInterest(
                    person_id=hana.id, candidate_id=application.candidate_id, kind=next(iter(InterestKind)),
                    declared_at=NOW, declared_by_id=hana.id,
                )
            )  # fmt: skip
        else:
            make.make_interview(session, application, [hana])
        session.flush()
        candidate = application.candidate
        about = (SubjectKind.CANDIDATE, candidate.id)
        holds.hold_subject(session, hugo, *about, reason=REASON, now=NOW)
        erasures.ask(session, hugo, *about, ground=REASON, now=NOW)
        return hana.id, candidate.id, candidate.name, candidate.email


def _seen(hana: Browser, candidate: UUID, email: str) -> tuple[str, int, int, int]:
    """What the lists say, and how the page, the look-up by address and the copy answer."""
    lists = "".join(hana.get(path).text for path in ("/privacy/holds", "/privacy/erasures"))
    page = f"/privacy/candidate/{candidate}"
    found = hana.post("/privacy/find", {"email": email}).status_code
    return lists, hana.get(page).status_code, found, hana.post(f"{page}/copy").status_code


def test_whoever_scores_blind_learns_no_name_by_privacy(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    hana, candidate, name, email = _candidate(database, blind=True)

    lists, *answers = _seen(signed_in(hana), candidate, email)

    assert name not in lists
    assert answers == [404, 422, 404]


def test_whoever_scores_with_open_eyes_sees_names(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    hana, candidate, name, email = _candidate(database, blind=False)

    lists, *answers = _seen(signed_in(hana), candidate, email)

    assert lists.count(name) >= 2
    assert answers == [200, 303, 200]


def test_whoever_stands_too_near_takes_no_copy(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    hana, candidate, _name, email = _candidate(database, blind=False, near=True)

    _lists, *answers = _seen(signed_in(hana), candidate, email)

    assert answers == [200, 303, 403]
