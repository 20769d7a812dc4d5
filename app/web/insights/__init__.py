"""What HR is told of ladders and interviews: figures over many people, never a name."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("insights", __name__)

from app.web.insights import figures  # noqa: E402, F401  the views register themselves on the job
