"""What a measurement gives: a row of the table and an object of build/bench.json."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests_host.bench.stats import summary

MET, MISSED, BELOW_GOAL, NO_LIMIT, NOT_MEASURED = "met", "missed", "limit met", "-", "not measured"


@dataclass(frozen=True)
class Row:
    """What is measured: key for programs, words for people; `more` when more is better."""

    key: str
    what: str
    unit: str
    limit: float | None = None
    goal: float | None = None
    more: bool = False

    def result(self, value: float, how: str, samples: Sequence[float] = (), **details: Any) -> "Result":
        """The figure, how it was measured and what lies behind it."""
        figures = summary(samples) if samples else {}
        return Result(self, value, how, len(samples) or None, figures, details)

    def missing(self, reason: str) -> "Result":
        """No figure, and why."""
        return Result(self, None, "", None, {}, {}, reason)


@dataclass(frozen=True)
class Result:
    """`value` is None when it could not be measured: `problem` says why then."""

    row: Row
    value: float | None
    how: str
    samples: int | None = None
    percentiles: dict[str, float] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None

    def keeps(self, bound: float | None) -> bool | None:
        """Whether the value is on the right side of a bound; None where one of them is missing."""
        if bound is None or self.value is None:
            return None
        return self.value >= bound if self.row.more else self.value <= bound

    @property
    def verdict(self) -> str:
        """One of the words above."""
        if self.value is None:
            return NOT_MEASURED
        if self.row.limit is None:
            return NO_LIMIT
        if not self.keeps(self.row.limit):
            return MISSED
        return BELOW_GOAL if self.keeps(self.row.goal) is False else MET

    def json(self) -> dict[str, Any]:
        """For build/bench.json."""
        row = asdict(self.row)
        better = "more" if row.pop("more") else "less"
        own = {name: getattr(self, name) for name in ("value", "how", "samples", "percentiles", "problem")}
        bounds = {"met": self.keeps(self.row.limit), "goal_met": self.keeps(self.row.goal)}
        return {**row, "better": better, **own, **bounds, "verdict": self.verdict, "details": self.details}


def shown(value: float | None, unit: str = "") -> str:
    """A figure for people: three digits at least, no more than needed."""
    if value is None:
        return ""
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()
