"""Role blueprints to read: dimensions with their anchors, probes, signals and case studies."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("blueprint", __name__)

from app.web.blueprint import (  # noqa: E402, F401  the views register themselves on the job
    changes,
    draft_file,
    draft_sizes,
    draft_text,
    draft_uploads,
    drafts,
    own_data,
    preparing,
    printing,
    reading,
    search,
    sections,
    shelf,
)
