"""From an empty installation to passkeys: the first administrator's way in, in a browser with a device of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select, update

from app.domain.account_token import AccountKeys, LinkPurpose
from app.models.credentials import AccountLink, Passkey
from app.models.engine import reading, writing
from app.models.person import Person, SignIn
from app.services import account_links
from tests.factories.credentials import PASSWORD as KNOWN
from tests.factories.credentials import make_account
from tests.journeys import looking
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

PASSWORD = "nine copper kettles whistle"
KEYS = AccountKeys.of(SECRET)
Seen = dict[str, list[str]]
"""What is wrong with each page."""


def _device(tab: Page) -> None:
    """A device that keeps passkeys and asks its holder nothing."""
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_out(tab: Page) -> None:
    tab.context.clear_cookies()
    tab.goto("/sign-in")


def test_from_nobody_to_a_passkey(chromium: Browser, site: Site) -> None:
    # No browser makes passkeys for a bare number.
    address = site.address.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    heard = looking.listen(tab)
    _device(tab)

    seen = _set_up(tab, site)
    seen |= _set_up_second_step(tab)
    seen |= _come_in_by_passkey(tab)
    _type_a_person_too_slowly(tab, site)
    seen |= _open_links(tab, site)

    assert {page: faults for page, faults in seen.items() if faults} == {}
    # Pages that ask for a proof or say that a link has ended answer with a status that the console repeats.
    assert [line for line in heard if not re.search(r"status of (401|410|422)", line)] == []
    with reading(site.database.engine) as session:
        key = session.scalars(select(Passkey)).one()
        assert (key.name, key.last_used_at is not None) == ("laptop", True)
    context.close()


def test_a_browser_is_known_again_after_signing_out(tab: Page, site: Site) -> None:
    make_account(site.database)
    tab.goto("/sign-in")
    tab.get_by_label("E-mail").fill("ada@example.org")
    tab.get_by_label("Password").fill(KNOWN)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url("**/")
    tab.evaluate("""document.querySelector('form[action="/sign-out"]').requestSubmit()""")
    tab.wait_for_url("**/sign-in?done=signed-out")

    left = {cookie["name"] for cookie in tab.context.cookies()}
    assert "plumbline-browser" in left, "by it the browser's owner gets in, whatever others try"
    tab.goto("/account")
    assert tab.url.endswith("/sign-in?then=/account")


def _set_up(tab: Page, site: Site) -> Seen:
    with writing(site.database.engine) as session:
        token = account_links.open_setup(session, KEYS, now=datetime.now(UTC))
    tab.goto("/set-up")
    seen = {"first administrator": looking.faults(tab)}
    for label, text in (("Setup token", str(token)), ("Your name", "Ada Lind"), ("Your e-mail", "ada@example.org")):
        tab.get_by_label(label).fill(text)
    tab.get_by_label("New password", exact=True).fill(PASSWORD)
    tab.get_by_label("New password again").fill(PASSWORD)
    tab.get_by_role("button", name="Make the account").click()
    tab.wait_for_url("**/")
    return seen


def _set_up_second_step(tab: Page) -> Seen:
    tab.goto("/account/second-step")
    seen = {"second step": looking.faults(tab)}
    tab.get_by_role("button", name="Set up codes").click()
    seen["codes"] = looking.faults(tab)
    seed = tab.locator("figcaption code").inner_text().replace(" ", "")
    tab.get_by_label("Code from your app").fill(pyotp.TOTP(seed).now())
    tab.get_by_role("button", name="Switch codes on").click()
    seen["recovery codes"] = looking.faults(tab)
    assert tab.locator(".codes li").count() == 10
    tab.get_by_role("link", name="I have kept them").click()
    tab.goto("/account/second-step")
    tab.get_by_label("What to call it").fill("laptop")
    tab.get_by_role("button", name="Add a passkey").click()
    tab.get_by_role("button", name="Remove laptop").wait_for()
    return {**seen, "passkeys": looking.faults(tab)}


def _come_in_by_passkey(tab: Page) -> Seen:
    _sign_out(tab)
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url("**/")
    assert "Ada Lind" in tab.content()
    _sign_out(tab)
    tab.get_by_label("E-mail").fill("ada@example.org")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("button", name="Use a passkey").wait_for()
    seen = {"proof": looking.faults(tab)}
    tab.get_by_role("button", name="Use a passkey").click()
    tab.wait_for_url("**/")
    return seen


def _type_a_person_too_slowly(tab: Page, site: Site) -> None:
    """A form that took longer than a proof lasts is carried through the question, and nothing of it is lost."""
    tab.goto("/people/new")
    tab.get_by_label("Name").fill("Bo Slow")
    tab.get_by_label("E-mail").fill("bo@example.org")
    with writing(site.database.engine) as session:
        session.execute(update(SignIn).values(proved_at=datetime.now(UTC) - timedelta(minutes=6)))
    tab.locator("main form button[type=submit]").last.click()
    tab.get_by_role("button", name="Use a passkey").click()
    tab.get_by_role("button", name="Continue with what I typed").click()
    tab.get_by_role("heading", name="Invitation for bo@example.org").wait_for()
    with reading(site.database.engine) as session:
        assert session.scalar(select(Person.name).where(Person.email == "bo@example.org")) == "Bo Slow"


def _open_links(tab: Page, site: Site) -> Seen:
    with writing(site.database.engine) as session:
        account_links.ask_for_reset(session, "ada@example.org", KEYS, now=datetime.now(UTC))
        link = session.scalars(select(AccountLink).where(AccountLink.purpose == LinkPurpose.RESET)).one()
        token = KEYS.token(link.id)
    tab.goto(f"/choose-password/{token}")
    seen = {"choose a password": looking.faults(tab)}
    tab.goto("/choose-password/never-was")
    return {**seen, "ended": looking.faults(tab)}
