"""One click from goals and readings into the evidence log, on both databases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models.engine import reading
from app.models.evidence import LogEntry
from tests.web.goal_scene import Scene, words

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.web.goal_scene import Open

_TAKE = re.compile(r'action="(/evidence/offered/[^"]+)"')


def test_what_was_shown_for_a_goal_is_taken_with_one_click(database: Database, signed_in: Open) -> None:
    scene = Scene(database, signed_in)
    scene.show("hire", "text", title="Met support", text="Sat with them for a day.")
    hire = scene.browser("hire")
    page = hire.get("/evidence/offered")
    assert "Met support Text of 20 November 2026 , for Learn the product … Take it" in words(page)
    [address] = _TAKE.findall(page.text)

    for _ in range(2):
        assert hire.post(address).location == "/evidence/offered?done=evidence-taken"
    assert "Nothing to take" in words(hire.get("/evidence/offered"))
    assert "Met support Text, from a goal" in words(hire.get("/evidence"))
    with reading(scene.engine) as session:
        assert len(session.scalars(select(LogEntry)).all()) == 1


def test_nobody_takes_what_somebody_else_showed(database: Database, signed_in: Open) -> None:
    scene = Scene(database, signed_in)
    scene.show("hire", "text", title="Met support", text="Sat with them for a day.")
    [address] = _TAKE.findall(scene.browser("hire").get("/evidence/offered").text)

    for part in ("manager", "buddy", "hr", "stranger"):
        assert "Met support" not in scene.browser(part).get("/evidence/offered").text
        assert scene.browser(part).post(address).status_code == 404
