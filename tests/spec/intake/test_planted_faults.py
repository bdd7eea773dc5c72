"""Faults planted in a made-up county are found by the rule they are planted for, and by no other without a reason."""

import pytest
from bench.planted import INDICATIONS, counted, places_of

from omsorgstall.engine import Engine
from omsorgstall.intake import rules
from omsorgstall.synthetic import Country, generate, generate_events
from omsorgstall.synthetic.parameters import default_parameters
from omsorgstall.synthetic.planting import plant_file

MADE = frozenset({"4203"})


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    (made,) = generate(folder, Country(5, (2022,), MADE), processes=1, parameters=default_parameters().without_faults())
    return made


@pytest.fixture(scope="module")
def tally(batch, tmp_path_factory):
    messages = generate_events(tmp_path_factory.mktemp("events"), Country(5, (2022,), MADE), weeks=1)
    return counted([batch], messages, persons_a_fault=500)


def test_for_every_rule_a_fault_is_planted(tally):
    assert set(tally.planted) == set(rules())


def test_every_planted_fault_is_found_at_its_record(tally):
    assert tally.missed == []


def test_nothing_is_told_of_where_nothing_planted_is_the_reason(tally):
    assert tally.strangers == []


def test_a_country_recorded_without_faults_has_none_of_most_rules(tally):
    clean = {rule for rule in rules() if not tally.without[rule]}
    assert clean >= {"A02", "A30", "C02", "C03", "C05", "C10", "C15", "C16", "C18", "C20", "C24", "C47", "C55", "N12"}
    assert set(INDICATIONS) <= set(rules())


def test_a_fault_that_is_taken_out_again_is_not_found(batch, tmp_path):
    """The measure itself: with the record as it was before, the planted fault counts as missed."""
    planted = plant_file(batch, tmp_path / batch.name, 5)
    with Engine.local(threads=1) as engine:
        untouched, _ = places_of(batch, engine)
    told = [fault for fault in planted if (fault.rule, fault.lines[fault.line]) in untouched]
    assert len(told) < len(planted) / 5


def test_planting_is_the_same_every_time(batch, tmp_path):
    first, second = (plant_file(batch, tmp_path / name, 5) for name in ("a", "b"))
    assert first == second
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != batch.read_bytes()
