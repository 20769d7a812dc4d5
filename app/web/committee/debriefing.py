"""The debrief page, opening it, releasing who is waited for in vain, and the packet."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.agreement import closeness, to_discuss
from app.domain.debrief import weights_of
from app.domain.errors import InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.ruling import basis, demands
from app.domain.scoring import contributions
from app.queries import debriefs as queries
from app.services import debriefs, scorecards
from app.web.clock import now
from app.web.committee import job
from app.web.committee.forms import ReleaseForm
from app.web.database import reading, writing
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page
from reports import figures, wording

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

    from app.domain.debrief import BlueprintStamp, Debrief


@job.get("/applications/<uuid:application_id>/debrief")
@requires(Permission.DEBRIEF_SEE)
def debrief(application_id: UUID) -> tuple[str, int]:
    """Every sealed card side by side, or who is waited for while the debrief is not open."""
    with reading() as session:
        read = queries.debrief_or_waiting(session, current_actor(), application_id)
        if isinstance(read, queries.Unopened):
            return page("committee/unopened.html", session=session, waiting=read)
        found, agenda = read
        by_weight = request.args.get("order") == "scorecard"
        return page(
            "committee/debrief.html",
            session=session,
            blueprint=stamped(found.blueprint, agenda.newest_number),
            debrief=found,
            agenda=agenda,
            rows=_in_scorecard_order(found) if by_weight else found.rows,
            by_weight=by_weight,
            demands=demands(found.scorecard, found.score),
            basis=basis(found.scorecard),
            contributions=contributions(found.score, weights_of(found.scorecard, _musts(found))),
            titles={d.id: d.title for d in found.scorecard.dimensions},
            axis=figures.axis(found.scorecard.scale),
            dots=figures.dimensions(found),
            discuss=to_discuss(found.rows, found.scorecard.scale),
            close=closeness,
            curve_points=figures.panel_sizes(agenda.trust) if agenda.trust else (),
            depth=wording.step,
            say=wording,
            below=figures.short_of_bar,
        )


@job.post("/applications/<uuid:application_id>/debrief/open")
@requires(Permission.DEBRIEF_OPEN)
def open_debrief(application_id: UUID) -> AnyResponse:
    """Open the debrief to the committee."""
    with writing() as session:
        debriefs.open_debrief(session, current_actor(), application_id, now=now())
    return go("committee.debrief", application_id=application_id, done="debrief-opened")


@job.route("/applications/<uuid:application_id>/missing/<uuid:card_id>", methods=["GET", "POST"])
@requires(Permission.CARD_RELEASE)
def release(application_id: UUID, card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Ask why, then stop waiting for a scorecard."""
    form = ReleaseForm()
    with reading() as session:
        found = queries.debrief(session, current_actor(), application_id)
    duty = next((duty for duty in found.missing if duty.card_id == card_id and duty.state == "owed"), None)
    if duty is None:
        raise NotFoundError
    if form.validate_on_submit():
        try:
            with writing() as session:
                scorecards.release(session, current_actor(), card_id, form.reason.data or "", now())
        except InvalidError as error:
            form.take(error)
        else:
            return go("committee.debrief", application_id=application_id, done="card-released")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("committee/release.html", status=status, form=form, debrief=found, duty=duty)


@job.get("/applications/<uuid:application_id>/packet.pdf")
@requires(Permission.DEBRIEF_SEE)
def packet_pdf(application_id: UUID) -> Response:
    """Everything about one application on paper."""
    with reading() as session:
        paper = queries.packet(session, current_actor(), application_id, zone=current_person().zone)
    return send("packet", paper, name=f"packet {paper.debrief.candidate}")


def stamped(stamp: BlueprintStamp, newest: int = 0) -> str:
    """The blueprint version as the foot of a page names it, and whether a newer one exists."""
    newer = f"; version {newest} exists" if newest > stamp.number else ""
    return f"{stamp.title} {stamp.number}{newer}"


def _musts(found: Debrief) -> tuple[str, ...]:
    return tuple(row.dimension.id for row in found.rows if row.must)


def _in_scorecard_order(found: Debrief) -> tuple[object, ...]:
    place = {d.id: i for i, d in enumerate(found.scorecard.dimensions)}
    return tuple(sorted(found.rows, key=lambda row: place[row.dimension.id]))
