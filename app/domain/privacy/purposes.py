"""What data is used for, and what people are told of it."""

from __future__ import annotations

from enum import StrEnum

TITLE_LIMIT = 200
TEXT_LIMIT = 20_000


class Purpose(StrEnum):
    """Why data of a candidate is used; each has a notice of its own."""

    APPLICATION = "application"
    TALENT_POOL = "talent_pool"
    SELF_IDENTIFICATION = "self_identification"
    AUTOMATED_TOOL = "automated_tool"
    ACCOMMODATION = "accommodation"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "application": "Judging the application",
            "talent_pool": "Telling you of other openings later",
            "self_identification": "Looking for unfairness in our hiring",
            "automated_tool": "A computed score beside the people's own",
            "accommodation": "Making the interviews fit what you need",
        }[self.value]

    @property
    def needs_consent(self) -> bool:
        """Whether the data may be used for it only after a yes, which can be taken back at any time."""
        return self in {Purpose.TALENT_POOL, Purpose.SELF_IDENTIFICATION}
