"""The pages of who may do what, roles that take two, looking as somebody, and reading early, over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.granting import BrokenGlass, Looking, RoleRequest, ScopedGrant
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.person import Person
from tests.attacks.ground import SEALED, SECRET_WORDS
from tests.factories import hiring, panels
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Database
    from tests.web.browser import Browser

REASON = "Dana cannot find the interview she was told of."


@dataclass(frozen=True)
class World:
    """A panel of which one card is sealed, two administrators, an HR partner, an auditor and somebody plain."""

    panel: panels.Panel
    first: UUID
    second: UUID
    partner: UUID
    auditor: UUID
    plain: UUID


@pytest.fixture
def world(database: Database) -> World:
    """Everybody."""
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card, SEALED)
    with writing(database.engine) as session:
        return World(
            panel,
            hiring.make_person(session, "Ada First", [Role.ADMIN]).id,
            hiring.make_person(session, "Ben Second", [Role.ADMIN]).id,
            hiring.make_person(session, "Hana Partner", [Role.HR_PARTNER]).id,
            hiring.make_person(session, "Aud Itor", [Role.AUDITOR]).id,
            hiring.make_person(session, "Dana Plain", [Role.INTERVIEWER]).id,
        )


def test_every_page_of_access_answers_in_six_statements_at_most(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    admin, clerk = signed_in(world.first), signed_in(world.panel.coordinator.person_id)
    pages = {
        admin: (
            "/permissions", "/permissions/who", "/permissions/who?permission=vote.cast", "/people", "/people/asked",
            f"/people/{world.plain}/access", f"/people/{world.plain}/access?requisition={world.panel.requisition}",
            f"/people/{world.plain}/roles/here", f"/people/{world.plain}/look", "/account/access", "/early-readings",
            f"/requisitions/{world.panel.requisition}/roles",
        ),
        clerk: (
            "/permissions", "/account/access", "/early-readings", f"/requisitions/{world.panel.requisition}/roles",
            f"/applications/{world.panel.application}/early-reading",
        ),
    }  # fmt: skip
    for browser, paths in pages.items():
        for path in paths:
            with counted(database.engine) as sent:
                answer = browser.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) <= 6, f"{path}: {len(sent)}"


def test_the_page_of_a_person_says_why_in_words(world: World, signed_in: Callable[[UUID], Browser]) -> None:
    browser = signed_in(world.auditor)
    ben = world.panel.ben.person_id

    general = browser.get(f"/people/{ben}/access").text
    here = browser.get(f"/people/{world.panel.manager.person_id}/access?requisition={world.panel.requisition}").text

    assert "where they interview here and have sealed their own scorecard" in general
    assert "because they do not hold the role Admin" in general
    assert "because they manage the hire of this requisition" in here
    assert browser.get(f"/people/{ben}/access?requisition=nonsense").status_code == 404
    assert browser.get(f"/people/{UUID(int=1)}/access").status_code == 404


def test_what_is_told_of_somebody_does_not_tell_whether_they_have_sealed(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    browser, ada = signed_in(world.first), world.panel.ada
    paths = [f"/people/{ada.person_id}/access", f"/people/{ada.person_id}/access?requisition={world.panel.requisition}"]
    paths += ["/permissions/who?permission=card.read", "/permissions/who?permission=audit.read"]
    before = [_without_nonces(browser.get(path).text) for path in paths]

    panels.seal(database, ada, world.panel.ada_card)

    assert [_without_nonces(browser.get(path).text) for path in paths] == before


def test_a_role_in_one_requisition_is_given_shown_and_taken_back(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    admin, clerk = signed_in(world.first), signed_in(world.panel.coordinator.person_id)
    here = f"/requisitions/{world.panel.requisition}"
    dana = signed_in(world.plain)
    assert dana.get(here).status_code == 404

    answer = clerk.post(f"{here}/roles", {"person": str(world.plain), "role": "coordinator"})
    assert answer.status_code == 303, answer.text
    assert clerk.post(f"{here}/roles", {"person": str(world.plain), "role": "auditor"}).status_code == 422
    assert dana.get(here).status_code == 303, "another role, another session"
    dana = signed_in(world.plain)
    assert dana.get(here).status_code == 200
    assert "Requisitions" in dana.get("/").text
    assert "Coordinator" in dana.get("/account/access").text
    with reading(database.engine) as session:
        grant = session.scalars(select(ScopedGrant)).one()
    assert dana.post(f"/roles/{grant.id}/take-back").status_code == 403
    assert admin.post(f"/roles/{grant.id}/take-back").status_code == 303
    assert signed_in(world.plain).get(here).status_code == 404


def test_a_role_that_takes_two_waits_on_a_page_until_the_second_confirms(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    first, second = signed_in(world.first), signed_in(world.second)
    answer = first.post(f"/people/{world.plain}/roles", {"roles": ["interviewer", "auditor"]})
    assert answer.location.endswith("done=role-asked")
    with reading(database.engine) as session:
        request = session.scalars(select(RoleRequest.id)).one()
        told = list(session.scalars(select(Message.recipient_id).where(Message.path == "/people/asked")))
    assert told == [world.second]
    assert "1 role waits for a second administrator" in second.get("/people").text
    assert "Confirm" not in first.get("/people/asked").text
    assert "Confirm" in second.get("/people/asked").text
    assert first.post(f"/people/asked/{request}/confirm").status_code == 403
    assert second.post(f"/people/asked/{request}/confirm").status_code == 303
    assert second.post(f"/people/asked/{request}/refuse").status_code == 409
    assert "Accepted by Ben Second" in first.get("/people/asked").text
    assert signed_in(world.plain).get("/audit").status_code == 200


def test_whoever_looks_as_somebody_sees_their_lists_sends_nothing_and_is_announced(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    admin = signed_in(world.first)
    look = f"/people/{world.panel.coordinator.person_id}/look"
    assert admin.post(look, {"reason": "too short"}).status_code == 422
    assert admin.post(look, {"reason": REASON}).status_code == 303

    listed = admin.get("/requisitions")
    assert listed.status_code == 200
    assert "Cleo Ruiz" in listed.text
    assert "Stop looking" in listed.text
    for path in _sealed_or_private(world):
        answer = admin.get(path)
        assert answer.status_code == 403, path
        assert SECRET_WORDS not in answer.text
        assert "Stop looking" in answer.text, path
    assert admin.post("/requisitions/new", {"title": "Mine"}).status_code == 403
    assert admin.post(f"/applications/{world.panel.application}/debrief/open").status_code == 403
    with reading(database.engine) as session:
        told = session.scalars(select(Message).where(Message.subject.contains("looks at Plumbline as you"))).one()
    assert told.recipient_id == world.panel.coordinator.person_id

    assert admin.post("/look/stop").status_code == 303
    back = admin.get("/people")
    assert back.status_code == 200
    assert "Stop looking" not in back.text


def test_whoever_looks_reads_what_somebody_has_to_do_and_not_on_whom(
    world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    assert "Mira Okafor" in signed_in(world.panel.ada.person_id).get("/").text
    admin = signed_in(world.first)
    assert admin.post(f"/people/{world.panel.ada.person_id}/look", {"reason": REASON}).status_code == 303

    inbox = admin.get("/").text

    assert "Mira Okafor" not in inbox
    assert "About whom is not shown" in inbox
    refused = admin.get("/candidates").text
    assert "You are looking as somebody else." in refused
    assert "Your roles do not include this" not in refused, "that is not the reason"


def test_a_refusal_is_logged_with_who_really_sits_there(
    world: World, signed_in: Callable[[UUID], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    admin, seen = signed_in(world.first), world.panel.ada.person_id
    assert admin.post(f"/people/{seen}/look", {"reason": REASON}).status_code == 303
    caplog.clear()

    assert admin.get("/candidates").status_code == 403
    signed_in(seen).get("/people")

    denied = [line.getMessage() for line in caplog.records if line.getMessage().startswith("authz.denied")]
    assert [line.split(" endpoint")[0] for line in denied] == [
        f"authz.denied person={world.first} looking_as={seen}", f"authz.denied person={seen}"
    ]  # fmt: skip


def test_looking_ends_by_itself_and_with_the_right_to_look(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    admin = signed_in(world.first)
    assert admin.post(f"/people/{world.plain}/look", {"reason": REASON}).status_code == 303
    assert admin.get("/people").status_code == 403
    with writing(database.engine) as session:
        session.execute(update(Looking).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert admin.get("/people").status_code == 200

    assert admin.post(f"/people/{world.plain}/look", {"reason": REASON}).status_code == 303
    with writing(database.engine) as session:
        interview = session.get_one(Interview, world.panel.interview)
        hiring.make_card(session, interview, session.get_one(Person, world.first))
    assert "Stop looking" not in admin.get("/").text, "whoever owes a card looks as nobody"


@pytest.mark.parametrize("whom", ["first", "second", "partner", "auditor"])
def test_nobody_looks_as_somebody_with_power(world: World, signed_in: Callable[[UUID], Browser], whom: str) -> None:
    admin = signed_in(world.first)
    path = f"/people/{getattr(world, whom)}/look"

    assert admin.get(path).status_code == 403
    assert admin.post(path, {"reason": REASON}).status_code == 403


def test_sealed_scorecards_are_read_early_by_two_people_for_an_hour_and_the_debrief_says_so(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    clerk, admin = signed_in(world.panel.coordinator.person_id), signed_in(world.first)
    application = f"/applications/{world.panel.application}"
    assert "judges this candidate no more" in clerk.get(f"{application}/early-reading").text
    assert clerk.post(f"{application}/early-reading", {"reason": "please"}).status_code == 422
    asked = clerk.post(f"{application}/early-reading", {"reason": "The candidate's lawyer asks for it today."})
    assert asked.status_code == 303, asked.text
    here = asked.location.partition("?")[0]
    assert clerk.post(f"{here}/cards").status_code == 403, "nobody has approved it"
    assert clerk.post(f"{here}/approve").status_code == 403, "whoever asks does not approve"
    page = admin.get(here).text
    assert "The candidate&#39;s lawyer asks for it today." in page
    assert "Mira Okafor" not in page, "an administrator does not learn who it is"
    assert admin.post(f"{here}/approve").status_code == 303
    assert admin.post(f"{here}/cards").status_code == 403, "whoever approves does not read"

    read = clerk.post(f"{here}/cards")
    assert read.status_code == 200
    assert SECRET_WORDS in read.text
    assert clerk.get(f"{application}/debrief").text.count(SECRET_WORDS) == 0, "it opens nothing else"
    clerk.post(f"{application}/debrief/open")
    debrief = clerk.get(f"{application}/debrief").text
    assert "Cleo Ruiz read sealed scorecards early" in debrief
    assert "approved by Ada First: The candidate&#39;s lawyer asks for it today." in debrief
    with writing(database.engine) as session:
        session.execute(update(BrokenGlass).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert clerk.post(f"{here}/cards").status_code == 403, "the hour is over"


def test_an_early_reading_that_nobody_could_approve_is_not_asked(
    database: Database, world: World, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        for person_id in (world.first, world.second, world.partner):
            session.get_one(Person, person_id).active = False
    clerk = signed_in(world.panel.coordinator.person_id)

    answer = clerk.post(f"/applications/{world.panel.application}/early-reading", {"reason": REASON})

    assert answer.status_code == 409
    assert "Nobody else could approve this" in answer.text
    assert REASON in answer.text, "what was typed stays"


def _sealed_or_private(world: World) -> tuple[str, ...]:
    application = f"/applications/{world.panel.application}"
    return (
        application, f"{application}/debrief", f"{application}/early-reading", f"/scorecards/{world.panel.ben_card}",
        f"/requisitions/{world.panel.requisition}", f"/requisitions/{world.panel.requisition}/comparison",
        "/candidates", "/account", "/search?q=heliotrope", "/decisions", "/early-readings", "/people", "/audit",
        "/evidence", "/insights/interviewers",
    )  # fmt: skip


def _without_nonces(page: str) -> str:
    return re.sub(r'(nonce|value)="[^"]+"', "", page)
