"""The text of a digest: what one person is reminded of on one day, by cause, and where to go."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.domain.growth.duty import GrowthDuty
from app.domain.onboarding.duty import Asked
from app.domain.reminding import Cause, Reminder
from app.domain.text import first_line, in_words

MOST_LINES = 30
SWITCH = "/account#reminders"
"""Where reminders of what is due soon are switched off."""
LATE = "/onboarding"
"""Where whoever hears of what others are late with sees the whole."""
_ORDER = tuple(Cause)

Told = Sequence[tuple[Cause, Reminder]]


def subject(told: Told) -> str:
    """How many of what, and whence: ``First years: 2 overdue, 1 due soon``, ``Ladder: 1 overdue``."""
    causes = [cause for cause, _ in told]
    counts = [f"{causes.count(cause)} {_SHORT[cause]}" for cause in _ORDER if cause in causes]
    return f"{_about(told)}: {', '.join(counts)}"


def _about(told: Told) -> str:
    growth = {isinstance(one.asked, GrowthDuty) for _, one in told}
    return "First years and ladder" if len(growth) > 1 else "Ladder" if growth == {True} else "First years"


_SHORT = {
    Cause.OVERDUE: "overdue",
    Cause.WAITING: "waiting for you",
    Cause.ESCALATED: "late with others",
    Cause.SOON: "due soon",
}


def body(told: Told) -> str:
    """The digest in plain text: nothing in it says how anybody is judged or what anybody answered."""
    ordered = sorted(told, key=lambda one: (_ORDER.index(one[0]), one[1].due_on, one[1].hire, one[1].what))
    parts = [
        "\n".join([cause.words, *(f"- {_line(cause, one)}" for _, one in group)])
        for cause, group in groupby(ordered[:MOST_LINES], key=lambda one: one[0])
    ]
    if len(told) > MOST_LINES:
        parts.append(f"And {len(told) - MOST_LINES} more.")
    if any(cause is Cause.ESCALATED for cause, _ in told):
        parts.append(f"How the first years stand that you look after:\n{LATE}")
    switch = "Reminders of what is only due soon can be switched off in your account:"
    return "\n\n".join([*parts, f"{switch}\n{SWITCH}", "Everything that waits for you is in your inbox:"])


def _line(cause: Cause, one: Reminder) -> str:
    when = f"due on {in_words(one.due_on)}" if one.asked.has_date else f"since {in_words(one.since)}"
    about = one.hire if one.what == one.milestone else f"{one.hire}, {one.milestone}"
    what = first_line(one.what)
    if isinstance(one.asked, GrowthDuty):
        if cause is Cause.ESCALATED:
            return f"The assessment of {one.hire} is still open ({one.milestone}), {when}"
        if one.asked is GrowthDuty.CORROBORATE:
            # An entry may be private, and a mailbox is not: who asks is all that a mail says of it.
            return f"Say whether an entry of {one.hire}'s evidence log was so, {when}"
        return f"{one.asked.sentence(what)} ({one.milestone}), {when}"
    if cause is not Cause.ESCALATED:
        return f"{one.asked.sentence(what)} ({about}), {when}"
    if one.asked is Asked.CHECK_IN:
        return f"The check-in on {what} is still open ({about}), {when}"
    return f"{one.doer}: {one.asked.sentence(what)} ({about}), {when}"
