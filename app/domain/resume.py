"""A structured résumé in the shape of JSON Resume: which keys are known, and how it is read out.

The body is plain JSON with known keys only. Pictures are never kept: nobody may be judged by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.redaction import Known

Body = Mapping[str, Any]


class Held(StrEnum):
    """What a key holds."""

    TEXT = "text"
    EMAIL = "email"
    LINK = "link"
    DAY = "day"
    TEXTS = "texts"


_SPAN: Mapping[str, Held] = {"startDate": Held.DAY, "endDate": Held.DAY}
_TOLD: Mapping[str, Held] = {"url": Held.LINK, "summary": Held.TEXT, "highlights": Held.TEXTS}
BASICS: Mapping[str, Held] = {
    "name": Held.TEXT, "label": Held.TEXT, "email": Held.EMAIL, "phone": Held.TEXT, "url": Held.LINK,
    "summary": Held.TEXT,
}  # fmt: skip
LOCATION: Mapping[str, Held] = dict.fromkeys(("address", "postalCode", "city", "countryCode", "region"), Held.TEXT)
PROFILES: Mapping[str, Held] = {"network": Held.TEXT, "username": Held.TEXT, "url": Held.LINK}
SECTIONS: Mapping[str, Mapping[str, Held]] = {
    "work": {
        "name": Held.TEXT, "position": Held.TEXT, "location": Held.TEXT, "description": Held.TEXT, **_SPAN, **_TOLD,
    },
    "projects": {
        "name": Held.TEXT, "description": Held.TEXT, "entity": Held.TEXT, "type": Held.TEXT, "roles": Held.TEXTS,
        "keywords": Held.TEXTS, "highlights": Held.TEXTS, "url": Held.LINK, **_SPAN,
    },
    "volunteer": {"organization": Held.TEXT, "position": Held.TEXT, **_SPAN, **_TOLD},
    "education": {
        "institution": Held.TEXT, "area": Held.TEXT, "studyType": Held.TEXT, "score": Held.TEXT, "courses": Held.TEXTS,
        "url": Held.LINK, **_SPAN,
    },
    "skills": {"name": Held.TEXT, "level": Held.TEXT, "keywords": Held.TEXTS},
    "publications": {
        "name": Held.TEXT, "publisher": Held.TEXT, "releaseDate": Held.DAY, "url": Held.LINK, "summary": Held.TEXT,
    },
    "certificates": {"name": Held.TEXT, "issuer": Held.TEXT, "date": Held.DAY, "url": Held.LINK},
    "awards": {"title": Held.TEXT, "awarder": Held.TEXT, "date": Held.DAY, "summary": Held.TEXT},
    "languages": {"language": Held.TEXT, "fluency": Held.TEXT},
    "interests": {"name": Held.TEXT, "keywords": Held.TEXTS},
    "references": {"name": Held.TEXT, "reference": Held.TEXT},
}  # fmt: skip
"""Every list of a résumé with the keys of its entries, in the order in which it is read."""
_HEADS: Mapping[str, tuple[str, ...]] = {
    "work": ("position", "name"), "projects": ("name", "entity"), "volunteer": ("position", "organization"),
    "education": ("studyType", "area", "institution"), "skills": ("name", "level"),
    "publications": ("name", "publisher"),
    "certificates": ("name", "issuer"), "awards": ("title", "awarder"), "languages": ("language", "fluency"),
    "interests": ("name",), "references": ("name",),
}  # fmt: skip
_UNTOLD = {"education": ("institution",), "certificates": ("issuer",), "awards": ("awarder",)}
"""What tells where somebody went to school."""
_SAYS_WHO = frozenset({"references"})
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a section: its head, when it was, what is told of it, points under it, and an address."""

    head: str
    when: str
    text: str
    points: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a résumé."""

    title: str
    entries: tuple[Entry, ...]


def sections(body: Body) -> tuple[Section, ...]:
    """The whole résumé as it is read by whoever may know its writer."""
    return tuple(_parts(body, blind=False))


def as_text(body: Body) -> str:
    """The whole résumé as text, basics first."""
    return "\n\n".join([_basics(body), *map(_written, sections(body))]).strip()


def unnamed_text(body: Body) -> str:
    """The résumé as text without what is known to tell who it is: basics, schools, references, days that give ages."""
    summary = str(body.get("basics", {}).get("summary", ""))
    return "\n\n".join(part for part in (summary, *map(_written, _parts(body, blind=True))) if part)


def known(body: Body, name: str) -> Known:
    """What is to be looked for in texts of this candidate."""
    basics = body.get("basics", {})
    location = basics.get("location", {})
    schools = [entry.get("institution", "") for entry in body.get("education", ())]
    places = [location.get(key, "") for key in ("address", "postalCode", "city")]
    return Known(f"{name} {basics.get('name', '')}", tuple(filter(None, schools)), tuple(filter(None, places)))


def _basics(body: Body) -> str:
    basics = body.get("basics", {})
    location = basics.get("location", {})
    lines = [basics.get("name", ""), basics.get("label", "")]
    lines.append(" · ".join(filter(None, (basics.get(key, "") for key in ("email", "phone", "url")))))
    lines.append(", ".join(filter(None, (location.get(key, "") for key in LOCATION))))
    lines += [" ".join(filter(None, (one.get(key, "") for key in PROFILES))) for one in basics.get("profiles", ())]
    return "\n".join(filter(None, [*lines, basics.get("summary", "")]))


def _parts(body: Body, *, blind: bool) -> Iterator[Section]:
    for key in SECTIONS:
        if body.get(key) and not (blind and key in _SAYS_WHO):
            yield Section(key.capitalize(), tuple(_entry(key, one, blind=blind) for one in body[key]))


def _entry(key: str, one: Mapping[str, Any], *, blind: bool) -> Entry:
    hidden = _UNTOLD.get(key, ()) if blind else ()
    heads = [str(one.get(name, "")) for name in _HEADS[key] if name not in hidden]
    told = [str(one.get(name, "")) for name in ("description", "summary", "reference", "score", "type", "location")]
    points = [*one.get("highlights", ()), *one.get("courses", ()), *one.get("roles", ())]
    words = ", ".join(one.get("keywords", ()))
    when = _lasted(one) if blind else _when(one)
    text = "\n".join(filter(None, [*(told[:3] if blind else told), words]))
    return Entry(", ".join(filter(None, heads)), when, text, tuple(points), "" if blind else str(one.get("url", "")))


def _when(one: Mapping[str, Any]) -> str:
    begin, end = one.get("startDate", ""), one.get("endDate", "")
    if begin or end:
        return f"{begin} – {end or 'now'}" if begin else f"until {end}"  # noqa: RUF001  a dash between days
    return str(one.get("date", "") or one.get("releaseDate", ""))


def _lasted(one: Mapping[str, Any]) -> str:
    """How long it was, which gives no age away as its days would; nothing where it is not over or not said."""
    begin, end = _month(one.get("startDate", "")), _month(one.get("endDate", ""))
    if begin is None or end is None or end < begin:
        return ""
    years, months = divmod(end - begin, _MONTHS)
    parts = [_counted(years, "year"), _counted(months, "month")]
    return " ".join(filter(None, parts)) or "less than a month"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""


def _month(day: str) -> int | None:
    """Months since the year 0 of a day such as 2019, 2019-05 or 2019-05-14."""
    if not day:
        return None
    year, month, *_rest = [*map(int, day.split("-")), 1]
    return year * _MONTHS + min(month, _MONTHS)


def _written(section: Section) -> str:
    return "\n".join([section.title.upper(), *map(_line, section.entries)])


def _line(entry: Entry) -> str:
    head = f"{entry.head} ({entry.when})" if entry.when else entry.head
    return "\n".join(filter(None, [head, entry.text, *(f"- {point}" for point in entry.points), entry.link]))


def is_day(text: str) -> bool:
    """Whether a text is a year, a month or a day of the calendar."""
    parts = text.split("-")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004  year, month, day
        return False
    if [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
        return False
    try:
        date(*(int(part) for part in [*parts, "01", "01"][:3]))
    except ValueError:
        return False
    return True


__all__: Sequence[str] = (
    "BASICS", "LOCATION", "PROFILES", "SECTIONS", "Body", "Entry", "Held", "Section", "as_text", "is_day", "known",
    "sections", "unnamed_text",
)  # fmt: skip
