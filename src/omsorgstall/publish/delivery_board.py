"""The board of deliveries as Excel, as JSON and as lines. Only against a grant for the country."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import orjson
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError, format_number
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

KIND = "delivery_board"
STANDINGS = ("overdue", "waiting", "late", "on_time")
"""In the order in which they need somebody to act."""
COUNTRY_LEVEL = "country"
Item = Mapping[str, Any]
_COLUMNS = (
    ("year", 8),
    ("number", 9),
    ("municipality", 24),
    ("county", 20),
    ("kostra_group", 9),
    ("standing", 16),
    ("first", 12),
    ("newest", 12),
    ("batches", 9),
    ("withdrawn", 9),
    ("messages", 11),
    ("newest_message", 12),
    ("rejected", 10),
    ("last_attempt", 60),
)
_REGION_COLUMNS = (("year", 8), ("region", 26), ("deadline", 26), ("day", 12), ("municipalities", 12), ("population", 12))


def board_json(report: Report, grant: Grant) -> bytes:
    """The board as JSON.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    return orjson.dumps(granted_board(report, grant), option=orjson.OPT_INDENT_2)


def board_excel(report: Report, grant: Grant, language: str = "nb") -> bytes:
    """The board as a workbook: senders, response at each deadline, and the newest year day by day.

    Raises:
        OmsorgstallError: as ``board_json``.
    """
    content = granted_board(report, grant)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    share = book.add_format({"num_format": "0.0%"})
    senders = [sender_row(s, language) for s in content["senders"]]
    _sheet(book.add_worksheet(words("board_senders", language)), head, share, _COLUMNS, senders, language)
    regions = list(_region_rows(content, language))
    _sheet(book.add_worksheet(words("board_response", language)), head, share, _REGION_COLUMNS, regions, language)
    _days(book.add_worksheet(words("board_days", language)), head, share, content, language)
    book.close()
    return stream.getvalue()


def board_lines(content: Item, language: str) -> Iterator[str]:
    """How the newest year stands, and the senders somebody must act on, one line each."""
    year = content["years"][-1]
    country = next(r for r in year["regions"] if r["level"] == COUNTRY_LEVEL)
    for deadline in year["deadlines"]:
        at = {name: percent(share, language) for name, share in country["deadlines"][deadline["id"]].items()}
        named = {"deadline": deadline["name"][language], "day": day_words(deadline["day"], language), **at}
        yield words("board_line_deadline" if deadline["passed"] else "board_line_so_far", language, **named)
    found = counts(content, year["year"])
    yield "; ".join(f"{words(f'standing_{s}', language)}: {found[s]}" for s in STANDINGS)
    for sender in in_need_first(content, year["year"]):
        row = sender_row(sender, language)
        if sender["standing"] in ("overdue", "waiting") or row["last_attempt"]:
            yield " ".join(filter(None, (f"{row['number']} {row['municipality']}: {row['standing']}.", *_notes(row))))


def _notes(row: Item) -> tuple[str, str]:
    return row["taken_back"], row["last_attempt"]


def counts(content: Item, year: int) -> Mapping[str, int]:
    """How many senders of a year stand where."""
    return Counter(s["standing"] for s in content["senders"] if s["year"] == year)


def in_need_first(content: Item, year: int) -> list[Item]:
    """The senders of a year, those first that somebody must act on."""
    found = [s for s in content["senders"] if s["year"] == year]
    return sorted(found, key=lambda s: (STANDINGS.index(s["standing"]), s["rejected"]["open"] is None, s["number"]))


def day_words(text: str | None, language: str) -> str:
    """A day as it is written: 15.3.2023, or in ISO form in English."""
    if not text or language == "en":
        return text or ""
    year, month, day = text.split("-")
    return f"{int(day)}.{int(month)}.{year}"


def taken_back(sender: Item, language: str) -> str:
    """That the sender took back what it had sent, in words; else empty."""
    return words("board_taken_back", language, count=sender["withdrawn"]) if sender["withdrawn"] else ""


