"""Two worlds that differ in private entries alone look the same to everybody but their owner, on both databases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.log import Visibility
from app.models.engine import writing
from tests.factories import evidence as make
from tests.factories.hiring import NOW
from tests.web.evidence_scene import LogScene

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.web.evidence_scene import Open

# Each page carries a key and a token of its own, and packs itself under a name of random length.
_DRAWN_ANEW = re.compile(r'(nonce|name="csrf_token" value|name="[a-z-]*intent" value|value)="[^"]{16,}"')
ADDRESSES = (
    "/", "/ladder", "/evidence", "/evidence/people/{owner}", "/evidence/people/{owner}/export.csv",
    "/evidence/people/{owner}?withdrawn=1&visibility=private", "/ladder/readiness/{owner}", "/promotions",
    "/evidence/{shared}",
)  # fmt: skip


def _seen(scene: LogScene, name: str, shared: str) -> dict[str, tuple[int, str]]:
    browser, owner = scene.browser(name), scene.circle.owner.id
    seen = {}
    for address in ADDRESSES:
        answer = browser.get(address.format(owner=owner, shared=shared))
        # A refusal has a reference number of its own and says nothing else.
        text = _DRAWN_ANEW.sub("", answer.text) if answer.status_code == 200 else ""
        seen[address] = (answer.status_code, text)
    return seen


@pytest.mark.parametrize("name", ["manager", "hr", "member", "case manager", "admin", "stranger"])
def test_private_and_withdrawn_entries_leave_no_trace(database: Database, signed_in: Open, name: str) -> None:
    scene = LogScene(database, signed_in)
    with writing(scene.engine) as session:
        entry = make.make_entry(session, scene.circle.owner, make.STRATEGY, visibility=Visibility.CASE)
        make.cite(session, scene.circle, entry)
    before = _seen(scene, name, str(entry.id))
    with writing(scene.engine) as session:
        owner = scene.circle.owner
        secret = make.make_entry(
            session, owner, make.STRATEGY, make.IMPACT, title="Secret", visibility=Visibility.PRIVATE
        )
        make.make_asked(session, secret, scene.circle.people["asked"])
        make.make_entry(session, owner, make.IMPACT, title="Gone", withdrawn_at=NOW, withdrawn_reason="Twice")

    assert _seen(scene, name, str(entry.id)) == before
    assert before["/"][0] == 200
