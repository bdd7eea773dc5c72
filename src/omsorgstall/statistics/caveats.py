"""What readers must be told of figures besides their definitions: who stands in for whom, and to which day a year is counted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from omsorgstall.codes import Region, municipalities
from omsorgstall.core import Text, parse_yaml
from omsorgstall.register.vintage import StandIn, Substitution

_LANGUAGES = ("nb", "nn", "en")
_MOST_NAMED = 5


@cache
def shared_notes() -> Mapping[str, Mapping[str, str]]:
    """Texts that several tables share, by id."""
    content: Mapping[str, Mapping[str, str]] = parse_yaml(
        (files("omsorgstall.statistics") / "notes.yaml").read_text(encoding="utf-8")
    )
    return content


def _note(note: str, **said: Text) -> Text:
    return Text(*(shared_notes()[note][n].format(**{k: v.in_language(n) for k, v in said.items()}) for n in _LANGUAGES))


@dataclass(frozen=True, slots=True)
class Caveats:
    """What is said beside figures.

    Attributes:
        substituted: per year the municipalities (today's numbers) whose figures rest on another year's submission.
        reference_date: the day a year that still runs is counted to; None for whole years.
        corrected: per year the municipalities whose figures rest on something else than in the edition ``since``.
    """

    substituted: Mapping[int, Mapping[str, Substitution]] = field(default_factory=dict)
    reference_date: date | None = None
    corrected: Mapping[int, frozenset[str]] = field(default_factory=dict)
    since: str = ""

    def of_region(self, region: Region, years: Sequence[int]) -> Text | None:
        """Which municipalities of a region others stand in for, or are corrected, in the years; None when none is."""
        found = [t for year in years for t in self._touched(region.municipalities, year)]
        if not found:
            return None
        return Text(*(" ".join(t.in_language(n) for t in found) for n in _LANGUAGES))

    def _touched(self, within: Collection[str], year: int) -> Iterable[Text]:
        """One sentence for each way in which figures of the year were replaced or corrected."""
        ways: dict[tuple[StandIn, int], list[str]] = {}
        for number, s in sorted(self.substituted.get(year, {}).items()):
            if number in within:
                ways.setdefault((s.method, s.by_year or 0), []).append(number)
        for (method, by_year), numbers in ways.items():
            said = {"year": Text.same(str(year)), "by": Text.same(str(by_year)), "names": _names(numbers)}
            yield _note(f"substituted_{method}", **said)
        told = self.corrected.get(year, frozenset()) - self.substituted.get(year, {}).keys()
        if numbers := sorted(told.intersection(within)):
            yield _note("corrected", year=Text.same(str(year)), names=_names(numbers), since=Text.same(self.since))

    def of_table(self, years: Iterable[int]) -> tuple[Text, ...]:
        """Notes for every table of the years."""
        shown = tuple(years)
        notes = [_note("substituted")] if any(self.substituted.get(y) for y in shown) else []
        if any(self.corrected.get(y) for y in shown):
            notes.append(_note("corrected_some", since=Text.same(self.since)))
        if self.reference_date is not None:
            day = self.reference_date
            written = Text(*(_written(day, n) for n in _LANGUAGES))
            notes.append(_note("year_to_date", day=written, year=Text.same(str(day.year))))
        return tuple(notes)


def _names(numbers: Sequence[str]) -> Text:
    """Names of municipalities; how many more there are when they are many."""
    known = ", ".join(municipalities()[n].name if n in municipalities() else n for n in numbers[:_MOST_NAMED])
    more = len(numbers) - _MOST_NAMED
    others = _note("and_others", number=Text.same(str(more))) if more > 0 else Text.same("")
    return Text(*(known + others.in_language(n) for n in _LANGUAGES))


def _written(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language != "en" else f"{day.day} {day:%B %Y}"
