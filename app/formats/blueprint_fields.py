"""Says what stands in an object of a blueprint file, read off its shape, so that a form can ask for it.

The shapes of `blueprint_schema` and `role_schema` are the only place that knows the format: a field that is added there
is asked for here, under its own name until `blueprint_words` has better ones.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, Union, get_args, get_origin

from app.formats.blueprint_schema import (
    AnchorShape,
    CaseShape,
    EntryShape,
    FileShape,
    ScorecardShape,
    Shape,
)
from app.formats.blueprint_words import HELP, LABELS, LINKS, OPTIONS, PROSE
from app.formats.role_schema import (
    CompetenciesShape,
    GuideShape,
    LadderShape,
    MetricsShape,
    OnboardingShape,
    RoleShape,
)

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

FILES: dict[str, type[FileShape]] = {
    "role": RoleShape,
    "scorecard": ScorecardShape,
    "competencies": CompetenciesShape,
    "onboarding": OnboardingShape,
    "metrics": MetricsShape,
    "ladder": LadderShape,
    "guide": GuideShape,
    "case-study": CaseShape,
}
"""The shape of each kind of file, in the order in which people read them."""

FRAME = frozenset({"schema", "kind", "id", "version", "meta"})
"""What every file begins with; no form asks for it."""


class Kind(StrEnum):
    """How a value is asked for."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    LINK = "link"
    LINKS = "links"
    LINES = "lines"
    ENTRY = "entry"
    ENTRIES = "entries"
    GROUP = "group"
    ROWS = "rows"
    ANCHORS = "anchors"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One value of an object: how it is asked for, in which words, and what is left out because it goes without saying.

    `options` are the values to choose from with their words; `source` names the ids that a link may point at; `inner`
    is what a group, or each of several rows, holds.
    """

    key: str
    kind: Kind
    label: str
    help: str
    required: bool
    default: object = None
    options: tuple[tuple[str, str], ...] = ()
    source: str = ""
    inner: tuple[FieldSpec, ...] = ()


@cache
def fields_of(shape: type[Shape]) -> tuple[FieldSpec, ...]:
    """Return what an object of this shape holds, in the order of the format, without the frame of a file."""
    made = []
    for name, field in shape.model_fields.items():
        key = field.alias or name
        if not (issubclass(shape, FileShape) and key in FRAME):
            made.append(_spec(shape, key, field))
    return tuple(made)


def _spec(shape: type[Shape], key: str, field: FieldInfo) -> FieldSpec:
    annotation = _plain(field.annotation)
    place = f"{shape.__name__.removesuffix('Shape').lower()}.{key}"
    source = LINKS.get(place, LINKS.get(key, ""))
    kind = _kind(annotation, key, source)
    return FieldSpec(
        key=key,
        kind=kind,
        label=LABELS.get(place) or LABELS.get(key) or key.replace("_", " ").capitalize(),
        help=HELP.get(place) or HELP.get(key, ""),
        required=field.is_required(),
        default=_default(field),
        options=_options(annotation, key),
        source=source,
        inner=_inner(annotation),
    )


def _default(field: FieldInfo) -> object:
    return None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})


def _plain(annotation: object) -> object:
    """Take off what says optional, constrained or validated."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation


_SCALARS: dict[object, Kind] = {int: Kind.NUMBER, bool: Kind.FLAG}


def _kind(annotation: object, key: str, source: str) -> Kind:
    if get_origin(annotation) is dict:
        return Kind.ANCHORS if get_args(annotation)[1] is AnchorShape else Kind.TABLE
    if get_origin(annotation) is list:
        return _list_kind(_plain(get_args(annotation)[0]), source)
    if get_origin(annotation) is Literal:
        return Kind.CHOICE
    if _is_shape(annotation):
        return Kind.ENTRY if annotation is EntryShape else Kind.GROUP
    if annotation is str:
        return Kind.LINK if source else Kind.TEXT if key in PROSE else Kind.LINE
    return _SCALARS[annotation]


def _list_kind(item: object, source: str) -> Kind:
    if get_origin(item) is Literal:
        return Kind.CHOICES
    if item is EntryShape:
        return Kind.ENTRIES
    if _is_shape(item):
        return Kind.ROWS
    return Kind.LINKS if source else Kind.LINES


def _is_shape(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Shape)


def _options(annotation: object, key: str) -> tuple[tuple[str, str], ...]:
    if get_origin(annotation) is list:
        annotation = _plain(get_args(annotation)[0])
    if get_origin(annotation) is not Literal:
        return ()
    return tuple((value, OPTIONS.get(key, {}).get(value, value.replace("-", " "))) for value in get_args(annotation))


def _inner(annotation: object) -> tuple[FieldSpec, ...]:
    if get_origin(annotation) in (list, dict):
        annotation = _plain(get_args(annotation)[-1])
    if isinstance(annotation, type) and issubclass(annotation, Shape) and annotation is not EntryShape:
        return fields_of(annotation)
    return ()
