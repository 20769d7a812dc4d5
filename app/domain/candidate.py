"""What is known of a candidate, when it can be kept, and how records of one person become one.

The e-mail address is what makes two records one person; everything else is taken over only when somebody chooses so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from app.domain.errors import Fault
from app.domain.text import is_email, one_line, text_faults

NAME_LIMIT, PHONE_LIMIT, HEADLINE_LIMIT, SOURCE_LIMIT = 200, 40, 200, 80
FIELDS = ("name", "phone", "headline", "source")
"""What a merge may take over."""


@dataclass(frozen=True, slots=True)
class CandidateDetails:
    """What is known of a candidate; ``email`` in any case."""

    name: str
    email: str
    phone: str = ""
    headline: str = ""
    source: str = ""

    def tidy(self) -> CandidateDetails:
        """The same details as they are stored: each on one line, the address in lower case."""
        lines = {name: one_line(text) for name, text in asdict(self).items()}
        return CandidateDetails(**{**lines, "email": lines["email"].lower()})


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One record of an imported file and the line it begins on; the header is line 1."""

    line: int
    details: CandidateDetails


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which a further record of a person says something else than what is kept (perhaps nothing)."""

    field: str
    kept: str
    offered: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """A further record of a person who is known, or who stands earlier in the file."""

    line: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One person of an import: what is kept of them, whether they were known, and what further records offer.

    ``line`` is the first line that names the person.
    """

    line: int
    kept: CandidateDetails
    known: bool
    overlaps: tuple[Overlap, ...]

    def merged(self, take: Collection[tuple[int, str]]) -> CandidateDetails:
        """The details after taking over the chosen (line, field) pairs; of several for one field the last counts."""
        chosen = {
            difference.field: difference.offered
            for overlap in self.overlaps
            for difference in overlap.differences
            if (overlap.line, difference.field) in take
        }
        return replace(self.kept, **chosen)


def detail_faults(details: CandidateDetails) -> tuple[Fault, ...]:
    """Everything wrong with tidied details, field by field."""
    faults = [*text_faults("name", "the candidate's name", details.name, limit=NAME_LIMIT, required=True)]
    if not is_email(details.email):
        faults.append(Fault("email", "Write an e-mail address such as name@example.org."))
    faults += text_faults("phone", "a number", details.phone, limit=PHONE_LIMIT)
    faults += text_faults("headline", "a line", details.headline, limit=HEADLINE_LIMIT)
    faults += text_faults("source", "a source", details.source, limit=SOURCE_LIMIT)
    return tuple(faults)


def differences(kept: CandidateDetails, offered: CandidateDetails) -> tuple[Difference, ...]:
    """Where an offered record says something else; an empty field offers nothing."""
    pairs = ((field, getattr(kept, field), getattr(offered, field)) for field in FIELDS)
    return tuple(Difference(field, old, new) for field, old, new in pairs if new and new != old)


def arrivals(rows: Iterable[ImportRow], known: Mapping[str, CandidateDetails]) -> tuple[Arrival, ...]:
    """The people of an import in the order of their first lines; ``known`` maps addresses to what is kept of them."""
    of_person: dict[str, list[ImportRow]] = {}
    for row in rows:
        of_person.setdefault(row.details.email, []).append(row)
    return tuple(_arrival(records, known.get(email)) for email, records in of_person.items())


def _arrival(records: list[ImportRow], known: CandidateDetails | None) -> Arrival:
    kept, further = (known, records) if known else (records[0].details, records[1:])
    overlaps = tuple(Overlap(row.line, differences(kept, row.details)) for row in further)
    return Arrival(records[0].line, kept, known is not None, overlaps)
