"""Assessment cycles: who answers on whom, and until when."""

from __future__ import annotations

from enum import StrEnum


class CycleState(StrEnum):
    """A cycle is open until it is closed; what it held stays as it was."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.capitalize()


class Answerer(StrEnum):
    """Who answers on a person: themselves, their manager, or somebody who works beside them."""

    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.capitalize()
