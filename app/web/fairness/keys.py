"""The installation's keys for answers and links, and what it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.fairness.questions import DEFAULT, Question

if TYPE_CHECKING:
    from app.settings import Settings


def answer_keys() -> AnswerKeys:
    """Made from the program's secret; whoever holds only the database cannot make them."""
    return AnswerKeys.of(str(current_app.secret_key))


def questions() -> tuple[Question, ...]:
    """What this installation asks; nothing where it was switched off."""
    settings: Settings = current_app.config["PLUMBLINE"]
    if settings.self_identification is None:
        return DEFAULT
    return tuple(Question(title, choices) for title, choices in settings.self_identification)
