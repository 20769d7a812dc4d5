"""What changed between two versions, in words, with both texts beside each other; the same as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from flask import make_response, request

from app.domain.change import Area, Change, Effect, Summary, changes, nearest, summary
from app.domain.change.marks import told
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.formats.csv_cells import csv_bytes
from app.queries import versions as queries
from app.queries.editions import Edition, edition
from app.web.blueprint import job
from app.web.blueprint.book import opened
from app.web.blueprint.shelf import may_start
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from sqlalchemy.orm import Session

    from app.queries.versions import RoleShelf


MOST = 250
"""Changes on one page; whoever compares two roles has a thousand, and reads them part by part."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and everything that differs; `before` is None when there is nothing to compare with."""

    after: Edition
    before: Edition | None
    shelves: tuple[RoleShelf, ...]
    found: tuple[Change, ...]

    @property
    def summary(self) -> Summary:
        """The counts of all changes, whatever the page narrows them to."""
        return summary(self.found)

    @property
    def backwards(self) -> bool:
        """Whether the version compared with is the newer one of the same role."""
        same = self.before is not None and self.before.stamp.role == self.after.stamp.role
        return same and self.before is not None and self.before.stamp.number > self.after.stamp.number

    @property
    def across(self) -> bool:
        """Whether these are versions of two roles."""
        return self.before is not None and self.before.stamp.role != self.after.stamp.role


@job.get("/blueprints/<uuid:version_id>/changes")
@requires(Permission.BLUEPRINT_READ)
def version_changes(version_id: UUID) -> tuple[str, int]:
    """The changes since ``?since=``, by default the version before; ``?effect=`` and ``?area=`` narrow them."""
    with reading() as session:
        compared = _compared(session, version_id)
        kept = _narrowed(compared.found)
        shown = kept[:MOST]
        return page(
            "blueprint/changes.html",
            session=session,
            blueprint=compared.after.label,
            compared=compared,
            groups=[(area, [(told(one), _address(one, compared)) for one in group]) for area, group in _by_area(shown)],
            kept=len(kept),
            shown=len(shown),
            effect=request.args.get("effect", type=Effect),
            area=request.args.get("area", type=Area),
            may_publish=may_start(current_actor()),
        )


@job.get("/blueprints/<uuid:version_id>/changes.csv")
@requires(Permission.BLUEPRINT_READ)
def version_changes_csv(version_id: UUID) -> Response:
    """One line a change, narrowed as the page is."""
    with reading() as session:
        compared = _compared(session, version_id)
    rows = (
        (
            change.area.words,
            change.subject,
            change.sentence,
            change.before or "",
            change.after or "",
            ", ".join(effect.words for effect in change.effects),
        )
        for change in _narrowed(compared.found)
    )
    response = make_response(csv_bytes(("Part", "Subject", "Change", "Before", "After", "Affects"), rows))
    response.mimetype = "text/csv"
    name = f"{compared.after.stamp.role}-{compared.after.stamp.number}-changes.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _compared(session: Session, version_id: UUID) -> Compared:
    """Both versions and what differs, in three queries once this process has read them."""
    shelves = queries.shelf(session, current_actor())
    after = edition(session, version_id)
    since = request.args.get("since", type=UUID) or _version_before(shelves, version_id)
    before = edition(session, since) if since is not None else None
    found = changes(before.blueprint, after.blueprint) if before else ()
    return Compared(after, before, shelves, found)


def _version_before(shelves: Sequence[RoleShelf], version_id: UUID) -> UUID | None:
    for shelf in shelves:
        for line in shelf.lines:
            if line.version_id == version_id:
                earlier = shelf.before(line)
                return earlier.version_id if earlier else None
    raise NotFoundError


def _narrowed(found: Sequence[Change]) -> list[Change]:
    effect, area = request.args.get("effect", type=Effect), request.args.get("area", type=Area)
    return [
        change
        for change in found
        if (effect is None or effect in change.effects) and (area is None or change.area is area)
    ]


def _by_area(found: Sequence[Change]) -> list[tuple[Area, list[Change]]]:
    return [(area, list(group)) for area, group in groupby(found, key=lambda change: change.area)]


def _address(change: Change, compared: Compared) -> str:
    """Where the thing is read: in the older version when it is gone; empty when no page shows it."""
    home = compared.before if change.gone and compared.before else compared.after
    book = opened(home)
    place = nearest(change.at, book.by_path)
    return book.link(place) if place else ""
