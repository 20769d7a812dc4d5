"""One piece of a draft in a form: shown, checked while somebody types, and kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import ConflictError, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.formats import blueprint_edit
from app.formats.blueprint_pieces import NEW, Where, parse_where
from app.formats.yaml_text import yaml_text
from app.queries import drafts as queries
from app.services import drafts as services
from app.web.blueprint import job, section_form
from app.web.blueprint.draft_file import chosen_file
from app.web.blueprint.section_page import Checked, Section, check, fields_of, open_section
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

_GONE = "Somebody else removed this while you were writing. Saving it now adds it again, at the end of its list."
_OVER = " Below is what you typed; saving it again replaces what is kept now."


@job.get("/blueprints/drafts/<uuid:draft_id>/section")
@requires(Permission.BLUEPRINT_PUBLISH)
def section(draft_id: UUID) -> tuple[str, int]:
    """The form of one piece, with what is wrong with it as it stands."""
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
        opened = open_section(found, chosen_file(found), parse_where(request.args.get("at", "")))
        checked = None
        if not opened.where.is_new:
            checked = check(opened, found.files[opened.file.name], fields_of(opened, opened.values))
        return _form(opened, opened.values, opened.digest, checked)


@job.post("/blueprints/drafts/<uuid:draft_id>/section")
@requires(Permission.BLUEPRINT_PUBLISH)
def save_section(draft_id: UUID) -> Response | tuple[str, int]:
    """Keep what was typed; or check it, or add, remove or move a row, without keeping anything."""
    do = request.form.get("do", "save")
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    opened, lost = _opened(found)
    if do != "save":
        return _again(opened, do)
    values = _typed(opened)
    try:
        with writing() as session:
            services.edit(
                session,
                current_actor(),
                draft_id,
                opened.file.name,
                _edit(opened, values, lost),
                words=_words(opened),
                now=now(),
            )
    except ConflictError as error:
        return _conflict(opened, values, str(error), lost)
    except InvalidError as error:
        checked = Checked((), (), conflict=str(error))
        return _form(opened, values, request.form.get("seen", ""), checked, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return go(
        "blueprint.draft_file",
        draft_id=draft_id,
        file=opened.file.name,
        done="section-saved",
        anchor=_anchor(opened.where),
    )


def fragment(found: queries.Draft) -> Checked:
    """What checking the sent form of a piece finds; nothing is kept."""
    opened, lost = _opened(found)
    values = _typed(opened)
    try:
        text = _edit(opened, values, lost)(found.files[opened.file.name])
    except ConflictError as error:
        return Checked((), (), conflict=f"{error} You can still save: you will see both texts first.")
    return check(opened, text, fields_of(opened, values))


def _opened(found: queries.Draft) -> tuple[Section, bool]:
    """The piece that was sent, and whether it is no longer in the draft."""
    file = chosen_file(found, request.form.get("file", ""))
    where = parse_where(request.form.get("at", "")) or Where(())
    try:
        return open_section(found, file, where), False
    except NotFoundError:
        if not where.in_list:
            raise
        return open_section(found, file, Where((*where.path[:-1], NEW))), True


def _typed(opened: Section, *, blanks: bool = False) -> dict[str, object]:
    tree = section_form.tree_of(request.form.to_dict(flat=False))
    return section_form.read(opened.specs, tree, opened.values, blanks=blanks)


def _edit(opened: Section, values: Mapping[str, object], lost: bool) -> blueprint_edit.Edit:  # noqa: FBT001  one fact of the form
    if lost:
        raise ConflictError(_GONE)
    return blueprint_edit.put(opened.where, values, opened.order, request.form.get("seen", ""))


def _again(opened: Section, do: str) -> tuple[str, int]:
    """Draw the form with what was typed, after adding, moving or removing a row or only checking it."""
    values = _typed(opened, blanks=True)
    row = section_form.act(values, do)
    checked = None
    if do == "check":
        checked = fragment(opened.draft)
    return _form(opened, values, request.form.get("seen", ""), checked, focus=row)


def _conflict(opened: Section, values: Mapping[str, object], why: str, lost: bool) -> tuple[str, int]:  # noqa: FBT001  as above
    with reading() as session:
        found = queries.load(session, current_actor(), opened.draft.draft_id)
    now_there = open_section(found, chosen_file(found, opened.file.name), opened.where)
    kept = "" if lost else yaml_text(dict(now_there.values))
    checked = Checked((), (), conflict=why if lost else why + _OVER)
    return _form(now_there, values, now_there.digest, checked, status=HTTPStatus.CONFLICT, kept=kept)


def _form(
    opened: Section,
    values: Mapping[str, object],
    digest: str,
    checked: Checked | None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    focus: str | None = None,
    kept: str = "",
) -> tuple[str, int]:
    fields = fields_of(opened, values, checked)
    return page(
        "blueprint/draft_section.html",
        status=status,
        draft=opened.draft,
        file=opened.file,
        section=opened,
        fields=fields,
        seen=digest,
        checked=checked or Checked((), ()),
        was_checked=checked is not None,
        focus=f"v.{focus}" if focus else "",
        kept=kept,
    )


def _words(opened: Section) -> str:
    return f"Added a {opened.noun}" if opened.where.is_new else f"Changed “{opened.title}”"


def _anchor(where: Where) -> str:
    return "-".join(["piece", *(str(step) for step in (*where.path, *where.keys))])
