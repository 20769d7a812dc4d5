"""What of a role's guide goes on the paper that candidates prepare with: nothing that says how they are scored."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.entry import Section
from app.domain.guide import Guide
from app.domain.preparation import ANSWERS, SECTIONS, Kind
from reports.wording import listed

MARKS = tuple(reversed(ANSWERS))
"""What people say of a capability or a keyword, from the beginning to the end of learning it."""

_BEFORE = ("intro", "profile")
_AFTER = ("tools", "hands-on", "closing")
_ASKED = {
    SECTIONS[Kind.CAPABILITY]: "Tick how far you are. Whatever is not shown yet is what to practice.",
    SECTIONS[Kind.KEYWORD]: "Use these words where you have an example behind them, and only there.",
}


@dataclass(frozen=True, slots=True)
class Read:
    """The sections of a guide in the order of the paper: to begin with, to tick, and to read on."""

    before: tuple[Section, ...]
    shown: tuple[Section, ...]
    after: tuple[Section, ...]


def sections(guide: Guide) -> Read:
    """The guide's sections that candidates are given."""
    known = {section.id: section for section in guide.sections if section.entries}
    parts = (_BEFORE, tuple(SECTIONS.values()), _AFTER)
    return Read(*(tuple(known[name] for name in names if name in known) for names in parts))


def asked(section: Section) -> str:
    """What to do with a section that is ticked."""
    return _ASKED[section.id]


def lead(guide: Guide) -> str:
    """What the paper holds, in a line."""
    titles = [plan.title[:1].lower() + plan.title[1:] for plan in guide.plans]
    return f"What to do with {listed(titles, 'or')}" if titles else "What to know and to be able to show"
