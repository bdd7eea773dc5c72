"""Charts as SVG: accessible, without colour as the only carrier, with Norwegian numbers.

A chart is never alone: pages show the table behind it. Each SVG has a title and a description for screen readers, and every
figure that is drawn is also written. Import this module only where charts are drawn; Altair takes seconds to import.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any

import altair as alt
import vl_convert

from omsorgstall.core import format_number

# Altair holds every part of a chart against its schema, which takes longer than drawing it.
alt.utils.schemapi.DEBUG_MODE = False
ACCENT, DARK, GREEN, GREY = "#0062BA", "#24272B", "#0D7A5F", "#8A8F98"
FONT = "Inter, Segoe UI, Helvetica, Arial, sans-serif"
WIDE, NARROW = 1000, 340
_VEGA_LITE = "6.4"
_LINE_STYLES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3])
_LINE_COLOURS = (ACCENT, DARK, GREEN, "#5B3FA0")
_SIGNS = ("diamond", "M0,-1.6V1.6")
_POINT: dict[str, Any] = {"size": 110, "filled": False, "opacity": 1}
_POINTS = ("circle", "square", "triangle-up", "diamond")
_LOCALES = {
    "nb": {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0kr"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["NOK ", ""]},
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a label, its length (None where there is no number) and the text written at its end."""

    label: str
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A comparison drawn beside a bar: whose it is, at which bar, and where."""

    series: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A series over years; None where there is no number."""

    name: str
    points: Sequence[tuple[int, float | None]]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A series over times that are named in order; NaN where there is no number."""

    name: str
    points: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class DayLine:
    """Shares from 0 to 1 at the end of each day."""

    name: str
    days: Sequence[date]
    shares: Sequence[float]


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says to those who do not see it, and its language."""

    title: str
    description: str
    language: str = "nb"


def bars(rows: Sequence[Bar], words: Words, *, width: int = WIDE, marks: Sequence[Mark] = ()) -> str:
    """Horizontal bars with the figure at each end, and comparisons as signs of different shape.

    On narrow screens labels stand above the bars.
    """
    narrow = width < WIDE
    data = alt.InlineData([{"label": r.label, "value": r.value or 0, "text": r.text} for r in rows])
    longest = max([r.value or 0 for r in rows] + [m.value for m in marks] + [1e-9])
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, longest * 1.2], nice=False))
    order = [r.label for r in rows]
    axis = None if narrow else alt.Axis(title=None, labelLimit=400, ticks=False, domain=False, labelPadding=8)
    y = alt.Y("label:N", sort=order, axis=axis, scale=alt.Scale(paddingInner=0.62 if narrow else 0.35, paddingOuter=0.5))
    base = alt.Chart(data).encode(y=y)
    layers = [base.mark_bar(color=ACCENT, cornerRadiusEnd=2).encode(x=x)]
    layers.append(_ends(base, x, data=data, marks=marks))
    if narrow:
        layers.append(base.mark_text(align="left", baseline="bottom", dy=-11, x=0, fontSize=13).encode(text="label:N"))
    if marks:
        layers.append(_signs(marks, x, order))
    step = 46 if narrow else 34
    return _svg(alt.layer(*layers), words, width=_plot_width(width, narrow), height=alt.Step(step))


def _plot_width(width: int, narrow: bool) -> int:
    return width - 20 if narrow else width - 420


def _ends(base: alt.Chart, x: alt.X, *, data: alt.InlineData, marks: Sequence[Mark]) -> alt.Chart:
    """Figures at the ends of the bars, or right of the comparison that reaches further."""
    furthest = {m.label: max(n.value for n in marks if n.label == m.label) for m in marks}
    values = [{**row, "value": max(row["value"], furthest.get(row["label"], 0))} for row in data.values]
    ends = alt.Chart(alt.InlineData(values)).encode(y=base.encoding.y, x=x)
    drawn: alt.Chart = ends.mark_text(align="left", dx=10 if marks else 5, fontSize=13, fontWeight=600).encode(text="text:N")
    return drawn


