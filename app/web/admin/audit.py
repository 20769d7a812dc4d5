"""The audit chain to read and to take away: who did what, newest first."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from flask import Response, request

from app.domain.audit_words import FAMILIES, act_words
from app.domain.errors import ConflictError, TooManyError
from app.domain.permission import Permission
from app.queries import audit as chain
from app.queries import audit_log
from app.services import audit as recording
from app.services import limits
from app.web.admin import job
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.looking import words
from app.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

MOST_EVENTS = 10**12
"""A number above those of all events, which every database can compare."""
MOST_ROWS = 50_000
_WAIT = "You have taken many exports in this hour; the next one is possible later."
_APART = "The whole chain is yours once you owe no answer of your own: it would tell who has answered already."


@job.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> tuple[str, int]:
    """Events, newest first, narrowed by person, kind of action, object and days."""
    narrowing, before = _narrowing(), request.args.get("before", type=int)
    if before is not None and not 0 < before <= MOST_EVENTS:
        before = None
    with reading() as session:
        events = audit_log.events(session, current_actor(), before=before, narrowing=narrowing)
        return page(
            "admin/audit.html",
            session=session,
            events=events,
            asked=_asked(narrowing),
            before=before,
            older=events[-1].seq if len(events) == audit_log.PAGE else None,
            families=FAMILIES,
            act_words=act_words,
            most=MOST_ROWS,
        )


@job.get("/audit.csv")
@requires(Permission.AUDIT_READ)
def audit_csv() -> Response:
    """The events that the page shows, up to a limit, as a table; that it was taken is recorded first."""
    narrowing = _narrowing()
    _note("csv", _asked(narrowing))
    with reading() as session:
        events = audit_log.events(session, current_actor(), narrowing=narrowing, limit=MOST_ROWS)
    header = ("Number", "When (UTC)", "Who", "Action", "Code", "Object")
    return csv_file(
        "audit",
        header,
        (
            (one.seq, one.at, "" if one.closed else one.actor, act_words(one.action), one.action, one.subject)
            for one in events
        ),
    )


@job.get("/audit.jsonl")
@requires(Permission.AUDIT_READ)
def audit_chain() -> Response:
    """The whole chain without payloads, to be verified elsewhere; that it was taken is recorded first."""
    with reading() as session:
        if audit_log.answers_apart(session, current_actor()):
            raise ConflictError(_APART)
    _note("chain", {})
    response = Response(_lines(reading()), mimetype="application/jsonl")
    response.headers.set("Content-Disposition", "attachment", filename="audit.jsonl")
    return response


def _lines(opened: AbstractContextManager[Session]) -> Iterator[str]:
    # Without the request: kept alive for a reader who stops half way, it would answer the next one in its name.
    with opened as session, closing(chain.exported(session)) as lines:
        for line in lines:
            yield f"{line}\n"


def _note(kind: str, asked: dict[str, str]) -> None:
    """Count an export against the person and record it, before its first byte."""
    with writing() as session:
        wait = limits.take(session, f"export:{current_actor().person_id}", limits.EXPORTS, now=now())
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)
    with writing() as session:
        payload = {"kind": kind, "asked": json.dumps(asked, sort_keys=True)}
        recording.record(session, current_actor(), "audit.export", "audit/chain", now=now(), payload=payload)


def _narrowing() -> audit_log.Narrowing:
    return audit_log.Narrowing(
        action=words("action")[:80],
        person=words("person")[:80],
        subject=words("object")[:200],
        since=_day("since"),
        until=_day("until"),
    )


def _asked(narrowing: audit_log.Narrowing) -> dict[str, str]:
    """The narrowing as the address of the page has it, without what was left open."""
    asked = {
        "action": narrowing.action,
        "person": narrowing.person,
        "object": narrowing.subject,
        "since": narrowing.since.isoformat() if narrowing.since else "",
        "until": narrowing.until.isoformat() if narrowing.until else "",
    }
    return {name: value for name, value in asked.items() if value}


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(words(name))
    except ValueError:
        return None
