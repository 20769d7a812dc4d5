"""Everything that one person can get out of the program: each address with each id that they could know or guess."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.outbox import Message
from app.services import feeds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.web.browser import Browser

Ids = dict[str, list["UUID"]]
_NOT_FOR_READERS = frozenset({"static", "print_style"})


def addresses(program: Flask, ids: Ids) -> list[str]:
    """Every address that can be opened and names nothing but these ids; documents as pages."""
    found = []
    with program.test_request_context():
        for rule in program.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in _NOT_FOR_READERS or rule.arguments - set(ids):
                continue
            names = sorted(rule.arguments)
            form = {"as": "page"} if rule.rule.endswith(".pdf") else {}
            for chosen in product(*(ids[name] for name in names)):
                values: dict[str, Any] = {**dict(zip(names, chosen, strict=True)), **form}
                found.append(program.url_for(rule.endpoint, **values))
    return found


def seen(browser: Browser, wanted: list[str]) -> dict[str, str]:
    """What each address says, where it says anything but that there is nothing."""
    answers = {address: browser.get(address) for address in wanted}
    broken = [address for address, answer in answers.items() if answer.status_code >= 500]
    assert broken == []
    return {address: _text(answer) for address, answer in answers.items() if answer.status_code == 200}


def _text(answer: TestResponse) -> str:
    """What an answer says; of an archive, what each of its files does."""
    if answer.mimetype != "application/zip":
        return answer.text
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode(errors='replace')}" for name in archive.namelist())


def calendar_of(browser: Browser, engine: Engine, person_id: UUID) -> str:
    """The person's own feed, as a calendar program gets it."""
    with writing(engine) as session:
        actor = actor_facts(session, person_id)
        assert actor is not None
        secret = feeds.make(session, actor, now=datetime.now(UTC))
    answer = browser.get(f"/onboarding/calendar/{secret}.ics")
    assert answer.status_code == 200
    return answer.text


def mail_to(engine: Engine, person_id: UUID) -> str:
    """Every message to the person."""
    with reading(engine) as session:
        rows = session.execute(
            select(Message.subject, Message.body, Message.path).where(Message.recipient_id == person_id)
        )
        return "\n".join(" ".join(row) for row in rows)


def places(said: Mapping[str, str], *words: str) -> list[str]:
    """Where any of the words is said."""
    return sorted({address for address, text in said.items() for word in words if word in text})
