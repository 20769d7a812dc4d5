"""Writing a case: its texts, the case against, handing it in, withdrawing it."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from flask import jsonify
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.casework import BRIEF_LIMIT, TEXT_LIMIT, CaseTexts
from app.domain.permission import Permission
from app.queries import case_files
from app.services import cases as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.forms import Form, whole_number
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.promotion import job, late
from app.web.promotion.reading_case import granted, lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.case_files import OpenFile

NO_VERSION = -1
"""A version that no case has, so that a form without one never overwrites anything."""


class Wanted:
    """Says that a field will be needed, and lets a draft leave it empty."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Form, field: object) -> None:
        """Refuse nothing."""


class VersionedForm(Form):
    """A form that says which version of the case it was drawn from."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that was on the page."""
        return whole_number(self.version.data, NO_VERSION)


class TextsForm(VersionedForm):
    """What the person and the manager write together. ``drawn`` tells which texts were touched since it was drawn."""

    drawn = HiddenField()
    brief = TextAreaField(
        "Brief",
        [Wanted(), Length(max=BRIEF_LIMIT)],
        description=f"One page: what changed, for whom, and why this level now. At most {BRIEF_LIMIT} characters.",
    )
    development = TextAreaField(
        "Development plan",
        [Wanted(), Length(max=TEXT_LIMIT)],
        description="What comes next and who helps with it, whichever way the case is decided.",
    )
    business_need = TextAreaField(
        "Business need",
        [Wanted(), Length(max=TEXT_LIMIT)],
        description="Another question than readiness: is there work at this level? “None at present” is an answer.",
    )


class AgainstForm(VersionedForm):
    """What speaks against."""

    case_against = TextAreaField(
        "Case against",
        [InputRequired("Write the case against."), Length(max=TEXT_LIMIT)],
        description="The strongest honest reason to wait: the weakest criterion, and what would change your mind.",
    )


class WithdrawForm(Form):
    """Why a case ends without a decision."""

    reason = TextAreaField("Why", [InputRequired("Say why the case is withdrawn."), Length(max=TEXT_LIMIT)])


@job.get("/promotions/<uuid:case_id>/edit")
@requires(Permission.CASE_EDIT)
def edit(case_id: UUID) -> tuple[str, int]:
    """The texts, to be written."""
    form = TextsForm(formdata=None)
    return _form("write", case_id, form, Permission.CASE_EDIT, fill=_fill_texts)


@job.post("/promotions/<uuid:case_id>/edit")
@requires(Permission.CASE_EDIT)
def write(case_id: UUID) -> Response | tuple[str, int]:
    """Keep the texts; a script gets the new version, a person goes back to the case."""
    form = TextsForm()

    def act(session: Session) -> int:
        texts = CaseTexts(*(_plain(field) for field in (form.brief, form.development, form.business_need)))
        return services.write(
            session, current_actor(), case_id, texts, version=form.seen, now=now(), draft=wants_json()
        )  # fmt: skip

    if wants_json():
        return by_script(form, act, too_late=lambda: _over(case_id, Permission.CASE_EDIT))
    return _acted(case_id, form, act, "case-written") or _form(
        "write", case_id, form, Permission.CASE_EDIT, stored=_stored_texts
    )


@job.get("/promotions/<uuid:case_id>/against")
@requires(Permission.CASE_COUNTER)
def counter(case_id: UUID) -> tuple[str, int]:
    """The case against, to be written."""
    form = AgainstForm(formdata=None)
    return _form("against", case_id, form, Permission.CASE_COUNTER, fill=_fill_against)


@job.post("/promotions/<uuid:case_id>/against")
@requires(Permission.CASE_COUNTER)
def argue(case_id: UUID) -> Response | tuple[str, int]:
    """Keep the case against."""
    form = AgainstForm()

    def act(session: Session) -> None:
        text = _plain(form.case_against)
        services.argue_against(session, current_actor(), case_id, text, version=form.seen, now=now())

    return _acted(case_id, form, act, "case-countered", anchor="against") or _form(
        "against", case_id, form, Permission.CASE_COUNTER, stored=_stored_against
    )


@job.get("/promotions/<uuid:case_id>/hand-in")
@requires(Permission.CASE_SUBMIT)
def submit(case_id: UUID) -> tuple[str, int]:
    """What the case has and lacks, before it is handed in."""
    form = VersionedForm(formdata=None)
    return _form("hand_in", case_id, form, Permission.CASE_SUBMIT, fill=lambda _form, _found: None)


@job.post("/promotions/<uuid:case_id>/hand-in")
@requires(Permission.CASE_SUBMIT)
def hand_in(case_id: UUID) -> Response | tuple[str, int]:
    """Hand the case in."""
    form = VersionedForm()

    def act(session: Session) -> None:
        services.hand_in(session, current_actor(), case_id, version=form.seen, now=now())

    return _acted(case_id, form, act, "case-submitted") or _form("hand_in", case_id, form, Permission.CASE_SUBMIT)


