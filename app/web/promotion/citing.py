"""Citing evidence for a criterion: entries of the person's log that those who judge may read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.casework import WHY_LIMIT
from app.domain.growth.log import Showing, Shown, Visibility
from app.domain.permission import Permission
from app.queries import case_files, evidence_log
from app.services import cases as services
from app.services.cases import Citation
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.promotion import job, late
from app.web.promotion.reading_case import entry_url, granted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from app.queries.evidence_log import EntryLine


class CiteForm(Form):
    """An entry and why it shows the criterion."""

    entry = RadioField("Which entry?", [InputRequired("Choose an entry.")], validate_choice=False)
    why = TextAreaField(
        "Why it shows this", [Length(max=WHY_LIMIT)], description="A sentence for those who did not see it happen."
    )


@job.get("/promotions/<uuid:case_id>/criteria/<criterion>/cite")
@requires(Permission.CASE_EDIT)
def cite(case_id: UUID, criterion: str) -> tuple[str, int]:
    """The entries of the log that can be cited for a criterion, those that name it first."""
    return _drawn(case_id, criterion, CiteForm(formdata=None))


@job.post("/promotions/<uuid:case_id>/criteria/<criterion>/cite")
@requires(Permission.CASE_EDIT)
def add_citation(case_id: UUID, criterion: str) -> Response | tuple[str, int]:
    """Cite an entry."""
    form = CiteForm()
    entry_id = request.form.get("entry", type=UUID)
    if form.validate() and entry_id is not None:
        try:
            with writing() as session:
                cited = Citation(criterion, entry_id, form.why.data or "")
                services.cite(session, current_actor(), case_id, cited, now=now())
        except InvalidError as error:
            form.take(error)
        except NotAllowedError as error:
            form.form_errors.append(str(error))
        else:
            return go("promotion.case", case_id=case_id, done="evidence-cited", anchor=f"c-{criterion}")
    return _drawn(case_id, criterion, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/promotions/<uuid:case_id>/criteria/<criterion>/cited/<uuid:entry_id>/remove")
@requires(Permission.CASE_EDIT)
def uncite(case_id: UUID, criterion: str, entry_id: UUID) -> Response | tuple[str, int]:
    """Cite an entry no longer."""
    try:
        with writing() as session:
            services.uncite(session, current_actor(), case_id, criterion, entry_id, now=now())
    except NotAllowedError:
        with reading() as session:
            found = case_files.open_file(session, current_actor(), case_id, today=now().date())
            if late.comes_late(found, Permission.CASE_EDIT):
                return late.told(session, found, None)
        raise
    return go("promotion.case", case_id=case_id, done="evidence-uncited", anchor=f"c-{criterion}")


def _drawn(case_id: UUID, criterion: str, form: CiteForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        actor = current_actor()
        found = case_files.open_file(session, actor, case_id, today=now().date())
        if late.comes_late(found, Permission.CASE_EDIT):
            return late.told(session, found, form)
        support = next((one for one in found.file.supports if one.criterion.id == criterion), None)
        if support is None:
            raise NotFoundError
        lines = evidence_log.entries_of(session, actor, found.file.head.person_id)
        taken = {one.entry_id for one in support.cited}
        offered = _offered([one for one in lines if one.entry_id not in taken], criterion)
        form.entry.choices = choices((one.entry_id, one.title) for one in offered)
        return page(
            "promotion/cite.html",
            status=status,
            session=session,
            form=form,
            found=found,
            file=found.file,
            head=found.file.head,
            granted=granted(found),
            support=support,
            offered=offered,
            closed=[one for one in lines if one.visibility is not Visibility.CASE and one.entry_id not in taken],
            names_it=Showing(Shown.CRITERION, criterion),
            entry_url=entry_url,
        )


def _offered(lines: Sequence[EntryLine], criterion: str) -> list[EntryLine]:
    """Those that the judges may read, first those whose owner says that they show this criterion."""
    named = Showing(Shown.CRITERION, criterion)
    readable = [one for one in lines if one.visibility is Visibility.CASE]
    return sorted(readable, key=lambda one: named not in one.shows)
