"""The words of sum reports in bokmål, nynorsk and English, from ``texts.yaml``."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from omsorgstall.core import Text, parse_yaml

LANGUAGES = ("nb", "nn", "en")
_HERE = files("omsorgstall.statistics.sum_reports")


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    content: Mapping[str, Mapping[str, str]] = parse_yaml((_HERE / "texts.yaml").read_text(encoding="utf-8"))
    return content


def said(key: str, default: str = "", **values: object) -> Text:
    """The text with this key, ``{name}`` filled in; that of ``default`` when there is none.

    Raises:
        KeyError: when neither is there.
    """
    found = _texts()[key if key in _texts() or not default else default]
    return Text(*(found[n].format(**values) for n in LANGUAGES))


def subscale_name(subscale: str) -> Text:
    """The name of a subscale (delmål)."""
    return said(f"subscale_{subscale}")
