"""Drafts of blueprints: the list, how one begins, the page of one, and how it ends."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, url_for

from app.domain.access import require
from app.domain.change import summary
from app.domain.change.marks import told
from app.domain.errors import ConflictError, DraftGoneError, Fault, InvalidError
from app.domain.permission import Permission
from app.formats import blueprint_archive
from app.formats.blueprint_findings import in_order, open_file
from app.queries import drafts as queries
from app.services import drafts as services
from app.web import carry
from app.web.blueprint import job
from app.web.blueprint.draft_forms import BlankForm, FromVersionForm, PublishForm, SeenForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.forms import choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from app.queries.drafts import Draft, Review

_LONGEST_NUMBER = 9
_NOT_TYPED = frozenset({"form", "file", "at", "seen", "do", "version", "newest", "part"})
"""What forms of a draft carry besides what somebody writes."""
_UNREAD = (
    "Tick that you have read what publishing would change: somebody published a newer version after this draft began."
)


@job.get("/blueprints/drafts")
@requires(Permission.BLUEPRINT_PUBLISH)
def drafts() -> tuple[str, int]:
    """Every draft, the last changed first."""
    with reading() as session:
        listed = queries.listing(session, current_actor())
        return page("blueprint/drafts.html", session=session, drafts=listed)


@job.get("/blueprints/drafts/new")
@requires(Permission.BLUEPRINT_PUBLISH)
def new_draft() -> tuple[str, int]:
    """The three ways to begin."""
    return begin_page()


@job.post("/blueprints/drafts/new/version")
@requires(Permission.BLUEPRINT_PUBLISH)
def start_from_version() -> Response | tuple[str, int]:
    """Begin with the files of a published version."""
    form = FromVersionForm()
    with reading() as session:
        form.version_id.choices = choices(queries.startable(session, current_actor()))
    if not form.validate():
        return begin_page(version=form)
    with writing() as session:
        started = services.start_from_version(session, current_actor(), UUID(form.version_id.data), now=now())
    return go("blueprint.draft", draft_id=started, done="draft-started")


@job.post("/blueprints/drafts/new/role")
@requires(Permission.BLUEPRINT_PUBLISH)
def start_blank() -> Response | tuple[str, int]:
    """Begin a role that is not there yet."""
    require(current_actor(), Permission.BLUEPRINT_PUBLISH)
    form = BlankForm()
    if not form.validate():
        return begin_page(blank=form)
    try:
        with writing() as session:
            started = services.start_blank(
                session, current_actor(), (form.role.data or "").strip(), form.title.data or "", now=now()
            )
    except InvalidError as error:
        form.take(error)
        return begin_page(blank=form)
    return go("blueprint.draft", draft_id=started, done="draft-started")


def begin_page(
    *,
    version: FromVersionForm | None = None,
    blank: BlankForm | None = None,
    refused: Sequence[str] = (),
) -> tuple[str, int]:
    """Draw the three ways to begin, with what was typed and why it was not taken."""
    failed = version is not None or blank is not None or bool(refused)
    version = version or FromVersionForm(formdata=None)
    with reading() as session:
        version.version_id.choices = choices(queries.startable(session, current_actor()))
        version.version_id.data = version.version_id.data or request.args.get("from")
        return page(
            "blueprint/draft_new.html",
            session=session,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK,
            version=version,
            blank=blank or BlankForm(formdata=None),
            refused=refused,
            limits=blueprint_archive.LIMITS,
        )


@job.get("/blueprints/drafts/<uuid:draft_id>")
@requires(Permission.BLUEPRINT_PUBLISH)
def draft(draft_id: UUID) -> tuple[str, int]:
    """One draft: what keeps it from being published, what it changes, its files."""
    return _draft_page(draft_id, None)


@job.post("/blueprints/drafts/<uuid:draft_id>/publish")
@requires(Permission.BLUEPRINT_PUBLISH)
def publish_draft(draft_id: UUID) -> Response | tuple[str, int]:
    """Make it the role's next version; the page comes back with the note when it cannot be."""
    form = PublishForm()
    if not form.validate():
        return _draft_page(draft_id, form)
    try:
        with writing() as session:
            _refuse_unread(queries.load(session, current_actor(), draft_id), form)
            done = services.publish(
                session, current_actor(), draft_id, version=_number(form.version.data), newest_id=_id(form.newest.data),
                note=form.note.data or "", now=now(),
            )  # fmt: skip
    except InvalidError as error:
        form.take(error)
        return _draft_page(draft_id, form)
    except ConflictError as error:
        form.form_errors.append(str(error))
        return _draft_page(draft_id, form, HTTPStatus.CONFLICT)
    return go("blueprint.version", version_id=done.version_id, done="version-published")


