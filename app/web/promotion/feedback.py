"""Peer feedback: asking for it, and giving it in three parts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.casework import FEEDBACK_LIMIT, WHY_LIMIT, Feedback
from app.domain.permission import Permission
from app.queries import case_files
from app.queries import cases as queries
from app.services import case_feedback as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import wants_json
from app.web.forms import Form, choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.promotion import job, late
from app.web.promotion.reading_case import granted
from app.web.promotion.writing_case import VersionedForm, Wanted, by_script

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_ADDRESS = "/promotions/<uuid:case_id>/feedback"
# What a peer is answered once the case has ended; whoever was never asked is refused again by the page that follows.
_REFUSED = (NotAllowedError, NotFoundError)


class AskForm(Form):
    """Somebody to ask."""

    person = SelectField("Who works beside them?", [InputRequired("Choose somebody.")], validate_choice=False)


class DeclineForm(Form):
    """Nothing but a word, if one likes."""

    words = TextAreaField("A word to them, if you like", [Length(max=WHY_LIMIT)])


class FeedbackForm(VersionedForm):
    """The three parts. Nothing is required of a draft."""

    situation = TextAreaField(
        "Situation", [Wanted(), Length(max=FEEDBACK_LIMIT)], description="When and where was it? What was at stake?"
    )
    behaviour = TextAreaField(
        "Behaviour",
        [Wanted(), Length(max=FEEDBACK_LIMIT)],
        description="What did they do that you saw or heard yourself?",
    )
    impact = TextAreaField(
        "Impact",
        [Wanted(), Length(max=FEEDBACK_LIMIT)],
        description="What came of it, for you, the team or the people you serve?",
    )

    @property
    def given(self) -> Feedback:
        """What was typed, with plain line ends."""
        fields = (self.situation, self.behaviour, self.impact)
        return Feedback(*((field.data or "").replace("\r\n", "\n") for field in fields))


@job.get(f"{_ADDRESS}/ask")
@requires(Permission.FEEDBACK_ASK)
def ask_feedback(case_id: UUID) -> tuple[str, int]:
    """Whom to ask."""
    return _asking(case_id, AskForm(formdata=None))


@job.post(f"{_ADDRESS}/ask")
@requires(Permission.FEEDBACK_ASK)
def add_peer(case_id: UUID) -> Response | tuple[str, int]:
    """Ask somebody for feedback."""
    form = AskForm()
    person_id = request.form.get("person", type=UUID)
    if form.validate() and person_id is not None:
        try:
            with writing() as session:
                services.ask(session, current_actor(), case_id, person_id, now=now())
        except InvalidError as error:
            form.take(error)
        except NotAllowedError as error:
            form.form_errors.append(str(error))
        else:
            return go("promotion.case", case_id=case_id, done="feedback-asked", anchor="peers")
    return _asking(case_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get(_ADDRESS)
@requires(Permission.FEEDBACK_OPEN)
def feedback(case_id: UUID) -> tuple[str, int]:
    """What one was asked for: to be written, or as it was given."""
    return _giving(case_id, None)


@job.post(_ADDRESS)
@requires(Permission.FEEDBACK_GIVE)
def give_feedback(case_id: UUID) -> Response | tuple[str, int]:
    """Give the feedback for good."""
    form = FeedbackForm()
    if form.validate():
        try:
            with writing() as session:
                services.give(session, current_actor(), case_id, form.given, version=form.seen, now=now())
        except InvalidError as error:
            form.take(error)
        except (ConflictError, AlreadyDoneError) as error:
            form.form_errors.append(str(error))
        except _REFUSED:
            form.form_errors.append(late.MEANWHILE)
        else:
            return go("promotion.feedback", case_id=case_id, done="feedback-given")
    return _giving(case_id, form)


@job.post(f"{_ADDRESS}/draft")
@requires(Permission.FEEDBACK_GIVE)
def save_feedback(case_id: UUID) -> Response | tuple[str, int]:
    """Keep a draft; a script gets its version, a person the form again."""
    form = FeedbackForm()
    if wants_json():
        return by_script(
            form,
            lambda session: services.save(
                session, current_actor(), case_id, form.given, version=form.seen, now=now()
            ),
            too_late=lambda: _ended(case_id),
        )  # fmt: skip
    if form.validate():
        try:
            with writing() as session:
                services.save(session, current_actor(), case_id, form.given, version=form.seen, now=now())
        except InvalidError as error:
            form.take(error)
        except (ConflictError, AlreadyDoneError) as error:
            form.form_errors.append(str(error))
        except _REFUSED:
            form.form_errors.append(late.MEANWHILE)
        else:
            return go("promotion.feedback", case_id=case_id, done="draft-saved")
    return _giving(case_id, form)


@job.post(f"{_ADDRESS}/decline")
@requires(Permission.FEEDBACK_GIVE)
def decline_feedback(case_id: UUID) -> Response | tuple[str, int]:
    """Give none."""
    form = DeclineForm(prefix="decline-")
    if form.validate():
        try:
            with writing() as session:
                services.decline(session, current_actor(), case_id, form.words.data or "", now=now())
        except InvalidError as error:
            form.take(error)
        except _REFUSED:
            form.form_errors.append(late.MEANWHILE)
        else:
            return go("promotion.feedback", case_id=case_id, done="feedback-declined")
    return _giving(case_id, None, declining=form)


def _asking(case_id: UUID, form: AskForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        if late.comes_late(found, Permission.FEEDBACK_ASK):
            return late.told(session, found, form)
        form.person.choices = choices([("", "Choose somebody"), *queries.peers(session, case_id)])
        return page(
            "promotion/ask.html", status=status, session=session, form=form, found=found, file=found.file,
            head=found.file.head, granted=granted(found),
        )  # fmt: skip


def _ended(case_id: UUID) -> bool:
    with reading() as session:
        return queries.feedback_desk(session, current_actor(), case_id).ended


def _status(*, ended: bool, typed: bool) -> HTTPStatus:
    if not typed:
        return HTTPStatus.OK
    return HTTPStatus.CONFLICT if ended else HTTPStatus.UNPROCESSABLE_ENTITY


def _giving(case_id: UUID, form: FeedbackForm | None, *, declining: DeclineForm | None = None) -> tuple[str, int]:
    """The form, filled with the draft or with what was typed; what is given is only shown."""
    with reading() as session:
        desk = queries.feedback_desk(session, current_actor(), case_id)
        shown = form or FeedbackForm(formdata=None)
        if form is None:
            shown.situation.data, shown.behaviour.data = desk.feedback.situation, desk.feedback.behaviour
            shown.impact.data = desk.feedback.impact
        stale = form is not None and form.seen != desk.version
        shown.version.data = str(desk.version)
        return page(
            "promotion/feedback.html",
            status=_status(ended=desk.ended, typed=bool(form or declining)),
            session=session,
            desk=desk,
            form=shown,
            declining=declining or DeclineForm(formdata=None, prefix="decline-"),
            stale=stale,
            typed=late.typed_in(shown, declining) if form or declining else (),
        )
