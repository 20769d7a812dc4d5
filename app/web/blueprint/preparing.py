"""Preparing for a role: the plans of its guide as checklists, a self-check, and what follows from it.

Every form says in `was` what it showed, so a save changes only what its person changed: two tabs do not undo each
other. A script saves each tick at once by sending the same form with one item in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.domain import preparation
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.preparation import ANSWERS_PART, Kind, Mark
from app.queries import own_marks as queries
from app.services import preparation as services
from app.web.blueprint import job
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from werkzeug.wrappers import Response

    from app.domain.preparation import Item, Progress
    from app.queries.own_marks import OwnMarks

LEFT_FIRST = "left"
_UNREADABLE = "This form cannot be read. Load the page again and repeat your choice."


@job.get("/blueprints/<uuid:version_id>/prepare")
@requires(Permission.PREPARATION_KEEP)
def prepare(version_id: UUID) -> tuple[str, int]:
    """The plan that ``?plan=`` names, or the one the person is at; ``?order=left`` puts what is left first."""
    with reading() as session:
        own = queries.own_marks(session, current_actor(), version_id)
        guide = own.blueprint.guide
        plans = preparation.progress(guide, own.marks)
        return page(
            "blueprint/prepare.html",
            session=session,
            blueprint=_stamped(own),
            version_id=version_id,
            own=own,
            plans=plans,
            chosen=_chosen(plans),
            left_first=request.args.get("order") == LEFT_FIRST,
            ordered=preparation.left_first,
            answers=_answers(own),
            answers_part=ANSWERS_PART,
            answered=sum(mark.mark in preparation.ANSWERS for mark in own.marks.values()),
            matched=preparation.match(own.blueprint, preparation.claims(guide, own.marks)),
            lost=_lost(own.lost),
        )


@job.post("/blueprints/<uuid:version_id>/prepare")
@requires(Permission.PREPARATION_KEEP)
def keep_marks(version_id: UUID) -> Response:
    """Keep what differs from what the form showed."""
    with writing() as session:
        services.keep(session, current_actor(), version_id, _changes(request.form), now=now())
    wanted = {name: request.form[name] for name in ("plan", "order") if request.form.get(name)}
    return go("blueprint.prepare", version_id=version_id, done="preparation-saved", **wanted)


@job.route("/blueprints/<uuid:version_id>/prepare/start-over", methods=["GET", "POST"])
@requires(Permission.PREPARATION_KEEP)
def start_over(version_id: UUID) -> Response | tuple[str, int]:
    """Say what would be lost with ``part`` (a plan, the self-check, or everything when it is empty), and delete it."""
    part = request.values.get("part", "")
    if request.method == "POST":
        with writing() as session:
            services.start_over(session, current_actor(), version_id, part or None)
        plan = {"plan": part} if part and part != ANSWERS_PART else {}
        return go("blueprint.prepare", version_id=version_id, done="preparation-cleared", **plan)
    with reading() as session:
        own = queries.own_marks(session, current_actor(), version_id)
        keys = {item.key for item in preparation.part_of(own.blueprint.guide, part)} if part else set(own.marks)
        if part and not keys:
            raise NotFoundError
        return page(
            "blueprint/start_over.html",
            session=session,
            blueprint=_stamped(own),
            version_id=version_id,
            own=own,
            part=part,
            title=_part_title(own, part),
            count=len(keys & set(own.marks)),
        )


def _stamped(own: OwnMarks) -> str:
    return f"{own.stamp.title} {own.stamp.number}"


def _chosen(plans: Sequence[Progress]) -> Progress | None:
    wanted = request.args.get("plan")
    asked = next((each for each in plans if each.plan.id == wanted), None)
    return asked or preparation.current(plans) or next(iter(plans), None)


def _answers(own: OwnMarks) -> list[tuple[str, list[Item]]]:
    """The title of each section of the self-check, with what it asks about."""
    asked = preparation.part_of(own.blueprint.guide, ANSWERS_PART)
    sections = own.blueprint.guide.sections if own.blueprint.guide else ()
    found = [(section.title, [item for item in asked if item.part == section.id]) for section in sections]
    return [(title, items) for title, items in found if items]


def _lost(lost: Mapping[str, Item | None]) -> tuple[str, list[str]]:
    """How many marks belong to texts that are gone, in words, and those texts as far as another version has them."""
    ticks = sum(preparation.kind_of(key) is Kind.TASK for key in lost)
    counted = ((ticks, "tick", "ticks"), (len(lost) - ticks, "answer", "answers"))
    words = [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
    return " and ".join(words), [item.entry.text for item in lost.values() if item]


def _changes(form: Mapping[str, str]) -> dict[str, Mark | None]:
    shown = dict(each.partition("=")[::2] for each in form.get("was", "").split())
    try:
        return {key: _mark(form.get(key, "")) for key, was in shown.items() if form.get(key, "") != was}
    except ValueError as error:
        raise InvalidError((Fault("marks", _UNREADABLE),)) from error


def _mark(text: str) -> Mark | None:
    return Mark(text) if text else None


def _part_title(own: OwnMarks, part: str) -> str:
    if part == ANSWERS_PART:
        return "the self-check"
    plans = own.blueprint.guide.plans if own.blueprint.guide else ()
    return next((plan.title for plan in plans if plan.id == part), "everything")
