"""The fixed words of the published pages and files in bokmål, nynorsk and English, from ``texts.yaml`` and those beside it."""

from functools import cache
from importlib.resources import files

from omsorgstall.core import Text, parse_yaml

_FILES = (
    "texts.yaml",
    "quality/texts.yaml",
    "sum_reports/texts.yaml",
    "package/texts.yaml",
    "key_figures/texts.yaml",
    "comparison.yaml",
)


@cache
def _texts() -> dict[str, Text]:
    found: dict[str, Text] = {}
    for name in _FILES:
        read = parse_yaml(files("omsorgstall.publish").joinpath(name).read_text("utf-8"))
        if twice := found.keys() & read.keys():
            raise ValueError(f"{name} has texts that another file has: {', '.join(sorted(twice))}. Give them names of their own.")
        found.update({key: Text.of(value) for key, value in read.items()})
    return found


def text(key: str) -> Text:
    """The text with this key.

    Raises:
        KeyError: when the key is in none of the files of texts.
    """
    return _texts()[key]


def words(key: str, language: str, **values: object) -> str:
    """The text with this key in one language (``nb``, ``nn``, ``en``), with ``{name}`` filled in."""
    return text(key).in_language(language).format(**values)
