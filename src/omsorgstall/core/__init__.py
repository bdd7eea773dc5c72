"""Words every room shares: periods, municipality numbers, findings, errors, texts. No input or output."""

from omsorgstall.core.errors import ErrorFamily, OmsorgstallError
from omsorgstall.core.finding import Finding, Severity
from omsorgstall.core.municipality import MunicipalityNumber
from omsorgstall.core.numbers import format_number, round_half_up
from omsorgstall.core.period import Period
from omsorgstall.core.progress import Progress, silent
from omsorgstall.core.texts import Language, Text
from omsorgstall.core.yamltext import parse_yaml

__all__ = [
    "ErrorFamily",
    "Finding",
    "Language",
    "MunicipalityNumber",
    "OmsorgstallError",
    "Period",
    "Progress",
    "Severity",
    "Text",
    "format_number",
    "parse_yaml",
    "round_half_up",
    "silent",
]
