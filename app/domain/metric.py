"""The blueprint's metrics: what is measured, why, how often, and what to aim at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.domain.entry import Entry, Origin

Frequency = Literal["daily", "weekly", "monthly", "quarterly", "per-experiment"]
Direction = Literal["up", "down", "hold"]


@dataclass(frozen=True, slots=True)
class Target:
    """What to aim at, in words; bounds are decimal texts such as `0.85`, in `unit`, where the words give them."""

    text: str
    low: str | None = None
    high: str | None = None
    unit: str | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """One KPI; a guardrail must not get worse while others improve."""

    id: str
    title: str
    measures: str
    why: str
    target: Target
    frequency: tuple[Frequency, ...]
    guardrail: bool = False
    context_specific: bool = False
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of a role, with what to know before using them."""

    metrics: tuple[Metric, ...]
    note: str | None = None
    guidance: tuple[Entry, ...] = ()
