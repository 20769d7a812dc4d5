"""What of case work is no page of the demo, and why; tasks and assignments come with what grading may open."""

from __future__ import annotations

_JOURNEY = "behind a candidate's link; the journey of take-homes looks at it"

NO_PAGES = {
    "candidate.task": _JOURNEY,
    "candidate.review": _JOURNEY,
    "candidate.receipt": _JOURNEY,
    "candidate.own_copy": "answers as they were typed, for their candidate",
    "candidate.work_file": "a document, for its candidate",
    "candidate.task_clock": "JSON for the scripts of a task",
    "casework.work_copy": "answers as they were typed",
    "casework.work_file": "a document as it was handed in",
}
"""Addresses of case work that answer with something else than a page of the demo."""
