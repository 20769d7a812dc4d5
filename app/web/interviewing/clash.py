"""Two tabs or devices wrote on one scorecard: both texts side by side, a choice for each field, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import jsonify, request, url_for

from app.domain.card import CardState, Recommendation
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import scorecards as cards
from app.services import scorecards
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.guard import current_actor, requires
from app.web.interviewing import job
from app.web.pages import go, page

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

    from app.domain.blueprint import Scorecard
    from app.queries.kits import Seat
    from app.web.typed_card import Typed

_SEALED = "This scorecard was sealed in another tab or on another device."
_RELEASED = "You were released from this scorecard meanwhile."
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that reads differently here and there; ``joinable`` when the two can be kept one after the other."""

    field: str
    title: str
    here: str
    there: str
    joinable: bool


@job.post("/scorecards/<uuid:card_id>/compare")
@requires(Permission.CARD_WRITE)
def conflict(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """What this tab holds against what is stored."""
    return clash(card_id, typed_card.from_form(request.form))


@job.get("/scorecards/<uuid:card_id>/compare")
@requires(Permission.CARD_WRITE)
def conflict_left(card_id: UUID) -> AnyResponse:
    """Reloaded or opened by its address, the comparison has nothing to compare: back to the form."""
    with reading() as session:
        cards.own_card(session, current_actor(), card_id)
    return go("interviewing.card", card_id=card_id)


@job.post("/scorecards/<uuid:card_id>/merge")
@requires(Permission.CARD_WRITE)
def merge(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep what was chosen, field by field, unless the stored text has changed once more."""
    here = typed_card.from_form(request.form)
    version = typed_card.version_in(request.form)
    actor = current_actor()
    try:
        with writing() as session:
            there = cards.own_card(session, actor, card_id)
            stored = typed_card.from_content(there.draft, there.kit.seat.scorecard)
            content = _chosen(here, stored).content()
            scorecards.save_draft(session, actor, card_id, content, version=version, now=now())
    except (ConflictError, AlreadyDoneError, InvalidError):
        return clash(card_id, here)
    return go("interviewing.card", card_id=card_id, done="draft-saved")


def clash(card_id: UUID, here: Typed) -> AnyResponse | tuple[str, int]:
    """Answer a save that came too late: both texts for a script, the page of choices for a person."""
    with reading() as session:
        found = cards.card_page(session, current_actor(), card_id)
        if isinstance(found, cards.SealedCard) or found.state is CardState.RELEASED:
            return _too_late(card_id, here, sealed=isinstance(found, cards.SealedCard))
        seat = found.kit.seat
        there = typed_card.from_content(found.draft, seat.scorecard)
        if wants_json():
            stored = {"ratings": there.ratings, "evidence": there.evidence, "signals": there.signals}
            texts = {n: getattr(there, n) for n in ("recommendation", "summary", "private_note")}
            return _problem(card_id, version=found.version, stored={**stored, **texts})
        return page(
            "interviewing/conflict.html",
            status=HTTPStatus.CONFLICT,
            session=session,
            blueprint=stamp(seat),
            card=found,
            seat=seat,
            fields=fields_of(here),
            differences=differences(here, there, seat.scorecard),
        )


def stamp(seat: Seat) -> str:
    """The blueprint version as the footer of a page names it, and whether a newer one exists."""
    newer = f"; version {seat.newest_number} exists" if seat.newest_number > seat.stamp.number else ""
    return f"{seat.stamp.title}, version {seat.stamp.number}{newer}"


def fields_of(written: Typed) -> tuple[tuple[str, str], ...]:
    """What was typed as the fields of a form, to be sent on unseen."""
    return (
        *((f"rating-{dimension}", value) for dimension, value in written.ratings.items()),
        *((f"evidence-{dimension}", note) for dimension, note in written.evidence.items()),
        *(("signals", signal) for signal in written.signals),
        ("recommendation", written.recommendation),
        ("summary", written.summary),
        ("private_note", written.private_note),
    )


def _problem(card_id: UUID, **extra: Any) -> Response:  # noqa: ANN401  problem members are any JSON
    text = "This scorecard was changed in another tab or on another device. Compare the two and choose."
    return answer(HTTPStatus.CONFLICT, text, compare_url=url_for("interviewing.conflict", card_id=card_id), **extra)


def _too_late(card_id: UUID, here: Typed, *, sealed: bool) -> AnyResponse | tuple[str, int]:
    if wants_json():
        response = jsonify(detail=_SEALED if sealed else _RELEASED, status=409, sealed=sealed)
        response.status_code = HTTPStatus.CONFLICT
        return response
    return page(
        "interviewing/late.html",
        status=HTTPStatus.CONFLICT,
        card_id=card_id,
        reason=_SEALED if sealed else _RELEASED,
        sealed=sealed,
        fields=fields_of(here),
        texts=[text for text in (*here.evidence.values(), here.summary, here.private_note) if text.strip()],
    )


def differences(here: Typed, there: Typed, scorecard: Scorecard) -> list[Difference]:
    """The fields that read differently in two drafts of one card, in the order of the form."""
    signals = {s.id: s.text for s in scorecard.signals}
    titles = {str(p.value): f"{p.value}, {p.title}" for p in scorecard.scale.points}
    titles[typed_card.NOT_ASSESSED] = "Not assessed"
    found = []
    for dimension in scorecard.dimensions:
        mine, other = here.ratings.get(dimension.id, ""), there.ratings.get(dimension.id, "")
        words = (titles.get(mine, mine or _NOTHING), titles.get(other, other or _NOTHING))
        found.append(Difference(f"rating-{dimension.id}", f"{dimension.title}: rating", *words, joinable=False))
        notes = (here.evidence.get(dimension.id, ""), there.evidence.get(dimension.id, ""))
        found.append(Difference(f"evidence-{dimension.id}", f"{dimension.title}: evidence", *notes, joinable=True))
    mine, other = ("\n".join(signals.get(i, i) for i in sorted(side.signals)) for side in (here, there))
    found.append(Difference("signals", "Signals", mine, other, joinable=True))
    choices = (_recommended(here), _recommended(there))
    found.append(Difference("recommendation", "Recommendation", *choices, joinable=False))
    found.append(Difference("summary", "Summary", here.summary, there.summary, joinable=True))
    found.append(Difference("private_note", "Private note", here.private_note, there.private_note, joinable=True))
    return [difference for difference in found if difference.here != difference.there]


def _recommended(written: Typed) -> str:
    known = written.recommendation in set(Recommendation)
    return Recommendation(written.recommendation).words if known else written.recommendation or _NOTHING


def _chosen(here: Typed, there: Typed) -> Typed:
    dimensions = tuple(there.ratings)
    signals = {"there": there.signals, "both": tuple(dict.fromkeys((*there.signals, *here.signals)))}
    return replace(
        here,
        ratings={d: _pick(f"rating-{d}", here.ratings.get(d, ""), there.ratings[d]) for d in dimensions},
        evidence={d: _pick(f"evidence-{d}", here.evidence.get(d, ""), there.evidence[d]) for d in dimensions},
        signals=signals.get(request.form.get("pick-signals", ""), here.signals),
        recommendation=_pick("recommendation", here.recommendation, there.recommendation),
        summary=_pick("summary", here.summary, there.summary),
        private_note=_pick("private_note", here.private_note, there.private_note),
    )


def _pick(field: str, here: str, there: str) -> str:
    choice = request.form.get(f"pick-{field}", "")
    if choice == "both":
        return f"{there}\n\n{here}".strip()
    return there if choice == "there" else here
