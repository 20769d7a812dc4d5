"""Nothing internal changes a byte of what a candidate can receive: proven in pairs of worlds.

The worlds share an application with its link, a letter and, while the need is open, an invitation. Then interviewers
seal, revise and are released, a debrief opens, votes are cast, people leave notes and the stage moves. Whatever a
candidate opens by the link, and every mail to them, is the same in both.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.queries import own_application
from app.services import applications, candidate_mail, installation, interviews
from app.services.interviews import InterviewPlan
from app.web import guard
from tests import databases
from tests.factories.candidate_links import COOKIE, visiting
from tests.factories.hiring import DIMENSIONS
from tests.journeys import two_worlds as worlds
from tests.journeys.stopped import answers_of, program_of
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts
    from tests.databases import Database

SEEDS, POSTGRESQL_SEEDS = range(40), range(100, 104)
# Whoever opened the requisition is the one to ask; nobody else of the inside is named.
CALLED_AS = ("Other 0", "Other 1", "Other 2", *worlds.CANARIES)


@pytest.mark.parametrize("seeds", [SEEDS[start::4] for start in range(4)])
def test_nothing_internal_reaches_a_candidate(session_folder: Path, tmp_path: Path, seeds: range) -> None:
    assert _differing(session_folder, tmp_path, seeds, postgresql=False) == []


def test_nothing_internal_reaches_a_candidate_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    assert _differing(session_folder, tmp_path, POSTGRESQL_SEEDS, postgresql=True) == []


def test_a_leak_would_be_seen(session_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = own_application.own_application

    def leaking(session: Any, candidate: CandidateFacts) -> object:  # noqa: ANN401  a session
        from dataclasses import replace

        sealed = select(ScorecardRow.id).where(ScorecardRow.application_id == candidate.application_id)
        stage = session.scalar(select(Application.stage).where(Application.id == candidate.application_id))
        count = len(session.scalars(sealed.where(ScorecardRow.state == "sealed")).all())
        own = plain(session, candidate)
        return replace(own, role=f"{own.role} {stage} {count}")

    monkeypatch.setattr("app.web.candidate.frame.own_application", leaking)
    assert len(_differing(session_folder, tmp_path, SEEDS[:8], postgresql=False)) > len(SEEDS[:8])


def _differing(session_folder: Path, folder: Path, seeds: range, *, postgresql: bool) -> list[str]:
    """What differs between the worlds of each seed, and what names somebody of the inside."""
    found, acts = [], 0
    for seed in seeds:
        with ExitStack() as stack:
            own = folder / str(seed)
            own.mkdir()
            first = stack.enter_context(
                databases.postgresql_database(session_folder)
                if postgresql
                else databases.sqlite_database(session_folder, own)
            )
            base, program, browser = _begun(first, own, seed)
            second = stack.enter_context(databases.copied(first, session_folder, own))
            engines = (first.engine, second.engine)
            acts += sum(_live_on(engine, base, Random(f"{seed}/{n}")) for n, engine in enumerate(engines))
            one, two = (_received(program, browser, engine, base) for engine in engines)
            found += [f"{seed}: {key}" for key in one if one[key] != two[key]]
            found += [f"{seed}: {key} names {name}" for key in one for name in CALLED_AS if name in repr(one[key])]
    assert acts > len(seeds) * 3
    return found


def _begun(first: Database, folder: Path, seed: int) -> tuple[worlds.Base, Flask, Browser]:
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        base = worlds.make_base(session, Random(seed))
        _plan(session, base)
    program = program_of(first, folder)
    browser = visiting(program, base.hidden_application, now=worlds.NOON)
    with writing(first.engine) as session:
        candidate_mail.write(
            session, base.hidden_application, subject="Hello", body="We read your application.", now=worlds.NOON
        )
    # The first page with a form gives a browser its form cookie; from then on none does.
    assert browser.get("/your-application").status_code == 200
    return base, program, browser


def _plan(session: Session, base: worlds.Base) -> None:
    """An interview that the candidate is invited to; its title is the company's own."""
    assert base.clerk is not None
    if session.get_one(Requisition, base.ids["requisition_id"][0]).state is not RequisitionState.OPEN:
        return
    talk = InterviewPlan(
        InterviewKind.CONVERSATION, f"Probe the {worlds.CANARIES[0]}", DIMENSIONS[:1], (base.voters[0],),
        starts_at=worlds.NOON + timedelta(days=3),
    )  # fmt: skip
    interviews.plan(session, base.actors[base.clerk], base.hidden_application, talk, now=worlds.NOON)


def _live_on(engine: Engine, base: worlds.Base, random: Random) -> int:
    """What the others do, in ways drawn by chance; return how many acts happened."""
    acts = worlds.live_on(engine, base, random)
    assert base.clerk is not None
    clerk = base.actors[base.clerk]
    moment = worlds.NOON + timedelta(hours=3)
    with writing(engine) as session:
        note = f"Ask about {random.choice(worlds.CANARIES)}."
        session.execute(
            update(ScorecardRow).where(ScorecardRow.application_id == base.hidden_application).values(handover=note)
        )
        application = applications.locked(session, base.hidden_application)
        stage = random.choice((Stage.SCREENING, Stage.INTERVIEWING, Stage.DEBRIEF))
        applications.set_stage(session, clerk, application, stage, reason=note, now=moment)
    return acts + 1


def _received(program: Flask, browser: Browser, engine: Engine, base: worlds.Base) -> dict[str, object]:
    """Every page behind a link as the candidate opens it, and every mail to them."""
    visit = browser.client.get_cookie(COOKIE)
    assert visit is not None
    pages = [
        rule.rule
        for rule in program.url_map.iter_rules()
        if isinstance(guard.declared(program)[rule.endpoint], guard.Behind)
        and "GET" in (rule.methods or ())
        and not rule.arguments
    ]
    assert len(pages) > 3
    # First what reads the database beside the program: a fresh connection begins with statements of its own.
    mine = Message.application_id == base.hidden_application
    with reading(engine) as session:
        rows = session.execute(
            select(Message.subject, Message.body, Message.calendar, Message.created_at).where(mine)
        ).all()
    mail = sorted(tuple(row) for row in rows)
    return {"mail": mail, **answers_of(program, browser, engine, pages)}
