"""The fixed words of the published pages and files in bokmål, nynorsk and English, from ``texts.yaml``."""

from functools import cache
from importlib.resources import files

from omsorgstall.core import Text, parse_yaml


@cache
def _texts() -> dict[str, Text]:
    raw = files("omsorgstall.publish").joinpath("texts.yaml").read_text("utf-8")
    return {key: Text.of(value) for key, value in parse_yaml(raw).items()}


def text(key: str) -> Text:
    """The text with this key.

    Raises:
        KeyError: when the key is not in ``texts.yaml``.
    """
    return _texts()[key]


def words(key: str, language: str, **values: object) -> str:
    """The text with this key in one language (``nb``, ``nn``, ``en``), with ``{name}`` filled in."""
    return text(key).in_language(language).format(**values)
