"""One's own evidence log, and what one may read of somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from app.domain.figure import Column
from app.domain.growth.log import Shown, Visibility
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.formats import web_address
from app.queries import evidence_page as queries
from app.web.clock import now
from app.web.database import reading
from app.web.evidence import job
from app.web.evidence.narrowing import NOTHING, SAID, Narrowing, asked
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.growth.coverage import Month
    from app.queries.evidence_log import EntryLine
    from app.queries.evidence_page import LogPage


@job.get("/evidence")
@requires(Permission.EVIDENCE_LIST)
def log() -> tuple[str, int]:
    """The reader's own log."""
    wanted = asked()
    with reading() as session:
        found = queries.own(session, current_actor(), wanted.filter, number=wanted.page, today=now().date())
        return _show(session, found, wanted)


@job.get("/evidence/people/<uuid:person_id>")
@requires(Permission.EVIDENCE_LIST)
def of(person_id: UUID) -> tuple[str, int]:
    """What the reader may see of somebody's log."""
    wanted = asked()
    with reading() as session:
        found = queries.of(session, current_actor(), person_id, wanted.filter, number=wanted.page, today=now().date())
        return _show(session, found, wanted)


def _show(session: Session, found: LogPage, wanted: Narrowing) -> tuple[str, int]:
    mine = not found.name
    return page(
        "evidence/log.html",
        session=session,
        found=found,
        mine=mine,
        given=wanted.given,
        csv_url=_address("evidence.export" if mine else "evidence.of_csv", found, wanted.given),
        **_pages(found, wanted),
        columns=_columns(found.months),
        criteria=[one for one in found.covered if one.wanted.showing.kind is Shown.CRITERION],
        competencies=[one for one in found.covered if one.wanted.showing.kind is Shown.COMPETENCY],
        saids=SAID,
        nothing=NOTHING,
        visibilities=tuple(Visibility),
        host=_host,
    )


def _pages(found: LogPage, wanted: Narrowing) -> dict[str, Any]:
    """The addresses of this list: whole, a page before, a page after, and the last one for who went past it."""
    here, given = "evidence.of" if found.name else "evidence.log", wanted.given
    before, after, last = ({**given, "page": str(one)} for one in (wanted.page - 1, wanted.page + 1, found.last))
    return {
        "here": _address(here, found, {}),
        "previous": _address(here, found, before) if wanted.page > 1 else "",
        "following": _address(here, found, after) if found.more else "",
        "last": _address(here, found, last) if found.last else "",
    }


def _address(endpoint: str, found: LogPage, given: Mapping[str, str]) -> str:
    values: dict[str, Any] = {**given, "person_id": found.person_id} if found.name else {**given}
    return url_for(endpoint, **values)


def _columns(months: Sequence[Month]) -> tuple[Column, ...]:
    """The months as a chart names them: the year under the first one and under each January."""
    return tuple(
        Column(
            f"{month.first:%b}",
            f"{month.first:%Y}" if place == 0 or month.first.month == 1 else "",
            f"{month.first:%B %Y}",
            month.count,
        )
        for place, month in enumerate(months)
    )


def _host(line: EntryLine) -> str:
    return web_address.host(line.body) if line.kind is EvidenceKind.LINK else ""
