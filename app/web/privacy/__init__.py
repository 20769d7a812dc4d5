"""What is kept about people: for how long, what must not go, what was erased, and copies for those it is about."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("privacy", __name__)

from app.web.privacy import copies, erasing, keeping, subjects, telling  # noqa: E402, F401  the views register themselves on the job
