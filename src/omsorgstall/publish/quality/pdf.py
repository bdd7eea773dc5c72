"""The national quality report as PDF: the same sentences and figures as the page, tagged, with bookmarks and its own fonts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from omsorgstall.publish.pdf import bars, document_pdf, heading
from omsorgstall.publish.pdf import listed as _list
from omsorgstall.publish.pdf import paragraph as _paragraph
from omsorgstall.publish.pdf import table as _table
from omsorgstall.publish.quality.figures import FIGURES, PARTS, Data, Writing, share_in
from omsorgstall.publish.quality.granted import public
from omsorgstall.publish.quality.national import NationalTexts
from omsorgstall.tables import Report


def national_pdf(report: Report, language: str = "nb", *, made_up: bool = False) -> bytes:
    """The report as a PDF file for everybody.

    Args:
        made_up: say that the people are made up.

    Raises:
        OmsorgstallError: (USAGE) when it is another kind of report.
    """
    texts = NationalTexts(public(report), Writing(language))
    say = texts.write.say
    lead = [say("national_subtitle", vintage=texts.content["vintage"])]
    content = {
        "title": texts.title,
        "language": language,
        "contents": say("national_contents"),
        "lead": [*lead, say("national_made_up")] if made_up else lead,
        "blocks": list(_blocks(texts)),
    }
    frozen = datetime.fromisoformat(texts.content["frozen"])
    return document_pdf(content, timestamp=int(frozen.timestamp()))  # the same report is the same file


def _blocks(texts: NationalTexts) -> Iterator[Data]:
    """The report as blocks, section by section."""
    makers = {
        "summary": _summary,
        "coverage": _coverage,
        "values": _values,
        "findings": _findings,
        "effects": _effects,
        "standing": _standing,
        "controls": _controls,
        "tables": _tables,
        "about": _about,
    }
    for part in texts.sections():
        yield heading(texts.write.say(f"national_{part}"))
        yield from makers[part](texts)


def _summary(texts: NationalTexts) -> Iterator[Data]:
    yield _list(texts.summary())


def _coverage(texts: NationalTexts) -> Iterator[Data]:
    say, number = texts.write.say, texts.write.number
    columns = [(say("quality_year"), 1, False), (say("national_delivered"), 2, True), (say("national_municipalities"), 2, True)]
    rows = [[str(y["year"]), number(y["delivered"]), number(y["municipalities"])] for y in texts.content["coverage"]["years"]]
    yield _table(say("national_delivered"), columns, rows)
    yield _paragraph(texts.who())
    yield from map(_paragraph, texts.testing())


def _values(texts: NationalTexts) -> Iterator[Data]:
    say, write, content = texts.write.say, texts.write, texts.content
    yield _paragraph(say("national_values_what"))
    low = write.low_variables(content["variables"])
    rows = [(name, share, write.percent(share)) for name, share in low]
    caption = say("quality_chart_low", count=len(low), year=content["year"])
    alt = say("quality_chart_words", rows=", ".join(f"{label} {text}" for label, _, text in rows))
    yield bars(caption, alt, rows, longest=1)
    columns = [(say("quality_variable"), 4.0, False), (say("quality_records"), 1.9, True)]
    columns += [(say(f"quality_{p}"), 1.3, True) for p in PARTS]
    columns += [(say("quality_change_short"), 1.4, True)]
    earlier = content["years"][:-1][-2:]
    columns += [(f"{say('quality_valid')} {y}", 1.3, True) for y in earlier]
    lines = [
        [
            v["label"][write.language],
            texts.count(v["years"][-1]["records"]),
            *(write.percent(v["years"][-1][f"share_{p}"]) for p in PARTS),
            write.signed(v["change"]),
            *(write.percent(share_in(v, y)) for y in earlier),
        ]
        for v in content["variables"]
    ]
    yield _table(f"{say('national_values')}, {content['year']}", columns, lines)


def _findings(texts: NationalTexts) -> Iterator[Data]:
    say, content, language = texts.write.say, texts.content, texts.write.language
    yield _paragraph(say("national_findings_what", round_to=content["limits"]["round_to"]))
    columns = [
        (say("quality_effect_rule"), 4.5, False),
        (say("quality_severity"), 2.2, False),
        (say("national_kept"), 1.4, False),
    ]
    columns += [(say("national_municipalities"), 1.7, True), *((str(y), 1.5, True) for y in content["years"][-4:])]
    rows = [
        [
            f"{f['rule']} {f['title'][language]}",
            say(f"severity_{f['severity']}"),
            say("national_yes" if f["kept"] else "national_no"),
            texts.write.number(f["municipalities"]),
            *(texts.count(y["count"]) for y in f["years"][-4:]),
        ]
        for f in content["findings"]
    ]
    yield _table(f"{say('national_findings')}, {content['year']}", columns, rows)


def _effects(texts: NationalTexts) -> Iterator[Data]:
    say = texts.write.say
    yield _paragraph(say("national_effects_what"))
    columns = [(say("quality_effect_rule"), 2.8, False), (say("quality_service"), 2.2, False)]
    columns += [(_capital(say(f"quality_figure_{f}")), 1.5, True) for f in FIGURES]
    columns += [(say("quality_effect_persons"), 1.5, True), (say("quality_effect_method"), 3.0, False)]
    rows: list[list[Any]] = [[r.rule, r.service, *r.shares, r.persons, r.method] for r in texts.effect_rows()]
    yield _table(f"{say('national_effects')}, {texts.content['year']}", columns, rows)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _standing(texts: NationalTexts) -> Iterator[Data]:
    say, limits = texts.write.say, texts.content["limits"]
    below = texts.write.number(100 * limits["below_country"])
    yield _paragraph(say("national_standing_what", below=below, least=limits["least_records"]))
    for variable in texts.content["standing_out"]:
        yield heading(variable["label"][texts.write.language], 2)
        yield _list(texts.bands(variable))
    if not texts.content["standing_out"]:
        yield _paragraph(say("national_standing_none"))


def _controls(texts: NationalTexts) -> Iterator[Data]:
    say, language = texts.write.say, texts.write.language
    yield _paragraph(say("national_controls_what"))
    columns = [(say("national_control"), 5.0, False), (say("national_judged"), 1.5, True)]
    columns += [(say("quality_not_judged"), 1.5, True), (say("receipt_findings"), 1.2, True)]
    rows = [
        [f"{c['control']} {c['title'][language]}", *(texts.write.number(c[k]) for k in ("judged", "not_judged", "findings"))]
        for c in texts.content["controls"]
    ]
    yield _table(f"{say('national_controls')}, {texts.content['year']}", columns, rows)


def _tables(texts: NationalTexts) -> Iterator[Data]:
    for table in texts.content["tables"]:
        yield heading(f"{table['table']}: {table['title'][texts.write.language]}", 2)
        yield _list(texts.table_lines(table))


def _about(texts: NationalTexts) -> Iterator[Data]:
    yield _list(texts.about())
