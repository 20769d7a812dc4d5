"""Installations whose people sign in at a provider of the test's own, and browsers that go there and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.models.engine import writing
from app.services import installation
from tests import programs
from tests.web.browser import Browser

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from app.settings import Settings
    from app.settings.identity import Provider
    from tests.databases import Database
    from tests.hostile_provider import Hostile


def program_with(settings: Settings, database: Database, *providers: Provider, **more: Any) -> Flask:  # noqa: ANN401  any setting
    """The program over a lent database, with these providers."""
    with writing(database.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
    return programs.built(replace(settings, providers=providers, **more), database)


@dataclass
class Traveller:
    """A browser on its way: it leaves from a page here and comes back with what the provider gave it."""

    browser: Browser
    hostile: Hostile

    @classmethod
    def of(cls, program: Flask, hostile: Hostile) -> Traveller:
        """A browser that nobody is signed in with."""
        return cls(Browser(program), hostile)

    def leave(self, path: str = "/sign-in/with/company", **fields: str) -> dict[str, str]:
        """Press the button, and return what the address says that the browser is sent to."""
        answer = self.browser.post(path, fields)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith(f"{self.hostile.issuer}/authorize?"), answer.location
        return self.hostile.code_for(answer.location)

    def back(self, **query: str) -> TestResponse:
        """Come back with an answer."""
        answer = self.browser.get("/sign-in/from/company", query_string=query)
        self.browser.read_token_anew()
        return answer

    def sign_in(self, **fields: str) -> TestResponse:
        """Go there and come back as an honest provider and an honest browser would."""
        said = self.leave(**fields)
        return self.back(code="code-1", state=said["state"])

    def is_in(self) -> bool:
        """Whether somebody is signed in with this browser."""
        return self.browser.get("/account").status_code == 200
