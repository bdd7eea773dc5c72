"""A municipality's quality report as a workbook to work from, and the records to mend as CSV."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from omsorgstall.access import Grant
from omsorgstall.publish.quality.figures import FIGURES, PARTS, Data, Writing
from omsorgstall.publish.quality.granted import granted
from omsorgstall.publish.quality.municipality import first_to_mend, quality_title
from omsorgstall.publish.row_heights import LINE, row_height
from omsorgstall.tables import Report

SHARE, COUNT, AMOUNT, TEXT, YEAR = "share", "count", "amount", "text", "year"
_FRONT = 110
"""Width of the first sheet's column, in characters."""
_TITLE_LINE = 20.0
MOST_ROWS = 1_000_000
"""Rows of a sheet; Excel has little more."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, columns with heading, kind and width, and rows."""

    name: str
    columns: Sequence[tuple[str, str, int]]
    rows: Sequence[Sequence[Any]]


def workbook(title: str, lines: Sequence[str], sheets: Sequence[Sheet], write: Writing) -> bytes:
    """A workbook whose first sheet tells what it is.

    Args:
        lines: of the first sheet, the title first.
    """
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title})
    styles = _styles(book)
    front = book.add_worksheet(write.say("quality_sheet_summary"))
    front.set_column(0, 0, _FRONT)
    front.hide_gridlines(2)
    front.set_landscape()
    front.fit_to_pages(1, 0)
    for row, line in enumerate(lines):
        front.set_row(row, row_height([(line, _FRONT)], LINE if row else _TITLE_LINE))
        front.write_string(row, 0, line, styles["title" if not row else TEXT])
    for sheet in sheets:
        _write(book, sheet, styles)
    book.close()
    return stream.getvalue()


def _styles(book: Workbook) -> dict[str, Format]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
        "head_number": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"}),
        SHARE: book.add_format({"num_format": "0.0%", "valign": "top"}),
        COUNT: book.add_format({"num_format": "#,##0", "valign": "top"}),
        AMOUNT: book.add_format({"num_format": "#,##0.0;-#,##0.0;0", "valign": "top"}),
        YEAR: book.add_format({"num_format": "0", "valign": "top"}),
        TEXT: book.add_format({"text_wrap": True, "valign": "top", "indent": 1}),
    }


def _write(book: Workbook, sheet: Sheet, styles: Mapping[str, Format]) -> None:
    made = book.add_worksheet(sheet.name)
    for column, (heading, kind, width) in enumerate(sheet.columns):
        made.set_column(column, column, width)
        made.write_string(0, column, heading, styles["head" if kind == TEXT else "head_number"])
    made.set_row(0, row_height((heading, width) for heading, _, width in sheet.columns))
    for row, values in enumerate(sheet.rows[:MOST_ROWS], start=1):
        made.set_row(
            row, row_height((str(v), w) for v, (_, kind, w) in zip(values, sheet.columns, strict=True) if kind == TEXT and v)
        )
        for column, (value, (_, kind, _)) in enumerate(zip(values, sheet.columns, strict=True)):
            if value is not None and kind == TEXT:
                made.write_string(row, column, str(value), styles[TEXT])
            elif value is not None:
                made.write_number(row, column, value, styles[kind])
    made.freeze_panes(1, 1)
    made.autofilter(0, 0, max(1, min(len(sheet.rows), MOST_ROWS)), len(sheet.columns) - 1)
    made.set_landscape()
    made.fit_to_pages(1, 0)
    made.repeat_rows(0)


