"""The ladder: where somebody stands, cycles of assessments, and what two people see alike and differently."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("ladder", __name__)
