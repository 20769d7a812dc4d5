"""One goal: what is asked and what proves it, its evidence and history, and what the reader can do now."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.onboarding.goal import MOVES, EvidenceKind, GoalAct
from app.domain.permission import Permission
from app.formats import web_address
from app.queries import goal_page as queries
from app.queries.plan_days import local_day
from app.services import goals as services
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.distance import away
from app.web.onboarding.goal_forms import ActForm, EvidenceForm
from app.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from app.queries.goal_page import EvidenceLine, GoalPage

LABELS: Mapping[GoalAct, str] = {
    GoalAct.SIGN: "Sign off",
    GoalAct.SUBMIT: "Submit for sign-off",
    GoalAct.START: "Start",
    GoalAct.UNBLOCK: "The way is free",
    GoalAct.WITHDRAW: "Take back",
    GoalAct.RETURN: "Return",
    GoalAct.WAIVE: "Waive",
    GoalAct.RESTORE: "Ask for it again",
}
"""What the button of an act says, in the order of the page; what leads on comes first."""
ASIDE = (GoalAct.RETURN, GoalAct.WAIVE, GoalAct.RESTORE)
"""Acts that need a reason: each is folded until it is wanted."""
WORDS: Mapping[EvidenceKind, str] = {
    EvidenceKind.LINK: "Add a link",
    EvidenceKind.FILE: "Add a file",
    EvidenceKind.TEXT: "Write it down",
}

_MEGABYTE = 1_000_000


@job.get("/onboarding/goals/<uuid:goal_id>")
@requires(Permission.GOAL_SEE)
def goal(goal_id: UUID) -> tuple[str, int]:
    """The goal for whoever may see it."""
    return show(goal_id)


def show(
    goal_id: UUID,
    *,
    acting: tuple[GoalAct, ActForm] | None = None,
    showing: tuple[EvidenceKind, EvidenceForm] | None = None,
    status: int = HTTPStatus.OK,
) -> tuple[str, int]:
    """The goal's page, with the form that came back, if one did."""
    with reading() as session:
        found = queries.page(session, current_actor(), goal_id, services.ALLOWED)
        today = local_day(now(), found.zone)
        acts = {act: ActForm.of(act, formdata=None, version=str(found.goal.version)) for act in (*LABELS, GoalAct.NOTE)}
        pieces = {kind: EvidenceForm.of(kind, today, formdata=None) for kind in EvidenceKind}
        acts.update([acting] if acting else [])
        pieces.update([showing] if showing else [])
        return page(
            "onboarding/goal.html",
            status=status,
            session=session,
            found=found,
            acts={act.value: acts[act] for act in acts},
            pieces={kind.value: pieces[kind] for kind in EvidenceKind},
            wrong=acting[1] if acting else showing[1] if showing else None,
            returned=acting[0].value if acting else showing[0].value if showing else "",
            lost=_lost(found, acting),
            labels={act.value: label for act, label in LABELS.items() if act in found.acts},
            aside=[act.value for act in ASIDE if act in found.acts],
            blocks=GoalAct.BLOCK in found.acts,
            words={kind.value: words for kind, words in WORDS.items()},
            granted={permission.name.lower() for permission in found.granted},
            hosts={one.evidence_id: _host(one) for one in found.evidence},
            size=_size,
            away=lambda day: away(day, today),
        )


def _lost(found: GoalPage, acting: tuple[GoalAct, ActForm] | None) -> str:
    """What was typed for an act that is not possible any more: shown, because nothing typed is lost."""
    if acting is None or acting[0] in found.acts or acting[0] not in MOVES:
        return ""
    return str(acting[1].note.data or "").strip()


def _host(line: EvidenceLine) -> str:
    return web_address.host(line.body) if line.kind is EvidenceKind.LINK else ""


def _size(count: int) -> str:
    """A file's size as people say it."""
    return f"{count / 1_000_000:.1f} MB" if count >= _MEGABYTE else f"{max(count // 1000, 1)} kB"