def quality_excel(report: Report, grant: Grant, language: str = "nb") -> bytes:
    """The report as a workbook: summary, values over the years, findings, records to mend, effects and controls.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content, write = granted(report, grant), Writing(language)
    title = quality_title(content, write)
    sheets = [_values(content, write), _findings(content, write), _mend(content, write), _effects(content, write)]
    if content["controls"] is not None:
        sheets.append(_controls(content, write))
    return workbook(title, [title, *_summary(content, write)], sheets, write)


def _summary(content: Data, write: Writing) -> Iterator[str]:
    """What the first sheet says, a line each."""
    own, overall = content["municipality"], content["overall"]
    group = int(own["kostra_group"])
    yield write.say("quality_subtitle", number=own["number"], group=group, vintage=content["vintage"])
    for year in overall["years"]:
        rate = write.number(year["findings_per_thousand"])
        valid = f"{write.say('quality_key_valid')}: {write.percent(year['share_valid'])}"
        yield f"{year['year']} – {valid}. {write.say('quality_key_findings')}: {rate}."
    for key, rank in (("quality_key_valid", overall["rank"]), ("quality_key_findings", overall["findings_rank"])):
        if rank:
            yield f"{write.say(key)}: {write.say('quality_rank', **rank)}"
    yield ""
    yield write.say("quality_first")
    for number, finding in enumerate(first_to_mend(content), start=1):
        count = write.say("quality_count", count=write.number(finding["count"]))
        yield f"{number}. {finding['rule']} {finding['title'][write.language]} ({count}). {finding['todo'][write.language]}"
    yield ""
    yield write.say("quality_values_what")
    yield write.say("quality_effects_what")
    yield write.say("quality_private")


def _values(content: Data, write: Writing) -> Sheet:
    columns = [
        (write.say("quality_variable"), TEXT, 42),
        (write.say("quality_table"), TEXT, 22),
        (write.say("quality_year"), YEAR, 8),
    ]
    columns += [(write.say("quality_records"), COUNT, 14)]
    columns += [(write.say(f"quality_{p}"), COUNT, 10) for p in PARTS]
    columns += [(f"{write.say(f'quality_{p}')} (%)", SHARE, 11) for p in PARTS]
    columns += [(write.say("quality_rank_head"), TEXT, 16)]
    rows = []
    for v in content["variables"]:
        for year in v["years"]:
            rank = v["rank"] if year["year"] == content["year"] else None
            counts = [year["records"], *(year[p] for p in PARTS), *(year[f"share_{p}"] for p in PARTS)]
            place = write.say("quality_rank_short", **rank) if rank else None
            rows.append([v["label"][write.language], write.say(f"record_{v['table']}"), year["year"], *counts, place])
    return Sheet(write.say("quality_sheet_values"), columns, rows)


def _findings(content: Data, write: Writing) -> Sheet:
    language = write.language
    columns = [(write.say("quality_effect_rule"), TEXT, 8), (write.say("quality_severity"), TEXT, 18), ("", TEXT, 40)]
    columns += [(str(y), COUNT, 10) for y in content["years"]]
    columns += [
        (write.say("quality_not_judged"), COUNT, 14),
        (write.say("quality_wrong"), TEXT, 60),
        (write.say("quality_todo"), TEXT, 60),
    ]
    rows = [
        [
            *(f["rule"], write.say(f"severity_{f['severity']}"), f["title"][language]),
            *(y["count"] for y in f["years"]),
            *(f["not_judged"], f["wrong"][language], f["todo"][language]),
        ]
        for f in content["findings"]
    ]
    columns[2] = (write.say("quality_sheet_findings"), TEXT, 40)
    return Sheet(write.say("quality_sheet_findings"), columns, rows)


def mend_rows(content: Data, write: Writing) -> Iterator[list[Any]]:
    """One row per record to mend."""
    for f in content["findings"]:
        if f["records"]:
            said = [f["rule"], write.say(f"severity_{f['severity']}"), f["title"][write.language], f["todo"][write.language]]
            for r in f["records"]:
                yield [write.say(f"record_{r['table']}"), r["record"] or "", r["line"] or None, r["field"], *said]


def _mend_headings(write: Writing) -> list[str]:
    keys = ("table", "record", "line", "field", "effect_rule", "severity", "wrong", "todo")
    return [write.say(f"quality_{key}") for key in keys]


def _mend(content: Data, write: Writing) -> Sheet:
    kinds = ((TEXT, 20), (TEXT, 24), (YEAR, 9), (TEXT, 22), (TEXT, 8), (TEXT, 18), (TEXT, 40), (TEXT, 60))
    columns = [(h, kind, width) for h, (kind, width) in zip(_mend_headings(write), kinds, strict=True)]
    return Sheet(write.say("quality_sheet_mend"), columns, list(mend_rows(content, write)))


def mend_csv(report: Report, grant: Grant, language: str = "nb") -> str:
    """The records to mend as CSV with semicolons, as spreadsheets in Norway read it.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content, write = granted(report, grant), Writing(language)
    return csv_text(_mend_headings(write), mend_rows(content, write))


def csv_text(headings: Sequence[str], rows: Iterator[list[Any]]) -> str:
    """Rows as CSV; a value that a spreadsheet would take for a formula is written as text."""
    stream = StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(headings)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return stream.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _effects(content: Data, write: Writing) -> Sheet:
    columns = [(write.say("quality_effect_rule"), TEXT, 40), (write.say("quality_service"), TEXT, 40)]
    columns += [(write.say("quality_effect_method"), TEXT, 50), (write.say("quality_effect_persons"), COUNT, 14)]
    columns += [(f"{write.say(f'quality_figure_{f}')} ({content['figure_tables'][f]})", AMOUNT, 16) for f in FIGURES]
    everything = write.say("national_effect_all")
    rows: list[list[Any]] = [["", everything, "", None, *(content["figures"][f] for f in FIGURES)]]
    for finding in content["findings"]:
        effect = finding["effect"]
        if effect:
            name = f"{finding['rule']} {finding['title'][write.language]}"
            method, moved = write.say(f"quality_method_{effect['method']}"), effect["difference"] or {}
            rows.append([name, everything, method, effect["persons"], *(moved.get(f) for f in FIGURES)])
            for service in effect["services"]:
                label = f"{service['service']:02d} {service['label'][write.language]}"
                rows.append([name, label, "", None, *(service["difference"][f] for f in FIGURES)])
    return Sheet(write.say("quality_sheet_effects"), columns, rows)


def _controls(content: Data, write: Writing) -> Sheet:
    language = write.language
    columns = [(write.say("national_control"), TEXT, 44), (write.say("quality_service"), TEXT, 34), ("", TEXT, 30)]
    columns[2] = (write.say("work_list_figure"), TEXT, 30)
    columns += [(write.say("quality_value"), AMOUNT, 14), (write.say("quality_expected"), AMOUNT, 14)]
    columns += [(write.say("quality_wrong"), TEXT, 60), (write.say("quality_todo"), TEXT, 60)]
    rows = [
        [
            f"{c['control']} {c['title'][language]}",
            f"{c['service']['code']} {c['service']['label'][language]}" if c["service"] else "",
            c["figure"][language],
            *(c["value"], c["expected"]),
            *(c["wrong"][language], c["todo"][language]),
        ]
        for c in content["controls"]
    ]
    if not rows:  # an empty sheet would look like one that was forgotten
        rows.append([write.say("quality_controls_none"), "", "", None, None, "", ""])
    return Sheet(write.say("quality_sheet_controls"), columns, rows)
