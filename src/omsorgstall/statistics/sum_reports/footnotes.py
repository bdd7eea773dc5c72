"""What is told below a report of each municipality, from its own figures at the last time."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from omsorgstall.codes.dwellings import dwelling_fields
from omsorgstall.core import Text, format_number
from omsorgstall.measures.round_the_clock import Definition, definitions
from omsorgstall.statistics.sum_reports.counted import Counted
from omsorgstall.statistics.sum_reports.request import Asked
from omsorgstall.statistics.sum_reports.texts import LANGUAGES, said

_PAIRED = "paired"
_OUTCOMES = ("death", "hospital", "no_start_assessment", "no_new_assessment")


def footnotes(asked: Asked, counted: Sequence[Counted]) -> tuple[Text, ...]:
    """The notes that the report tells (``SumReport.tells``); none where nobody is counted."""
    found = [_TOLD[name](counted[-1]) for name in asked.report.tells if name in _TOLD]
    return (*(note for note in found if note is not None), *(_definitions() if "definitions" in asked.report.tells else ()))


def _definitions() -> Iterator[Text]:
    """Each definition of round-the-clock care: what it means, and the fields it looks at that no submission has."""
    fields = dwelling_fields()
    for each in definitions().values():
        lacked = [fields[f].name for f in each.not_submitted if f in fields]
        told = [_defined(each, [name.in_language(lang) for name in lacked], lang) for lang in LANGUAGES]
        yield Text(*told)


def _defined(each: Definition, lacked: Sequence[str], language: str) -> str:
    words = f"{each.name.in_language(language)}: {each.meaning.in_language(language)}"
    if not lacked:
        return words
    return f"{words} {said('told_lacked', fields=', '.join(lacked)).in_language(language)}"


def _assessment_age(counted: Counted) -> Text | None:
    """The median age of the assessments that the report rests on."""
    days = [d for d in counted.cells["assessment_age_median"].to_pylist() if d is not None]
    return _filled("assessment_age", days=days[0]) if days else None


def _pairs(counted: Counted) -> Text | None:
    """How many stays ended, and how many of them have no pair, and why."""
    if counted.behind is None:
        return None
    stays = dict(zip(counted.behind["pairing"].to_pylist(), counted.behind["stays"].to_pylist(), strict=True))
    if not stays:
        return None
    ended, paired = sum(stays.values()), stays.get(_PAIRED, 0)
    lost = {name: stays.get(name, 0) for name in _OUTCOMES}
    return _filled("pairs", ended=ended, paired=paired, lost=ended - paired, share=100 * (ended - paired) / ended, **lost)


def _filled(key: str, **numbers: float) -> Text:
    each = [{name: format_number(n, 0, lang) for name, n in numbers.items()} for lang in LANGUAGES]
    return Text(*(said(f"told_{key}", **filled).in_language(lang) for lang, filled in zip(LANGUAGES, each, strict=True)))


_TOLD: Mapping[str, Callable[[Counted], Text | None]] = {"assessment_age": _assessment_age, "pairs": _pairs}
