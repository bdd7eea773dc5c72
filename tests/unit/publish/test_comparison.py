"""A comparison of vintages as text, workbook and JSON, and who may see it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from omsorgstall.access import AuditAction, Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.publish.comparison import about_lines, comparison_excel, comparison_json, move_lines
from omsorgstall.publish.wording import text
from omsorgstall.register.comparison import Difference, DifferenceKind, Said
from omsorgstall.register.delivery import SubmissionKind
from omsorgstall.register.vintage import Vintage, VintageKind
from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.comparison import Compared, comparison_report
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.differences import Cause, Move, MovePart
from omsorgstall.statistics.figures import table_model
from omsorgstall.tables import Report

AT = datetime(2023, 3, 15, 12, 30, tzinfo=UTC)
NATIONAL = Scope.national("comparison", "the statistician")
ANNUAL, EDITS = SubmissionKind.ANNUAL, SubmissionKind.EDITS
REPLACED = Difference(
    DifferenceKind.REPLACED,
    ANNUAL,
    "4204",
    2022,
    "annual-old",
    "annual-new",
    said=(Said(AuditAction.ACCEPT, "annual-new", "intake", "received", AT),),
)
EDITED = Difference(
    DifferenceKind.ADDED,
    EDITS,
    "4215",
    2022,
    "",
    "edits-1",
    said=(Said(AuditAction.ACCEPT, "edits-1", "ola", "by the month", AT),),
)
CAUSES = (Cause(1, (REPLACED,)), Cause(2, (EDITED,)), Cause(2, (REPLACED, EDITED)))
EARLIER = Vintage("2022-preliminary", VintageKind.PRELIMINARY, AT, AT, "1.0", (2021, 2022), (), (), versions={"table 11642": "1"})
LATER = Vintage("2022-final", VintageKind.FINAL, AT, AT, "1.1", (2022,), (), (), versions={"table 11642": "2"})


def compared():
    coverage = Coverage({2022: frozenset({"4204", "4215"})}, {2022: frozenset()})
    models = [table_model(table_definitions()[i], [2022], coverage) for i in ("11642", "12293")]
    parts = (MovePart(0, -1200.0), MovePart(1, 2.0), MovePart(2, 1.0))
    mean = (MovePart(0, 0.25, 10.0, -1.0),)
    moves = (
        Move("11642", "Brukere", ("EAK", "999", "15", "2022"), 12_345.0, 11_148.0, -1197.0, parts, 0.0),
        Move("11642", "Brukere", ("4215", "999", "15", "2022"), None, 2.0, 2.0, (MovePart(1, 2.0),), 0.0),
        Move("12293", "TimerPerUke", ("4204", "999", "0", "2022"), 7.0, 7.5, 0.5, mean, 0.25),
    )
    covered = ({2022: frozenset({"4204"})}, {2022: frozenset({"4204", "4215"})})
    pairs = [(m, m) for m in models]
    return Compared(EARLIER, LATER, False, (REPLACED, EDITED), CAUSES, moves, pairs, covered, (0, 3))


def content(**changed):
    return comparison_report(replace(compared(), **changed)).content


def test_the_largest_move_stands_first_with_its_causes_in_the_norwegian_way():
    lines = list(move_lines(content(), 1, "nb"))
    assert lines[0].startswith("11642 ")
    assert lines[1].startswith("  1. EAK Hele landet (2 av 357 kommuner), ")
    assert lines[1].endswith(": 12\u00a0345 → 11\u00a0148 (−1\u00a0197, −9,7 %)")
    cause = "4204 Kristiansand 2022: annual-old erstattet av annual-new (mottatt 2023-03-15 12:30 UTC av intake: received)"
    assert lines[2].strip() == f"−1\u00a0200  {cause}"
    assert lines[3].strip() == "+2  4215 Lillesand 2022: rettelser edits-1 (mottatt 2023-03-15 12:30 UTC av ola: by the month)"
    assert lines[4].strip().startswith("+1  sammen, for personer som begge eller alle gjelder: 4204 Kristiansand 2022")
    assert lines[5].strip().startswith("… og 1 til.")


def test_a_mean_tells_numerator_denominator_and_remainder():
    lines = [line.strip() for line in move_lines(content(), 9, "nb")]
    assert "+0,25 (teller +10,0, nevner −1,0)  4204 Kristiansand" in lines[-2]
    assert lines[-1] == "+0,25  rest som ingen årsak forklarer"
    assert any(line.endswith(": .. → 2 (+2)") for line in lines)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_the_figures_do_not_tell_is_said_in_every_language(language):
    told = list(about_lines(content(), language))
    assert told[0] == text("comparison_secret").in_language(language)
    for said in (
        "table 11642: 1 → 2",
        "program: 1.0 → 1.1",
        "4215 Lillesand",
        "2021",
        "3 rows" if language == "en" else "3 rader",
    ):
        assert any(said in line for line in told)
    assert len(told) == 10


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_everything_that_can_have_happened_has_words(language):
    happened = [("annual", k) for k in ("replaced", "late", "withdrawn", "substituted", "no_longer_substituted")]
    happened += [(of, k) for of in ("events", "edits") for k in ("added", "withdrawn", "lapsed")] + [
        ("day", "day"),
        ("numbers", "numbers"),
    ]
    assert {k for _, k in happened} == {k.value for k in DifferenceKind}
    assert all(text(f"comparison_{of}_{kind}").in_language(language) for of, kind in happened)


@pytest.mark.parametrize("act", ["accept", "withdraw", "substitute", "change_identities"])
def test_what_was_done_has_words(act):
    assert AuditAction(act)
    assert len({text(f"comparison_act_{act}").in_language(language) for language in ("nb", "en")}) == 2


def test_the_day_is_told_as_what_it_was_and_became():
    day = Difference(DifferenceKind.DAY, None, "", 0, "2022-06-30", "")
    move = Move("11642", "Brukere", ("EAK", "999", "15", "2022"), 1.0, 2.0, 1.0, (MovePart(0, 1.0),), 0.0)
    turned = content(
        differences=(day,), causes=(Cause(1, (day,)),), moves=(move,), earlier=replace(EARLIER, reference_date=date(2022, 6, 30))
    )
    assert list(move_lines(turned, 9, "nb"))[-1].strip() == "+1  dagen det telles til: 2022-06-30 → hele året"
    assert turned["from"]["day"] == "2022-06-30"


def test_the_workbook_has_a_line_for_each_cause_and_says_that_it_is_internal():
    report = comparison_report(compared())
    book = load_workbook(BytesIO(comparison_excel(report, Grant(report.owner, NATIONAL), "nb")))
    heads, *rows = [[c.value for c in row] for row in book["Tall som er endret"].iter_rows()]
    lines = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [(line["Nr."], line["Endring"], line["Herav av årsaken"], line["Årsak nr."]) for line in lines] == [
        (1, -1197, -1200, 1),
        (1, -1197, 2, 2),
        (1, -1197, 1, 3),
        (2, 2, 2, 2),
        (3, 0.5, 0.25, 1),
        (3, 0.5, 0.25, None),
    ]
    assert (lines[3]["Før"], lines[3]["Område"], lines[3]["Områdekode"]) == (None, "Lillesand", "4215")
    assert (lines[4]["Herav i telleren"], lines[4]["Herav i nevneren"]) == (10, -1)
    causes = [[c.value for c in row] for row in book["Årsaker"].iter_rows(min_row=2)]
    assert [row[8] for row in causes] == ["intake", "ola", "intake", "ola"]
    assert "INTERNT" in book.worksheets[2]["A1"].value
    assert all("INTERNT" in sheet.oddHeader.center.text for sheet in book.worksheets)


def test_the_file_for_programs_says_that_it_is_internal_and_only_the_national_scope_opens_any_of_it():
    report = comparison_report(compared())
    told = json.loads(comparison_json(report, Grant(report.owner, NATIONAL)))
    assert (told["internal"], told["from"]["name"], told["to"]["erased"]) == (True, "2022-preliminary", 3)
    assert told["moves"][0]["relative"] == pytest.approx(-1197 / 12345)
    own = Grant("4204", Scope.owner("4204", "own figures", "the municipality"))
    for render in (comparison_json, comparison_excel):
        with pytest.raises(OmsorgstallError, match="those who make the statistics"):
            render(report, own)
        with pytest.raises(OmsorgstallError, match="not a comparison"):
            render(Report("4204", "receipt", {}), own)


def test_the_way_back_names_the_vintages_in_the_order_asked_for():
    back = content(turned=True)
    assert (back["from"]["name"], back["to"]["name"], back["earlier"]) == ("2022-final", "2022-preliminary", "2022-preliminary")
    assert back["versions"][0] == {"of": "program", "before": "1.1", "after": "1.0"}
    assert back["coverage"][0]["in"] == "from"
    assert back["from"]["erased"] == 3