def _signs(marks: Sequence[Mark], x: alt.X, order: Sequence[str]) -> Any:  # noqa: ANN401 Altair names several kinds
    series = list(dict.fromkeys(m.series for m in marks))
    data = alt.InlineData([{"series": m.series, "label": m.label, "value": m.value} for m in marks])
    legend = alt.Legend(title=None, orient="top", labelFontSize=13, symbolSize=110, labelLimit=300, direction="vertical")
    shape = alt.Shape("series:N", scale=alt.Scale(domain=series, range=list(_SIGNS[: len(series)])), legend=legend)
    at: dict[str, Any] = {"y": alt.Y("label:N", sort=list(order)), "x": x}
    drawn = [_halo(marks, name, sign, at) for name, sign in zip(series, _SIGNS, strict=False)]
    drawn.append(alt.Chart(data).mark_point(**_POINT, strokeWidth=2.4, color=DARK).encode(shape=shape, **at))
    return alt.layer(*drawn)


def _halo(marks: Sequence[Mark], series: str, sign: str, at: dict[str, Any]) -> alt.Chart:
    """A white edge, so that signs stand out from the bars they lie on."""
    data = alt.InlineData([{"label": m.label, "value": m.value} for m in marks if m.series == series])
    drawn: alt.Chart = alt.Chart(data).mark_point(**_POINT, strokeWidth=6, color="white", shape=sign).encode(**at)
    return drawn


def lines(series: Sequence[Line], words: Words, *, width: int = WIDE) -> str:
    """Lines over years from zero, told apart by dashes, signs and names, with the last figure written."""
    rows: list[dict[str, Any]] = [
        {"name": s.name, "year": year, "value": value, "text": _number(value, words.language)}
        for s in series
        for year, value in s.points
        if value is not None
    ]
    years = sorted({year for s in series for year, _ in s.points})
    base = alt.Chart(alt.InlineData(rows)).encode(**_axes(years, narrow=width < WIDE))
    told_apart = _told_apart([s.name for s in series])
    shape = told_apart.pop("shape")
    base = base.encode(**told_apart)
    ends = [r for r in rows if r["year"] in (years[0], years[-1])]
    layers = [
        base.mark_line(strokeWidth=2.5),
        base.mark_point(size=60, filled=True, opacity=1).encode(shape=shape),
        _end_texts(ends, _axes(years, narrow=width < WIDE)),
    ]
    return _svg(alt.layer(*layers), words, width=width - 70, height=260)


def lines_over_times(series: Sequence[TimeLine], words: Words, *, width: int = WIDE) -> str:
    """Lines over named times from zero, told apart by dashes, signs and names."""
    names = [time for time, _ in series[0].points]
    rows = [{"name": s.name, "time": t, "value": None if isnan(v) else v} for s in series for t, v in s.points]
    told_apart = _told_apart([s.name for s in series])
    shape = told_apart.pop("shape")
    x = alt.X("time:O", sort=names, axis=alt.Axis(title=None, labelAngle=0 if len(names) < 8 else -45, grid=False))
    y = alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=5, format=",.0f"), scale=alt.Scale(zero=True))
    base = alt.Chart(alt.InlineData(rows)).encode(x=x, y=y, **told_apart)
    layers = [base.mark_line(strokeWidth=2.5), base.mark_point(size=60, filled=True, opacity=1).encode(shape=shape)]
    return _svg(alt.layer(*layers), words, width=width - 90, height=260)


def shares_by_day(series: Sequence[DayLine], words: Words, *, mark: tuple[date, str], width: int = WIDE) -> str:
    """Shares that change at the end of days, from nought to all, with one day marked by a line and a text."""
    days, scale = [d for s in series for d in s.days], alt.Scale(domain=[0, 100], nice=False)
    span = [min([*days, mark[0]]).isoformat(), max([*days, mark[0]]).isoformat()]
    axis = alt.Axis(
        title=None, format="%-d.%-m." if words.language != "en" else "%m-%d", grid=False, tickCount=9 if width == WIDE else 5
    )
    x = alt.X("day:T", axis=axis, scale=alt.Scale(type="utc", domain=span))
    y = alt.Y("share:Q", axis=alt.Axis(title=None, tickCount=5, labelExpr="datum.label + '\u00a0%'"), scale=scale)
    told_apart = _told_apart([s.name for s in series])
    told_apart.pop("shape")
    layers = [
        alt.Chart(_shares(series)).mark_line(strokeWidth=2.5, interpolate="step-after").encode(x=x, y=y, **told_apart),
        *_marked_day(mark, x, right=mark[0].isoformat() > _middle(span)),
    ]
    return _svg(alt.layer(*layers), words, width=width - 90, height=260)


