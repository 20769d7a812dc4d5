"""One item of a session: what is read, one's own vote, everybody's once they lie open; and words to a manager."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain.growth.calibration import LEAST_RATERS
from app.domain.growth.voting import counts, few
from app.domain.permission import Permission
from app.queries import calibration_page
from app.web.calibration import job
from app.web.calibration.forms import ChangeForm, ConflictForm, SettleForm, TellForm, VoteForm
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.queries.calibration_page import ItemPage
    from app.web.forms import Form


@job.get("/calibrations/items/<uuid:item_id>")
@requires(Permission.CALIBRATION_READ)
def item(item_id: UUID) -> tuple[str, int]:
    """One item, as this reader may see it in the session's present state."""
    with reading() as session:
        return drawn(session, item_id)


@job.get("/calibrations/items/<uuid:item_id>/words")
@requires(Permission.CALIBRATION_HEAR)
def words(item_id: UUID) -> tuple[str, int]:
    """What the session says to the manager, once it is locked."""
    with reading() as session:
        found = calibration_page.words(session, current_actor(), item_id)
        return page("calibration/words.html", session=session, words=found)


def drawn(
    session: Session, item_id: UUID, typed: Form | None = None, status: HTTPStatus = HTTPStatus.OK, *, late: str = ""
) -> tuple[str, int]:
    """The page of an item, also with a form that was refused and what came too ``late`` to be kept."""
    found = calibration_page.page(session, current_actor(), item_id)
    shown = forms_of(found, typed)
    votes = found.told.votes
    return page(
        "calibration/item.html",
        session=session,
        status=status,
        blueprint=f"{found.head.role_title}, version {found.head.number}",
        found=found,
        head=found.head,
        forms_of=shown,
        typed=typed,
        late=late,
        stale=status is HTTPStatus.CONFLICT,
        before=counts([vote.before for vote in votes], found.head.choices),
        after=counts([vote.now for vote in votes], found.head.choices),
        few=few(len(votes)),
        least=LEAST_RATERS,
        at=now(),
    )


def forms_of(found: ItemPage, typed: Form | None) -> dict[str, Any]:
    """Every form of the page by its name, filled with what is kept, and the refused one as it was typed."""
    head = found.head
    vote = VoteForm(formdata=None)
    vote.value.data, vote.reason.data, vote.version.data = head.own.value, head.own.reason, str(head.own.version)
    settle = SettleForm(formdata=None, prefix="settle-")
    settle.version.data, settle.words.data = str(head.version), head.agreed_words
    settle.agreed.data = (head.agreed or "-") if head.discussed_at else None
    tell = TellForm(formdata=None, prefix="tell-")
    tell.version.data, tell.feedback.data = str(head.version), head.feedback
    made: dict[str, Any] = {
        "vote": vote,
        "change": ChangeForm(formdata=None, prefix="change-"),
        "conflict": ConflictForm(formdata=None, prefix="conflict-"),
        "settle": settle,
        "tell": tell,
    }
    made = {name: typed if type(typed) is type(form) else form for name, form in made.items()}
    for name in ("vote", "change", "settle"):
        made[name].offer(head)
    return made
