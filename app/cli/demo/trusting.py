"""Tells of a request to read scorecards before their time, and why it was refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo.stage import Act, Scene
from app.services import break_glass

if TYPE_CHECKING:
    from app.cli.demo.moments import Moments

CANDIDATE = "keiko"
ASKED = f"early reading {CANDIDATE}"
REASON = "Her recruiter asks today whether to book the flight; we could say more if we knew where this is going."


def of_trust(moments: Moments) -> Iterator[Act]:
    """A coordinator asks to read early, and the HR partner refuses: the debrief can wait until tomorrow."""
    yield Act(moments.at("-2 16:50"), ASKED, "nadia", _ask)
    yield Act(moments.at("-2 17:20"), f"{ASKED} refused", "amara", _refuse)


def _ask(scene: Scene) -> UUID | None:
    application = scene.made[f"application {CANDIDATE}"]
    return break_glass.ask(scene.session, scene.actor, application, reason=REASON, now=scene.now)


def _refuse(scene: Scene) -> None:
    break_glass.decide(scene.session, scene.actor, scene.made[ASKED], accept=False, now=scene.now)
