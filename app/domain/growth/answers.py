"""What one answerer says on a person: a mark on each competency, what stands behind it, and words of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import Fault
from app.domain.growth.mark import Mark, Standing
from app.domain.text import text_faults

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint
    from app.domain.competency import Competency
    from app.domain.ladder import Ladder

TEXT_LIMIT = 4000
NOTE_LIMIT = 2000
LINK_LIMIT = 10
"""How many entries of the evidence log stand behind one mark at most."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The marks that were made so far; ``links`` pairs a competency with an entry of the evidence log.

    ``current`` and ``target`` are the levels that a person names for themselves, "" until they have and for others.
    """

    marks: tuple[Mark, ...] = ()
    words: str = ""
    links: tuple[tuple[str, UUID], ...] = ()
    current: str = ""
    target: str = ""

    def mark(self, competency: str) -> Mark | None:
        """The mark on a competency, or ``None`` where none was made."""
        return next((mark for mark in self.marks if mark.competency == competency), None)

    def behind(self, competency: str) -> tuple[UUID, ...]:
        """The entries that stand behind a mark."""
        return tuple(entry_id for name, entry_id in self.links if name == competency)


def asked_about(blueprint: Blueprint) -> tuple[Competency, ...]:
    """The competencies that somebody can be placed on: those with rungs, in the blueprint's order."""
    return tuple(competency for competency in blueprint.competencies if competency.rungs)


def draft_faults(answers: Answers, asked: Sequence[Competency], entries: frozenset[UUID]) -> tuple[Fault, ...]:
    """Faults that even a draft may not have; ``entries`` are those that this answerer may point to."""
    known = {competency.id: competency for competency in asked}
    faults = [*text_faults("words", "your words", answers.words, limit=TEXT_LIMIT)]
    for mark in answers.marks:
        faults += _mark_faults(mark, known.get(mark.competency))
    for name in {competency for competency, _ in answers.links}:
        faults += _link_faults(name, answers.behind(name), known.get(name), entries)
    return tuple(faults)


def seal_faults(answers: Answers, asked: Sequence[Competency], entries: frozenset[UUID]) -> tuple[Fault, ...]:
    """What keeps answers from being sealed: nothing marked at all, a note without a mark, a low mark without a word."""
    faults = list(draft_faults(answers, asked, entries))
    faults += [
        Fault(f"mark-{mark.competency}", "You wrote a note here. Choose an answer too, or empty the note.")
        for mark in answers.marks
        if mark.standing is Standing.OPEN
    ]
    if not answers.marks:
        faults.append(Fault("marks", "Answer on at least one competency before you seal."))
    faults += [
        Fault(f"note-{mark.competency}", "Say in a sentence what is missing for the first expectation.")
        for mark in answers.marks
        if mark.standing is Standing.BELOW and not mark.note.strip()
    ]
    return tuple(faults)


def fitting(said: Answers, stored: Answers, faults: Iterable[Fault]) -> Answers:
    """What fits of answers: where a field has one of these faults, what was stored there before stays.

    A mark, a note, the pieces behind a mark, the words and the two levels are each a field. Where a level does not fit,
    both levels stay as they were.
    """
    wrong = {fault.field for fault in faults}
    names = {mark.competency for mark in said.marks} | {name.partition("-")[2] for name in wrong}
    marks = (_fitting_mark(name, said, stored, wrong) for name in sorted(names))
    links = [link for link in said.links if f"links-{link[0]}" not in wrong]
    links += [link for link in stored.links if f"links-{link[0]}" in wrong]
    levels = stored if wrong & {"current", "target"} else said
    words = stored.words if "words" in wrong else said.words
    return Answers(tuple(mark for mark in marks if mark), words, tuple(links), levels.current, levels.target)


def _fitting_mark(name: str, said: Answers, stored: Answers, wrong: AbstractSet[str]) -> Mark | None:
    before, mark = stored.mark(name), said.mark(name)
    if f"mark-{name}" in wrong or mark is None:
        return before if f"mark-{name}" in wrong else None
    if f"note-{name}" in wrong:
        return replace(mark, note=before.note if before else "")
    return mark


def unanswered(answers: Answers, asked: Sequence[Competency], needed: AbstractSet[str]) -> tuple[str, ...]:
    """The titles of what was left open; it is left out of every count.

    ``needed`` holds what the level aimed at asks for: the rest is nobody's gap. Empty where none is aimed at.
    """
    open_now = (competency for competency in asked if answers.mark(competency.id) is None)
    return tuple(competency.title for competency in open_now if not needed or competency.id in needed)


def level_faults(ladder: Ladder, current: str, target: str, *, needed: bool) -> tuple[Fault, ...]:
    """What is wrong with a level now and a level aimed at: unknown, or below the other on the same track.

    Neither has to be named unless ``needed``.
    """
    known = {level.id: level for level in ladder.levels}
    faults = [
        Fault(field, words if not level else "Choose a level of this ladder.")
        for field, level, words in (
            ("current", current, "Choose the level that you hold now."),
            ("target", target, "Choose the level that you aim at."),
        )
        if (level or needed) and level not in known
    ]
    if not faults and current and target:
        here, there = known[current], known[target]
        if here.track == there.track and there.rank < here.rank:
            message = f"{there.title} is below {here.title}. Choose the same level, a higher one or another track."
            faults.append(Fault("target", message))
    return tuple(faults)


def _mark_faults(mark: Mark, competency: Competency | None) -> tuple[Fault, ...]:
    field = f"mark-{mark.competency}"
    if competency is None:
        return (Fault("marks", "A competency here is not part of this ladder. Load the page again."),)
    if (mark.standing is Standing.MET) != (mark.rung is not None):
        return (Fault(field, "Choose one of the answers."),)
    if mark.rung is not None and competency.rung(mark.rung) is None:
        return (Fault(field, "Choose one of the expectations of this competency."),)
    return text_faults(f"note-{mark.competency}", "a note", mark.note, limit=NOTE_LIMIT)


def _link_faults(
    name: str, linked: Sequence[UUID], competency: Competency | None, entries: frozenset[UUID]
) -> tuple[Fault, ...]:
    field = f"links-{name}"
    if competency is None:
        return (Fault("marks", "A competency here is not part of this ladder. Load the page again."),)
    if len(linked) > LINK_LIMIT:
        return (Fault(field, f"Choose the {LINK_LIMIT} pieces that show it best; {len(linked)} are ticked."),)
    if not entries.issuperset(linked):
        return (Fault(field, "One of these pieces was withdrawn or is not yours to point to. Choose again."),)
    return ()
