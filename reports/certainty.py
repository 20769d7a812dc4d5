"""How sure a comparison is, in words and figures for pages and documents: words before numbers, never a winner."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.certainty_figure import Banded, Stack, Swing
from app.domain.figure import Axis, HeatCell, HeatRow, Tick
from reports import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.blueprint import Scale, Scorecard
    from app.domain.certainty import Certainty, Pair, Places, Question, Rival, Sensitivity, Spread, Standing
    from app.domain.comparison import Column, Comparison
    from app.domain.kept import KeptSummary

APART = (
    "Some candidates were seen by different people with nobody in common: the comparison assumes equally strict panels."
)
WHY: Mapping[str, str] = {
    "too few scorecards to compare": "Too few scorecards to compare: each candidate needs three sealed ones.",
    "fewer than two candidates with enough evidence": "Fewer than two candidates have evidence enough for a composite.",
    "one rater": "One interviewer: no agreement to measure.",
    "one target": "One candidate: only the spread on each dimension can be shown.",
    "fewer than six cards": "Too few scorecards to tell chance from difference.",
    "fewer than two targets with two cards": "Too few scorecards to tell chance from difference.",
    "every rating is the same": "Everyone gave the same rating: how sure the order is cannot be computed.",
    "each rater appears once": "Each interviewer appears once: strictness cannot be told from chance.",
    "panels without anybody in common": APART,
    "too little shared history": "Too little shared history to tell strict interviewers from weak candidates.",
    "one opening alone": "Only one opening tells how strict these interviewers are; adjusting takes two.",
    "interviewers without history": "Some of these interviewers have no shared history yet to go by.",
    "tied": "They tie.",
    "behind on the dimensions in common": "Ahead only through dimensions on which the other was not assessed.",
    "too few dimensions in common": "Too little was assessed for both to say.",
}
"""Every reason for which something is not told, as a sentence."""
BAR = "Nine times in ten, what many more interviewers would give lies in the bar."
CLAIMS = (
    "The bar and the words are about these interviewers and this scorecard: how settled an order is, no more.",
    "They do not say how well anybody will do the job.",
    "That interviewers agree does not show that they are right: people who have talked agree more.",
    "Nothing here ranks, rejects or chooses. The composite is the only number that combines, and people decide.",
)
"""What may not be read out of the numbers."""
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
_NAMED_PLACES = 3
_TOLD_PAIRS = 6
_SLICE = 10


def band_title(band: int) -> str:
    """The name of a band: "Second band"."""
    return f"{_ORDINALS[band - 1]} band" if band <= len(_ORDINALS) else f"Band {band}"


def within(standing: Standing | None, scale: Scale) -> str | None:
    """The bar in words, "3.1 to 3.9", cut at the ends of the scale; None without one."""
    if standing is None or standing.low is None or standing.high is None:
        return None
    low, high = max(standing.low, float(scale.lowest)), min(standing.high, float(scale.highest))
    return f"{low:.1f} to {high:.1f}"


def sentence(why: str | None) -> str:
    """A reason as a sentence; empty without one."""
    return "" if why is None else WHY.get(why, f"{why[:1].upper()}{why[1:]}.")


def basis(spread: Spread) -> str:
    """What the bars rest on, in a sentence."""
    cards = wording.counted(spread.n_cards, "scorecard", "scorecards")
    openings = wording.counted(spread.n_openings, "opening", "openings")
    if spread.basis == "own":
        return f"How far interviewers differ is taken from the {cards} of these candidates alone."
    if spread.basis == "pooled":
        decided = f"the decided ones of {openings}"
        return f"How far interviewers differ is taken from {cards}: these candidates' and {decided}."
    return f"How far interviewers differ is taken from {cards} of {openings}, fitted beforehand."


def banded(comparison: Comparison, *, adjusted: bool) -> tuple[Banded, ...]:
    """One line a candidate, band by band and by name inside, then whoever is in no band."""
    columns = sorted(comparison.columns, key=lambda c: (c.band is None, c.band or 0, c.candidate.casefold()))
    rows, before = [], 0
    for column in columns:
        head = "" if column.band is None or column.band == before else band_title(column.band)
        before = column.band or before
        rows.append(_banded(column, head, comparison.scorecard.scale, adjusted=adjusted))
    return tuple(rows)


def _banded(column: Column, head: str, scale: Scale, *, adjusted: bool) -> Banded:
    standing, score = column.standing, column.score
    if score is None:
        return Banded(column.candidate, "sealed")
    if score.value is None:
        return Banded(column.candidate, "insufficient evidence")
    if standing is None or standing.low is None or standing.high is None:
        return Banded(column.candidate, f"{wording.points(score.value)}, no bar", value=score.value)
    low, high = max(standing.low, float(scale.lowest)), min(standing.high, float(scale.highest))
    # From finer marks of several panels one interviewer's strictness could be worked out.
    beside = round(standing.adjusted, 1) if adjusted and standing.adjusted is not None else None
    shown = f"{wording.points(score.value)} ({low:.1f} to {high:.1f})"
    return Banded(column.candidate, shown, head, score.value, low, high, beside)


def banded_rows(rows: Sequence[Banded], *, adjusted: bool) -> list[tuple[str, ...]]:
    """The chart's table twin."""
    found, band = [], "none"
    for row in rows:
        band = row.band or ("none" if row.low is None else band)
        extra = (f"{row.adjusted:.1f}" if row.adjusted is not None else "not shown",) if adjusted else ()
        found.append((row.label, row.shown, band, *extra))
    return found


