"""What a metric's reading says once it is an entry of an evidence log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.growth.entry import TITLE_LIMIT

if TYPE_CHECKING:
    from app.domain.metric import Metric


def read_words(metric: Metric | None, key: str, value: str, baseline: str, note: str) -> tuple[str, str]:
    """The title and text of a reading; a metric that the blueprint no longer has is called by its key."""
    unit = f" {metric.target.unit}" if metric and metric.target.unit else ""
    title = f"{metric.title if metric else key}: {value}{unit}"
    said = [f"It read {value}{unit}."]
    if baseline:
        said.append(f"It began at {baseline}{unit}.")
    if metric:
        said.append(f"The blueprint aims at: {metric.target.text}.")
    return title[:TITLE_LIMIT], "\n".join((" ".join(said), *([note] if note else [])))