def _shares(series: Sequence[DayLine]) -> alt.InlineData:
    rows = [
        {"name": s.name, "day": day.isoformat(), "share": 100 * share}
        for s in series
        for day, share in zip(s.days, s.shares, strict=True)
    ]
    return alt.InlineData(rows)


def _middle(span: Sequence[str]) -> str:
    first, last = (date.fromisoformat(day) for day in span)
    return (first + (last - first) / 2).isoformat()


def _marked_day(mark: tuple[date, str], x: alt.X, *, right: bool) -> Sequence[alt.Chart]:
    at = alt.Chart(alt.InlineData([{"day": mark[0].isoformat(), "text": mark[1]}])).encode(x=x)
    text = at.mark_text(
        align="right" if right else "left", dx=-6 if right else 6, baseline="bottom", y=-4, fontSize=13, color=DARK
    )
    return at.mark_rule(color=DARK, strokeDash=[4, 4]), text.encode(text="text:N")


def _axes(years: Sequence[int], *, narrow: bool) -> dict[str, Any]:
    shown = years[::-2][::-1] if narrow and len(years) > 6 else years
    year = alt.Axis(title=None, format="d", values=list(shown), grid=False)
    return {
        "x": alt.X("year:Q", axis=year, scale=alt.Scale(zero=False, padding=14)),
        "y": alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=5, format=",.0f"), scale=alt.Scale(zero=True)),
    }


def _told_apart(names: list[str]) -> dict[str, Any]:
    """Colour, dashes and signs by series, in one legend; none for a single series."""
    legend = alt.Legend(title=None, orient="top", labelFontSize=13, symbolSize=140, labelLimit=320, direction="vertical")
    common: dict[str, Any] = {"sort": names, "legend": legend if len(names) > 1 else None}
    return {
        "color": alt.Color("name:N", scale=_fixed(names, _LINE_COLOURS), **common),
        "strokeDash": alt.StrokeDash("name:N", scale=_fixed(names, _LINE_STYLES), **common),
        "shape": alt.Shape("name:N", scale=_fixed(names, _POINTS), **common),
    }


def _fixed(names: list[str], signs: Sequence[Any]) -> alt.Scale:
    return alt.Scale(domain=names, range=list(signs[: len(names)]))


def _end_texts(ends: list[dict[str, Any]], axes: dict[str, Any]) -> alt.Chart:
    chart = alt.Chart(alt.InlineData(ends)).mark_text(dy=-13, fontSize=13, fontWeight=600, color=DARK)
    drawn: alt.Chart = chart.encode(text="text:N", **axes)
    return drawn


def _number(value: float | None, language: str) -> str:
    return "" if value is None else format_number(value, 0, "en" if language == "en" else "nb")


def _svg(chart: Any, words: Words, *, width: int, height: Any) -> str:  # noqa: ANN401 Altair's own types differ by kind of chart
    styled = chart.properties(width=width, height=height).configure(font=FONT, background="white").configure_view(stroke=None)
    styled = styled.configure_axis(labelFontSize=13, labelColor=DARK, gridColor="#E1E3E6", domainColor=GREY, tickColor=GREY)
    locale = _LOCALES["en" if words.language == "en" else "nb"]
    svg = vl_convert.vegalite_to_svg(styled.to_dict(validate=False), vl_version=_VEGA_LITE, format_locale=locale)
    return _described(svg, words)


def _described(svg: str, words: Words) -> str:
    """Put title and description first in the SVG, and let the drawing's own inner labels be silent."""
    silent = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", svg)
    title, description = html.escape(words.title), html.escape(words.description)
    told = f'<title id="t">{title}</title><desc id="d">{description}</desc>'
    return re.sub(r"<svg ([^>]*)>", rf'<svg \1 role="img" aria-labelledby="t d" lang="{words.language}">{told}', silent, count=1)
