"""Tables that were printed with their answers, typed in with where they stand; holes are NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.analysis.estimate import Cards

if TYPE_CHECKING:
    from app.analysis.estimate import FloatArray

NONE = float("nan")

# Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428, table 2: six targets by four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64
)
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: twelve units by four observers.
KRIPPENDORFF = np.array(
    [
        [1, 1, NONE, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [NONE, 5, 5, 5], [NONE, NONE, 1, 1], [NONE, NONE, 3, NONE],
    ]
)  # fmt: skip
# The worked example of the encyclopedia article on Fleiss' kappa: ten subjects by five categories, fourteen raters.
FLEISS = np.array(
    [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]
)  # fmt: skip
# Cohen (1968), Psychological Bulletin 70, 213-220: shares of 200 cases, and how bad each disagreement is.
COHEN_SHARES = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
COHEN_DISAGREEMENT = np.array([[0.0, 1, 3], [1, 0, 6], [3, 6, 0]])
# Guilford (1954), Psychometric Methods, p. 282, as used by the manual of Facets: judges by examinees by traits.
GUILFORD = np.array(
    [
        [
            [5, 5, 3, 5, 3], [9, 7, 5, 8, 5], [3, 3, 3, 7, 1], [7, 3, 1, 3, 3], [9, 7, 7, 8, 5], [3, 5, 3, 5, 1],
            [7, 7, 5, 5, 5],
        ],
        [
            [6, 5, 4, 6, 3], [8, 7, 5, 7, 2], [4, 5, 3, 6, 6], [5, 6, 4, 5, 5], [2, 4, 3, 2, 3], [4, 4, 6, 4, 2],
            [3, 3, 5, 5, 4],
        ],
        [
            [5, 5, 5, 7, 3], [7, 7, 5, 7, 5], [3, 5, 5, 5, 5], [5, 3, 3, 3, 1], [9, 7, 7, 7, 7], [3, 3, 3, 5, 3],
            [7, 7, 7, 5, 7],
        ],
    ]
)  # fmt: skip


def cards(table: FloatArray) -> Cards:
    """A table of targets by raters as cards; holes are no cards."""
    target, rater = np.nonzero(np.isfinite(table))
    return Cards(target, rater, table[target, rater], *table.shape)