@job.get("/promotions/<uuid:case_id>/withdraw")
@requires(Permission.CASE_WITHDRAW)
def withdraw(case_id: UUID) -> tuple[str, int]:
    """Why the case ends."""
    return _form("withdraw", case_id, WithdrawForm(formdata=None), Permission.CASE_WITHDRAW)


@job.post("/promotions/<uuid:case_id>/withdraw")
@requires(Permission.CASE_WITHDRAW)
def end(case_id: UUID) -> Response | tuple[str, int]:
    """End the case without a decision."""
    form = WithdrawForm()

    def act(session: Session) -> None:
        services.withdraw(session, current_actor(), case_id, _plain(form.reason), now=now())

    return _acted(case_id, form, act, "case-withdrawn") or _form(
        "withdraw", case_id, form, Permission.CASE_WITHDRAW
    )  # fmt: skip


def by_script(form: VersionedForm, act: Callable[[Session], int], *, too_late: Callable[[], bool]) -> Response:
    """What a page is told that saves by itself: the new version, what does not fit, or that it was changed.

    ``too_late`` says of a refusal whether the case only went on meanwhile.
    """
    if not form.validate():
        raise InvalidError(tuple(Fault(str(name), each[0]) for name, each in form.errors.items()))
    try:
        with writing() as session:
            version = act(session)
    except (AlreadyDoneError, ConflictError) as error:
        return answer(HTTPStatus.CONFLICT, str(error))
    except (NotAllowedError, NotFoundError):
        if too_late():
            return answer(HTTPStatus.CONFLICT, late.MEANWHILE)
        raise
    return jsonify(version=version, saved_at=now().isoformat())


def _over(case_id: UUID, permission: Permission) -> bool:
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        return late.comes_late(found, permission)


def _plain(field: TextAreaField) -> str:
    # Browsers send a line end as two characters.
    return (field.data or "").replace("\r\n", "\n").replace("\r", "\n")


def _acted(
    case_id: UUID, form: Form, act: Callable[[Session], object], done: str, *, anchor: str | None = None
) -> Response | None:
    """Do it and go back to the case; None when something was wrong, or too late, which the form then says."""
    if not form.validate():
        return None
    try:
        with writing() as session:
            act(session)
    except InvalidError as error:
        form.take(error)
    except (ConflictError, NotAllowedError) as error:
        form.form_errors.append(str(error))
    else:
        return go("promotion.case", case_id=case_id, done=done, anchor=anchor)
    return None


def _form(
    name: str,
    case_id: UUID,
    form: Form,
    permission: Permission,
    *,
    fill: Callable[[Any, OpenFile], None] | None = None,
    stored: Callable[[Any, OpenFile], Sequence[tuple[str, str]]] | None = None,
) -> tuple[str, int]:
    """The form around its case; after a clash with what is stored now, of which nothing is lost either."""
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        if late.comes_late(found, permission):
            return late.told(session, found, form)
        elsewhere: Sequence[tuple[str, str]] = ()
        if fill is not None and isinstance(form, VersionedForm):
            fill(form, found)
            form.version.data = str(found.version)
        elif stored is not None and isinstance(form, VersionedForm) and form.seen != found.version:
            elsewhere = stored(form, found)
            form.version.data = str(found.version)
        elif isinstance(form, VersionedForm):
            form.version.data = str(found.version)
        return page(
            f"promotion/{name}.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
            session=session,
            form=form,
            found=found,
            file=found.file,
            head=found.file.head,
            granted=granted(found),
            lacking=lacking(found),
            elsewhere=elsewhere,
        )


def _fill_texts(form: TextsForm, found: OpenFile) -> None:
    pairs = _texts(form, found)
    for field, kept in pairs:
        field.data = kept
    form.drawn.data = ".".join(_mark(kept) for _, kept in pairs)


def _stored_texts(form: TextsForm, found: OpenFile) -> Sequence[tuple[str, str]]:
    """What is stored beside what was typed; a text that was not touched here is taken over from there."""
    pairs = _texts(form, found)
    drawn = str(form.drawn.data or "").split(".")
    for (field, kept), mark in zip(pairs, drawn, strict=False):
        if _mark(_plain(field)) == mark:
            field.data = kept
    form.drawn.data = ".".join(_mark(kept) for _, kept in pairs)
    return [(field.label.text, kept or "(nothing)") for field, kept in pairs if _plain(field).strip() != kept]


def _texts(form: TextsForm, found: OpenFile) -> tuple[tuple[TextAreaField, str], ...]:
    texts = found.file.texts
    return (form.brief, texts.brief), (form.development, texts.development), (form.business_need, texts.business_need)


def _mark(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def _fill_against(form: AgainstForm, found: OpenFile) -> None:
    form.case_against.data = found.file.against


def _stored_against(form: AgainstForm, found: OpenFile) -> Sequence[tuple[str, str]]:
    kept = found.file.against
    return [] if _plain(form.case_against).strip() == kept else [("Case against", kept or "(nothing)")]
