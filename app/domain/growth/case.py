"""Promotion cases: asked for, made on evidence, judged by several, recorded."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """A case is prepared, handed in, and ends decided or withdrawn."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"draft": "In preparation", "submitted": "Handed in"}.get(self.value, self.value.capitalize())


class CaseOutcome(StrEnum):
    """What a case may end in, and what a member may vote for."""

    PROMOTE = "promote"
    POSTPONE = "postpone"
    NOT_YET = "not_yet"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.replace("_", " ").capitalize()


class CaseParty(StrEnum):
    """Who signs a case."""

    PERSON = "person"
    MANAGER = "manager"
    CHAIR = "chair"
