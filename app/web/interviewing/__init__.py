"""Interviewing: the kit to prepare with, and the scorecard to fill in."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("interviewing", __name__)

