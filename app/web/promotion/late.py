"""What comes after a case was handed in or ended: told to whoever wrote it, shown to them, and stored nowhere."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from wtforms import TextAreaField

from app.domain.access import require
from app.domain.growth.case import CaseState
from app.domain.permission import allow
from app.web.guard import current_actor
from app.web.pages import page
from app.web.promotion.reading_case import granted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import Permission
    from app.queries.case_files import OpenFile
    from app.web.forms import Form

MEANWHILE = "The case went on while you were writing, so this is not stored any more."
WORDS = {
    CaseState.SUBMITTED: "This case was handed in meanwhile. Its texts and citations stay as they are.",
    CaseState.DECIDED: "This case was decided meanwhile.",
    CaseState.WITHDRAWN: "This case was withdrawn meanwhile.",
}
_EARLIER = {
    CaseState.DRAFT: (),
    CaseState.SUBMITTED: (CaseState.DRAFT,),
    CaseState.DECIDED: (CaseState.DRAFT, CaseState.SUBMITTED),
    CaseState.WITHDRAWN: (CaseState.DRAFT, CaseState.SUBMITTED),
}


def comes_late(found: OpenFile, permission: Permission) -> bool:
    """Whether the reader might have done it before the case went on; raise where they never might."""
    if permission in found.granted:
        return False
    before = _EARLIER[found.facts.state]
    if any(allow(current_actor(), permission, replace(found.facts, state=state)).granted for state in before):
        return True
    require(current_actor(), permission, found.facts)
    return False


def told(session: Session, found: OpenFile, form: Form | None) -> tuple[str, int]:
    """Why it is over, with the way to the case and the texts that were typed."""
    return page(
        "promotion/late.html", status=HTTPStatus.CONFLICT, session=session, found=found, file=found.file,
        head=found.file.head, granted=granted(found), why=WORDS[found.facts.state],
        typed=typed_in(form),
    )  # fmt: skip


def typed_in(*forms: Form | None) -> list[tuple[str, str]]:
    """What was written into the text fields of these forms, each with its label."""
    areas = [one for form in forms for one in form or () if isinstance(one, TextAreaField)]
    texts = [(one.label.text, str(one.data or "")) for one in areas]
    return [(label, text) for label, text in texts if text.strip()]
