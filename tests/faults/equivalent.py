"""Mutants that change nothing of what a program does, so that no test could tell: each with its reason.

Whatever else survives its tests lacks a test. A mutant is named by its module, the text of its line, and the change.
"""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "app.domain.scoring",
        'sign = "-" if value < 0 and steps else ""',
        "Lt becomes LtE",
    ): "a value of 0 has no steps, and nothing without steps has a sign",
}
