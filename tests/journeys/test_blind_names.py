"""In a blind requisition nobody who owes a card learns who the candidate is: all that they receive is searched."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.blind import code_of
from app.domain.hiring import InterviewKind
from app.domain.permission import Role
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition
from app.models.resume import Redaction
from app.services import files, installation, interviews, redactions, resumes
from app.services.files import Upload
from app.services.interviews import InterviewPlan
from app.settings import Environment, Settings
from tests import programs
from tests.factories.hiring import DIMENSIONS, actor_of, make_person
from tests.journeys import two_worlds as worlds
from tests.journeys.stopped import stop_the_clock
from tests.journeys.test_blindness import _addresses, _ways
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.databases import Database

TELLING = (b"Zephyrine", b"Quackenbush", b"zq@hidden", b"7000 1234", b"Canary College", b"a friend of hers", b"1990")
"""Name, address, telephone, school, source and birth of the candidate, wherever they were written."""
RESUME = {
    "basics": {"name": "Zephyrine Quackenbush", "email": "zq@hidden.example.org", "location": {"city": "Ballycanary"}},
    "education": [{"institution": "Canary College", "area": "Physics", "endDate": "2012"}],
    "work": [{"name": "Acme", "position": "Lead", "summary": "Zephyrine Quackenbush led it, and she grew it."}],
}
ROLES = (Role.INTERVIEWER, Role.COORDINATOR, Role.HIRING_MANAGER, Role.COMMITTEE, Role.HR_PARTNER, Role.ADMIN)


def make_blind_world(session: Session, random: Random, folder: Path, *, blind: bool = True) -> worlds.Base:
    """The base world with a viewer of every role, whose hidden candidate has a name that is easy to find."""
    installation.ensure(session, company="Harrow & Vale")
    base = worlds.make_base(session, random)
    viewer = session.get_one(Person, base.viewer)
    held = set(actor_of(viewer).roles)
    session.add_all(
        RoleGrant(person_id=viewer.id, role=role, granted_at=worlds.NOON) for role in ROLES if role not in held
    )
    session.flush()
    hidden = session.get_one(Candidate, base.ids["candidate_id"][0])
    hidden.name, hidden.email, hidden.phone = "Zephyrine Quackenbush", "zq@hidden.example.org", "+44 20 7000 1234"
    hidden.headline, hidden.source = "Canary College, 1990", "a friend of hers"
    for requisition_id in base.ids["requisition_id"]:
        session.get_one(Requisition, requisition_id).blind = blind
    _add_papers(session, hidden.id, folder)
    session.expire_all()
    return base


def _add_papers(session: Session, candidate_id: UUID, folder: Path) -> None:
    helper = actor_of(make_person(session, "Hella Helper", (Role.COORDINATOR,)))
    upload = Upload("Zephyrine Quackenbush.txt", "text/plain", b"I am Zephyrine Quackenbush of Canary College.")
    files.attach(session, helper, candidate_id, files.cleaned(upload), folder=folder, now=worlds.NOON)
    resumes.keep(session, helper, candidate_id, RESUME, now=worlds.NOON)
    redactions.from_resume(session, helper, candidate_id, version=0, now=worlds.NOON)
    proposal = session.get_one(Redaction, candidate_id).redacted
    redactions.release(session, helper, candidate_id, proposal, version=1, sure=False, now=worlds.NOON)


@pytest.fixture
def blind_program(database: Database, tmp_path: Path) -> Flask:
    """The program over the lent database, at a moment that stands still."""
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    program.before_request_funcs.setdefault(None, []).insert(0, stop_the_clock)
    return program


def _received(program: Flask, database: Database, base: worlds.Base) -> dict[str, worlds.Received]:
    browser = Browser(program)
    browser.sign_in(base.viewer, at=worlds.NOON)
    wanted = [address for _job, addresses in _addresses(program, base) for address in addresses]
    searched = [f"/search?q={word}" for word in ("Zephyrine", "Quackenbush", "zq", "7000")]
    listed = [f"/candidates?q={word}" for word in ("Zephyrine", "zq", "Quack")]
    return worlds.received(browser, database.engine, [*wanted, *_ways(program, base), *searched, *listed])


def _telling(answers: dict[str, worlds.Received]) -> list[str]:
    # What somebody searched for stands in the box again.
    echoes = ("/search?q=", "/candidates?q=", "/candidates.csv?q=")
    return [
        f"{key}: {word!r}"
        for key, answer in answers.items()
        for word in TELLING
        if word in answer.body + repr(answer.headers).encode()
        if not any(echo in key and word.decode() == key.rpartition("q=")[2] for echo in echoes)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_a_blinded_person_receives_tells_who_it_is(
    database: Database, blind_program: Flask, tmp_path: Path, seed: int
) -> None:
    with writing(database.engine) as session:
        base = make_blind_world(session, Random(seed), tmp_path / "files")
    worlds.live_on(database.engine, base, Random(f"{seed}/0"))

    answers = _received(blind_program, database, base)

    assert not [key for key, answer in answers.items() if answer.status >= 500]
    assert "\n".join(_telling(answers)) == ""
    code = code_of(base.ids["candidate_id"][0]).encode()
    assert sum(code in answer.body for answer in answers.values()) > 5, "the code stands where the name stood"
    assert not [line for line in worlds.mail(database.engine, base) if any(w.decode() in str(line) for w in TELLING)]


def test_mails_and_invitations_carry_the_code(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        base = make_blind_world(session, Random(1), tmp_path / "files")
        clerk = make_person(session, "Cleo Second", (Role.COORDINATOR,))
        wanted = InterviewPlan(
            InterviewKind.CONVERSATION, "A talk", DIMENSIONS[:1], (base.viewer,), worlds.NOON + timedelta(days=3)
        )
        interviews.plan(session, actor_of(clerk), base.ids["application_id"][0], wanted, now=worlds.NOON)
    with reading(database.engine) as session:
        mine = select(Message).where(Message.recipient_id == base.viewer)
        mails = [f"{m.subject} {m.body} {m.path} {m.calendar}" for m in session.scalars(mine)]

    code = code_of(base.ids["candidate_id"][0])
    assert any(code in mail and "BEGIN:VCALENDAR" in mail for mail in mails)
    assert not [mail for mail in mails if any(word.decode() in mail for word in TELLING)]


def test_the_same_pages_tell_it_where_nothing_is_blind(
    database: Database, blind_program: Flask, tmp_path: Path
) -> None:
    with writing(database.engine) as session:
        base = make_blind_world(session, Random(1), tmp_path / "files", blind=False)

    answers = _received(blind_program, database, base)

    told = {word for word in TELLING if any(word in answer.body for answer in answers.values())}
    assert told == set(TELLING)


def test_the_name_opens_with_the_seal(database: Database, blind_program: Flask, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        base = make_blind_world(session, Random(2), tmp_path / "files")
    browser = Browser(blind_program)
    browser.sign_in(base.viewer, at=worlds.NOON)
    page = f"/candidates/{base.ids['candidate_id'][0]}"
    before = browser.get(page).text
    worlds.seal_own(database.engine, base)
    after = browser.get(page).text

    assert "Quackenbush" not in before
    assert "reviewed blind" in before
    assert "Zephyrine Quackenbush" in after
    with reading(database.engine) as session:
        assert session.get_one(Candidate, base.ids["candidate_id"][0]).name == "Zephyrine Quackenbush"


def test_the_released_text_is_in_the_kit_and_names_nobody(
    database: Database, blind_program: Flask, tmp_path: Path
) -> None:
    with writing(database.engine) as session:
        base = make_blind_world(session, Random(1), tmp_path / "files")
    browser = Browser(blind_program)
    browser.sign_in(base.viewer, at=worlds.NOON)

    kit = browser.get(f"/interviews/{base.ids['interview_id'][0]}/kit").text

    assert "[name] led it, and they grew it." in kit
    assert "Physics" in kit
    assert "Canary College" not in kit
    assert "Zephyrine" not in kit
