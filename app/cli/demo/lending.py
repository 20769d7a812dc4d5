"""Lends a demo to read from: the installation's own where there is one, else one told for the moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import demo
from app.cli.demo.stage import first_id
from app.domain.errors import NotFoundError

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.settings import Settings

READER = "beatriz@brightquay.example"
"""Chairs every committee of the demo, so she may read each document of its hiring."""
INTERVIEWER = "farid@brightquay.example"
"""Has interviewed whom the showpieces are about, so the kit of it is his."""
MANAGER = "diego@brightquay.example"
"""Manages the hire whose first year is farthest, so he may read each document of it, answers included."""
CLIMBER = "marit@brightquay.example"
"""Has a closed cycle and a decided case behind her: her assessment can be printed as she reads it."""
PARTNER = "amara@brightquay.example"
"""The HR partner, who reads the packet of a decided case and the minutes of a session with everything in them."""
OF_ASSESSMENTS = ("self-assessment", "joint-assessment")
OF_CASES = ("promotion-packet", "calibration-minutes")
OF_GROUPS = "adverse-impact"
OF_FIRST_YEARS = ("onboarding-plan", "milestone-review", "first-year")


@contextmanager
def lent(settings: Settings) -> Iterator[Engine]:
    """An engine on a demo that is at this program's schema; nothing of the installation is changed or made."""
    from app.models import migrate
    from app.models.engine import make_engine

    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        url = settings.database_url
        told = holds_demo(url)
        if not told:
            url = f"sqlite:///{Path(folder) / 'demo.db'}"
            migrate.upgrade(url)
        engine = make_engine(url)
        try:
            if not told:
                demo.fill(engine, Path(folder) / "files", now=datetime.now(UTC))
            yield engine
        finally:
            engine.dispose()


def holds_demo(url: str) -> bool:
    """Whether the database is reachable, at this program's schema, and holds the demo's people."""
    from app.models import migrate
    from app.models.engine import make_engine, reading
    from app.queries import people

    try:
        if migrate.current(url) != migrate.head():
            return False
    except migrate.UNREACHABLE:
        return False
    engine = make_engine(url)
    try:
        with reading(engine) as session:
            return READER in {person.email for person in people.demo_people(session)}
    finally:
        engine.dispose()


def reader_of(kind: str) -> str:
    """Who reads the demo's showpiece of a kind of document."""
    if kind in OF_FIRST_YEARS:
        return MANAGER
    if kind == "kit":
        return INTERVIEWER
    if kind in OF_ASSESSMENTS:
        return CLIMBER
    return PARTNER if kind in OF_CASES or kind == OF_GROUPS else READER


def example(session: Session, actor: ActorFacts, kind: str) -> UUID:
    """The id of the demo's showpiece: of the hire any paper, or the role."""
    if kind in {"blueprint", "preparation"}:
        from app.queries import books

        return books.version_of(session, "senior-ml-pm")
    if kind in OF_FIRST_YEARS:
        plan_id = first_id("plan lucia")
        return _first_milestone(session, actor, plan_id) if kind == "milestone-review" else plan_id
    if kind == OF_GROUPS:
        return first_id("impact berth-planning")
    if kind in OF_ASSESSMENTS or kind in OF_CASES:
        return _of_ladders(session, actor, kind)
    return _of_hiring(session, actor, kind)


def _of_ladders(session: Session, actor: ActorFacts, kind: str) -> UUID:
    from app.queries import assessments

    if kind in OF_CASES:
        return first_id("case marit" if kind == "promotion-packet" else "calibration spring")
    opened = assessments.newest(session, actor.person_id)
    if opened is None:
        raise NotFoundError
    return opened.assessment_id


def _of_hiring(session: Session, actor: ActorFacts, kind: str) -> UUID:
    if kind == "comparison":
        return first_id("requisition support-assistant")
    if kind == "decision":
        return first_id("decision lucia 1")
    application_id = first_id("application lucia")
    if kind == "packet":
        return application_id
    from app.queries import debriefs, scorecards

    cards = debriefs.debrief(session, actor, application_id).cards
    shown = next(card for card in cards if card.interviewer == "Farid Haddad")
    if kind == "kit":
        return scorecards.sealed_card(session, actor, shown.card_id).seat.interview_id
    return shown.card_id


def _first_milestone(session: Session, actor: ActorFacts, plan_id: UUID) -> UUID:
    from app.queries import plan_page

    found = plan_page.page(session, actor, plan_id, now=datetime.now(UTC))
    return found.milestones[0].milestone_id