def open_attempt(sender: Item, language: str) -> str:
    """The last attempt when it was rejected and nothing came after it, in words; else empty."""
    attempt = sender["rejected"]["open"]
    if attempt is None:
        return ""
    reasons = "; ".join(_reason(r["id"], r["title"][language]) for r in attempt["reasons"])
    return words("board_open_attempt", language, day=day_words(attempt["day"], language), reasons=reasons)


def _reason(identifier: str, title: str) -> str:
    """A fault at the gate has a code and no title."""
    return identifier if title == identifier else f"{identifier} {title}"


def sender_row(sender: Item, language: str) -> Item:
    """What is told of a sender, in words."""
    return {
        "year": sender["year"],
        "number": sender["number"],
        "municipality": sender["name"],
        "former": sender["number"] != sender["today"],
        "county": sender["county"]["name"],
        "kostra_group": sender["kostra_group"],
        "standing": words(f"standing_{sender['standing']}", language),
        "code": sender["standing"],
        "first": day_words(sender["annual"]["first"], language),
        "newest": day_words(sender["annual"]["newest"], language),
        "batches": sender["annual"]["count"],
        "withdrawn": sender["withdrawn"],
        "taken_back": taken_back(sender, language),
        "messages": sender["events"]["count"],
        "newest_message": day_words(sender["events"]["newest"], language),
        "rejected": sender["rejected"]["count"],
        "last_attempt": open_attempt(sender, language),
    }


def _region_rows(content: Item, language: str) -> Iterator[Item]:
    for year in content["years"]:
        dates = {d["id"]: d for d in year["deadlines"]}
        for region in year["regions"]:
            for deadline, share in region["deadlines"].items():
                yield {
                    "year": year["year"],
                    "region": region["name"][language],
                    "deadline": dates[deadline]["name"][language],
                    "day": day_words(dates[deadline]["day"], language),
                    **share,
                }


def percent(share: float, language: str) -> str:
    """A share with one decimal."""
    return f"{format_number(100 * share, 1, language)}\u00a0%"


def _days(sheet: Worksheet, head: Format, share: Format, content: Item, language: str) -> None:
    """Shares of municipalities day by day, then shares of the population: regions across, days down."""
    response = content["response"]
    sheet.set_column(0, 0, 12)
    sheet.write_string(1, 0, words("board_day", language), head)
    column = 1
    for kind in ("municipalities", "population"):
        sheet.write_string(0, column, words(f"board_{kind}", language), head)
        for region in response["regions"]:
            sheet.write_string(1, column, region["name"][language], head)
            sheet.write_column(2, column, region[kind], share)
            column += 1
    sheet.write_column(2, 0, [day_words(d, language) for d in response["days"]])
    sheet.freeze_panes(2, 1)


def _sheet(
    sheet: Worksheet, head: Format, share: Format, columns: Sequence[tuple[str, int]], rows: Sequence[Item], language: str
) -> None:
    for n, (name, width) in enumerate(columns):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, words(f"board_{name}", language), head)
        for line, row in enumerate(rows, start=1):
            value = row[name]
            if isinstance(value, float):
                sheet.write_number(line, n, value, share)
            elif isinstance(value, int):
                sheet.write_number(line, n, value)
            else:
                sheet.write_string(line, n, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def granted_board(report: Report, grant: Grant) -> Item:
    """What the board holds.

    Raises:
        OmsorgstallError: USAGE for a report that is no board; ACCESS when the grant is for another owner.
    """
    if report.kind != KIND:
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-delivery-board", "The report is no board of deliveries.")
    if not grant.covers(report.owner):
        what = "The board of deliveries is for those who make the statistics."
        raise OmsorgstallError(ErrorFamily.ACCESS, "board-of-another", what, todo="Ask the producer of the statistics for it.")
    return report.content
