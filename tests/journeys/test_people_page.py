"""What an administrator can do to an account is in sight at every width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Role
from app.models.engine import writing
from tests.factories.hiring import make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

LONG = "maximiliane.von-und-zu-langenfelde@departments.brightquay.example"
OUT_OF_SIGHT = """() => [...document.querySelectorAll(".people-list a, .people-list button")]
    .map(one => [one.getBoundingClientRect(), one.closest(".scroller").getBoundingClientRect()])
    .filter(([box, room]) => box.left < room.left - 0.5 || box.right > room.right + 0.5 || box.right > innerWidth)
    .length"""


def test_every_act_is_in_sight_at_every_width(site: Site, tab_of: Callable[[UUID], Page]) -> None:
    with writing(site.database.engine) as session:
        admin = make_person(session, "Ada Brook", [Role.ADMIN]).id
        make_person(session, "Maximiliane von und zu Langenfelde", list(Role), email=LONG)
    page = tab_of(admin)
    for width in (320, 360, 640, 768, 1024, 1280):  # 640 is 1280 at 200 %
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/people")
        assert page.get_by_role("link", name="Roles of Maximiliane").is_visible()
        assert page.locator(".people-list a").count() == 4
        assert page.evaluate(OUT_OF_SIGHT) == 0, width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
