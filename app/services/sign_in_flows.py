"""Browsers that were sent to a provider: what was made for each, kept here, and given back to the same browser once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.domain.identity import FLOW_LIFETIME, Purpose
from app.models.identity import SignInFlow
from app.services.sessions import hashed

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_OPEN_AT_ONCE = 5
"""Tabs of one browser that may be on their way at the same time."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes along with a browser: the state, the nonce, and the verifier whose digest alone the provider sees."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Back:
    """What was kept of a browser that came back: where it was going and what had been typed."""

    nonce: str
    verifier: str
    purpose: Purpose
    person_id: UUID | None
    then: str
    carried: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """Why a browser is sent: for whom who is signed in already, and where it goes on with what was typed."""

    purpose: Purpose = Purpose.ENTER
    person_id: UUID | None = None
    then: str = "/"
    carried: str = ""


def send(session: Session, provider: str, errand: Errand, *, browser: str, now: datetime) -> Sent:
    """Note that the browser with this token leaves for a provider; flows that are over are forgotten."""
    session.execute(delete(SignInFlow).where(SignInFlow.begun_at <= now - FLOW_LIFETIME))
    newest = (
        select(SignInFlow.state_hash)
        .where(SignInFlow.browser_hash == hashed(browser))
        .order_by(SignInFlow.begun_at.desc())
        .limit(_OPEN_AT_ONCE - 1)
    )
    kept = session.scalars(newest).all()
    session.execute(
        delete(SignInFlow).where(SignInFlow.browser_hash == hashed(browser), SignInFlow.state_hash.not_in(kept))
    )
    sent = Sent(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    session.add(
        SignInFlow(
            state_hash=hashed(sent.state), provider=provider, browser_hash=hashed(browser), purpose=errand.purpose,
            person_id=errand.person_id, nonce=sent.nonce, verifier=sent.verifier, then=errand.then,
            carried=errand.carried, begun_at=now,
        )
    )  # fmt: skip
    return sent


def take_back(session: Session, provider: str, state: str, *, browser: str, now: datetime) -> Back | None:
    """What was kept for this state, given once, in time, and to the browser that was sent; ``None`` otherwise."""
    row = session.execute(
        delete(SignInFlow)
        .where(
            SignInFlow.state_hash == hashed(state),
            SignInFlow.provider == provider,
            SignInFlow.browser_hash == hashed(browser),
            SignInFlow.begun_at > now - FLOW_LIFETIME,
            SignInFlow.begun_at <= now,
        )
        .returning(
            SignInFlow.nonce, SignInFlow.verifier, SignInFlow.purpose, SignInFlow.person_id, SignInFlow.then,
            SignInFlow.carried, SignInFlow.begun_at,
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else Back(*row)
