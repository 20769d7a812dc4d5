"""How a case ends: the chair's record, signatures, and what the person has to say to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from wtforms import DateField, HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.access import require
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotYetError
from app.domain.growth.calibration import LEAST_RATERS
from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import TEXT_LIMIT, Verdict, counts
from app.domain.permission import Permission
from app.queries import case_files
from app.services import case_decisions as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices, whole_number
from app.web.guard import current_actor, requires
from app.web.once import OnceForm
from app.web.pages import go, page
from app.web.promotion import job, late
from app.web.promotion.reading_case import granted

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


class DecideForm(Form):
    """How the case ends."""

    version = HiddenField()
    outcome = RadioField(
        "Outcome",
        [InputRequired("Choose how the case ends.")],
        choices=choices(
            [
                (CaseOutcome.PROMOTE, "Promote, from a day on"),
                (CaseOutcome.POSTPONE, "Postpone to a day"),
                (CaseOutcome.NOT_YET, "Not yet, with the gaps named"),
            ]
        ),
    )
    day = DateField(
        "Day", [Optional()], description="On which the promotion takes effect, or to which the case is postponed."
    )
    gaps = SelectMultipleField("What is not shown yet", [Optional()], validate_choice=False)
    reasons = TextAreaField(
        "Reasons", [InputRequired("Give the reasons."), Length(max=TEXT_LIMIT)],
        description="The person reads this. Say what was seen and what was missing, not who said it.",
    )  # fmt: skip

    @property
    def verdict(self) -> Verdict:
        """What was chosen and written, with plain line ends."""
        reasons = (self.reasons.data or "").replace("\r\n", "\n")
        return Verdict(CaseOutcome(self.outcome.data), reasons, self.day.data, tuple(self.gaps.data or ()))


class CorrectForm(DecideForm):
    """How the case ends instead, and why the record before does not stand."""

    correction_reason = TextAreaField(
        "Why the record is corrected", [InputRequired("Say why the record is corrected."), Length(max=TEXT_LIMIT)],
        description="What was wrong with it. The earlier record stays readable, and the person reads this too.",
    )  # fmt: skip


class AppealForm(OnceForm):
    """What the person has to say."""

    text = TextAreaField("What you have to say", [InputRequired("Write it first."), Length(max=TEXT_LIMIT)])


@job.get("/promotions/<uuid:case_id>/decide")
@requires(Permission.CASE_DECIDE)
def decide(case_id: UUID) -> tuple[str, int]:
    """The votes as they stand, and the record to be made."""
    return _deciding(case_id, DecideForm(formdata=None))


@job.post("/promotions/<uuid:case_id>/decide")
@requires(Permission.CASE_DECIDE)
def record(case_id: UUID) -> Response | tuple[str, int]:
    """Record how the case ends, once."""
    form = DecideForm()
    if form.validate():
        try:
            with writing() as session:
                services.decide(
                    session, current_actor(), case_id, form.verdict,
                    version=whole_number(form.version.data), today=now().date(), now=now(),
                )  # fmt: skip
        except InvalidError as error:
            form.take(error)
        except (ConflictError, NotAllowedError, NotYetError) as error:
            form.form_errors.append(str(error))
        else:
            return go("promotion.case", case_id=case_id, done="case-decided", anchor="decision")
    return _deciding(case_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/promotions/<uuid:case_id>/correct")
@requires(Permission.CASE_CORRECT)
def correct(case_id: UUID) -> tuple[str, int]:
    """The record that stands, and the one to be made in its place."""
    return _correcting(case_id, CorrectForm(formdata=None))


@job.post("/promotions/<uuid:case_id>/correct")
@requires(Permission.CASE_CORRECT)
def record_correction(case_id: UUID) -> Response | tuple[str, int]:
    """Record anew how the case ends."""
    form = CorrectForm()
    if form.validate():
        try:
            with writing() as session:
                services.correct(
                    session, current_actor(), case_id, form.verdict, why=form.correction_reason.data or "",
                    version=whole_number(form.version.data), today=now().date(), now=now(),
                )  # fmt: skip
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            form.form_errors.append(str(error))
        else:
            return go("promotion.case", case_id=case_id, done="case-corrected", anchor="decision")
    return _correcting(case_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/promotions/<uuid:case_id>/sign")
@requires(Permission.CASE_SIGN)
def sign(case_id: UUID) -> Response:
    """Sign the decision as read."""
    with writing() as session:
        services.sign(session, current_actor(), case_id, now=now())
    return go("promotion.case", case_id=case_id, done="case-signed", anchor="decision")


@job.get("/promotions/<uuid:case_id>/appeal")
@requires(Permission.CASE_APPEAL)
def appeal(case_id: UUID) -> tuple[str, int]:
    """A note to the decision, to be written."""
    return _appealing(case_id, AppealForm(formdata=None))


@job.post("/promotions/<uuid:case_id>/appeal")
@requires(Permission.CASE_APPEAL)
def add_appeal(case_id: UUID) -> Response | tuple[str, int]:
    """Add the note; it stays."""
    form = AppealForm()
    if form.validate():
        text = (form.text.data or "").replace("\r\n", "\n")
        try:
            form.once(lambda session: str(services.appeal(session, current_actor(), case_id, text, now=now())))
        except InvalidError as error:
            form.take(error)
        else:
            return go("promotion.case", case_id=case_id, done="appeal-added", anchor="appeals")
    return _appealing(case_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _deciding(case_id: UUID, form: DecideForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        if late.comes_late(found, Permission.CASE_DECIDE):
            return late.told(session, found, form)
        head = found.file.head
        votes = case_files.votes_to_decide(session, current_actor(), found)
        form.version.data = str(found.version)
        form.gaps.choices = choices(case_files.gap_choices(found.blueprint, head.from_level, head.to_level))
        return page(
            "promotion/decide.html", status=status, session=session, form=form, found=found, file=found.file, head=head,
            granted=granted(found), votes=votes, least=LEAST_RATERS, settled=case_files.settled(session, found),
            counted=counts([one.outcome for one in votes]) if len(votes) >= LEAST_RATERS else (),
        )  # fmt: skip


def _correcting(case_id: UUID, form: CorrectForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        require(current_actor(), Permission.CASE_CORRECT, found.facts)
        head = found.file.head
        form.version.data = str(found.version)
        form.gaps.choices = choices(case_files.gap_choices(found.blueprint, head.from_level, head.to_level))
        return page(
            "promotion/correct.html", status=status, session=session, form=form, found=found, file=found.file,
            head=head, granted=granted(found), record=found.file.record,
        )  # fmt: skip


def _appealing(case_id: UUID, form: AppealForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        require(current_actor(), Permission.CASE_APPEAL, found.facts)
        return page(
            "promotion/appeal.html", status=status, session=session, form=form, found=found, file=found.file,
            head=found.file.head, granted=granted(found),
        )  # fmt: skip
