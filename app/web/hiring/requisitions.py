"""Requisitions: the list, one page each, opening and changing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.access import require
from app.domain.errors import ConflictError, InvalidError
from app.domain.hiring import Part, RequisitionState, RevealRule
from app.domain.permission import Permission, Role, allow
from app.queries import blueprints
from app.queries import requisitions as queries
from app.services import requisitions as services
from app.services.requisitions import RequisitionDraft
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import clash, job
from app.web.hiring.forms import RequisitionForm
from app.web.looking import words
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Container

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.blueprint import Blueprint
    from app.domain.debrief import BlueprintStamp
    from app.queries.blueprints import Version
    from app.queries.requisitions import RequisitionHeader

PEOPLE = (Role.HIRING_MANAGER, Role.COMMITTEE)


@job.get("/requisitions")
@requires(Permission.REQUISITION_LIST)
def requisitions() -> tuple[str, int]:
    """The list; ``?state=``, ``?q=`` and ``?after=`` narrow it."""
    state = request.args.get("state", type=RequisitionState)
    text = words()
    with reading() as session:
        lines = queries.listed(
            session, current_actor(), state=state, text=text, after=request.args.get("after", type=UUID)
        )
        return page(
            "hiring/requisitions.html",
            session=session,
            lines=lines,
            state=state,
            text=text,
            states=tuple(RequisitionState),
            last=lines[-1].requisition_id if len(lines) == queries.PAGE_SIZE else None,
            later="after" in request.args,
            may_open=allow(current_actor(), Permission.REQUISITION_OPEN).granted,
        )


@job.get("/requisitions/<uuid:requisition_id>")
@requires(Permission.REQUISITION_SEE)
def requisition(requisition_id: UUID) -> tuple[str, int]:
    """Where the hire stands, what is asked of the reader, and what comes next."""
    with reading() as session:
        found = queries.page(session, current_actor(), requisition_id)
        granted = {permission.name.lower() for permission in found.granted}
        owed = [(line, *each) for line in found.candidates for each in line.panel.owed_own]
        return page(
            "hiring/requisition.html",
            session=session,
            blueprint=stamped(found.header.stamp),
            requisition=found.header,
            candidates=found.candidates,
            pipeline=found.pipeline,
            moves=found.moves,
            granted=granted,
            owed=owed,
            progress=any(line.panel.progress is not None for line in found.candidates),
            state=found.header.state.value,
            part=Part,
            keeps_data=allow(current_actor(), Permission.PRIVACY_SEE).granted,
        )


@job.route("/requisitions/new", methods=["GET", "POST"])
@requires(Permission.REQUISITION_OPEN)
def new_requisition() -> Response | tuple[str, int]:
    """Draft a requisition: first the blueprint version when there are several, then everything else."""
    require(current_actor(), Permission.REQUISITION_OPEN)
    form = RequisitionForm()
    with reading() as session:
        versions = newest(blueprints.versions(session))
        chosen = _chosen(versions, request.values.get("blueprint_version_id"))
        if chosen is None:
            return _choose(session, versions, None)
        rated = _offer(session, chosen, form)
    status = HTTPStatus.OK
    if not form.is_submitted() and not rated.scorecard.rates:
        form.form_errors.append(services.RATES_NOBODY)
    elif form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                with writing() as session:
                    made = services.open_requisition(session, current_actor(), _typed(form), now=now())
                return go("hiring.requisition", requisition_id=made, done="requisition-opened")
        except InvalidError as error:
            form.take(error)
    form.blueprint_version_id.data = str(chosen.version_id)
    return page(
        "hiring/requisition_form.html", status=status, form=form, chosen=chosen, several=len(versions) > 1, kept=None,
        beside=(),
    )  # fmt: skip


@job.route("/requisitions/<uuid:requisition_id>/edit", methods=["GET", "POST"])
@requires(Permission.REQUISITION_EDIT)
def edit_requisition(requisition_id: UUID) -> Response | tuple[str, int]:
    """Change a requisition; ``?blueprint_version_id=choose`` offers other versions while none is pinned."""
    form = RequisitionForm()
    with reading() as session:
        kept = queries.editing(session, current_actor(), requisition_id)
        versions = newest(blueprints.versions(session), kept.blueprint_version_id)
        wanted = request.values.get("blueprint_version_id") or str(kept.blueprint_version_id)
        chosen = _chosen(versions, wanted)
        if chosen is None:
            return _choose(session, versions, kept)
        stored = RequisitionForm(formdata=None)
        _offer(session, chosen, form, stored, kept=kept.musts)
    _fill(stored, kept)
    if not form.is_submitted():
        _fill(form, kept)
    form.blueprint_version_id.data = str(chosen.version_id)
    return _edited(form, stored, kept, chosen)


def newest(versions: tuple[Version, ...], *besides: UUID) -> tuple[Version, ...]:
    """The newest version of each role, and those named."""
    seen: set[str] = set()
    kept = []
    for version in versions:
        if version.stamp.role not in seen or version.version_id in besides:
            kept.append(version)
        seen.add(version.stamp.role)
    return tuple(kept)


def stamped(stamp: BlueprintStamp) -> str:
    """The blueprint version as the page's foot names it."""
    return f"{stamp.title}, version {stamp.number}"


