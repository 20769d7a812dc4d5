"""A plan with a goal for tests of its page: whoever looks at it, and what they send."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.models.engine import reading, writing
from app.models.onboarding import Goal
from tests.factories import hiring as make
from tests.factories.plans import Cast, make_plan
from tests.web.browser import Browser
from tests.web.multipart import File, send

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def buttons(response: TestResponse) -> set[str]:
    """The acts that a page offers."""
    return set(re.findall(r'name="act" value="([a-z]+)"', response.text))


class Scene:
    """A plan with one goal, and whoever looks at it."""

    def __init__(self, database: Database, signed_in: Open) -> None:
        """Begin the plan."""
        self.engine, self.signed_in = database.engine, signed_in
        with writing(self.engine) as session:
            self.cast: Cast = make_plan(session)
            self.stranger = make.make_person(session, "Sam Stranger")
            self.goal_id = self.cast.goal(session, "learn").id
            self.milestone_id = self.cast.milestone(session, "day-30").id
        self.address = f"/onboarding/goals/{self.goal_id}"

    def browser(self, part: str) -> Browser:
        """Somebody's browser."""
        person = self.stranger if part == "stranger" else getattr(self.cast, part)
        return self.signed_in(person.id)

    def look(self, part: str) -> TestResponse:
        """The goal's page for somebody."""
        return self.browser(part).get(self.address)

    def act(self, part: str, act: str, *, version: int | None = None, **fields: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """One act by somebody, as the page of now offers it."""
        seen = self.goal.version if version is None else version
        given = {"intent": uuid4().hex, "version": str(seen), **fields}
        data = {"act": act, **{f"{act}-{name}": value for name, value in given.items()}}
        return self.browser(part).post(f"{self.address}/act", data)

    def show(self, part: str, kind: str, **fields: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """A piece of evidence by somebody."""
        given = {"intent": uuid4().hex, "about_on": "2026-11-20", **fields}
        data = {"kind": kind, **{f"{kind}-{name}": value for name, value in given.items()}}
        return self.browser(part).post(f"{self.address}/evidence", data)

    def attach(self, part: str, sent: File, **fields: str) -> TestResponse:
        """A file as evidence by somebody."""
        given = {"intent": uuid4().hex, "about_on": "2026-11-20", **fields}
        data = {"kind": "file", **{f"file-{name}": value for name, value in given.items()}}
        return send(self.browser(part), f"{self.address}/evidence", data, {"file-file": sent})

    @property
    def goal(self) -> Goal:
        """The goal as it is kept."""
        with reading(self.engine) as session:
            return session.scalars(select(Goal).where(Goal.id == self.goal_id)).one()

    def count(self, kind: type[Any]) -> int:
        """How many rows there are of a kind."""
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(kind)) or 0
