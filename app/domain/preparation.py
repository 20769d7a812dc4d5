"""Preparing for a role: how far a person is with the plans of its guide, and what they can already show."""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    """What a person says of one item: a task is done; a capability or keyword is shown, begun or still missing."""

    DONE = "done"
    SHOWN = "shown"
    BEGUN = "begun"
    MISSING = "missing"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"shown": "I can show it", "begun": "I have begun", "missing": "Not yet"}.get(self.value, "Done")
