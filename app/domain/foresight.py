"""Whether interviews told what came later: a correlation with its interval, or why there is none, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Correlation:
    """Composites beside a later result of ``n`` hires; ``r`` is None where ``why`` says so. Uncorrected."""

    n: int
    result: str
    r: float | None = None
    low: float | None = None
    high: float | None = None
    least: int = 20

    @property
    def words(self) -> str:
        """The number with its interval, or what is missing."""
        if self.r is None and self.n < self.least:
            have = f"{self.n} hire has" if self.n == 1 else f"{self.n} hires have"
            return f"{have} {self.result}; from {self.least} on a correlation is shown."
        if self.r is None:
            return f"All {self.n} hires have the same composite or the same result: there is nothing to correlate."
        told = f"Over {self.n} hires the correlation is {_shown(self.r)}"
        if self.low is None or self.high is None:
            return f"{told}."
        sure = "" if self.low > 0 or self.high < 0 else " It may be nothing at all."
        return f"{told}; anything from {_shown(self.low)} to {_shown(self.high)} would fit.{sure}"


@dataclass(frozen=True, slots=True)
class Departures:
    """Hires against the order of composites, by how they turned out beside the middle of the other hires.

    ``better`` to ``unknown`` are None below ``least`` departures, or where nobody else has a result.
    """

    n: int
    better: int | None = None
    same: int | None = None
    worse: int | None = None
    unknown: int | None = None
    least: int = 5

    @property
    def words(self) -> str:
        """The counts, or how many there would have to be."""
        hires = "hire departs" if self.n == 1 else "hires depart"
        if self.better is None:
            return f"{self.n} {hires} from the order of composites; from {self.least} on it is counted how they did."
        return (
            f"{self.n} {hires} from the order of composites: {self.better} better than the middle of the other hires, "
            f"{self.same} at it, {self.worse} worse, {self.unknown} unknown."
        )


def _shown(value: float) -> str:
    text = f"{abs(value):.2f}"
    return f"\N{MINUS SIGN}{text}" if value < 0 and text != "0.00" else text
