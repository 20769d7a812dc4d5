"""What must be true of one application in the hands of four people: a model of its own, written without the program's.

Two interviewers owe a card each, a coordinator opens the debrief, a chair votes and decides. The model answers for
each act whether it is done, and what there is afterwards; and whether somebody may see another's card.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

INTERVIEWERS = ("ada", "ben")
PEOPLE = (*INTERVIEWERS, "coordinator", "chair")


class Card(Enum):
    """Where a card stands."""

    OWED = "owed"
    SEALED = "sealed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the model knows: by interviewer the card and its revisions, and what the committee did."""

    cards: dict[str, Card] = field(default_factory=lambda: dict.fromkeys(INTERVIEWERS, Card.OWED))
    revisions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INTERVIEWERS, 0))
    debrief: bool = False
    voted: bool = False
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something, to the card of ``on`` where it is about a card."""

    who: str
    act: str
    on: str = ""


ACTS = ("draft", "seal", "revise", "release", "open", "vote", "decide")
ON_CARDS = frozenset({"draft", "seal", "revise", "release"})


def after(world: World, step: Step) -> World | None:
    """The world after a step, or nothing where the step has to be refused."""
    if step.act in ON_CARDS:
        return _on_card(world, step) if step.who == step.on else None
    if step.act == "open":
        ready = Card.SEALED in world.cards.values()
        return replace(world, debrief=True) if step.who == "coordinator" and ready and not world.debrief else None
    if step.who != "chair" or not world.debrief or world.decided:
        return None
    if step.act == "vote":
        return replace(world, voted=True)
    whole = world.voted and Card.OWED not in world.cards.values()
    return replace(world, decided=True) if whole else None


def _on_card(world: World, step: Step) -> World | None:
    card, count = world.cards[step.on], world.revisions[step.on]
    if step.act == "revise":
        fits = card is Card.SEALED and not world.decided
        return replace(world, revisions={**world.revisions, step.on: count + 1}) if fits else None
    if card is not Card.OWED:
        return None
    if step.act == "draft":
        return world
    if step.act == "seal":
        cards, revisions = {**world.cards, step.on: Card.SEALED}, {**world.revisions, step.on: 1}
        return replace(world, cards=cards, revisions=revisions)
    return replace(world, cards={**world.cards, step.on: Card.RELEASED})


def may_read(world: World, who: str, on: str) -> bool:
    """Whether somebody may read what ``on`` has sealed: own always, others' never while one's own is owed."""
    if world.cards[on] is not Card.SEALED:
        return False
    if who in INTERVIEWERS:
        return who == on or world.cards[who] is Card.SEALED
    return world.debrief
