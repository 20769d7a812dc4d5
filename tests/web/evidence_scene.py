"""An evidence log for tests of its pages: its owner, everybody around them, and an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from tests.factories import evidence as make
from tests.web.browser import Browser
from tests.web.multipart import File, send

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
TYPED = {"title": "Cut the waiting time", "body": "To four minutes.", "about_on": "2026-11-20", "visibility": "manager"}


class LogScene:
    """A placed owner with a manager, and whoever looks at the log."""

    def __init__(self, database: Database, signed_in: Open) -> None:
        """Make the people; the log is empty."""
        self.engine, self.signed_in = database.engine, signed_in
        with writing(self.engine) as session:
            self.circle = make.make_circle(session)
            make.make_role(session, self.circle.owner)

    def browser(self, name: str = "owner") -> Browser:
        """Somebody's browser."""
        return self.signed_in(self.circle.people[name].id)

    def add(self, name: str = "owner", **fields: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """An entry by somebody."""
        return self.browser(name).post("/evidence/new", {"intent": uuid4().hex, **TYPED, **fields})

    def attach(self, sent: File, **fields: str) -> TestResponse:
        """A file by the owner."""
        data = {"intent": uuid4().hex, **TYPED, "body": "", **fields}
        return send(self.browser(), "/evidence/new", data, {"file": sent})

    def post(self, path: str, name: str = "owner", **fields: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """A form of the newest entry's own pages, sent by somebody."""
        address = f"/evidence/{self.entry.id}/{path}"
        return self.browser(name).post(address, {"intent": uuid4().hex, **fields})

    def look(self, name: str = "owner") -> TestResponse:
        """The newest entry's page for somebody."""
        return self.browser(name).get(f"/evidence/{self.entry.id}")

    @property
    def entries(self) -> list[LogEntry]:
        """All entries, newest first."""
        with reading(self.engine) as session:
            return list(session.scalars(select(LogEntry).order_by(LogEntry.added_at.desc())))

    @property
    def entry(self) -> LogEntry:
        """The entry that was added last."""
        return self.entries[0]
