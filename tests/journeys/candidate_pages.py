"""What candidates may open, so that no page of theirs is forgotten; their browser comes by a link."""

from __future__ import annotations

NO_PAGES = {
    "candidate.download": "the candidate's own data as JSON",
    "candidate.calendar_file": "a calendar for programs",
}
"""Addresses of candidates that answer with something else than a page."""

PAGES = frozenset({
    "candidate.feedback", "candidate.home", "candidate.land", "candidate.stored", "candidate.times",
    "candidate.withdraw", "candidate.withdrawn",
})  # fmt: skip
"""The pages of candidates, which `test_candidate_pages_axe` looks at."""
