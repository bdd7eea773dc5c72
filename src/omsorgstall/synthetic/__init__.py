"""A made-up country written as submission files: real municipalities and population, made-up people and histories."""

from omsorgstall.synthetic.generating import Country, generate
from omsorgstall.synthetic.identity import organisation_numbers

__all__ = ["Country", "generate", "organisation_numbers"]