def _edited(
    form: RequisitionForm, stored: RequisitionForm, kept: RequisitionHeader, chosen: Version
) -> Response | tuple[str, int]:
    status: HTTPStatus = HTTPStatus.OK
    beside: tuple[clash.Beside, ...] = ()
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                version = form.seen_version
                with writing() as session:
                    services.edit(
                        session, current_actor(), kept.requisition_id, _typed(form), version=version, now=now()
                    )
                return go("hiring.requisition", requisition_id=kept.requisition_id, done="requisition-saved")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            beside = clash.take(form, error, stored)
    return page(
        "hiring/requisition_form.html", status=status, form=form, chosen=chosen, several=True, kept=kept, beside=beside
    )


def _choose(session: Session, versions: tuple[Version, ...], kept: RequisitionHeader | None) -> tuple[str, int]:
    """Ask which version, and name those on which nobody can be rated."""
    rates = blueprints.holding(session, "scorecard", (version.version_id for version in versions))
    return page(
        "hiring/choose_blueprint.html",
        session=session,
        versions=[version for version in versions if version.version_id in rates],
        unrated=[stamped(version.stamp) for version in versions if version.version_id not in rates],
        back=kept,
    )


def _chosen(versions: tuple[Version, ...], wanted: str | None) -> Version | None:
    if wanted is None and len(versions) == 1:
        return versions[0]
    return next((version for version in versions if str(version.version_id) == wanted), None)


def _offer(session: Session, chosen: Version, *forms: RequisitionForm, kept: Container[str] = ()) -> Blueprint:
    blueprint = blueprints.of_digest(session, chosen.stamp.sha256)
    people = queries.choices(session, *PEOPLE)
    for form in forms:
        form.offer(blueprint, people, kept=kept)
        if Role.COORDINATOR not in current_actor().roles:
            del form.hiring_manager_id
    return blueprint


def _fill(form: RequisitionForm, kept: RequisitionHeader) -> None:
    form.title.data, form.openings.data, form.panel_size.data = kept.title, kept.openings, kept.panel_size
    form.reveal.data, form.version.data = kept.reveal.value, str(kept.version)
    form.blind.data = kept.blind
    form.musts.data = list(kept.musts)
    form.member_ids.data = [str(person.person_id) for person in kept.holding(Part.MEMBER)]
    form.chair_id.data = next((str(person.person_id) for person in kept.holding(Part.CHAIR)), "")
    if "hiring_manager_id" in form:
        manager = kept.holding(Part.HIRING_MANAGER)
        form.hiring_manager_id.data = next((str(person.person_id) for person in manager), "")


def _typed(form: RequisitionForm) -> RequisitionDraft:
    manager = form.hiring_manager_id.data if "hiring_manager_id" in form else None
    return RequisitionDraft(
        title=str(form.title.data),
        blueprint_version_id=UUID(form.blueprint_version_id.data),
        openings=form.openings.data or 0,
        panel_size=form.panel_size.data or 0,
        reveal=RevealRule(form.reveal.data),
        musts=tuple(form.musts.data or ()),
        hiring_manager_id=UUID(manager) if manager else None,
        member_ids=tuple(UUID(each) for each in form.member_ids.data or ()),
        chair_id=UUID(form.chair_id.data) if form.chair_id.data else None,
        blind=bool(form.blind.data),
    )
