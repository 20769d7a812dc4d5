"""Assessments on paper for tests: the shipped ladder, two people who differ, and a cycle before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from app.domain.growth.alignment import alignment, lines
from app.domain.growth.answers import Answers, asked_about, unanswered
from app.domain.growth.gap import gap_axis, gap_rows
from app.domain.growth.mark import Mark, Standing
from app.domain.growth.papers import (
    AgreedText,
    AssessmentHead,
    Behind,
    JointDocument,
    PrintedSheet,
    SelfDocument,
    Step,
)
from app.domain.growth.readiness import expected
from app.domain.growth.trend import moved
from tests.factories import books

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.competency import Competency

COMPANY = books.COMPANY
ASKED = asked_about(books.shipped())
SEALED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LONG = "Łukasz saw that the release was held back for a week, and why. " * 30


def sheet(author: str, *, shift: int = 0, words: str = "", long: bool = False) -> PrintedSheet:
    """Marks on all but the last two competencies; ``shift`` turns who is where."""
    marks = tuple(_mark(one, number + shift, long=long) for number, one in enumerate(ASKED[:-2]))
    behind = Behind("Rerouting without a call", date(2026, 7, 20), ("Leif Andersson", "Ελένη Παππά"))
    return PrintedSheet(
        author, Answers(marks, words), SEALED, ((ASKED[0].id, behind), (ASKED[1].id, behind)), ((ASKED[1].id, 2),)
    )  # fmt: skip


def head(**changes: Any) -> AssessmentHead:  # noqa: ANN401  any field of the head
    """Somebody at the first level who aims at the second."""
    blueprint = books.shipped()
    assert blueprint.ladder
    plain = AssessmentHead(
        "Nguyễn Thị Minh Khai", "Łukasz Wiśniewski", "Assessment of November 2026", books.stamp(blueprint),
        date(2026, 12, 4), blueprint.ladder.levels[0], blueprint.ladder.levels[1],
    )  # fmt: skip
    return replace(plain, **changes)


def self_document(*, long: bool = False, empty: bool = False) -> SelfDocument:
    """What somebody sealed on themselves."""
    held = sheet("Nguyễn Thị Minh Khai", words="A half year of two launches.\n\nI want to lead next.", long=long)
    if empty:
        held = replace(held, answers=Answers((Mark(ASKED[0].id, Standing.NOT_ENOUGH),)), behind=(), hidden=())
    return SelfDocument(COMPANY, head(), ASKED, held, unanswered(held.answers, ASKED, frozenset()))


def joint_document(*, aimed: bool = True, alike: bool = False, long: bool = False) -> JointDocument:
    """Both sides; ``alike`` people say the same, and without an aim there is no gap to draw."""
    own = sheet("Nguyễn Thị Minh Khai", words="A half year of two launches.", long=long)
    manager = replace(own, author="Łukasz Wiśniewski") if alike else sheet("Łukasz Wiśniewski", shift=1, long=long)
    marks = own.answers.marks, manager.answers.marks
    held, title = books.shipped(), head() if aimed else head(current=None, target=None)
    agreement = alignment(ASKED, *marks)
    changes = moved(ASKED, marks[1], marks[0])
    return JointDocument(
        company=COMPANY,
        head=title,
        asked=ASKED,
        own=own,
        manager=manager,
        lines=lines(ASKED, *marks),
        alignment=agreement,
        axis=gap_axis(ASKED),
        rows=gap_rows(expected(held, title.target.id, *marks), *marks) if title.target else (),
        steps=(
            Step("Assessment of June 2026", datetime(2026, 6, 29, tzinfo=UTC), agreement),
            Step(title.cycle, SEALED, agreement),
        ),
        since=("Assessment of June 2026", changes, ()),
        peers=(sheet("Mei-Ling Tsai", shift=2),),
        agreed=(AgreedText("One forecast a quarter.", SEALED, "Łukasz Wiśniewski"),),
    )


def _mark(competency: Competency, number: int, *, long: bool) -> Mark:
    rungs: Sequence[str] = [rung.id for rung in competency.rungs]
    note = LONG if long else f"Saw it {number} times."
    if number % 7 == 0:
        return Mark(competency.id, Standing.BELOW, None, note)
    if number % 5 == 0:
        return Mark(competency.id, Standing.NOT_ENOUGH, None, "")
    return Mark(competency.id, Standing.MET, rungs[number % len(rungs)], note)
