"""Reports on groups: the list, releasing one, reading one, and taking it out as a table or on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import InvalidError, NotFoundError, NotYetError
from app.domain.fairness.release import LEAST_ANSWERED
from app.domain.fairness.withholding import LEAST
from app.domain.permission import Permission
from app.formats.impact_layout import HEADER, impact_rows
from app.queries import impact as queries
from app.services import impact as services
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading, writing
from app.web.documents import send
from app.web.fairness import job
from app.web.fairness.keys import answer_keys, questions
from app.web.guard import current_actor, current_person, requires
from app.web.once import OnceForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse


@job.get("/fairness")
@requires(Permission.IMPACT_LIST)
def impact() -> tuple[str, int]:
    """The reports that were released, and the closed requisitions that wait for one."""
    return _list(OnceForm())


@job.post("/fairness/role/<role>")
@requires(Permission.IMPACT_RELEASE)
def release_role(role: str) -> AnyResponse | tuple[str, int]:
    """Release one report on everything of a role that waits."""
    with reading() as session:
        requisition_ids = queries.waiting_of(session, current_actor(), role)
    return _release(requisition_ids)


@job.post("/fairness/requisition/<uuid:requisition_id>")
@requires(Permission.IMPACT_RELEASE)
def release_one(requisition_id: UUID) -> AnyResponse | tuple[str, int]:
    """Release the report of one requisition by itself."""
    return _release((requisition_id,))


@job.get("/fairness/<uuid:release_id>")
@requires(Permission.IMPACT_SEE)
def report(release_id: UUID) -> tuple[str, int]:
    """One report; that it was read is recorded first."""
    _record(release_id, "view")
    with reading() as session:
        found = queries.report(session, current_actor(), release_id)
        return page("fairness/report.html", session=session, found=found, least=LEAST)


@job.get("/fairness/<uuid:release_id>.csv")
@requires(Permission.IMPACT_SEE)
def report_csv(release_id: UUID) -> Response:
    """The report as a table, in the order in which New York City wants its audits printed."""
    _record(release_id, "export")
    with reading() as session:
        found = queries.report(session, current_actor(), release_id)
    return csv_file(f"{found.role} groups {found.released_at:%Y-%m-%d}", HEADER, impact_rows(found))


@job.get("/fairness/<uuid:release_id>.pdf")
@requires(Permission.IMPACT_SEE)
def report_pdf(release_id: UUID) -> Response:
    """The report on paper."""
    _record(release_id, "export")
    with reading() as session:
        found = queries.document(session, current_actor(), release_id, zone=current_person().zone)
    return send("adverse-impact", found, name=f"{found.report.role} groups")


def _release(requisition_ids: Sequence[UUID]) -> AnyResponse | tuple[str, int]:
    form = OnceForm()
    if not form.validate():
        return _list(form, 422)
    if not questions():
        raise NotFoundError

    def act(session: Session) -> str:
        made = services.release(
            session, current_actor(), requisition_ids, keys=answer_keys(), asked=questions(), now=now()
        )
        return str(made)

    try:
        release_id = UUID(form.once(act))
    except InvalidError as error:
        form.take(error)
        return _list(form, 422)
    except NotYetError as error:
        form.form_errors.append(str(error))
        return _list(form, 409)
    return go("fairness.report", release_id=release_id, done="impact-released")


def _list(form: OnceForm, status: int = 200) -> tuple[str, int]:
    with reading() as session:
        found = queries.overview(session, current_actor())
        return page(
            "fairness/list.html", status=status, session=session, found=found, form=form, asks=bool(questions()),
            needed=LEAST_ANSWERED, least=LEAST,
        )  # fmt: skip


def _record(release_id: UUID, how: str) -> None:
    """Commit the record of a look before anything is shown."""
    with writing() as session:
        services.record_view(session, current_actor(), release_id, how=how, now=now())
