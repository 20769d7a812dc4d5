"""Scheduling: times for the interviews of a candidate, and the calendars that people give for that."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("scheduling", __name__)

from app.web.scheduling import calendars, times  # noqa: E402, F401  the views hang themselves on the job
