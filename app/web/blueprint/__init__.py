"""Role blueprints to read: dimensions with their anchors, probes, signals and case studies."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("blueprint", __name__)

