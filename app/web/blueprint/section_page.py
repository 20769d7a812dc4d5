"""What the page of one piece of a draft shows: its fields, what can be pointed at, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import NotFoundError
from app.formats import blueprint_edit
from app.formats.archive_layout import role_file
from app.formats.blueprint_findings import Finding, findings, open_file
from app.formats.blueprint_pieces import NEW, Piece, Where, name_of, specs_at
from app.formats.blueprint_tree import at, seen
from app.formats.blueprint_words import noun
from app.web.blueprint.section_view import Field, Scene, draw

if TYPE_CHECKING:
    from app.formats.blueprint_fields import FieldSpec
    from app.formats.blueprint_findings import OpenFile
    from app.queries.drafts import Draft

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: in the piece itself, and what it would newly break elsewhere.

    `total` is the sum of the weights where the piece has one of them, else None.
    """

    own: tuple[Finding, ...]
    elsewhere: tuple[Finding, ...]
    total: int | None = None
    conflict: str = ""
    anchors: Mapping[tuple[str, int, str], str] = field(default_factory=dict)

    def anchor(self, finding: Finding) -> str:
        """The id of the field on the page that mends a finding, empty when there is none."""
        return self.anchors.get((finding.file, finding.line, finding.message), "")


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a draft, opened for editing."""

    draft: Draft
    file: OpenFile
    where: Where
    title: str
    noun: str
    specs: tuple[FieldSpec, ...]
    values: Mapping[str, object]

    @property
    def order(self) -> tuple[str, ...]:
        """The keys of the piece in the order of the format."""
        return tuple(spec.key for spec in self.specs)

    @property
    def digest(self) -> str:
        """What tells whether somebody else has changed it meanwhile."""
        return seen(blueprint_edit.piece_of(self.file.top, self.where))


def open_section(draft: Draft, file: OpenFile, where: Where | None) -> Section:
    """Open the piece at a place; NotFoundError when the format has no such place or nothing stands there."""
    if file.top is None:
        raise NotFoundError
    if where is None or not (where.path or where.keys):
        where = file.groups[0].pieces[0].where
    specs = specs_at(file.kind, where)
    if not specs or (where.in_list and not isinstance(at(file.top, where.path), dict)):
        raise NotFoundError
    listed = [piece for group in file.groups for piece in group.pieces if piece.where == where]
    lists = [group.list_path for group in file.groups if group.list_path]
    if not listed and not (where.is_new and where.path[:-1] in lists):
        raise NotFoundError
    what = noun(str(where.path[-2])) if where.is_new or where.in_list else ""
    title = f"New {what}" if where.is_new else listed[0].title
    return Section(draft, file, where, title, what, specs, blueprint_edit.piece_of(file.top, where))


def fields_of(section: Section, values: Mapping[str, object], checked: Checked | None = None) -> tuple[Field, ...]:
    """Draw the piece with these values, each fault beside its field."""
    faults: dict[tuple[str | int, ...], list[str]] = {}
    for finding in checked.own if checked else ():
        if finding.is_fault:
            faults.setdefault(finding.below, []).append(finding.message)
    return draw(section.specs, values, Scene(_links(section.draft), _points(section.draft), faults))


def check(section: Section, text: str, fields: Sequence[Field]) -> Checked:
    """Check the draft with this text in place of the piece's file."""
    draft, name = section.draft, section.file.name
    after = findings({**draft.files, name: text}, draft.role)
    where = section.where
    if where.is_new:
        changed = open_file(name, text)
        listed = at(changed.top, where.path[:-1])
        where = Where((*where.path[:-1], len(listed) - 1 if isinstance(listed, list) else 0))
    total = _total(section, text)
    after = tuple(finding for finding in after if total is None or not finding.about_sum)
    own = tuple(finding for finding in after if finding.file == name and _in(finding.piece, where))
    known = {finding.key for finding in findings(draft.files, draft.role)}
    elsewhere = tuple(finding for finding in after if finding not in own and finding.key not in known)
    ids = set(_ids(fields))
    anchors = {(one.file, one.line, one.message): _nearest(one, ids) for one in own}
    return Checked(own, elsewhere, total, "", anchors)


def _in(piece: Piece | None, where: Where) -> bool:
    return piece is not None and piece.where == where


def _nearest(finding: Finding, ids: set[str]) -> str:
    for length in range(len(finding.below), 0, -1):
        name = "-".join(["v", *map(str, finding.below[:length])])
        if name in ids:
            return name
    return ""


def _ids(fields: Sequence[Field]) -> list[str]:
    found = []
    for one in fields:
        found.append(one.id)
        found += [entry.name.replace(".", "-") for entry in one.entries]
        found += [row.name.replace(".", "-") for row in one.rows]
        found += _ids(one.fields)
        for row in one.rows:
            found += _ids(row.fields)
    return found


def _total(section: Section, text: str) -> int | None:
    if section.where.path[:1] != ("dimensions",) or section.file.kind != "scorecard":
        return None
    top = open_file(section.file.name, text).top
    weights = [weight for _id, _title, weight in blueprint_edit.weights_of(at(top, ("dimensions",)))]
    given = [weight for weight in weights if weight is not None]
    return sum(given) if given else None


def _links(draft: Draft) -> dict[str, list[tuple[str, str]]]:
    """What the pieces of a draft can point at, each id with its title."""
    return {
        "dimensions": _pairs(draft, "scorecard", "dimensions"),
        "competencies": _pairs(draft, "competencies", "competencies"),
        "levels": _pairs(draft, "ladder", "levels"),
        "cases": [
            (stem, open_file(name, text).title.partition(": ")[2])
            for name, text in sorted(draft.files.items())
            if name.startswith("case_studies/")
            for stem in [name.rpartition("/")[2].removesuffix(".yaml")]
        ],
    }


def _pairs(draft: Draft, part: str, key: str) -> list[tuple[str, str]]:
    name = role_file(draft.role, part)
    top = open_file(name, draft.files[name]).top if name in draft.files else None
    listed = at(top, (key,))
    found = listed if isinstance(listed, list) else []
    return [(str(one["id"]), name_of(one, part)) for one in found if isinstance(one, dict) and "id" in one]


def _points(draft: Draft) -> list[tuple[int, str]]:
    name = role_file(draft.role, "scorecard")
    top = open_file(name, draft.files[name]).top if name in draft.files else None
    listed = at(top, ("scale", "points"))
    found = listed if isinstance(listed, list) else []
    return [
        (one["value"], str(one.get("title", "")))
        for one in found
        if isinstance(one, dict) and isinstance(one.get("value"), int)
    ]


__all__ = ["NEW", "WHOLE", "Checked", "Section", "check", "fields_of", "open_section"]
