"""Narrowing a blueprint's metrics by address: how often they are read, which way they should go, of which kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from app.domain.metric import Direction, Frequency
from app.domain.part import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.domain.metric import Metric, Metrics

KINDS = {"guardrail": "Guardrails", "context-specific": "Context-specific"}
DIRECTIONS = {"up": "Should rise", "down": "Should fall", "hold": "Should hold"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for; an empty text asks for everything."""

    frequency: str = ""
    direction: str = ""
    kind: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Choice()

    def takes(self, metric: Metric) -> bool:
        """Whether a metric is asked for."""
        kinds = {"": True, "guardrail": metric.guardrail, "context-specific": metric.context_specific}
        return (
            self.frequency in ("", *metric.frequency)
            and self.direction in ("", metric.target.direction)
            and kinds[self.kind]
        )

    def query(self) -> dict[str, str]:
        """The choice as an address says it."""
        said = {"frequency": self.frequency, "direction": self.direction, "kind": self.kind}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Option:
    """One way to narrow or widen: its words, how many metrics it shows, and whether it is chosen."""

    words: str
    choice: Choice
    count: int
    chosen: bool


def chosen(arguments: Mapping[str, str]) -> Choice:
    """What an address asks for; what it asks for in unknown words counts as everything."""

    def known(name: str, values: tuple[str, ...]) -> str:
        asked = arguments.get(name, "")
        return asked if asked in values else ""

    return Choice(
        known("frequency", get_args(Frequency)), known("direction", get_args(Direction)), known("kind", tuple(KINDS))
    )


def options(metrics: Metrics, choice: Choice) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """The ways to narrow the metrics further, by what they narrow; ways that no metric fits are left out."""
    ways = (
        ("How often", "frequency", {name: plain(name) for name in get_args(Frequency)}),
        ("Which way", "direction", DIRECTIONS),
        ("Kind", "kind", KINDS),
    )
    return tuple(
        (title, tuple(found))
        for title, name, words in ways
        if len(found := list(_ways(metrics, choice, name, words))) > 1
    )


def _ways(metrics: Metrics, choice: Choice, name: str, words: Mapping[str, str]) -> Iterator[Option]:
    for value, said in {"": "All", **words}.items():
        asked = replace(choice, **{name: value})
        alone = Choice(**{name: value})
        if any(alone.takes(metric) for metric in metrics.metrics):
            count = sum(asked.takes(metric) for metric in metrics.metrics)
            yield Option(said, asked, count, chosen=getattr(choice, name) == value)
