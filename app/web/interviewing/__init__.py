"""Interviewing: the kit to prepare with, and the scorecard to fill in."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("interviewing", __name__)

from app.web.interviewing import card, clash, duties, entering, kit, release, sealing  # noqa: E402, F401  the routes hang themselves on the job
