"""Candidates: the list, one page each with documents, adding and correcting."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.access import HIDDEN, WHOLE, require
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError
from app.domain.permission import Permission, allow
from app.queries import candidates as queries
from app.queries import requisitions
from app.services import applications
from app.services import candidates as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import clash, job
from app.web.hiring.forms import ApplyForm, CandidateForm, FileForm, NewCandidateForm
from app.web.looking import words
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.queries.candidates import CandidatePage


@job.get("/candidates")
@requires(Permission.CANDIDATE_LIST)
def candidates() -> tuple[str, int]:
    """The list; ``?q=`` and ``?after=`` narrow it."""
    text = words()
    with reading() as session:
        rows = queries.listed(session, current_actor(), text=text, after=request.args.get("after", type=UUID))
        return page(
            "hiring/candidates.html",
            session=session,
            rows=rows,
            text=text,
            last=rows[-1].candidate_id if len(rows) == queries.PAGE_SIZE else None,
            later="after" in request.args,
            may_add=allow(current_actor(), Permission.CANDIDATE_ADD).granted,
        )


@job.route("/candidates/new", methods=["GET", "POST"])
@requires(Permission.CANDIDATE_ADD)
def new_candidate() -> Response | tuple[str, int]:
    """Add a candidate; a known address leads to the merge instead."""
    form = NewCandidateForm()
    with reading() as session:
        form.offer(requisitions.open_ones(session, current_actor()))
    status = HTTPStatus.OK
    if not form.is_submitted():
        form.requisition_id.data = request.args.get("requisition_id", "")
    elif form.validate() and (known := _known(str(form.email.data))) is not None:
        return page("hiring/merge.html", form=form, known=known, offered=form.details().tidy())
    elif not form.errors:
        try:
            return go("hiring.candidate", candidate_id=_add(form), done="candidate-added")
        except InvalidError as error:
            form.take(error)
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return page("hiring/candidate_form.html", status=status, form=form, kept=None, beside=())


@job.get("/candidates/<uuid:candidate_id>")
@requires(Permission.CANDIDATE_SEE)
def candidate(candidate_id: UUID) -> tuple[str, int]:
    """The candidate's page."""
    return show(candidate_id, FileForm())


@job.route("/candidates/<uuid:candidate_id>/edit", methods=["GET", "POST"])
@requires(Permission.CANDIDATE_EDIT)
def edit_candidate(candidate_id: UUID) -> Response | tuple[str, int]:
    """Correct what is known of a candidate."""
    with reading() as session:
        kept = queries.page(session, current_actor(), candidate_id)
    check_editable(kept)
    form, stored = CandidateForm(), _stored(kept)
    if not form.is_submitted():
        return page("hiring/candidate_form.html", form=stored, kept=kept, beside=())
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    beside: tuple[clash.Beside, ...] = ()
    try:
        if form.validate():
            with writing() as session:
                services.edit(
                    session, current_actor(), candidate_id, form.details(), version=form.seen_version, now=now()
                )
            return go("hiring.candidate", candidate_id=candidate_id, done="candidate-saved")
    except InvalidError as error:
        form.take(error)
    except ConflictError as error:
        status, beside = HTTPStatus.CONFLICT, clash.take(form, error, stored)
    return page("hiring/candidate_form.html", status=status, form=form, kept=kept, beside=beside)


@job.route("/candidates/<uuid:candidate_id>/apply", methods=["GET", "POST"])
@requires(Permission.CANDIDATE_ADD)
def apply(candidate_id: UUID) -> Response | tuple[str, int]:
    """Let a known candidate apply for a further requisition."""
    require(current_actor(), Permission.CANDIDATE_ADD)
    form = ApplyForm()
    with reading() as session:
        kept = queries.page(session, current_actor(), candidate_id)
        theirs = {one.requisition_id for one in kept.applications}
        form.offer(one for one in requisitions.open_ones(session, current_actor()) if one[0] not in theirs)
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                wanted = UUID(form.requisition_id.data)
                with writing() as session:
                    made = applications.apply(session, current_actor(), candidate_id, wanted, now=now())
                return go("hiring.application", application_id=made, done="candidate-added")
        except InvalidError as error:
            form.take(error)
        except AlreadyDoneError as error:
            form.form_errors.append(str(error))
    return page("hiring/apply.html", status=status, form=form, candidate=kept)


def show(candidate_id: UUID, form: FileForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    """The candidate's page around a form for documents, which may carry a refusal."""
    with reading() as session:
        found = queries.page(session, current_actor(), candidate_id)
        return page(
            "hiring/candidate.html",
            status=status,
            session=session,
            candidate=found,
            form=form,
            keeps_data=not found.blinded and allow(current_actor(), Permission.PRIVACY_SEE).granted,
        )


def check_editable(kept: CandidatePage) -> None:
    """Raise :class:`NotAllowedError`, with why, when the reader may see the candidate and not change anything."""
    if not kept.may_edit:
        raise NotAllowedError(HIDDEN if kept.blinded else WHOLE)


def _known(email: str) -> queries.Known | None:
    with reading() as session:
        return queries.known(session, current_actor(), email)


def _add(form: NewCandidateForm) -> UUID:
    chosen = form.requisition_id.data
    with writing() as session:
        return services.add(
            session,
            current_actor(),
            form.details(),
            requisition_id=UUID(chosen) if chosen else None,
            now=now(),
        )


def _stored(kept: CandidatePage) -> CandidateForm:
    details = kept.details
    return CandidateForm(
        formdata=None,
        data={
            "name": details.name,
            "email": details.email,
            "phone": details.phone,
            "headline": details.headline,
            "source": details.source,
            "version": str(kept.version),
        },
    )
