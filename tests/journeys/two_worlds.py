"""Pairs of worlds that differ only in what one viewer must not know, and everything that the viewer can receive.

A seed draws a base world in which the viewer owes a scorecard on one candidate. The database is copied, and each copy
lives on by a script of its own: others seal, revise, are released, a debrief opens, votes are cast, all on that
candidate. Whatever the program then sends to the viewer has to be the same in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.decision import Outcome
from app.domain.errors import PlumblineError
from app.domain.hiring import RequisitionState, RevealRule
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.scorecard import ScorecardRow
from app.services import debriefs, interview_reminders, scorecards, votes
from tests.factories.drafts import make_draft
from tests.factories.hiring import (
    DIMENSIONS,
    actor_of,
    card_of,
    make_application,
    make_blueprint_version,
    make_candidate,
    make_interview,
    make_next_version,
    make_person,
    make_requisition,
)
from tests.factories.hiring import NOW as PLANNED
from tests.factories.panel_plans import make_conflict, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from app.domain.permission import ActorFacts
    from tests.web.browser import Browser

NOON = datetime.now(UTC).replace(microsecond=0)
AFTER_THE_PANEL = PLANNED + timedelta(days=1, hours=1)
CANARIES = ("heliotrope", "quagmire", "zeppelin", "marzipan")
_UNSTEADY = frozenset({"Content-Length", "Date"})
_VIEWERS = (
    (Role.INTERVIEWER,),
    (Role.INTERVIEWER, Role.HIRING_MANAGER),
    (Role.INTERVIEWER, Role.COMMITTEE),
    (Role.INTERVIEWER, Role.COORDINATOR),
    (Role.INTERVIEWER, Role.HR_PARTNER),
    (Role.INTERVIEWER, Role.AUDITOR),
    (Role.INTERVIEWER, Role.ADMIN),
)


@dataclass
class Base:
    """The part that both worlds share, with the ids that fill addresses."""

    viewer: UUID
    card: UUID
    hidden_application: UUID
    ids: dict[str, list[UUID]] = field(default_factory=dict)
    actors: dict[UUID, ActorFacts] = field(default_factory=dict)
    clerk: UUID | None = None
    scribe: UUID | None = None
    voters: list[UUID] = field(default_factory=list)


def make_base(session: Session, random: Random) -> Base:
    """A requisition with two candidates; the viewer owes a card on the first and may have sealed on the second."""
    roles = random.choice(_VIEWERS)
    viewer = make_person(session, "Vera Viewer", roles)
    clerk = make_person(session, "Cleo Clerk", (Role.COORDINATOR,))
    others = [make_person(session, f"Other {n}", (Role.INTERVIEWER, Role.COMMITTEE)) for n in range(3)]
    chair = viewer if Role.COMMITTEE in roles else others[0]
    version = make_blueprint_version(session)
    newer = make_next_version(session, version)
    need = make_requisition(
        session,
        version=version,
        manager=viewer if Role.HIRING_MANAGER in roles else clerk,
        chair=chair,
        members=[p for p in others if p is not chair][:2],
        state=random.choice((RequisitionState.OPEN, RequisitionState.DECIDING)),
        reveal=random.choice(list(RevealRule)),
        musts=random.choice(((), DIMENSIONS[:1])),
    )
    hidden = make_application(session, need, make_candidate(session, "Hidden Hal"))
    known = make_application(session, need, make_candidate(session, "Known Kim"))
    watches = viewer if random.random() < 0.5 else others[1]
    elsewhere = make_requisition(session, "Another need", version=need.blueprint, manager=clerk, chair=watches)
    again = make_application(session, elsewhere, hidden.candidate)
    panels = [
        make_interview(session, hidden, [viewer, others[0]], focus=DIMENSIONS[:2]),
        make_interview(session, hidden, others[1:], focus=DIMENSIONS[1:]),
        make_interview(session, known, [viewer, others[2]]),
        make_interview(session, again, [others[0]]),
    ]
    scribe = make_person(session, "Sam Scribe", (Role.COORDINATOR,))
    base = Base(viewer.id, card_of(session, panels[0], viewer).id, hidden.id, clerk=clerk.id, scribe=scribe.id)
    base.actors = {person.id: actor_of(person) for person in (viewer, clerk, scribe, *others)}
    base.voters = [person.id for person in others]
    base.ids = {
        "requisition_id": [need.id, elsewhere.id],
        "application_id": [hidden.id, known.id, again.id],
        "candidate_id": [hidden.candidate_id, known.candidate_id],
        "interview_id": [panel.id for panel in panels],
        "card_id": [base.card, card_of(session, panels[0], others[0]).id, card_of(session, panels[1], others[2]).id],
        "person_id": [viewer.id, others[0].id],
        "version_id": [version.id, newer.id],
        "draft_id": [make_draft(session, clerk).id],
    }
    make_plan(session, need.id, clerk)
    friend = make_person(session, "Fay Friend", (Role.INTERVIEWER,))
    base.ids["conflict_id"] = [make_conflict(session, friend, hidden.candidate, "We studied together.").id]
    if random.random() < 0.5:
        _seal(session, random, base, card_of(session, panels[2], viewer).id, NOON)
    return base


def live_on(engine: Engine, base: Base, random: Random) -> int:
    """Let the others act on the hidden candidate in ways drawn by chance; return how many acts happened."""
    with reading(engine) as session:
        theirs = session.execute(
            select(ScorecardRow.id, ScorecardRow.interviewer_id)
            .where(
                ScorecardRow.application_id.in_([base.ids["application_id"][0], base.ids["application_id"][2]]),
                ScorecardRow.interviewer_id != base.viewer,
            )
            .order_by(ScorecardRow.id)
        ).all()
    acts = 0
    for number, (card_id, _author) in enumerate(theirs):
        moment = NOON + timedelta(minutes=number)
        choice = random.random()
        if choice < 0.9:
            end = partial(_end_duty, random=random, base=base, card_id=card_id, moment=moment, choice=choice)
            acts += _attempt(engine, end)
        if choice < 0.2:
            acts += _attempt(engine, lambda s, c=card_id, m=moment: _revise(s, random, base, c, m))
    if random.random() < 0.6:
        for application in (base.hidden_application, base.ids["application_id"][2]):
            acts += _attempt(engine, lambda s, a=application: _open(s, base, a))
        for voter in base.voters:
            acts += _attempt(engine, lambda s, v=voter: _vote(s, random, base, v))
    return acts


def _end_duty(session: Session, *, random: Random, base: Base, card_id: UUID, moment: datetime, choice: float) -> None:
    """Seal mostly, be released sometimes, have it typed in by a coordinator now and then."""
    if choice < 0.65:
        _seal(session, random, base, card_id, moment)
    elif choice < 0.8:
        _let_go(session, base, card_id, moment)
    else:
        _enter(session, random, base, card_id, moment)


def remind(engine: Engine) -> None:
    """Let ten days pass in which the worker looks at everybody's scorecards each morning."""
    for day in range(10):
        interview_reminders.remind(engine, now=AFTER_THE_PANEL + timedelta(days=day))


