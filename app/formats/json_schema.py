"""The shape of every blueprint file as one JSON Schema, so that editors complete keys and underline slips."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from app.formats.blueprint_schema import SCHEMA, CaseShape, ScorecardShape
from app.formats.role_schema import (
    CompetenciesShape,
    GuideShape,
    LadderShape,
    MetricsShape,
    OnboardingShape,
    RoleShape,
)

_AnyFile = Annotated[
    RoleShape
    | ScorecardShape
    | CompetenciesShape
    | OnboardingShape
    | MetricsShape
    | LadderShape
    | GuideShape
    | CaseShape,
    Field(discriminator="kind"),
]


def json_schema() -> dict[str, object]:
    """Return the JSON Schema, draft 2020-12, of any blueprint file; `kind` tells which file it is."""
    found = TypeAdapter[object](_AnyFile).json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **found}
