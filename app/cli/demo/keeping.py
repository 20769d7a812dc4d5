"""Tells what the HR partner keeps and lets go: what candidates are told, a hold, and an erasure that waits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli.demo.stage import Act, Scene
from app.domain.privacy.erasing import SubjectKind
from app.domain.privacy.purposes import Purpose
from app.services import consents, erasures, holds

if TYPE_CHECKING:
    from app.cli.demo.moments import Moments

_BY = "amara"
_HELD, _GOES = "desta", "wiebke"
_USE = (
    "We read what you send to judge this application, and nothing else. Whoever interviews you writes down what they "
    "saw; a committee decides. Nobody is turned down by a computation."
)
_POOL = "If you agree, we write to you when something opens that may suit you. You can take it back at any time."
_NOTICES = {
    Purpose.APPLICATION: ("How we use what you send us", _USE),
    Purpose.TALENT_POOL: ("Other openings", _POOL),
}
_WHY_HELD = "Counsel asked to keep everything until the question about her notice period is settled."
_WHY_ERASED = "Asked by letter; identity was checked on the phone."


def of_keeping(moments: Moments) -> Iterator[Act]:
    """Two notices, one hold, and one request that a second HR partner would have to approve."""
    for purpose in _NOTICES:
        yield Act(moments.at("-3 11:00"), f"notice {purpose}", _BY, partial(_publish, purpose=purpose))
    yield Act(moments.at("-3 11:20"), "hold", _BY, _hold)
    yield Act(moments.at("-3 11:40"), "erasure", _BY, _ask)


def _publish(scene: Scene, *, purpose: Purpose) -> UUID:
    title, text = _NOTICES[purpose]
    return consents.publish(scene.session, scene.actor, purpose, title=title, text=text, now=scene.now)


def _hold(scene: Scene) -> UUID:
    candidate_id = scene.made[f"candidate {_HELD}"]
    return holds.hold_subject(
        scene.session, scene.actor, SubjectKind.CANDIDATE, candidate_id, reason=_WHY_HELD, now=scene.now
    )


def _ask(scene: Scene) -> UUID:
    candidate_id = scene.made[f"candidate {_GOES}"]
    return erasures.ask(
        scene.session, scene.actor, SubjectKind.CANDIDATE, candidate_id, ground=_WHY_ERASED, now=scene.now
    )