def seal_own(engine: Engine, base: Base) -> None:
    """Let the viewer seal, after which the worlds may differ."""
    with writing(engine) as session:
        _seal(session, Random(1), base, base.card, NOON + timedelta(hours=2))


@dataclass(frozen=True)
class Received:
    """What came back for one address."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: int


def received(
    browser: Browser, engine: Engine, addresses: list[str], *, own_card: UUID | None = None
) -> dict[str, Received]:
    """Open every address as the viewer's browser would, and those of the own card as its script would, too."""
    answers = {}
    for address in addresses:
        for accept in ("text/html", "application/json") if str(own_card) in address else ("text/html",):
            with counted(engine) as sent:
                response = browser.get(address, headers={"Accept": accept})
            headers = tuple(sorted((k, _steady(v)) for k, v in response.headers.items() if k not in _UNSTEADY))
            body = _body(response)
            answers[f"{accept} {address}"] = Received(response.status_code, headers, body, len(sent))
    return answers


def _body(response: TestResponse) -> bytes:
    raw = response.get_data()
    return raw if response.mimetype in {"application/pdf", "application/zip"} else _steady(raw.decode()).encode()


def mail(engine: Engine, base: Base) -> list[tuple[Any, ...]]:
    """Every message to the viewer."""
    with reading(engine) as session:
        rows = session.execute(
            select(Message.subject, Message.body, Message.path, Message.created_at)
            .where(Message.recipient_id == base.viewer)
            .order_by(Message.created_at, Message.subject, Message.path)
        )
        return [tuple(row) for row in rows]


