"""A made-up country written as submission files: real municipalities and population, made-up people and histories."""

from omsorgstall.synthetic.calibrate import calibrate
from omsorgstall.synthetic.generating import Country, generate, generate_events
from omsorgstall.synthetic.identity import organisation_numbers
from omsorgstall.synthetic.plausibility import Comparison, Published, plausibility, render

__all__ = [
    "Comparison",
    "Country",
    "Published",
    "calibrate",
    "generate",
    "generate_events",
    "organisation_numbers",
    "plausibility",
    "render",
]
