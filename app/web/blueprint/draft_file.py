"""One file of a draft: its pieces, with the acts that move and remove them, and files that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.formats import blueprint_edit
from app.formats.archive_layout import ROLE_FILES, case_file, is_id, role_file
from app.formats.blueprint_findings import OpenFile, open_file
from app.formats.blueprint_pieces import name_of, parse_where
from app.formats.blueprint_skeleton import further, further_case
from app.formats.blueprint_tree import at, seen
from app.formats.blueprint_words import FILE_HELP
from app.queries import drafts as queries
from app.services import drafts as services
from app.web.blueprint import job
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import whole_number
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.formats.blueprint_pieces import Where
    from app.queries.drafts import Draft

_UNREAD = "This form does not say what to do. Open the page again and use its buttons."
_UNFIT_CASE = "Give the case study a short name in small letters, digits and hyphens, such as cost-modeling."


@job.get("/blueprints/drafts/<uuid:draft_id>/file")
@requires(Permission.BLUEPRINT_PUBLISH)
def draft_file(draft_id: UUID) -> Response | tuple[str, int]:
    """What can be edited in one file, piece by piece."""
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
        file = chosen_file(found)
        if file.top is None:
            return go("blueprint.draft_text", draft_id=draft_id, file=file.name)
        review = queries.review(session, found)
        digests = {
            piece.where.address: seen(blueprint_edit.piece_of(file.top, piece.where))
            for group in file.groups
            for piece in group.pieces
        }
        return page(
            "blueprint/draft_file.html",
            session=session,
            draft=found,
            file=file,
            help=FILE_HELP.get(file.kind, ""),
            digests=digests,
            faults={
                finding.piece.where.address for finding in review.faults if finding.piece and finding.file == file.name
            },
            findings=[finding for finding in review.findings if finding.file == file.name],
            weights=blueprint_edit.weights_of(file.top.get("dimensions")) if file.kind == "scorecard" else (),
            removable=file.name != role_file(found.role, "role"),
        )


@job.post("/blueprints/drafts/<uuid:draft_id>/piece")
@requires(Permission.BLUEPRINT_PUBLISH)
def act_on_piece(draft_id: UUID) -> Response:
    """Move a piece up or down in its list, or take it out."""
    where = parse_where(request.form.get("at", ""))
    do, was = request.form.get("do", ""), request.form.get("seen", "")
    with writing() as session:
        found = queries.load(session, current_actor(), draft_id)
        if where is None or not where.in_list or do not in {"up", "down", "remove"}:
            raise InvalidError((Fault("do", _UNREAD),))
        file = chosen_file(found, request.form.get("file", ""))
        where = blueprint_edit.find(file.top, where, was)
        held = name_of(at(file.top, where.path), "piece")
        if do == "remove":
            services.edit(
                session, current_actor(), draft_id, file.name, blueprint_edit.remove(where, was),
                words=f"Removed “{held}”", now=now(),
            )  # fmt: skip
            place = None
        else:
            step = -1 if do == "up" else 1
            services.edit(
                session, current_actor(), draft_id, file.name, blueprint_edit.move(where, was, step),
                words=f"Moved “{held}” {do}", now=now(),
            )  # fmt: skip
            place = anchor_of(where, step, file)
    return go(
        "blueprint.draft_file", draft_id=draft_id, file=file.name, anchor=place,
        done="section-removed" if do == "remove" else "section-moved",
    )  # fmt: skip


@job.post("/blueprints/drafts/<uuid:draft_id>/file/add")
@requires(Permission.BLUEPRINT_PUBLISH)
def add_file(draft_id: UUID) -> Response:
    """Add a file that the role has not yet, or a case study."""
    part, case = request.form.get("part", ""), request.form.get("case", "").strip()
    with writing() as session:
        found = queries.load(session, current_actor(), draft_id)
        if part in ROLE_FILES and part != "role":
            name, text = further(found.role, part)
        elif part == "case":
            name, text = _case(found, case)
        else:
            raise InvalidError((Fault("part", _UNREAD),))
        services.add_file(session, current_actor(), draft_id, name, text, now=now())
    return go("blueprint.draft_file", draft_id=draft_id, file=name, done="file-added-to-draft")


@job.post("/blueprints/drafts/<uuid:draft_id>/file/remove")
@requires(Permission.BLUEPRINT_PUBLISH)
def remove_file(draft_id: UUID) -> Response:
    """Take a file out of the draft; undoing brings it back."""
    with writing() as session:
        services.remove_file(
            session, current_actor(), draft_id, request.form.get("file", ""),
            version=whole_number(request.form.get("version")), now=now(),
        )  # fmt: skip
    return go("blueprint.draft", draft_id=draft_id, done="section-removed")


def chosen_file(found: Draft, name: str | None = None) -> OpenFile:
    """The file that the address names, the role's own without a name; NotFoundError when the draft has none such."""
    wanted = (request.args.get("file") if name is None else name) or role_file(found.role, "role")
    if wanted not in found.files:
        raise NotFoundError
    return open_file(wanted, found.files[wanted])


def anchor_of(where: Where, by: int, file: OpenFile) -> str:
    """The anchor of a piece on its file's page, once it has moved by so many places."""
    listed = at(file.top, where.path[:-1])
    last = len(listed) - 1 if isinstance(listed, list) else 0
    place = where.path[-1]
    moved = max(0, min(last, place + by)) if isinstance(place, int) else 0
    return "-".join(["piece", *map(str, where.path[:-1]), str(moved)])


def _case(found: Draft, case: str) -> tuple[str, str]:
    if not is_id(case) or case_file(case) in found.files:
        raise InvalidError((Fault("case", _UNFIT_CASE),))
    card = found.files.get(role_file(found.role, "scorecard"))
    file = open_file(role_file(found.role, "scorecard"), card) if card else None
    dimensions = blueprint_edit.weights_of(file.top.get("dimensions")) if file and file.top else []
    return further_case(case, dimensions[0][0] if dimensions else "first-dimension")
