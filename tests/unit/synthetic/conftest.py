"""One made-up municipality, simulated once for all tests of this folder."""

import pytest

from omsorgstall.synthetic.histories import histories_of
from omsorgstall.synthetic.parameters import default_parameters
from omsorgstall.synthetic.people import Population
from omsorgstall.synthetic.reporting import Reporter, cut

MUNICIPALITY, YEAR = "4203", 2021


@pytest.fixture(scope="session")
def population():
    return Population(11, default_parameters())


@pytest.fixture(scope="session")
def home(population):
    """The history of the municipality's own people."""
    return histories_of(population, MUNICIPALITY, 2019, YEAR)[0]


@pytest.fixture(scope="session")
def tables(home):
    """What the municipality reports of them for the year."""
    return Reporter(cut(home, YEAR), default_parameters()).tables()