def names(comparison: Comparison) -> dict[str, str]:
    """Candidates by the ids that answers know them by."""
    return {column.application_id.hex: column.candidate for column in comparison.columns}


def pairs(comparison: Comparison) -> tuple[str, ...]:
    """Who is how surely ahead of whom: every pair of a few, else everybody beside the best composite."""
    sure = comparison.sure
    if sure is None or not sure.pairs:
        return ()
    called = names(comparison)
    spoken = {target for pair in sure.pairs for target in (pair.first, pair.second)}
    first = sure.pairs[0].first
    told = sure.pairs if len(spoken) <= _TOLD_PAIRS else [pair for pair in sure.pairs if pair.first == first]
    return tuple(_pair(pair, called) for pair in told)


def _pair(pair: Pair, names: Mapping[str, str]) -> str:
    one, other = names[pair.first], names[pair.second]
    if pair.chance is None:
        return f"{one} and {other} were seen by different people with nobody in common, so nothing is said of them."
    if pair.word == "too close to call":
        return f"{one} and {other}: too close to call. With other interviewers {one} would be ahead {pair.often}."
    if pair.word == "leaning":
        return f"{one} and {other}: leaning towards {one}, who would be ahead {pair.often} with other interviewers."
    return f"{one} is {pair.word} of {other}: {pair.often} with other interviewers."


def usually(comparison: Comparison) -> tuple[str, ...]:
    """Why adjusted scores differ from the human ones, in sentences, by name."""
    found = []
    for column in sorted(comparison.columns, key=lambda c: c.candidate.casefold()):
        standing = column.standing
        if standing is None or standing.adjusted is None or standing.value is None:
            continue
        adjusted, composite = f"{standing.adjusted:.1f}", wording.points(standing.value)
        apart = Fraction(adjusted) - Fraction(composite)
        if apart:
            usual = f"{wording.points(abs(apart))} {'lower' if apart > 0 else 'higher'}"
            found.append(
                f"{column.candidate}: {adjusted} beside {composite}. These interviewers usually score {usual} than "
                "colleagues for the same people."
            )
    return tuple(found)


def stacks(comparison: Comparison, places: Places) -> tuple[tuple[str, ...], tuple[Stack, ...]]:
    """The names of the places that are told apart, and each candidate's chances of them, in the order of the bars."""
    if not places.targets:
        return (), ()
    n = len(places.targets)
    named = ("1st", "2nd", "3rd")[:n] + (("later",) if n > _NAMED_PLACES else ())
    chances = dict(zip(places.targets, places.chances, strict=True))
    columns = sorted(comparison.columns, key=lambda c: (c.band is None, c.band or 0, c.candidate.casefold()))
    return named, tuple(
        Stack(column.candidate, _hundredths(chances[column.application_id.hex], len(named)))
        for column in columns
        if column.application_id.hex in chances
    )


def _hundredths(chances: Sequence[float], n: int) -> tuple[int, ...]:
    """Chances of the named places as whole hundredths that sum to 100: the largest remainders are rounded up."""
    parts = [*chances[:_NAMED_PLACES], *([sum(chances[_NAMED_PLACES:])] if n > _NAMED_PLACES else [])]
    whole = [int(100 * part) for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda at: (whole[at] - 100 * parts[at], at))
    for at in by_rest[: max(100 - sum(whole), 0)]:
        whole[at] += 1
    return tuple(whole)


def evidence(comparison: Comparison) -> tuple[tuple[list[str], Axis, list[HeatRow]], ...]:
    """Notes counted by dimension and candidate, in slices of ten candidates."""
    open_ = [column for column in comparison.columns if column.cards is not None]
    most = max((column.n_cards for column in open_), default=1) or 1
    axis = Axis((Tick(0, "none"), Tick(most, "most")))
    return tuple(
        (
            [column.candidate for column in part],
            axis,
            [HeatRow(d.title, tuple(_notes(column, d.id) for column in part)) for d in comparison.scorecard.dimensions],
        )
        for part in _sliced(open_)
    )


def _notes(column: Column, dimension: str) -> HeatCell:
    notes = column.cards.notes(dimension) if column.cards else 0
    return HeatCell(str(notes), notes) if notes else HeatCell("0")


def gaps(comparison: Comparison) -> tuple[str, ...]:
    """What nobody assessed, in one sentence for all who lack the same, by name."""
    titles = {d.id: d.title for d in comparison.scorecard.dimensions}
    alike: dict[tuple[str, ...], list[str]] = {}
    for column in sorted(comparison.columns, key=lambda c: c.candidate.casefold()):
        if column.score is not None and column.score.missing:
            alike.setdefault(tuple(column.score.missing), []).append(column.candidate)
    return tuple(
        f"Nobody assessed {wording.listed(people)} on {wording.listed([titles[one] for one in missing])}."
        for missing, people in alike.items()
    )


