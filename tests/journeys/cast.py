"""People with real accounts on a fresh installation with the shipped blueprint, each in a browser of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.opening import publish_shipped
from app.domain.permission import Role
from app.models.engine import writing
from app.services import accounts
from tests.journeys import looking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.journeys.conftest import Site

PASSWORD = "a quiet plumb line hangs true"
PEOPLE = {
    "Cora Diaz": (Role.COORDINATOR,),
    "Mara Lindqvist": (Role.HIRING_MANAGER, Role.COMMITTEE),
    "Chidi Eze": (Role.COMMITTEE,),
    "Sol Ferrante": (Role.COMMITTEE,),
    "Ines Prado": (Role.INTERVIEWER,),
    "Omar Haddad": (Role.INTERVIEWER,),
    "Lena Vogt": (Role.INTERVIEWER,),
}


class Cast:
    """Everybody in the play; ``heard`` is what all their pages complained about."""

    def __init__(self, chromium: Browser, site: Site, *, script: bool = True) -> None:
        """Publish the blueprint and make the accounts, as `user add` does."""
        self._chromium, self._site, self._script = chromium, site, script
        self._contexts: list[BrowserContext] = []
        self._pages: dict[str, Page] = {}
        self.heard: list[str] = []
        with writing(site.database.engine) as session:
            publish_shipped(session, site.program.config["PLUMBLINE"])
            for name, roles in PEOPLE.items():
                accounts.create_person(
                    session, None, email=_email(name), name=name, password=PASSWORD, roles=roles, now=datetime.now(UTC)
                )

    def page(self, name: str) -> Page:
        """The person's one tab, which signs in with their password when it is first asked for."""
        if name not in self._pages:
            self._pages[name] = self._signed_in(name)
        return self._pages[name]

    def home(self, name: str) -> Page:
        """The person's tab, on their inbox."""
        page = self.page(name)
        page.goto("/")
        return page

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()

    def _signed_in(self, name: str) -> Page:
        context = self._chromium.new_context(
            base_url=self._site.address,
            viewport={"width": 1280, "height": 800},
            locale="en-GB",
            timezone_id="UTC",
            java_script_enabled=self._script,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        self.heard = looking.listen(page, self.heard)
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(_email(name))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page


def _email(name: str) -> str:
    return f"{name.partition(' ')[0].lower()}@example.org"