def _steady(text: str) -> str:
    """A text without the parts that are drawn anew for every answer: nonces, form tokens, error references."""
    text = re.sub(r"nonce-[\w-]+|nonce=\"[\w-]+\"", "", text)
    text = re.sub(r'name="csrf_token" value="[^"]+"|"csrf_token":"[^"]+"', "", text)
    text = re.sub(r'name="(?:[a-z]+-)?intent" value="[^"]+"', "", text)
    return re.sub(r"reference <code>[0-9a-f]{8}</code>|\"reference\":\s*\"[0-9a-f]{8}\"", "", text)


def _attempt(engine: Engine, act: Any) -> int:  # noqa: ANN401  a small closure
    try:
        with writing(engine) as session:
            act(session)
    except PlumblineError:
        # An act that the rules refuse in this world has simply not happened.
        return 0
    return 1


def _content(random: Random) -> CardContent:
    words = " ".join(random.sample(CANARIES, 2))
    ratings = tuple(
        DimensionRating(d, random.choice((None, 1, 2, 3, 4, 5)), f"{words} {random.randint(1, 9**9)}")
        for d in DIMENSIONS
    )
    if all(rating.value is None for rating in ratings):
        ratings = (DimensionRating(DIMENSIONS[0], 3, words), *ratings[1:])
    return CardContent(ratings, (), random.choice(list(Recommendation)), f"On the whole {words}.", "")


def _author(session: Session, base: Base, card_id: UUID) -> tuple[ActorFacts, int]:
    row = session.execute(
        select(ScorecardRow.interviewer_id, ScorecardRow.version).where(ScorecardRow.id == card_id)
    ).one()
    return base.actors[row.interviewer_id], row.version


def _seal(session: Session, random: Random, base: Base, card_id: UUID, moment: datetime) -> None:
    actor, version = _author(session, base, card_id)
    scorecards.seal(session, actor, card_id, _content(random), version=version, now=moment)


def _revise(session: Session, random: Random, base: Base, card_id: UUID, moment: datetime) -> None:
    actor, version = _author(session, base, card_id)
    reason = "Read my notes again and saw more."
    scorecards.revise(session, actor, card_id, _content(random), version=version, reason=reason, now=moment)


def _let_go(session: Session, base: Base, card_id: UUID, moment: datetime) -> None:
    actor, _ = _author(session, base, card_id)
    scorecards.release(session, actor, card_id, "Could not join the interview after all.", now=moment)


def _enter(session: Session, random: Random, base: Base, card_id: UUID, moment: datetime) -> None:
    assert base.scribe is not None
    scorecards.enter(session, base.actors[base.scribe], card_id, _content(random), now=moment)


def _open(session: Session, base: Base, application_id: UUID) -> None:
    assert base.clerk is not None
    debriefs.open_debrief(session, base.actors[base.clerk], application_id, now=NOON + timedelta(hours=1))


def _vote(session: Session, random: Random, base: Base, voter: UUID) -> None:
    reason = f"Because of {random.choice(CANARIES)}."
    outcome = random.choice(list(Outcome))
    moment = NOON + timedelta(minutes=90)
    votes.cast(session, base.actors[voter], base.hidden_application, outcome, reason, version=0, now=moment)
