"""How quality reports write shares, differences and charts, alike on pages and in PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omsorgstall.core import format_number
from omsorgstall.publish.charts import Bar, Line, Words, bars, lines
from omsorgstall.publish.drawn_chart import Chart, drawn_in
from omsorgstall.publish.wording import words

FIGURES = ("users", "users_at_year_end", "hours", "hours_with_overlap", "bed_days")
PARTS = ("valid", "unknown", "missing", "invalid")
LOWEST = 12
"""Variables in the chart."""
LOWEST_IN_TREND = 3
"""Those of them in the chart of years."""
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Writing:
    """Texts and figures in one language."""

    language: str

    def say(self, key: str, **values: object) -> str:
        """A fixed text."""
        return words(key, self.language, **values)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number for readers."""
        return format_number(value, decimals, self.language)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """A share in per cent; nothing where there is none."""
        if share is None:
            return "–"
        sign = "%" if self.language == "en" else "\u00a0%"
        return self.number(100 * share, decimals) + sign

    def signed(self, value: float | None, decimals: int = 1) -> str:
        """A change with its sign; nothing where there is none."""
        if value is None:
            return "–"
        text = self.number(abs(value), decimals)
        zero = text == self.number(0, decimals)
        return text if zero else ("+" if value > 0 else "−") + text

    def difference(self, value: float) -> str:
        """A difference between figures in whole units; a dash for none."""
        return self.signed(value, 0) if abs(value) >= 0.5 else "–"

    def low_variables(self, variables: Sequence[Data]) -> list[tuple[str, float]]:
        """The variables with the lowest shares of valid values, the lowest first."""
        known = [(v["label"][self.language], v["years"][-1]["share_valid"]) for v in variables]
        return sorted(((name, s) for name, s in known if s is not None), key=lambda pair: (pair[1], pair[0]))[:LOWEST]

    def low_chart(self, variables: Sequence[Data], year: int) -> Chart:
        """The lowest shares as bars."""
        low = self.low_variables(variables)
        rows = [Bar(name, 100 * share, self.percent(share)) for name, share in low]
        title = self.say("quality_chart_low", count=len(rows), year=year)
        alt = self.say("quality_chart_words", rows=", ".join(f"{r.label} {r.text}" for r in rows[:5]))
        return drawn_in(Words(title, alt, self.language), lambda said, width: bars(rows, said, width=width))

    def trend_chart(self, overall: Sequence[Data], variables: Sequence[Data]) -> Chart | None:
        """Shares of valid values over years: of all variables together, and of the lowest now; None for one year."""
        if len(overall) < 2:
            return None
        named = {v["label"][self.language]: v for v in variables}
        low = [name for name, _ in self.low_variables(variables)[:LOWEST_IN_TREND]]
        series = [Line(self.say("quality_all_variables"), _in_percent(overall))]
        series += [Line(name, _in_percent(named[name]["years"])) for name in low]
        first, last = overall[0], overall[-1]
        shown = {"first": first["year"], "last": last["year"]}
        start, end = self.percent(first["share_valid"]), self.percent(last["share_valid"])
        alt = self.say("quality_chart_trend_words", start=start, end=end, **shown)
        title = self.say("quality_chart_trend", **shown)
        return drawn_in(Words(title, alt, self.language), lambda said, width: lines(series, said, width=width))


def _in_percent(years: Sequence[Data]) -> list[tuple[int, float | None]]:
    return [(y["year"], None if y["share_valid"] is None else 100 * y["share_valid"]) for y in years]


def share_in(variable: Data, year: int) -> float | None:
    """The share of valid values of a variable in a year."""
    found: float | None = next((y["share_valid"] for y in variable["years"] if y["year"] == year), None)
    return found
