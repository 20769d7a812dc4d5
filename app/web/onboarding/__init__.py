"""First years: plans from a hire decision to the last signature, for hires, their managers, buddies and HR."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("onboarding", __name__)

from app.web.onboarding import (  # noqa: E402, F401  the views register themselves on the job
    acts,
    begin,
    check_ins,
    dates,
    feed,
    goals,
    importing,
    metrics,
    notes,
    outcome,
    people,
    plan,
    plans,
    printing,
    proof,
    readings,
    report,
    wording,
)
