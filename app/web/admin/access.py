"""Who may do what, and why: of one person, of one permission, and the whole map; all from the permission map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import NotFoundError
from app.domain.explaining import Answer, areas, here, in_general, rule
from app.domain.permission import Permission
from app.queries import granting as queries
from app.web.admin import job
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.explaining import Explained
    from app.domain.facts import RequisitionFacts


@job.get("/permissions")
@requires(Permission.POLICY_READ)
def permissions() -> tuple[str, int]:
    """The whole map in words."""
    map_in_words = [(area, [rule(one) for one in known]) for area, known in areas()]
    return page("admin/permissions.html", areas=map_in_words)


@job.get("/permissions/who")
@requires(Permission.ACCESS_SEE)
def holders() -> tuple[str, int]:
    """Who holds one permission, and why; those whom only an object could let in come last."""
    wanted = next((one for one in Permission if one.value == request.args.get("permission")), Permission.CARD_READ)
    with reading() as session:
        people = queries.everybody(session, current_actor())
        answers = [(one, in_general(one.actor, wanted)) for one in people]
        return page(
            "admin/holders.html", session=session, wanted=wanted, rule=rule(wanted),
            areas=[(area, [rule(one) for one in known]) for area, known in areas()],
            yes=_by_reason(answers, Answer.YES), where=_by_reason(answers, Answer.WHERE),
            none=sum(answer.answer is Answer.NO for _, answer in answers),
        )  # fmt: skip


@job.get("/people/<uuid:person_id>/access")
@requires(Permission.ACCESS_SEE)
def access(person_id: UUID) -> tuple[str, int]:
    """What somebody may do, and why; in one requisition, when one is chosen."""
    with reading() as session:
        whose = queries.whose(session, current_actor(), person_id)
        titles = queries.requisitions(session, current_actor())
        facts = _chosen(session, whose)
        return page(
            "admin/access.html", session=session, whose=whose, own=False, requisitions=titles, chosen=facts,
            held=queries.held_by(session, current_actor(), person_id), areas=_explained(whose, facts),
        )  # fmt: skip


@job.get("/account/access")
@requires(Permission.ACCESS_OWN)
def own_access() -> tuple[str, int]:
    """What one may do oneself, and why."""
    actor = current_actor()
    with reading() as session:
        whose = queries.whose(session, actor, actor.person_id)
        return page(
            "admin/access.html", session=session, whose=whose, own=True, requisitions=(), chosen=None,
            held=queries.held_by(session, actor, actor.person_id), areas=_explained(whose, None),
        )  # fmt: skip


def _explained(whose: queries.Whose, facts: RequisitionFacts | None) -> list[tuple[str, list[Explained]]]:
    """By area; on an object only those permissions that the map can answer there are told as they stand there."""
    if facts is None:
        return [(area, [in_general(whose.actor, one) for one in known]) for area, known in areas()]
    return [(area, [here(whose.actor, one, facts) for one in known]) for area, known in areas() if area in OF_A_HIRE]


OF_A_HIRE = ("Requisitions", "Candidates", "Scorecards", "Debrief and decision", "People and roles")
"""Areas of the map that speak of requisitions."""


def _by_reason(answers: list[tuple[queries.Whose, Explained]], wanted: Answer) -> dict[str, list[queries.Whose]]:
    """Whoever stands to the permission like this, under the reason that they share."""
    found: dict[str, list[queries.Whose]] = {}
    for one, answer in answers:
        if answer.answer is wanted:
            found.setdefault("; or ".join(answer.because), []).append(one)
    return found


def _chosen(session: Session, whose: queries.Whose) -> RequisitionFacts | None:
    text = request.args.get("requisition", "")
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError:
        raise NotFoundError from None
    return queries.stands(session, current_actor(), whose, wanted)
