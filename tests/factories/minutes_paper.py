"""Minutes of a calibration for printing: votes that moved, dissent, a conflict, an item that was set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.growth.minutes import MinutedChange, MinutedItem, MinutedMatrix, MinutedVote, MinutesDocument
from app.domain.growth.voting import CASE_CHOICES, Shift
from tests.factories.documents import COMPANY, STAMP

LOCKED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
MEMBERS = ("Ana Alves", "Łukasz Wiśniewski", "Ελένη Παπαδοπούλου", "Mika Manager")
LONG = "The rebuild changed how three teams plan, and the lead of the second says that she argued for it herself. " * 12


def minutes_document(**changes: Any) -> MinutesDocument:  # noqa: ANN401  any field of the document
    """Minutes of three items: settled with dissent, settled by all, set aside for want of votes."""
    rows = tuple(
        Shift(choice, now) for choice, now in zip(CASE_CHOICES, ((1, 0, 1), (0, 0, 0), (0, 0, 4)), strict=True)
    )
    plain = MinutesDocument(
        company=COMPANY,
        title="Autumn panel",
        chair=MEMBERS[0],
        members=MEMBERS,
        minutes_each=12,
        voting_at=LOCKED - timedelta(days=7),
        discussing_at=LOCKED - timedelta(hours=1),
        locked_at=LOCKED,
        opened_without="",
        items=(differed(), agreed(), set_aside()),
        matrices=(MinutedMatrix("Promotion case", CASE_CHOICES, rows),),
        zone="Europe/Berlin",
    )
    return replace(plain, **changes)


def differed() -> MinutedItem:
    """An item on which a vote moved and one dissents."""
    votes = (
        MinutedVote(MEMBERS[0], "Promote", "Promote", "Scope and judgment are shown twice."),
        MinutedVote(MEMBERS[1], "Not yet", "Promote", LONG),
        MinutedVote(MEMBERS[2], "Not yet", "Not yet", "A decision reversed on evidence is missing."),
    )
    change = MinutedChange(
        MEMBERS[1], "Not yet", "Promote", "I heard evidence that I had not known", "The reversal in May.", LOCKED
    )
    return _item("Noor Hire", votes, changes=(change,), bound=(("Mika Manager", "manages the person."),))


def agreed() -> MinutedItem:
    """An item that had one mind from the start, and was settled without being called."""
    votes = tuple(MinutedVote(name, "Promote", "Promote", "Shown.") for name in MEMBERS[:3])
    return replace(_item("Mira Okafor", votes), called_at=None)


def set_aside() -> MinutedItem:
    """An item with too few votes."""
    votes = (MinutedVote(MEMBERS[0], "Postpone", "Postpone", "Too early."),)
    bound = tuple((name, "declared a conflict. We wrote it together.") for name in MEMBERS[1:3])
    return replace(
        _item("Tao Li", votes, bound=bound),
        settled="Set aside",
        set_aside=True,
        settled_words="The next panel sees it.",
    )


def _item(person: str, votes: tuple[MinutedVote, ...], **changes: Any) -> MinutedItem:  # noqa: ANN401  any field
    plain = MinutedItem(
        person=person,
        kind="Promotion case",
        detail="Senior PM to Principal PM",
        stamp=STAMP,
        votes=votes,
        changes=(),
        bound=(),
        settled="Promote",
        set_aside=False,
        settled_words="",
        called_at=LOCKED - timedelta(minutes=11),
        discussed_at=LOCKED,
    )
    return replace(plain, **changes)
