"""The rows of a sheet: one competency each, with the rungs to choose from and what the writer may point to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from app.domain.growth.gap import named
from app.domain.growth.log import Showing, Shown
from app.domain.part import group_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from app.domain.competency import Competency
    from app.queries.assessment_head import Head
    from app.queries.evidence_log import EntryLine
    from app.web.ladder.sheet_form import Typed

MINUTES_EACH = 1


@dataclass(frozen=True, slots=True)
class Rung:
    """One choice: its number on the keyboard, its name, and what is expected; ``aimed`` for the target's own."""

    value: str
    title: str
    lines: tuple[str, ...]
    aimed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One competency. ``expected`` when some level asks for it; ``entries`` may be pointed to, chosen ones first."""

    id: str
    title: str
    description: str
    expected: bool
    rungs: tuple[Rung, ...]
    choice: str
    note: str
    entries: tuple[EntryLine, ...]
    chosen: frozenset[str]

    @property
    def answered(self) -> bool:
        """Whether a choice was made."""
        return self.choice != ""

    @property
    def word(self) -> str:
        """The choice in a word."""
        titles = {rung.value: rung.title for rung in self.rungs}
        return {"none": "Not enough evidence", "0": "Not yet", "": ""}.get(self.choice, titles.get(self.choice, ""))


def groups(head: Head, typed: Typed, entries: Mapping[UUID, EntryLine]) -> list[tuple[str, list[Row]]]:
    """The rows under their groups, in the blueprint's order."""
    expected = {needed.competency for needed in head.ladder.requires}
    target = {needed.competency: needed.rung for needed in head.ladder.required(head.target.id)} if head.target else {}
    found = []
    for group, held in groupby(head.asked, key=lambda one: one.group):
        rows = [_row(one, typed, entries.values(), one.id in expected, target.get(one.id, "")) for one in held]
        found.append((group_title(group), rows))
    return found


def _row(competency: Competency, typed: Typed, entries: Iterable[EntryLine], expected: bool, aimed: str) -> Row:  # noqa: FBT001  a row's own fact
    chosen = frozenset(typed.links.get(competency.id, ()))
    shows = Showing(Shown.COMPETENCY, competency.id)
    offered = [one for one in entries if str(one.entry_id) in chosen or _fits(one, shows)]
    return Row(
        id=competency.id,
        title=competency.title,
        description=competency.description or competency.use or competency.why or "",
        expected=expected,
        rungs=_rungs(competency, aimed),
        choice=typed.choices.get(competency.id, ""),
        note=typed.notes.get(competency.id, ""),
        entries=tuple(sorted(offered, key=lambda one: str(one.entry_id) not in chosen)),
        chosen=chosen,
    )


def _fits(entry: EntryLine, shows: Showing) -> bool:
    return entry.withdrawn_at is None and shows in entry.shows


def _rungs(competency: Competency, aimed: str) -> tuple[Rung, ...]:
    return tuple(
        Rung(str(number), named(rung.id), tuple(entry.text for entry in rung.criteria), aimed=rung.id == aimed)
        for number, rung in enumerate(competency.rungs, 1)
    )


def counted(found: Sequence[tuple[str, Sequence[Row]]]) -> tuple[int, int]:
    """How many of the expected rows are answered, and how many there are."""
    rows = [row for _, held in found for row in held if row.expected] or [row for _, held in found for row in held]
    return sum(row.answered for row in rows), len(rows)
