"""A file of a draft as text, all weights in one table, and the check that both and every section share."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, request

from app.domain.errors import ConflictError, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.formats import blueprint_edit
from app.formats.archive_layout import role_file
from app.formats.blueprint_findings import findings, open_file
from app.formats.blueprint_tree import at, seen
from app.formats.pasted_text import tidy
from app.queries import drafts as queries
from app.services import drafts as services
from app.web.blueprint import job, sections
from app.web.blueprint.draft_file import chosen_file
from app.web.blueprint.section_page import Checked
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.queries.drafts import Draft

_DIMENSIONS = ("dimensions",)
_WEIGHT = re.compile(r"[0-9]{1,3}")
_OVER = " Below is what you typed; saving it again replaces what is kept now."


@job.route("/blueprints/drafts/<uuid:draft_id>/text", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_PUBLISH)
def draft_text(draft_id: UUID) -> Response | tuple[str, int]:
    """One file as text, for everything that no form asks for."""
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    if request.method == "GET":
        file = chosen_file(found)
        text = found.files[file.name]
        return _text_page(found, file.name, text, seen(text), _checked_text(found, file.name, text))
    name, text = chosen_file(found, request.form.get("file", "")).name, _sent_text()
    if request.form.get("do") == "check":
        return _text_page(found, name, text, request.form.get("seen", ""), _checked_text(found, name, text))
    change = blueprint_edit.replace(text, request.form.get("seen", ""))
    try:
        with writing() as session:
            services.edit(
                session, current_actor(), draft_id, name, change, words=f"Changed the text of {name}", now=now()
            )
    except ConflictError as error:
        return _text_conflict(draft_id, name, text, str(error))
    except InvalidError as error:
        checked = Checked((), (), conflict=str(error))
        digest = request.form.get("seen", "")
        return _text_page(found, name, text, digest, checked, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("blueprint.draft_text", draft_id=draft_id, file=name, done="section-saved")


@job.route("/blueprints/drafts/<uuid:draft_id>/weights", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_PUBLISH)
def draft_weights(draft_id: UUID) -> Response | tuple[str, int]:
    """All weights at once, because only together they are right."""
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    name, stored = _weights(found)
    if request.method == "GET":
        typed = {each: "" if weight is None else str(weight) for each, _title, weight in stored}
        return _weights_page(found, typed, seen(stored), _checked_weights(found, typed))
    typed = _sent_weights(stored)
    if request.form.get("do") == "check" or not all(map(_fits, typed.values())):
        return _weights_page(found, typed, request.form.get("seen", ""), _checked_weights(found, typed))
    change = blueprint_edit.weigh(_DIMENSIONS, _numbers(typed), request.form.get("seen", ""))
    try:
        with writing() as session:
            services.edit(session, current_actor(), draft_id, name, change, words="Changed the weights", now=now())
    except ConflictError as error:
        with reading() as session:
            found = queries.load(session, current_actor(), draft_id)
        checked = Checked((), (), conflict=str(error) + _OVER)
        return _weights_page(found, typed, seen(_weights(found)[1]), checked, status=HTTPStatus.CONFLICT)
    return go("blueprint.draft_file", draft_id=draft_id, file=name, done="section-saved")


@job.post("/blueprints/drafts/<uuid:draft_id>/check")
@requires(Permission.BLUEPRINT_PUBLISH)
def check_draft(draft_id: UUID) -> str:
    """What is wrong with the form as it was sent, as a piece of a page; nothing is kept."""
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    match request.form.get("form"):
        case "text":
            checked = _checked_text(found, chosen_file(found, request.form.get("file", "")).name, _sent_text())
        case "weights":
            checked = _checked_weights(found, _sent_weights(_weights(found)[1]))
        case _:
            checked = sections.fragment(found)
    return render_template("blueprint/draft_checked.html", checked=checked, draft=found, was_checked=True)


def _sent_text() -> str:
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text if text.endswith("\n") or not text else text + "\n"


def _checked_text(found: Draft, name: str, text: str) -> Checked:
    known = {finding.key for finding in findings(found.files, found.role)}
    after = findings({**found.files, name: text}, found.role)
    own = tuple(finding for finding in after if finding.file == name)
    anchors = {(one.file, one.line, one.message): "text" for one in own}
    return Checked(own, tuple(one for one in after if one.file != name and one.key not in known), anchors=anchors)


def _text_page(
    found: Draft,
    name: str,
    text: str,
    digest: str,
    checked: Checked,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    kept: str = "",
) -> tuple[str, int]:
    return page(
        "blueprint/draft_text.html", status=status, draft=found, file=open_file(name, found.files[name]), text=text,
        seen=digest, checked=checked, kept=kept, was_checked=True,
    )  # fmt: skip


def _text_conflict(draft_id: UUID, name: str, text: str, why: str) -> tuple[str, int]:
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    kept = found.files.get(name)
    if kept is None:
        raise NotFoundError
    checked = Checked((), (), conflict=why + _OVER)
    return _text_page(found, name, text, seen(kept), checked, status=HTTPStatus.CONFLICT, kept=kept)


def _weights(found: Draft) -> tuple[str, list[tuple[str, str, int | None]]]:
    name = role_file(found.role, "scorecard")
    top = open_file(name, found.files[name]).top if name in found.files else None
    stored = blueprint_edit.weights_of(at(top, _DIMENSIONS))
    if not stored:
        raise NotFoundError
    return name, stored


def _sent_weights(stored: list[tuple[str, str, int | None]]) -> dict[str, str]:
    return {each: tidy(request.form.get(f"w.{each}", "")) for each, _title, _weight in stored}


def _fits(text: str) -> bool:
    return not text or _WEIGHT.fullmatch(text) is not None


def _numbers(typed: dict[str, str]) -> dict[str, int | None]:
    return {each: int(text) if _WEIGHT.fullmatch(text) else None for each, text in typed.items()}


def _checked_weights(found: Draft, typed: dict[str, str]) -> Checked:
    """What weights do, whether or not somebody else has changed them: the sum is what everybody wants to see."""
    name, stored = _weights(found)
    text = blueprint_edit.weigh(_DIMENSIONS, _numbers(typed), seen(stored))(found.files[name])
    known = {finding.key for finding in findings(found.files, found.role)}
    after = findings({**found.files, name: text}, found.role)
    own = tuple(one for one in after if one.file == name and one.key not in known and not one.about_sum)
    numbers = [number for number in _numbers(typed).values() if number is not None]
    unfit = [each for each, text in typed.items() if not _fits(text)]
    conflict = f"Write whole numbers up to 100: {', '.join(unfit)}." if unfit else ""
    return Checked(own, (), sum(numbers) if numbers else None, conflict)


def _weights_page(
    found: Draft, typed: dict[str, str], digest: str, checked: Checked, *, status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, int]:
    _name, stored = _weights(found)
    rows = [(each, title, weight, typed.get(each, "")) for each, title, weight in stored]
    if checked.conflict and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        "blueprint/draft_weights.html", status=status, draft=found, rows=rows, seen=digest, checked=checked,
        was_checked=True,
    )  # fmt: skip
