"""Moving a requisition onto a newer version of its blueprint: what would change, and whether it still can."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.change import Effect, changes, summary
from app.domain.change.marks import told
from app.domain.errors import ConflictError, InvalidError, NotAllowedError
from app.domain.permission import Permission
from app.queries import blueprints
from app.queries import requisitions as queries
from app.services import requisitions as services
from app.services.requisitions import BLUEPRINT_PINNED, EDITABLE, RATES_NOBODY
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.forms import RebaseForm
from app.web.hiring.requisitions import stamped
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response

    from app.domain.blueprint import Blueprint
    from app.queries.requisitions import RequisitionHeader

HIRING = frozenset({Effect.SCORES, Effect.DECISIONS, Effect.KITS, Effect.GRADING})
"""What of a blueprint a requisition rests on."""


@job.route("/requisitions/<uuid:requisition_id>/blueprint", methods=["GET", "POST"])
@requires(Permission.REQUISITION_EDIT)
def rebase_requisition(requisition_id: UUID) -> Response | tuple[str, int]:
    """Show what the newest version changes for this requisition, and move it there while nothing rests on its own."""
    form = RebaseForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                with writing() as session:
                    services.rebase(
                        session, current_actor(), requisition_id, form.wanted, version=form.seen_version, now=now()
                    )
                return go("hiring.requisition", requisition_id=requisition_id, done="requisition-rebased")
        except InvalidError as error:
            form.take(error)
        except (NotAllowedError, ConflictError) as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
    with reading() as session:
        kept = queries.editing(session, current_actor(), requisition_id)
        _, newest = blueprints.load(session, kept.newest_version_id)
        found = changes(kept.blueprint, newest) if kept.outdated else ()
        for_hiring = [change for change in found if HIRING.intersection(change.effects)]
        form.version.data, form.blueprint_version_id.data = str(kept.version), str(kept.newest_version_id)
        return page(
            "hiring/rebase.html",
            status=status,
            session=session,
            blueprint=stamped(kept.stamp),
            form=form,
            requisition=kept,
            obstacle=_obstacle(kept, newest),
            summary=summary(for_hiring),
            changes=[told(change) for change in for_hiring],
            others=len(found) - len(for_hiring),
            lost=_lost(kept, newest),
        )


def _obstacle(kept: RequisitionHeader, newest: Blueprint) -> str:
    """Why it cannot be moved, or nothing."""
    if kept.state not in EDITABLE:
        return f"This requisition is {kept.state.words.lower()}, and what was judged on its version stays on it."
    if kept.pinned:
        return BLUEPRINT_PINNED
    return "" if newest.scorecard.rates else RATES_NOBODY


def _lost(kept: RequisitionHeader, newest: Blueprint) -> tuple[str, ...]:
    """The titles of the chosen must-haves that the newest version no longer has."""
    known = {dimension.id for dimension in newest.scorecard.dimensions}
    return tuple(kept.blueprint.scorecard.dimension(must).title for must in kept.musts if must not in known)
