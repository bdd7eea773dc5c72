"""The board of deliveries as HTML that stands alone, response drawn above its figures. Only against a grant for the country."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from omsorgstall.access import Grant
from omsorgstall.publish.charts import DayLine, Words, shares_by_day
from omsorgstall.publish.delivery_board import (
    COUNTRY_LEVEL,
    STANDINGS,
    Item,
    counts,
    day_words,
    granted_board,
    in_need_first,
    percent,
    sender_row,
)
from omsorgstall.publish.drawn_chart import Chart, drawn_in
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

MEASURES = ("municipalities", "population")


@dataclass(frozen=True, slots=True)
class _Response:
    """Response of the country day by day: drawn, and as rows of a day and a share for each of ``MEASURES``."""

    chart: Chart
    rows: Sequence[tuple[str, Sequence[str]]]


def board_html(report: Report, grant: Grant, language: str = "nb") -> str:
    """The board as one HTML file that needs nothing else.

    Raises:
        OmsorgstallError: USAGE for a report that is no board; ACCESS when the grant is for another owner.
    """
    content = granted_board(report, grant)
    newest = content["years"][-1]["year"]

    def say(key: str, **values: object) -> str:
        return words(key, language, **values)

    return rendered(
        "delivery_board.html",
        board=content,
        language=language,
        say=say,
        day=lambda text: day_words(text, language),
        share=lambda number: percent(number, language),
        standings=STANDINGS,
        counts=counts(content, newest),
        year=content["years"][-1],
        response=_response(content, language),
        measures=MEASURES,
        rows=[sender_row(s, language) for s in in_need_first(content, newest)],
        matrix=list(_matrix(content)),
    )


def _response(content: Item, language: str) -> _Response | None:
    """None before anything could come."""
    response = content["response"]
    if not response["days"]:
        return None
    country = next(r for r in response["regions"] if r["level"] == COUNTRY_LEVEL)
    rows = [
        (day_words(day, language), [percent(country[m][n], language) for m in MEASURES]) for n, day in enumerate(response["days"])
    ]
    return _Response(_chart(content, country, rows, language), rows)


def _chart(content: Item, country: Item, rows: Sequence[tuple[str, Sequence[str]]], language: str) -> Chart:
    days = [date.fromisoformat(d) for d in content["response"]["days"]]
    (first, start), (last, end) = rows[0], rows[-1]
    drawn = [DayLine(f"{words(f'board_{m}', language)}: {text}", days, country[m]) for m, text in zip(MEASURES, end, strict=True)]
    shown = {
        "first": first,
        "last": last,
        "start": start[0],
        "end": end[0],
        "start_population": start[1],
        "end_population": end[1],
    }
    title = words("board_days_title", language, year=content["response"]["year"])
    alt = words("board_days_words", language, **shown)
    deadline = next(d for d in content["years"][-1]["deadlines"] if d["id"] == content["deadline"])
    mark = (date.fromisoformat(deadline["day"]), f"{deadline['name'][language]} {day_words(deadline['day'], language)}")
    return drawn_in(Words(title, alt, language), lambda said, width: shares_by_day(drawn, said, mark=mark, width=width))


def _matrix(content: Item) -> Iterator[tuple[str, str, Sequence[str]]]:
    """For each sender number: the name, and where it stood each year; empty in years when it did not exist."""
    years = [y["year"] for y in content["years"]]
    found: dict[str, dict[int, str]] = {}
    names = {}
    for sender in content["senders"]:
        found.setdefault(sender["number"], {})[sender["year"]] = sender["standing"]
        names[sender["number"]] = sender["name"]
    for number, stood in sorted(found.items()):
        yield number, names[number], [stood.get(year, "") for year in years]
