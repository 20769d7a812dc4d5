"""What candidates are told, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors import InvalidError
from app.domain.permission import Permission, allow
from app.domain.privacy.purposes import Purpose
from app.queries import privacy as queries
from app.services import consents
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.privacy import job
from app.web.privacy.forms import NoticeForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response


@job.get("/privacy/notices")
@requires(Permission.PRIVACY_SEE)
def told() -> tuple[str, int]:
    """Notices and their versions."""
    return _page(NoticeForm())


@job.post("/privacy/notices")
@requires(Permission.NOTICE_PUBLISH)
def publish() -> Response | tuple[str, int]:
    """Publish a version."""
    form = NoticeForm()

    def act(session: Session) -> str:
        purpose, title, text = Purpose(form.purpose.data), str(form.title.data), str(form.text.data)
        return str(consents.publish(session, current_actor(), purpose, title=title, text=text, now=now()))

    try:
        if form.validate():
            form.once(act)
            return go("privacy.told", done="notice-published")
    except InvalidError as error:
        form.take(error)
    return _page(form, 422)


def _page(form: NoticeForm, status: int = 200) -> tuple[str, int]:
    with reading() as session:
        lines = queries.notice_lines(session, current_actor())
        may = allow(current_actor(), Permission.NOTICE_PUBLISH).granted
        return page("privacy/notices.html", session=session, lines=lines, form=form, may_publish=may, status=status)