def meetings(comparison: Comparison) -> tuple[tuple[list[str], Axis, list[HeatRow]], ...]:
    """The mean of each scorecard, interviewers down and candidates across, in slices of ten candidates."""
    scale = comparison.scorecard.scale
    axis = Axis(tuple(Tick(point.value, point.title) for point in scale.points), best=scale.best)
    open_ = [column for column in comparison.columns if column.cards is not None]
    people = {who: name for column in open_ if column.cards for who, name in column.cards.interviewers.items()}
    by_name = sorted(people, key=lambda who: (people[who].casefold(), who))
    return tuple(
        (
            [column.candidate for column in part],
            axis,
            [HeatRow(people[who], tuple(_met(column, who) for column in part)) for who in by_name],
        )
        for part in _sliced(open_)
    )


def _met(column: Column, who: str) -> HeatCell:
    if column.cards is None or who not in column.cards.interviewers:
        return HeatCell("", waiting=True)
    values = [value for rater, _, value in column.cards.rated if rater == who]
    if not values:
        return HeatCell("none")
    mean = Fraction(sum(values), len(values))
    return HeatCell(wording.points(mean), mean)


def _sliced(columns: Sequence[Column]) -> list[Sequence[Column]]:
    return [columns[at : at + _SLICE] for at in range(0, len(columns), _SLICE)]


def swings(rival: Rival, scorecard: Scorecard, asked: Question) -> tuple[Swing, ...]:
    """How far each weight alone has to go for leader and rival to tie, the shortest way first.

    Weights are shared out over the dimensions on which both were assessed.
    """
    ties = dict(rival.tie_weights)
    weights = {one.dimension: one.weight for one in asked.weights}
    titles = {d.id: d.title for d in scorecard.dimensions}
    whole = sum(weights[one] for one in ties) or 1
    rows = [_swing(titles[one], Fraction(100 * weights[one], whole), tie) for one, tie in ties.items()]
    return tuple(sorted(rows, key=lambda row: (row.tie is None, abs((row.tie or 0) - row.now), row.label)))


def _swing(title: str, now: Fraction, tie: Fraction | None) -> Swing:
    if tie is None:
        return Swing(title, f"{wording.whole(now)}; no weight does it", now)
    return Swing(title, f"{wording.points(tie * 100)} instead of {wording.whole(now)}", now, tie * 100)


def holds(sensitivity: Sensitivity, names: Mapping[str, str]) -> str:
    """Whether the weights decide who leads, in a sentence or two."""
    if not sensitivity.leaders:
        return "Nobody has a composite yet, so no weights decide anything."
    if len(sensitivity.leaders) > 1:
        return f"{wording.listed(sorted(names[one] for one in sensitivity.leaders))} share the same composite exactly."
    leader = names[sensitivity.leaders[0]]
    if not sensitivity.rivals:
        return f"{leader} is the only one with a composite."
    least = sensitivity.smallest_move
    if least is None:
        return _unmoved(sensitivity, leader)
    rival = next(one for one in sensitivity.rivals if one.smallest_move == least)
    return (
        f"{leader} stays ahead unless at least {points_moved(least)} of 100 weight points move; then "
        f"{names[rival.target]} draws level."
    )


def _unmoved(sensitivity: Sensitivity, leader: str) -> str:
    if all(one.dominated for one in sensitivity.rivals):
        return f"{leader} is ahead whatever the weights."
    return f"No weights that can be told of put anybody ahead of {leader}."


def points_moved(share: Fraction) -> str:
    """A share of all weight as points of a hundred, rounded up so that fewer would not do."""
    tenths = -(-share * 1000 // 1)
    return wording.points(Fraction(tenths, 10)) if tenths % 10 else str(tenths // 10)


def kept(summary: KeptSummary, scale: Scale) -> str:
    """What a kept analysis says of the candidate who was decided on, in a sentence."""
    if summary.standing is None:
        return "Nothing was compared: no scorecard on this candidate was open."
    told = within(summary.standing, scale)
    if told is None or summary.standing.value is None:
        return sentence(summary.why)
    cards = wording.counted(summary.standing.cards, "scorecard", "scorecards")
    return (
        f"The composite was {wording.points(summary.standing.value)}, from {cards}. Nine times in ten, what many more "
        f"interviewers would have given lies from {told}."
    )


def derivation(sure: Certainty) -> tuple[tuple[str, str], ...]:
    """The numbers behind the bars, named, for whoever wants to check them."""
    spread = sure.spread
    if spread is None:
        return ()
    return (
        ("Candidates differ by", f"{spread.target**0.5:.2f} points"),
        ("Interviewers differ in strictness by", f"{spread.rater**0.5:.2f} points"),
        ("What is left to chance", f"{spread.residual**0.5:.2f} points"),
        ("Share of the differences that is the candidates", f"{round(100 * spread.reliability)} in 100"),
    )
