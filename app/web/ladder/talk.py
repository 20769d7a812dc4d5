"""Around an assessment: peers who are asked, and what the two write down after they have met."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.queries import assessment_page, assessment_peers
from app.services import assessment_talk as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.ladder import job, joint
from app.web.ladder.assessments import ADDRESS
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from app.domain.errors import Fault


@job.post(f"{ADDRESS}/outcome")
@requires(Permission.ASSESSMENT_CONCLUDE)
def conclude(assessment_id: UUID) -> Response | tuple[str, int]:
    """Write down what the two agreed on, or one's own words to it."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        with writing() as session:
            services.conclude(session, current_actor(), assessment_id, text, now=now())
    except InvalidError as error:
        with reading() as session:
            both = assessment_page.page(session, current_actor(), assessment_id)
            if isinstance(both, assessment_page.JointPage):
                return joint.shown(session, both, text=text, faults=error.faults)
        raise
    return go("ladder.assessment", assessment_id=assessment_id, done="assessment-concluded", anchor="agreed")


@job.get(f"{ADDRESS}/peers")
@requires(Permission.ASSESSMENT_ASK)
def peers(assessment_id: UUID) -> tuple[str, int]:
    """Who was asked, and whom else one may ask."""
    return _peers(assessment_id)


@job.post(f"{ADDRESS}/peers")
@requires(Permission.ASSESSMENT_ASK)
def ask_peer(assessment_id: UUID) -> Response | tuple[str, int]:
    """Ask one more person how they see somebody."""
    chosen = request.form.get("peer", "")
    try:
        with writing() as session:
            services.ask_peer(session, current_actor(), assessment_id, _uuid(chosen), now=now())
    except InvalidError as error:
        return _peers(assessment_id, chosen, error.faults)
    return go("ladder.peers", assessment_id=assessment_id, done="peer-asked")


def _peers(assessment_id: UUID, chosen: str = "", faults: Sequence[Fault] = ()) -> tuple[str, int]:
    with reading() as session:
        held = assessment_peers.page(session, current_actor(), assessment_id)
        return page(
            "ladder/peers.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
            session=session,
            held=held,
            chosen=chosen,
            error=" ".join(fault.message for fault in faults),
            most=services.PEERS_AT_MOST,
        )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
