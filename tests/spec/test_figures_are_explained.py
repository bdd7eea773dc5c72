"""Where a figure comes from."""

from datetime import UTC, datetime

import pytest

from omsorgstall.engine import Step
from omsorgstall.register import Submission
from omsorgstall.register.delivery import SubmissionKind
from omsorgstall.statistics import explain, table_definitions
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.figures import table_model
from omsorgstall.tables import CellStatus

DELIVERED = {2020: frozenset({"4204", "0301"}), 2021: frozenset({"4204", "0301"})}
LINEAGE = {"vintage": "2021-final", "definition_version": "1"}


def model(table_id="11642"):
    return table_model(table_definitions()[table_id], sorted(DELIVERED), Coverage(DELIVERED, {}))


def submission(number, municipality, year):
    now = datetime(2022, 1, 10, tzinfo=UTC)
    within = frozenset({municipality})
    return Submission(str(number), number, SubmissionKind.ANNUAL, municipality, year, "0" * 64, now, now, None, within, ())


SUBMISSIONS = [submission(1, "4204", 2020), submission(2, "4204", 2021), submission(3, "0301", 2021)]


def test_a_figure_rests_on_the_submissions_of_its_region_and_year():
    cell = {"Region": "4204", "Alder": "080-089", "Tjeneste": "15", "Tid": "2021"}
    steps = [Step("service facts", 1.0, 4, "")]
    found = explain(model(), "Brukere", cell, lineage=LINEAGE, submissions=SUBMISSIONS, steps=steps)
    assert [s.number for s in found.submissions] == [2]
    assert [(c.dimension, c.member.nb) for c in found.cell] == [
        ("Region", "Kristiansand"),
        ("Alder", "80–89 år"),
        ("Tjeneste", "Helsetjenester i hjemmet"),
        ("Tid", "2021"),
    ]
    assert found.formula.nn == "Talet på ulike personar med ei teneste som var aktiv minst éin dag i året."
    assert (found.version, found.vintage, found.steps[0].name) == ("1", "2021-final", "service facts")
    assert found.command == "omsorgstall tables 11642 --vintage 2021-final --region 4204 --year 2021"


def test_a_figure_rests_on_the_messages_registered_after_its_batch_was_taken_out():
    def message(number, day):
        until = datetime(2022, 1, day, tzinfo=UTC)
        within = frozenset({"4204"})
        return Submission(str(number), number, SubmissionKind.EVENTS, "4204", 2022, "0" * 64, until, None, until, within, ())

    submissions = [message(4, 9), message(5, 11), *SUBMISSIONS]
    found = explain(model(), "Brukere", {"Region": "4204", "Tid": "2021"}, lineage=LINEAGE, submissions=submissions)
    assert [s.number for s in found.submissions] == [2, 5]


def test_the_country_rests_on_everyone_and_what_is_left_out_stands_at_its_total():
    found = explain(model(), "Brukere", {"Tid": "2021"}, lineage=LINEAGE, submissions=SUBMISSIONS)
    assert [s.number for s in found.submissions] == [2, 3]
    assert [c.code for c in found.cell] == ["EAK", "999", "00", "2021"]


def test_a_hidden_figure_is_said_to_protect_persons():
    found = explain(model(), "Brukere", {"Tid": "2021"}, lineage=LINEAGE, status=CellStatus.SUPPRESSED)
    assert "verne" in found.status.nb
    assert "verne" in found.status.nn


@pytest.mark.parametrize("cell", [{}, {"Tid": "1999"}, {"Tid": "2021", "Kjonn": "2"}, {"Tid": "2021", "Region": "9999"}])
def test_a_cell_that_does_not_exist_is_refused(cell):
    with pytest.raises(KeyError):
        explain(model(), "Brukere", cell, lineage=LINEAGE)


def test_a_table_of_hours_must_be_asked_for_a_service():
    with pytest.raises(KeyError):
        explain(model("11643"), "Timer", {"Tid": "2021"}, lineage=LINEAGE)
