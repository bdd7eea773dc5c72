"""The recommended package: what each sentence says with nobody, one, few and many, and what it never concludes."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError, Text
from omsorgstall.disclosure import preset, release
from omsorgstall.publish.package import package_excel, package_html, package_pdf
from omsorgstall.statistics.sum_reports.package import key_figures, package, public_figures, public_package
from omsorgstall.statistics.sum_reports.package.saying import counted, of_them
from omsorgstall.statistics.sum_reports.peers import beside, draft_of_views, every_area, in_public, peer_areas, views, without
from omsorgstall.statistics.sum_reports.report import time_code
from omsorgstall.tables import Composition, Dimension, DimensionKind, Member, OwnerTable, TableModel
from tests.builders.views import YEAR, counted_view

OWNER, OTHERS = "1151", ("1101", "1103", "5001")
GRANT = Grant(OWNER, Scope.owner(OWNER, "p", "w"))
LANGUAGES = ("nb", "nn", "en")
MEASURES = {
    "Mottakere": "persons",
    "Lege": "doctor",
    "Timer": "seconds",
    "Vedtak": "events",
    "Avslag": "refused",
    "Starter": "events",
}
MEASURES |= {"Behandlet": "handled", "Ventet": "waited", "Beboere": "events", "Opphold": "stays"}
MEANS = {
    "TimerPerMottaker": ("seconds", "persons"),
    "Behandlingstid": ("handling_days", "handled"),
    "Ventetid": ("waiting_days", "waited"),
}
MEANS |= {"Dager": ("elapsed_days", "events"), "DoegnPerOpphold": ("bed_days", "stays")}


def view_cells(view_id, people):
    """A view in which each municipality has so many persons in the first leaf, and each amount is three times as much."""
    view = views()[view_id]
    leaves = [m.code for m in view.asked(YEAR).rows.members if len(m.covers) == 1]
    gathered = [m.code for m in view.asked(YEAR).rows.members if len(m.covers) > 1]
    chosen = {"S01 Behov": "3", "S09 Behov": "3", "S01 Alder": "080-089", "S08 Bosituasjon": "LONG_TERM"}.get(view_id, leaves[0])
    base = {m: {chosen: n, **dict.fromkeys(gathered, n), "00": n} for m, n in people.items()}
    counts = {
        m: base for m in (view.persons, *view.marks, "refused", "handled", "waited", "stays", "events") if m in measures_of(view)
    }
    amounts = {m: {k: {c: 3.0 * n for c, n in v.items()} for k, v in base.items()} for m in measures_of(view) - set(counts)}
    return counted_view(view_id, **counts, **amounts)


def measures_of(view):
    return {view.persons, *view.marks, *view.amounts}


def own_table(cells, owner):
    """The owner's report of the view, as the sum reports make it."""
    known = cells.view.asked(YEAR)
    at = time_code(known.times[0])
    figures = {
        f: [cells.figures[m].get((owner, x.code), 0.0) for x in cells.members] for f, m in MEASURES.items() if m in cells.figures
    }
    for mean, (above, below) in MEANS.items():
        if above in cells.figures:
            top, low = (np.array([cells.figures[m].get((owner, x.code), 0.0) for x in cells.members]) for m in (above, below))
            figures[mean] = np.divide(top, low, out=np.full(len(low), np.nan), where=low > 0)
    time = Dimension(
        "Tid", Text.same("Tid"), DimensionKind.TIME, Composition.ADDITIVE, (Member(at, Text.same(at), frozenset({at})),)
    )
    rows = Dimension(cells.by.id, cells.by.label, DimensionKind.CLASSIFICATION, Composition.ADDITIVE, cells.members)
    model = TableModel(cells.view.report, known.report.title, (rows, time), ())
    return OwnerTable(owner, model, {f: np.array(v, float)[:, None] for f, v in figures.items()})


def made(own, others=400):
    people = {OWNER: own} | dict.fromkeys(OTHERS, others)
    areas = peer_areas(OWNER, set(people), YEAR)
    tables, peers = {}, {}
    for name in dict.fromkeys(f.view for f in key_figures()):
        cells = view_cells(name, people)
        draft = draft_of_views([cells], without(areas, OWNER), {})
        tables[name] = own_table(cells, OWNER)
        peers[name] = beside(cells, OWNER, areas, release(draft, preset("small-count-5")).protected.tables)
    lineage = {"vintage": "v", "code_version": "1", "again": "omsorgstall package"}
    return package(OWNER, tables, peers, [YEAR], sorted(people), lineage)


@pytest.fixture(scope="module", params=[0, 1, 7, 3000], ids=["none", "one", "few", "many"])
def report(request):
    return request.param, made(request.param)


def figures(report):
    return {f["id"]: f for s in report.content["sections"] for f in s["figures"]}


def test_every_figure_has_a_whole_sentence_in_each_language(report):
    _, found = report
    assert len(figures(found)) == len(key_figures())
    for figure in figures(found).values():
        for language in LANGUAGES:
            sentence = figure["sentence"][language]
            assert sentence[0] == sentence[0].upper()
            assert sentence.endswith(".")
            assert "{" not in sentence
            assert "None" not in sentence


