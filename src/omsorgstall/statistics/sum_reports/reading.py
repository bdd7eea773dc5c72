"""One sentence that reads a report aloud, for leaders who are not used to tables."""

from collections.abc import Mapping
from string import Formatter

import numpy as np
from numpy.typing import NDArray

from omsorgstall.core import Text, format_number, time_in_words
from omsorgstall.statistics.sum_reports.texts import LANGUAGES, said
from omsorgstall.tables import TableModel

Values = Mapping[str, NDArray[np.float64]]
_FIGURES = {
    "doctor": "Lege",
    "dental": "Tannhelse",
    "refused": "Avslag",
    "persons": "Personer",
    "stays": "Opphold",
    "median": "DagerMedian",
    "new": "Nye",
    "ended": "Avsluttet",
    "readmitted": "Tilbake",
    "high": "Hoy",
}
"""Places in sentences and the figures that fill them."""


def reading(sentence: Text, model: TableModel, values: Values) -> Text:
    """The sentence with the figures of the last date; another one when nobody is counted.

    Args:
        sentence: with places for ``date``, ``total`` or ``people`` (the first figure of everybody), ``mean`` (the last ratio of
            everybody), ``largest`` and ``largest_share`` (the largest member beside the total), or one of ``_FIGURES``; a
            number with the noun that follows it, as one and as several: ``{total:person|personer}``.
    """
    known = _Known(model, values)
    if not known.total:
        return Text(*(said("nobody", date=known.day(n)).in_language(n) for n in LANGUAGES))
    return Text(*(known.filled(sentence.in_language(n), n) for n in LANGUAGES))


class _Known:
    """The figures of everybody on the last date."""

    def __init__(self, model: TableModel, values: Values) -> None:
        self._model, self._values = model, values
        self._first = model.contents[0].id
        self._scores = model.dimensions[0].elimination is None
        self.total = self._measured() if self._scores else self._everybody(self._first)

    def _everybody(self, figure: str) -> float:
        values = self._values[figure][..., -1]
        for dimension in self._model.dimensions[:-1]:
            values = values[dimension.index()[dimension.elimination or ""]]
        return float(values)

    def _measured(self) -> float:
        """How many stand behind a table whose rows are measures: its pairs, or all that a row of scores adds to."""
        whole = next((name for name in ("Par", "Personer") if name in self._values), "")
        if whole:
            return float(self._values[whole][..., -1].max())
        counted = [c.id for c in self._model.contents if not c.decimals]
        return float(sum(self._values[c][0, -1] for c in counted))

    def day(self, language: str) -> str:
        """The last date or period in words."""
        return time_in_words(self._model.dimension("Tid").codes()[-1], language)

    def _largest(self) -> tuple[Text, float]:
        """The largest member beside the total, of the columns where there are any, and its share in per cent."""
        if self._scores:
            share = next(c.id for c in self._model.contents if c.id.startswith("Andel"))
            shares = self._values[share].reshape(len(self._model.dimensions[0].members), -1)[:, -1]
            place = int(np.nanargmax(shares)) if not np.all(np.isnan(shares)) else 0
            return self._model.dimensions[0].members[place].label, float(shares[place])
        values, across = self._values[self._first][..., -1], len(self._model.dimensions) - 2
        for axis, dimension in reversed(list(enumerate(self._model.dimensions[:-1]))):
            if axis != across:
                values = np.asarray(values.take(dimension.index()[dimension.elimination or ""], axis))
        members = self._model.dimensions[across].members
        total = self._model.dimensions[across].elimination
        along = values.tolist()
        place = max((n for n, m in enumerate(members) if m.code != total), key=lambda n: (along[n], -n))
        return members[place].label, 100 * along[place] / self.total

    def filled(self, sentence: str, language: str) -> str:
        """The sentence in one language."""
        first, _, rest = sentence.partition(";")
        # Of one alone there are no shares to tell.
        told = f"{first}." if self.total == 1 and "{largest_share}" in rest else sentence
        wanted = {name for _, name, _, _ in Formatter().parse(told) if name}
        return told.format(**{name: self._value(name, language) for name in wanted})

    def _value(self, name: str, language: str) -> str:
        if name == "date":
            return self.day(language)
        if name in ("total", "people"):
            return _Number(format_number(self.total, 0, language))
        if name == "mean":
            ratio = [c for c in self._model.contents if c.kind == "ratio"][-1]
            return format_number(self._everybody(ratio.id), ratio.decimals, language)
        if name in ("largest", "largest_share"):
            label, share = self._largest()
            percent = format_number(share, 0, language) + ("%" if language == "en" else "\u00a0prosent")
            return percent if name == "largest_share" else _in_sentence(label.in_language(language))
        return _Number(format_number(self._everybody(_FIGURES[name]), 0, language))


class _Number(str):
    """A number as it is written, which takes its noun with it: ``{total:person|personer}``."""

    __slots__ = ()

    def __format__(self, nouns: str) -> str:
        one, _, several = nouns.partition("|")
        return f"{self} {one if self == '1' else several}" if nouns else str(self)


def _in_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]
