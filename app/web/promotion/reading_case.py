"""A promotion case on its page: what it says, what it lacks, and what the reader can do now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import url_for

from app.domain.growth.case import CaseParty, CaseState
from app.domain.growth.casework import PARTY_WORDS, lacks, unsigned
from app.domain.growth.support import ago, time_in
from app.domain.permission import Permission
from app.queries import case_files
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page
from app.web.promotion import job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.growth.case_file import CaseFile
    from app.domain.growth.casework import Lack
    from app.queries.case_files import OpenFile


@job.get("/promotions/<uuid:case_id>")
@requires(Permission.CASE_SEE)
def case(case_id: UUID) -> tuple[str, int]:
    """The whole case, as its reader may see it."""
    with reading() as session:
        found = case_files.open_file(session, current_actor(), case_id, today=now().date())
        return drawn(session, found)


def drawn(session: Session, found: OpenFile, *, status: int = 200, **more: object) -> tuple[str, int]:
    """The page of a case; ``more`` goes to its template."""
    today, file = now().date(), found.file
    return page(
        "promotion/case.html",
        status=status,
        session=session,
        blueprint=f"{file.head.stamp.title}, version {file.head.stamp.number}",
        **{
            "found": found,
            "file": file,
            "head": file.head,
            "granted": granted(found),
            "lacking": lacking(found),
            "today": today,
            "ago": ago,
            "time_in": time_in,
            "waits": waiting(file),
            "party_words": PARTY_WORDS,
            "signs_as": _signs_as(found),
            "gap_words": gap_words(file),
            "entry_url": entry_url,
            **more,
        },
    )


def granted(found: OpenFile) -> frozenset[str]:
    """What the reader may do with the case, as templates ask for it: case_edit, case_sign."""
    return frozenset(one.name.lower() for one in found.granted)


def lacking(found: OpenFile) -> tuple[Lack, ...]:
    """What the case lacks before it can be handed in; empty for whoever does not prepare it."""
    if Permission.CASE_EDIT not in found.granted:
        return ()
    file = found.file
    return lacks(file.texts, file.against, file.cited, readable=file.readable)


def waiting(file: CaseFile) -> tuple[CaseParty, ...]:
    """Who has not signed a decided case."""
    if file.head.state is not CaseState.DECIDED:
        return ()
    return unsigned({one.party: one.at for one in file.signatures})


def gap_words(file: CaseFile) -> str:
    """The gap chart in a sentence: on how many of the expectations each of the two sees the level reached."""
    rows = file.gaps
    sides: Mapping[str, int] = Counter(
        side
        for row in rows
        for side, height in (("own", row.own), ("manager", row.manager))
        if height is not None and row.expected is not None and height >= row.expected
    )
    said = f"{len(rows)} expectations of {file.head.to_title}. {file.head.person} sees {sides['own']} of them met"
    return f"{said}, {file.head.manager} {sides['manager']}." if file.ratings else f"{said}."


def entry_url(entry_id: UUID) -> str:
    """Where an entry of the evidence log is read."""
    return url_for("evidence.entry", entry_id=entry_id)


def _signs_as(found: OpenFile) -> CaseParty | None:
    """As which party the reader can still sign, if any."""
    if Permission.CASE_SIGN not in found.granted:
        return None
    facts = found.facts
    party = CaseParty.PERSON if facts.is_person else CaseParty.MANAGER if facts.is_manager else CaseParty.CHAIR
    return party if party in waiting(found.file) else None
