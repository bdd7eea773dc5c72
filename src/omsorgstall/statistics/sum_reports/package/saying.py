"""Numbers, comparisons and changes in words, with the grammar of bokmål, nynorsk and English."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import Text, format_number, parse_yaml

LANGUAGES = ("nb", "nn", "en")
_UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "per_cent": {"nb": ("prosent", "prosent"), "nn": ("prosent", "prosent"), "en": ("per cent", "per cent")},
    "per_hundred": {"nb": ("", ""), "nn": ("", ""), "en": ("", "")},
    "hours": {"nb": ("time", "timer"), "nn": ("time", "timar"), "en": ("hour", "hours")},
    "days": {"nb": ("dag", "dager"), "nn": ("dag", "dagar"), "en": ("day", "days")},
    "nights": {"nb": ("døgn", "døgn"), "nn": ("døgn", "døgn"), "en": ("night", "nights")},
    "years": {"nb": ("år", "år"), "nn": ("år", "år"), "en": ("year", "years")},
}


@cache
def words() -> Mapping[str, Any]:
    """The words of the package, from ``words.yaml``."""
    text = files("omsorgstall.statistics.sum_reports.package").joinpath("words.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = parse_yaml(text)
    return found


def in_all(say: Mapping[str, str] | Text, **values: Mapping[str, str] | str) -> dict[str, str]:
    """A text in every language with ``{name}`` filled in, each value in its language or the same in all."""
    text = {n: say.in_language(n) if isinstance(say, Text) else say[n] for n in LANGUAGES}
    return {n: text[n].format(**{k: v if isinstance(v, str) else v[n] for k, v in values.items()}) for n in LANGUAGES}


def number(count: int, language: str) -> str:
    """A count as it is written in a sentence: in words up to twelve."""
    names: list[str] = words()["numbers"][language]
    return names[count] if count < len(names) else format_number(count, 0, language)


def counted(count: int, noun: str, language: str) -> str:
    """A count and its noun: "én person", "to personer", "1 234 personer"."""
    one, several = words()["nouns"][noun][language]
    return str(one) if count == 1 else f"{number(count, language)} {several}"


def digits(count: int, noun: str, language: str) -> str:
    """The same in digits, for charts and tables: "1 person", "4 personer"."""
    one, several = words()["nouns"][noun][language]
    return f"{format_number(count, 0, language)} {one.split()[-1] if count == 1 else several}"


def of_them(part: int, whole: int, noun: str, language: str) -> str:
    """How many of those just told of: "ingen av dem", "én av dem", "alle", "sju av dem"."""
    none, one, every, several = words()["of_them"]["decision" if noun in ("decision", "stay") else "person"][language]
    if part == 0:
        return str(none)
    if part == whole:
        return str(every)
    return str(one) if part == 1 else str(several).format(n=number(part, language))


def measured(value: float, unit: str, decimals: int, language: str) -> str:
    """A value with its unit: "29 prosent", "1 dag", "2,3 år"."""
    text = format_number(value, decimals, language)
    one, several = _UNITS[unit][language]
    if unit == "per_cent" and language == "en":
        return f"{text}%"
    name = one if text == "1" else several
    return f"{text}\u00a0{name}" if name else text


def signed(value: float, unit: str, decimals: int, language: str) -> str:
    """A value with its sign or unit, for charts and tables: "29 %", "2,3 år"."""
    if unit == "per_cent":
        return format_number(value, decimals, language) + ("%" if language == "en" else "\u00a0%")
    return measured(value, unit, decimals, language)


def begun(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]
