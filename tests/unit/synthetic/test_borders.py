"""Who reports a person follows the borders of the data year."""

import numpy as np
import pytest

from omsorgstall.codes import municipalities, municipalities_in
from omsorgstall.core import OmsorgstallError
from omsorgstall.synthetic import Country
from omsorgstall.synthetic.borders import neighbourhoods, parts, reporting_part
from omsorgstall.synthetic.draws import keyed, root_key

KEYS = keyed(np.broadcast_to(root_key(1), 5000), np.arange(5000))


def test_kristiansand_reported_as_three_municipalities_before_the_merger():
    assert parts("4204", 2019).numbers == ("1001", "1017", "1018")
    assert parts("4204", 2020).numbers == ("4204",)


def test_people_spread_over_the_parts_by_their_shares():
    where = reporting_part(KEYS, "4204", 2019)
    found = np.bincount(where, minlength=3) / len(KEYS)
    assert np.abs(found - parts("4204", 2019).shares).max() < 0.03


def test_a_municipality_that_was_split_later_is_made_in_one_piece():
    groups = neighbourhoods(frozenset(municipalities()), (2021,))
    (alesund,) = [g for g in groups if "1508" in g]
    assert set(alesund) == {"1508", "1580"}
    assert sum(len(g) for g in groups) == len(municipalities())


def test_every_number_of_a_year_is_reported_by_someone():
    for year in (2010, 2019, 2021, 2024):
        reported = {n for m in municipalities() for n in parts(m, year).numbers}
        assert reported == set(municipalities_in(year))


def test_a_country_of_a_year_without_a_known_population_is_refused():
    with pytest.raises(OmsorgstallError, match="no people in 2005") as caught:
        Country(1, (2005, 2006))
    assert "2006 to 2026" in caught.value.todo
