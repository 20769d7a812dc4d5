"""Sentences about the values of two versions of one thing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING

from app.domain.change.record import Area, Change, Effect
from app.domain.milestone import Offset
from app.domain.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHORT = 60
"""A text up to this length, in characters, is quoted whole in a sentence."""

_UNSAID = frozenset({"id", "origin", "mapped_by", "timing_origin"})
"""Fields that say nothing to somebody who reads what was added or removed."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the next changes are about: a thing in an area.

    `subject` is its title, or a phrase such as `the scorecard` while `trail`, the titles that lead to it, is empty.
    `at` is its path by field names and places. `titles` names what ids of a kind point at.
    """

    area: Area
    subject: str
    effects: tuple[Effect, ...]
    at: str = ""
    titles: Mapping[tuple[str, str], str] | None = None
    trail: tuple[str, ...] = ()

    def below(self, *steps: str | int) -> Scene:
        """Return this scene with its path some steps further down."""
        return replace(self, at="/".join(str(step) for step in (self.at, *steps) if step != ""))

    def of(self, subject: str, *, listed: bool = True) -> Scene:
        """Return the scene of a thing within this one.

        What is not `listed`, such as one entry of many, goes by the trail of the list that holds it.
        """
        trail = (*self.trail, subject) if listed else self.trail or (self.area.words,)
        return replace(self, subject=subject, trail=trail)

    @property
    def place(self) -> str:
        """The subject as it stands in a sentence."""
        return quoted(self.subject) if self.trail else self.subject

    def touching(self, *effects: Effect) -> Scene:
        """Return this scene with other effects."""
        return replace(self, effects=effects)

    def title(self, kind: str, known: str) -> str:
        """Return the title of what this id points at, or the id when nothing is known of it."""
        return (self.titles or {}).get((kind, known), known)

    def change(
        self, sentence: str, before: str | None = None, after: str | None = None, *, gone: bool = False
    ) -> Change:
        """Say one change; `gone` when the thing itself is no longer there."""
        subject = ": ".join(self.trail) or self.area.words
        return Change(self.area, subject, sentence, before, after, self.effects, self.at, gone)


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is spoken of.

    `names` is the kind of thing that its ids point at; `turns` are the words after the subject when a flag is set and
    cleared; `effects` replace the scene's.
    """

    label: str
    effects: tuple[Effect, ...] = ()
    names: str = ""
    turns: tuple[str, str] | None = None


TITLE = Field("title")
"""What a thing is called: a new one is said as a new name."""

ORIGIN = Field("origin", (Effect.READING,))
"""Who wrote a text changes nothing but what is read."""


def compared(
    scene: Scene, before: object, after: object, words: Mapping[str, Field], *, elsewhere: Sequence[str] = ()
) -> Iterator[Change]:
    """Say every field of two values of one dataclass that differs; `elsewhere` names those that others speak of.

    A field without words is still said, under its own name, so that none can change unseen.
    """
    if not is_dataclass(before) or before == after:
        return
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name not in elsewhere:
            spoken = words.get(field.name) or Field(field.name.replace("_", " "))
            own = scene.touching(*(spoken.effects or scene.effects)).below(field.name)
            yield _value(own, spoken, old, new)


def shown(value: object) -> str | None:
    """Return a value as a reader sees it: lines for what has parts, None for what is absent."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Offset):
        return distance(value)
    if isinstance(value, tuple):
        return "\n".join(text for one in value if (text := shown(one)))
    return "\n".join(_lines(value)) if is_dataclass(value) else str(value)


def distance(offset: Offset) -> str:
    """Return a distance from a date in words, such as `30 days` or `5 days before`."""
    parts = [
        f"{abs(number)} {noun if abs(number) == 1 else noun + 's'}"
        for number, noun in ((offset.months, "month"), (offset.days, "day"))
        if number
    ]
    early = offset.months < 0 or offset.days < 0
    return f"{' and '.join(parts)}{' before' if early else ''}" if parts else "no time"


def quoted(text: str) -> str:
    """Return a text in quotation marks, its end left out where it is long."""
    line = " ".join(text.split())
    if len(line) <= SHORT:
        return f"“{line}”"
    return f"“{line[:SHORT].rsplit(' ', 1)[0]} …”"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def _lines(value: object) -> Iterator[str]:
    if not is_dataclass(value):
        return
    for field in fields(value):
        held = getattr(value, field.name)
        text = shown(held)
        if field.name in _UNSAID or not text:
            continue
        plain = isinstance(held, str | tuple)
        yield text if plain else f"{field.name.replace('_', ' ')}: {text}"


def _value(scene: Scene, field: Field, old: object, new: object) -> Change:
    if isinstance(old, tuple) and isinstance(new, tuple) and all(isinstance(one, str) for one in (*old, *new)):
        return _names(scene, field, old, new)
    return scene.change(_sentence(scene, field, old, new), _named(scene, field, old), _named(scene, field, new))


def _sentence(scene: Scene, field: Field, old: object, new: object) -> str:
    subject = scene.place
    if isinstance(new, bool) and field.turns:
        return _capital(f"{subject} {field.turns[0 if new else 1]}.")
    if field.label == TITLE.label and isinstance(old, str) and isinstance(new, str) and old and new:
        return f"{quoted(old)} is now called {quoted(new)}."
    phrase = f"The {field.label} of {subject}"
    was, now = _named(scene, field, old) or "", _named(scene, field, new) or ""
    brief = max(len(was), len(now)) <= SHORT and "\n" not in was + now
    if not was or not now:
        return _come_or_gone(phrase, was, now, brief=brief)
    if not brief:
        return f"{phrase} is reworded."
    plain = not isinstance(new, str)
    return f"{phrase} goes from {was if plain else quoted(was)} to {now if plain else quoted(now)}."


def _come_or_gone(phrase: str, was: str, now: str, *, brief: bool) -> str:
    if not was and not now:
        return f"{phrase} changes."
    told = f": {now or was}" if brief else ""
    return f"{phrase} is {'added' if now else 'removed'}{told}{'' if told.endswith(('.', '!', '?')) else '.'}"


def _named(scene: Scene, field: Field, value: object) -> str | None:
    return scene.title(field.names, value) if field.names and isinstance(value, str) else shown(value)


def _names(scene: Scene, field: Field, old: tuple[str, ...], new: tuple[str, ...]) -> Change:
    before, after = ("\n".join(scene.title(field.names, one) for one in known) for known in (old, new))
    come, gone = Counter(new) - Counter(old), Counter(old) - Counter(new)
    said = [
        f"{listed([quoted(scene.title(field.names, one)) for one in ids])} {'is' if len(ids) == 1 else 'are'} {verb}"
        for ids, verb in ((come, "added"), (gone, "removed"))
        if ids
    ]
    phrase = f"the {field.label} of {scene.place}"
    if not said:
        sentence = f"{_capital(phrase)} stand in another order."
    elif come and gone:
        sentence = f"In {phrase}, {' and '.join(said)}."
    else:
        sentence = f"{said[0]} {'to' if come else 'from'} {phrase}."
    return scene.change(sentence, before or None, after or None)


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
