"""The server is killed in the middle of two hundred submits: what it acknowledged is there, whole, and only once."""

from __future__ import annotations

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.scorecard import RatingRow, Revision
from app.queries.audit import Sound, verify
from app.services import installation, sessions
from tests.cli.processes import started
from tests.factories import hiring
from tests.factories.hiring import DIMENSIONS
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.databases import Database

pytestmark = pytest.mark.fault

CLIENTS, CARDS, ENOUGH = 6, 240, 200
RATINGS = {"strategy": "4", "fluency": "none", "empathy": "2"}


@dataclass
class Client:
    """One interviewer's browser with the cards to submit."""

    cookie: str
    cards: list[UUID]
    form_token: str = ""


@dataclass
class Ledger:
    """What clients were told, written down before they send the next one."""

    acknowledged: set[UUID] = field(default_factory=set)
    unknown: set[UUID] = field(default_factory=set)
    enough: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def note(self, card: UUID, *, acknowledged: bool) -> None:
        """Write one answer down, or that none came."""
        with self.lock:
            (self.acknowledged if acknowledged else self.unknown).add(card)
            if len(self.acknowledged) >= ENOUGH:
                self.enough.set()


def seeded(database: Database) -> list[Client]:
    with writing(database.engine) as session:
        installation.ensure(session, company="Harrow & Vale", demo=True)
        requisition = hiring.make_requisition(session)
        clients = []
        for number in range(CLIENTS):
            person = hiring.make_person(session, f"Interviewer {number}", [Role.INTERVIEWER])
            cards = []
            for _ in range(CARDS // CLIENTS):
                application = hiring.make_application(session, requisition)
                interview = hiring.make_interview(session, application, focus=DIMENSIONS[:1])
                cards.append(hiring.make_card(session, interview, person).id)
            token = sessions.begin(session, person.id, browser="test", now=datetime.now(UTC))
            clients.append(Client(f"plumbline={token}", cards))
    return clients


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://([0-9.:]+)/", line)
    assert found, line + (process.stderr.read() if process.stderr else "")
    return found[1]


def ask(address: str, client: Client, method: str, path: str, body: str = "") -> tuple[int, str]:
    connection = HTTPConnection(address, timeout=30)
    headers = {"Cookie": client.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def submit(address: str, client: Client, card: UUID) -> int:
    fields = {
        "csrf_token": client.form_token,
        "intent": card.hex,
        "version": "1",
        "recommendation": "yes",
        **{f"rating-{dimension}": value for dimension, value in RATINGS.items()},
        **{f"evidence-{dimension}": f"Seen: {dimension}" for dimension in RATINGS},
    }
    return ask(address, client, "POST", f"/scorecards/{card}/seal", urlencode(fields))[0]


def open_forms(address: str, clients: list[Client]) -> None:
    for client in clients:
        _, page = ask(address, client, "GET", f"/scorecards/{client.cards[0]}")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, page[:400]
        client.form_token = token[1]


def work(address: str, client: Client, ledger: Ledger) -> None:
    for card in client.cards:
        try:
            status = submit(address, client, card)
        except (OSError, HTTPException):
            ledger.note(card, acknowledged=False)
            return
        assert status == 303
        ledger.note(card, acknowledged=True)


def whole(database: Database, card: UUID) -> int:
    """How many revisions the card has; each must have all its ratings."""
    with reading(database.engine) as session:
        found = session.execute(
            select(Revision.id, func.count(RatingRow.dimension))
            .outerjoin(RatingRow, RatingRow.revision_id == Revision.id)
            .where(Revision.scorecard_id == card)
            .group_by(Revision.id)
        ).all()
    assert all(count == len(RATINGS) for _, count in found)
    return len(found)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(database: Database, tmp_path: Path) -> None:
    clients = seeded(database)
    settings = {
        "PLUMBLINE_ENV": "demo",
        "PLUMBLINE_DATABASE_URL": database.url,
        "PLUMBLINE_INSTANCE": str(tmp_path),
        "PLUMBLINE_SECRET_KEY": SECRET,
    }
    ledger = Ledger()
    with started("serve", "--port", "0", settings=settings) as server, ThreadPoolExecutor(CLIENTS) as pool:
        address = address_of(server)
        open_forms(address, clients)
        workers = [pool.submit(work, address, client, ledger) for client in clients]
        assert ledger.enough.wait(120)
        os.killpg(server.pid, signal.SIGKILL)
        for worker in workers:
            worker.result(60)
    assert len(ledger.acknowledged) >= ENOUGH
    assert [card for card in ledger.acknowledged if whole(database, card) != 1] == []
    assert all(whole(database, card) <= 1 for card in ledger.unknown)

    with started("serve", "--port", "0", settings=settings) as server:
        address = address_of(server)
        again = [(client, card) for client in clients for card in client.cards if card in ledger.unknown]
        assert [submit(address, client, card) for client, card in again] == [303] * len(again)
    everybody = ledger.acknowledged | ledger.unknown
    assert [card for card in everybody if whole(database, card) != 1] == []
    with reading(database.engine) as session:
        seals = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "scorecard.seal")
        assert session.scalar(seals) == len(everybody)
        assert isinstance(verify(session), Sound)
