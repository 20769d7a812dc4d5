"""Role blueprints to read: dimensions with their anchors, probes, signals and case studies."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("blueprint", __name__)

from app.web.blueprint import own_data, preparing, reading, shelf  # noqa: E402, F401  the views register themselves on the job