@job.post("/blueprints/drafts/<uuid:draft_id>/undo")
@requires(Permission.BLUEPRINT_PUBLISH)
def undo_draft(draft_id: UUID) -> Response:
    """Take the last change back."""
    with writing() as session:
        services.undo(session, current_actor(), draft_id, version=_number(request.form.get("version")), now=now())
    return go("blueprint.draft", draft_id=draft_id, done="draft-undone")


@job.route("/blueprints/drafts/<uuid:draft_id>/discard", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_PUBLISH)
def discard_draft(draft_id: UUID) -> Response | tuple[str, int]:
    """Ask, and then delete the draft as it was seen."""
    form = SeenForm()
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
        if not form.is_submitted():
            form.version.data = str(found.version)
            review = queries.review(session, found)
            return page("blueprint/draft_discard.html", session=session, draft=found, review=review, form=form)
    with writing() as session:
        services.discard(session, current_actor(), draft_id, version=_number(form.version.data), now=now())
    return go("blueprint.drafts", done="draft-discarded")


@job.errorhandler(DraftGoneError)
def gone(error: DraftGoneError) -> Response | tuple[str, int]:
    """Where to go on when a draft was published or discarded meanwhile; what was typed into its form stays readable."""
    if wants_json():
        return answer(HTTPStatus.NOT_FOUND, str(error))
    texts = [text for name, text in carry.typed() if name not in _NOT_TYPED and text.strip()]
    return page("blueprint/draft_gone.html", status=HTTPStatus.NOT_FOUND, texts=texts)


def _draft_page(draft_id: UUID, form: PublishForm | None, status: HTTPStatus | None = None) -> tuple[str, int]:
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
        review = queries.review(session, found)
        failed = form is not None
        form = form or PublishForm(formdata=None)
        form.version.data = str(found.version)
        form.newest.data = str(found.newest.version_id) if found.newest else ""
        files = [open_file(name, found.files[name]) for name in in_order(found.files, found.role)]
        return page(
            "blueprint/draft.html",
            session=session,
            status=status or (HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK),
            draft=found,
            review=review,
            summary=summary(review.changes or ()),
            told=[told(change) for change in review.changes or ()],
            files=files,
            faults_in={file.name: _count(review, file.name) for file in files},
            missing=missing_files(found),
            form=form,
            files_url=url_for("blueprint.draft_files", draft_id=draft_id),
        )


def missing_files(found: Draft) -> tuple[tuple[str, str], ...]:
    """The files that the role could have and has not: the part's name and its words."""
    from app.formats.archive_layout import ROLE_FILES, role_file
    from app.formats.blueprint_words import FILE_WORDS

    return tuple((part, FILE_WORDS[part]) for part in ROLE_FILES if role_file(found.role, part) not in found.files)


def _count(review: Review, name: str) -> int:
    return sum(finding.file == name for finding in review.faults)


def _refuse_unread(found: Draft, form: PublishForm) -> None:
    if found.is_behind and not form.understood.data:
        raise InvalidError((Fault("understood", _UNREAD),))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else -1


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