def test_nothing_is_concluded_from_small_numbers(report):
    own, found = report
    compared = [f["id"] for f in figures(found).values() if f["compared"]]
    assert bool(compared) == (own > 50)
    if own < 20:
        assert not any("prosent" in f["sentence"]["nb"] for f in figures(found).values())
    if 1 < own < 20:
        assert "Små tall" in figures(found)["large_need"]["small"]["nb"]
        assert "få mottakere" in found.content["few"]["nb"]


@pytest.mark.parametrize(
    ("own", "figure", "says"),
    [
        (0, "recipients", "Ingen fikk helse- og omsorgstjenester fra kommunen ved utgangen av 2022."),
        (1, "recipients", "Én person fikk helse- og omsorgstjenester fra kommunen ved utgangen av 2022."),
        (1, "large_need", "Bare én person fikk tjenester ved utgangen av 2022, så en fordeling på behov sier ingenting."),
        (7, "large_need", "Sju personer fikk tjenester ved utgangen av 2022; alle hadde omfattende behov for bistand."),
        (7, "younger", "Sju personer fikk tjenester ved utgangen av 2022; ingen av dem var under 67 år."),
        (
            3000,
            "large_need",
            "100\u00a0prosent av mottakerne hadde omfattende behov for bistand ved utgangen av 2022: 3\u00a0000 personer.",
        ),
        (3000, "handling", "I 2022 gikk det 3\u00a0dager i gjennomsnitt fra søknad til vedtak (3\u00a0000 vedtak)."),
    ],
)
def test_the_sentence_has_the_grammar_of_its_number(own, figure, says):
    assert figures(made(own))[figure]["sentence"]["nb"] == says


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (0, "nb", "ingen vedtak"),
        (1, "nb", "ett vedtak"),
        (1, "nn", "eitt vedtak"),
        (2, "en", "two decisions"),
        (13, "nb", "13 vedtak"),
    ],
)
def test_counts_are_said_in_words_up_to_twelve(count, language, said):
    assert counted(count, "decision", language) == said


def test_those_of_them_are_none_one_some_or_all():
    assert [of_them(n, 4, "person", "nb") for n in (0, 1, 2, 4)] == ["ingen av dem", "én av dem", "to av dem", "alle"]
    assert of_them(1, 4, "decision", "nb") == "ett av dem"


def test_a_share_is_called_higher_only_when_chance_does_not_explain_it():
    found = made(3000)
    recipients = figures(found)["recipients"]["compared"]
    assert recipients["nb"].startswith("Det er mer enn i ")
    assert "omtrent som i" in figures(found)["handling"]["compared"]["nb"]


def test_documents_are_made_in_every_language_and_for_the_owner_only(report):
    own, found = report
    for language in LANGUAGES:
        assert package_pdf(found, GRANT, language).startswith(b"%PDF")
        assert package_excel(found, GRANT, language).startswith(b"PK")
    if own < 2:  # charts take seconds
        page = package_html(found, GRANT, "nn")
        assert '<html lang="nn">' in page
        assert "http" not in page
    other = Grant("1101", Scope.owner("1101", "p", "w"))
    for write in (package_html, package_pdf, package_excel):
        with pytest.raises(OmsorgstallError, match="grant"):
            write(found, other)


def made_public(own, others=400):
    people = {OWNER: own} | dict.fromkeys(OTHERS, others)
    every = every_area(set(people), YEAR)
    codes = [OWNER, *(a.code for a in peer_areas(OWNER, set(people), YEAR))]
    tables = {}
    for name in dict.fromkeys(f.view for f in public_figures()):
        cells = view_cells(name, people)
        tables[name] = in_public(
            cells, codes, release(draft_of_views([cells], every, {}), preset("small-count-5")).protected.tables
        )
    return public_package(OWNER, tables, YEAR, sorted(people), {"vintage": "v", "code_version": "1"})


def test_a_figure_that_could_reveal_persons_is_not_told_in_public():
    found = made_public(3)
    for figure in figures(found).values():
        assert figure["sentence"]["nb"] == "Tallet kan ikke vises uten at enkeltpersoner kunne røpes."
        assert figure["own"]["value"] is figure["own"]["part"] is figure["compared"] is figure["small"] is None
    assert found.content["lead"] == [figures(found)["recipients"]["sentence"]]
    assert " 3 " not in package_html(found, None)


def test_what_anyone_may_see_is_told_as_to_the_owner():
    public, own = figures(made_public(3000)), figures(made(3000))
    assert {f: public[f]["sentence"] for f in public} == {f: own[f]["sentence"] for f in public}
    assert {f: public[f]["compared"] for f in public} == {f: own[f]["compared"] for f in public}
    assert set(public) == {"recipients", "oldest", "younger", "large_need", "three_or_more", "hours", "long_term"}


def test_a_public_package_is_for_anyone_and_says_so():
    found = made_public(3000)
    assert found.owner == ""
    assert "Dokumentet kan legges fram åpent" in package_html(found, None)
    assert "kommunens egne" not in package_html(found, None)
    assert package_pdf(found, None, "nn").startswith(b"%PDF")
    assert package_excel(found, None, "en").startswith(b"PK")


def test_the_content_is_plain_data_and_the_same_document_twice(report):
    _, found = report
    json.dumps(dict(found.content))
    assert package_pdf(found, GRANT) == package_pdf(replace(found), GRANT)


def test_the_years_are_followed(report):
    assert date(YEAR, 12, 31).year == figures(report[1])["recipients"]["years"][-1]["year"]
