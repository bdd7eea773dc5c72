"""Words every room shares: municipality numbers, numbers, severities, errors, texts. No input or output."""

from omsorgstall.core.collecting import uncollected
from omsorgstall.core.errors import ErrorFamily, OmsorgstallError
from omsorgstall.core.municipality import MunicipalityNumber
from omsorgstall.core.numbers import format_number, round_half_up
from omsorgstall.core.progress import Progress, silent
from omsorgstall.core.severity import Severity
from omsorgstall.core.texts import Text
from omsorgstall.core.times import time_in_words
from omsorgstall.core.yamltext import parse_yaml

__all__ = [
    "ErrorFamily",
    "MunicipalityNumber",
    "OmsorgstallError",
    "Progress",
    "Severity",
    "Text",
    "format_number",
    "parse_yaml",
    "round_half_up",
    "silent",
    "time_in_words",
    "uncollected",
]
