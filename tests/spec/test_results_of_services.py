"""Change of function beside what is expected: worked by hand, and nothing beyond the expected where no services change."""

import re
from datetime import date
from pathlib import Path
from random import Random

import pytest

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.measures import Settings
from omsorgstall.measures.period import Period
from omsorgstall.publish.sum_reports import sum_report_html
from omsorgstall.statistics.function_changes import count_changes, measure_name, measures, tables_of_changes
from tests.drawn_tables import lines_of
from tests.register_rows import register_tables

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "results-of-services.md"
TABLES = dict(re.findall(r"^([a-z]+):\n\n((?:\|.*\n)+)", PAGE.read_text("utf-8"), re.MULTILINE))
YEAR = Period(date(2021, 1, 1), date(2021, 12, 31))
SELF_CARE = ("f03", "f04", "f05", "f06", "f07", "f08", "f09")
LINEAGE = {"vintage": "v", "code_version": "1", "again": "omsorgstall results"}


def register(pairs):
    """Rows of the register: municipality, service types before and after, self-care before and after, of each person."""
    rows = {"service": [], "assessment": []}
    for n, (municipality, before, after, scores) in enumerate(pairs):
        who = {"municipality": municipality, "reported_municipality": municipality, "pseudonym": f"p{n}"}
        for year, kinds, score in ((2020, before, scores[0]), (2021, after, scores[1])):
            mine = {**who, "data_year": year}
            day = date(year, 6, 1)
            rows["assessment"].append({**mine, "assessment_date": day, **dict.fromkeys(SELF_CARE, score)})
            begun = {kind: date(2021, 1, 1) if kind not in before else date(2019, 1, 1) for kind in kinds}
            rows["service"] += [{**mine, "service_id": str(k), "service_type": k, "start_date": begun[k]} for k in kinds]
    return register_tables(**rows)


def made(engine, pairs, settings=None):
    tables = {n: t for n, t in engine.from_arrow(register(pairs)).items() if n != "event"}
    settings = settings or Settings()
    counted = count_changes(engine, tables, settings, YEAR, ["egenomsorg"])
    owners = sorted({municipality for municipality, *_ in pairs})
    return {owner: table for owner, (table,) in tables_of_changes(counted, owners, LINEAGE, settings).items()}


def at(table, content, group="00", start="00"):
    groups, starts = (d.index() for d in table.model.dimensions[:2])
    return float(table.values[content][groups[group], starts[start], 0])


@pytest.fixture(scope="module")
def worked(duckdb_engine):
    _, *lines = lines_of(TABLES["pairs"])
    kinds = [[tuple(map(int, text.split("+"))) for text in line[2:4]] for line in lines]
    pairs = [
        (line[0], *k, (int(line[4]), int(line[5]))) for line, k in zip(lines, kinds, strict=True) for _ in range(int(line[1]))
    ]
    return made(duckdb_engine, pairs)


def test_the_change_and_what_is_expected_are_those_of_counting_by_hand(worked):
    heading, *lines = lines_of(TABLES["results"])
    for owner, group, start, *expected in lines:
        found = [at(worked[owner], content, group, start) for content in heading[3:]]
        assert found == pytest.approx([float(e or "nan") for e in expected], abs=5e-5, nan_ok=True), (owner, group, start)


def test_where_no_services_change_the_country_is_as_expected_at_every_start(duckdb_engine):
    chance = Random(5)
    pairs = [
        (chance.choice(["4204", "4215", "4201"]), kinds, kinds, (chance.randint(1, 5), chance.randint(1, 5)))
        for kinds in (chance.choice([(15,), (1,), (21,), (15, 1)]) for _ in range(900))
    ]
    tables = made(duckdb_engine, pairs)
    for start in "12345":
        own = [(at(t, "Par", start=start), at(t, "UtoverForventet", start=start)) for t in tables.values()]
        assert sum(n for n, _ in own) > 100
        assert sum(n * beyond for n, beyond in own) == pytest.approx(0, abs=1e-9)
        expected = at(tables["4204"], "Forventet", start=start)
        assert [at(t, "Forventet", start=start) for t in tables.values()] == pytest.approx([expected] * len(tables))
    low, high = (at(tables["4204"], "Forventet", start=s) for s in "15")
    assert low > 1.5
    assert high < -1.5, "scores drawn at random regress to the mean"


def test_the_page_reads_the_table_aloud_and_says_what_the_change_is_not(worked):
    grant = Grant("4204", Scope.owner("4204", "test", "test"))
    page = sum_report_html(worked["4204"], grant, "en")
    assert "20 persons were assessed twice about a year apart. The value changed by −1.50 on average" in page.replace(
        "-1.50", "−1.50"
    )
    assert "regression to the mean" in page
    assert "Goals of the individual are not in the register" in page


def test_a_municipality_where_nobody_was_assessed_twice_is_told_so(duckdb_engine):
    counted = count_changes(duckdb_engine, duckdb_engine.from_arrow(register([])), Settings(), YEAR, ["egenomsorg"])
    (table,) = tables_of_changes(counted, ["4201"], LINEAGE, Settings())["4201"]
    assert table.reading.nb == "Ingen er vurdert to ganger med om lag et år mellom."
    assert not table.values["Par"].any()


def test_every_measure_has_a_name_and_another_is_refused(duckdb_engine):
    names = measures(Settings())
    assert {"egenomsorg", "need", "F03"} <= set(names)
    assert all(measure_name(m).nn for m in names)
    with pytest.raises(OmsorgstallError, match="no measure of function velvære"):
        count_changes(duckdb_engine, {}, Settings(), YEAR, ["velvære"])
