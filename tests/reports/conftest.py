"""What the tests of documents share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports import rendering
from reports.engine_process import PROGRAM
from reports.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.protocol import Limits


@pytest.fixture(scope="session")
def pango() -> Iterator[None]:
    """Skip, with the line that mends it, where PDFs cannot be made; the engine ends with the session."""
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)
    yield
    rendering.stop()


class Renderers:
    """Starts renderers with limits of the test's own choice, and ends them all with the test."""

    def __init__(self) -> None:
        self._started: list[Renderer] = []

    def __call__(
        self, limits: Limits | None = None, *, waiting: int = 10, running: int = 2, program: str = PROGRAM
    ) -> Renderer:
        """A renderer of its own."""
        renderer = Renderer(limits, running=running, waiting=waiting, program=program)
        self._started.append(renderer)
        return renderer

    def stop(self) -> None:
        """End every engine."""
        for renderer in self._started:
            renderer.stop()


@pytest.fixture
def renderers() -> Iterator[Renderers]:
    """Renderers that end with the test."""
    started = Renderers()
    yield started
    started.stop()
