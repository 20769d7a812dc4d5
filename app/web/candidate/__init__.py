"""Pages of candidates: reached by a signed link, without an account, and showing nothing of the inside."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("candidate", __name__)

from app.web.candidate import (  # noqa: E402, F401  routes are registered on the job above
    home,
    landing,
    schedule,
    stored,
    task,
    task_answers,
    withdrawal,
)
