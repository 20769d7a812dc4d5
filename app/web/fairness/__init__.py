"""Fairness of the process: what candidates may say of themselves, and reports on groups that tell of nobody."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("fairness", __name__)

from app.web.fairness import reports, voluntary  # noqa: E402, F401  the views register themselves on the job
