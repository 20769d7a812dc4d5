"""The score as it might stand had everybody been rated by raters of middling strictness; and when not to show it."""

from __future__ import annotations

import math

import numpy as np

from app.analysis.estimate import FloatArray
from app.analysis.severity.fit import Posterior
from app.analysis.severity.panels import Panels

UNCONNECTED = "panels without anybody in common"
NOTHING_LEARNED = "too little shared history"
_LEARNED = 0.8


def adjusted(composite: FloatArray, shares: FloatArray, rater_effects: FloatArray) -> FloatArray:
    """The composite less its raters' effects, each by the share of the composite that the rater carries.

    ``shares`` is targets x raters and each row sums to 1, so the result stays on the scale of the human score.
    """
    return np.asarray(composite - shares @ rater_effects, dtype=np.float64)


def may_show_adjusted(found: Posterior, parts: Panels) -> tuple[bool, str | None]:
    """Only where everybody is tied to everybody, and raters are known better than the assumption about them."""
    if not parts.connected:
        return False, UNCONNECTED
    if found.rater_sd is None:
        return True, None
    learned = float(np.median(found.rater_sd)) <= _LEARNED * math.sqrt(found.components.rater)
    return (True, None) if learned else (False, NOTHING_LEARNED)
