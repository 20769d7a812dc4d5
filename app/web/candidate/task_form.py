"""The form in which a candidate writes their answers: what was sent, and what is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from app.services.case_work import Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.queries.own_work import OwnWork
    from app.services.case_work import Saved

_ANSWER = re.compile(r"answer-([0-9]{1,2})")
_MOST = 1_000_000_000
_WRITER = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it is drawn: what stands in the field, and ``stored`` where another page has saved other text."""

    number: int
    question: str
    text: str
    version: int
    fault: str = ""
    stored: str | None = None


def written() -> dict[int, Written]:
    """The answers in the form that was sent, by the numbers of their questions."""
    writer, serial = request.form.get("writer", "")[:_WRITER], _whole("serial")
    return {
        int(match[1]): Written(text, _whole(f"version-{match[1]}"), writer, serial)
        for name, text in request.form.items()
        if (match := _ANSWER.fullmatch(name))
    }


def rows(work: OwnWork, sent: Mapping[int, Written], saved: Saved | None = None) -> list[Row]:
    """The questions with what was typed, else with what is stored."""
    faults = {fault.field: fault.message for fault in saved.faults} if saved else {}
    clashes = saved.clashes if saved else {}
    drawn = []
    for answer in work.answers:
        typed, clash = sent.get(answer.number), clashes.get(answer.number)
        drawn.append(
            Row(
                number=answer.number,
                question=answer.question,
                text=typed.text if typed else answer.text,
                version=clash.version if clash else answer.version,
                fault=faults.get(f"answer-{answer.number}", ""),
                stored=clash.stored if clash else None,
            )
        )
    return drawn


def _whole(name: str) -> int:
    text = request.form.get(name, "")
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and len(text) <= _WRITER else 0
