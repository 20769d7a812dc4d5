"""What somebody typed into a sheet, exactly as typed, what it means, and how it differs from what is stored.

The fields are `mark-<competency>` (0 below the first rung, 1 on it and so on, or `none`), `note-<competency>`,
`links-<competency>` once for each entry, `words`, `version`, and for the person `current` and `target`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import Fault, InvalidError
from app.domain.growth.alignment import height
from app.domain.growth.answers import Answers
from app.domain.growth.gap import said
from app.domain.growth.mark import Mark, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MultiDict

    from app.domain.competency import Competency

NOT_ENOUGH = "none"
_MARK, _NOTE, _LINKS = "mark-", "note-", "links-"
# int() would also take other scripts' digits and underscores.
_NUMBER = re.compile(r"[0-9]{1,9}")
_GONE = Fault("marks", "A competency here is not part of this ladder. Load the page again.")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form by competency; every text has plain line ends."""

    choices: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    current: str = ""
    target: str = ""
    version: int = 0

    def answers(self, asked: Sequence[Competency]) -> Answers:
        """What the fields mean on this ladder; :class:`InvalidError` for a choice that is none."""
        known = {competency.id for competency in asked}
        faults = [_GONE for name in {*self.choices, *self.notes, *self.links} - known][:1]
        marks, links = [], []
        for competency in asked:
            mark = self._mark(competency)
            if mark is None:
                faults.append(Fault(f"mark-{competency.id}", "Choose one of the answers."))
            else:
                marks.append(mark)
            linked = [_uuid(text) for text in self.links.get(competency.id, ())]
            links += [(competency.id, entry_id) for entry_id in linked if entry_id is not None]
            faults += [Fault(f"links-{competency.id}", "Choose from the list.") for entry_id in linked if not entry_id]
        if faults:
            raise InvalidError(tuple(faults))
        said_something = tuple(mark for mark in marks if mark.standing is not Standing.OPEN or mark.note.strip())
        return Answers(said_something, self.words, tuple(links), self.current, self.target)

    def _mark(self, competency: Competency) -> Mark | None:
        choice, note = self.choices.get(competency.id, ""), self.notes.get(competency.id, "")
        if choice == "":
            return Mark(competency.id, Standing.OPEN, None, note)
        if choice == NOT_ENOUGH:
            return Mark(competency.id, Standing.NOT_ENOUGH, None, note)
        if not _NUMBER.fullmatch(choice) or int(choice) > len(competency.rungs):
            return None
        if int(choice) == 0:
            return Mark(competency.id, Standing.BELOW, None, note)
        return Mark(competency.id, Standing.MET, competency.rungs[int(choice) - 1].id, note)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One question that was answered otherwise in another tab or on another device."""

    question: str
    there: str


def from_form(fields: MultiDict[str, str]) -> Typed:
    """The fields of a request; whether the ladder has such competencies is asked later."""
    version = fields.get("version", "")
    return Typed(
        choices={name: text.strip() for name, text in _named(fields, _MARK).items()},
        notes={name: _lines(text) for name, text in _named(fields, _NOTE).items()},
        links={name: tuple(fields.getlist(_LINKS + name)) for name in _named(fields, _LINKS)},
        words=_lines(fields.get("words", "")),
        current=fields.get("current", ""),
        target=fields.get("target", ""),
        # A version that no answers have, so that a form without one never overwrites anything.
        version=int(version) if _NUMBER.fullmatch(version) else -1,
    )


def from_answers(answers: Answers, asked: Sequence[Competency], version: int) -> Typed:
    """The fields that show stored answers."""
    marks = {mark.competency: mark for mark in answers.marks}
    held = [competency for competency in asked if competency.id in marks]
    return Typed(
        choices={one.id: _choice(one, marks[one.id]) for one in held},
        notes={one.id: marks[one.id].note for one in held},
        links={one.id: tuple(map(str, answers.behind(one.id))) for one in asked},
        words=answers.words,
        current=answers.current,
        target=answers.target,
        version=version,
    )


def elsewhere(
    here: Typed, there: Answers, asked: Sequence[Competency], levels: Mapping[str, str]
) -> tuple[Elsewhere, ...]:
    """Every question that reads differently here and there, with what is stored; ``levels`` are titles by id."""
    stored = from_answers(there, asked, 0)
    found = [
        Elsewhere(question, levels.get(kept, "(nothing)"))
        for question, mine, kept in (
            ("Level now", here.current, there.current),
            ("Level aimed at", here.target, there.target),
        )
        if mine != kept
    ]
    for competency in asked:
        name = competency.id
        if _triple(here, name) != _triple(stored, name):
            mark, pieces = there.mark(name), len(there.behind(name))
            parts = [said(mark), mark.note if mark else "", f"{pieces} pieces of evidence" if pieces else ""]
            found.append(Elsewhere(competency.title, "\n".join(part for part in parts if part)))
    if here.words.strip() != stored.words.strip():
        found.append(Elsewhere("In your own words", stored.words or "(nothing)"))
    return tuple(found)


def texts(typed: Typed, asked: Sequence[Competency]) -> tuple[str, ...]:
    """Everything that was written in words, for a page that can no longer store it."""
    notes = [f"{one.title}: {typed.notes[one.id]}" for one in asked if typed.notes.get(one.id, "").strip()]
    return (*notes, *([typed.words] if typed.words.strip() else []))


def _triple(typed: Typed, name: str) -> tuple[str, str, frozenset[str]]:
    return typed.choices.get(name, ""), typed.notes.get(name, "").strip(), frozenset(typed.links.get(name, ()))


def _choice(competency: Competency, mark: Mark) -> str:
    if mark.standing is Standing.NOT_ENOUGH:
        return NOT_ENOUGH
    reached = height(competency, mark)
    return "" if reached is None else str(reached)


def _named(fields: MultiDict[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in fields.items() if name.startswith(prefix)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _lines(text: str) -> str:
    # Browsers send a line end as two characters; scripts send one.
    return text.replace("\r\n", "\n").replace("\r", "\n")
