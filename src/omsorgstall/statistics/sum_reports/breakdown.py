"""A dimension of reports: its members, and the code of each row of persons, services or events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import code_list
from omsorgstall.core import Text, format_number
from omsorgstall.statistics.sum_reports.texts import LANGUAGES, said
from omsorgstall.tables import Member

NOT_STATED = "9"
TOTAL = "00"
"""Code of the member that stands for everybody, in every breakdown that has one."""
Code = Callable[[ir.Table], ir.StringValue]
Limits = Sequence[float]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A dimension of reports. Codes and texts come from the code lists; a missing value is ``NOT_STATED``.

    Attributes:
        id: name in the output, such as ``Alder``.
        members: the leaves, in order; empty when they are found among the rows (places of service, combinations).
        total: what stands for all of them; None when nothing does, since the members are no parts of a whole.
        code: the code of a row of persons, services or events.
        reads: the columns that ``code`` looks at.
        of_service: a person may stand in several members, one for each service.
        spread: makes of each row one for each member it stands in, when it may stand in several.
        holds: whether a row stands in one of some codes; by its code when None.
        overlapping: a person may have rows in several members.
        gathered: leaves by the code of a further member that gathers them, beside the total.
    """

    id: str
    label: Text
    members: tuple[Member, ...]
    total: Member | None
    code: Code
    reads: tuple[str, ...]
    of_service: bool = False
    spread: Callable[[ir.Table], ir.Table] | None = None
    holds: Callable[[ir.Table, tuple[str, ...]], ir.BooleanValue] | None = None
    gathered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlapping: bool = False

    @property
    def several(self) -> bool:
        """Whether one person may stand in several members."""
        return self.of_service or self.spread is not None or self.overlapping

    def stands_in(self, rows: ir.Table, codes: tuple[str, ...]) -> ir.BooleanValue:
        """Whether each row stands in one of the codes."""
        return self.code(rows).isin(codes) if self.holds is None else self.holds(rows, codes)


def leaf(code: str, label: Text) -> Member:
    """A member that covers itself."""
    return Member(code, label, frozenset({code}))


def breakdown(
    name: str, leaves: Mapping[str, Text], code: Code, reads: tuple[str, ...], *, of_service: bool = False, total: bool = True
) -> Breakdown:
    """A breakdown with the label and the total that ``texts.yaml`` has for it."""
    members = tuple(leaf(c, t) for c, t in leaves.items())
    everyone = Member(TOTAL, said(f"total_{name}", "total"), frozenset(leaves)) if total else None
    return Breakdown(name, said(name), members, everyone, code, reads, of_service)


def coded(column: str) -> Code:
    """The code that stands in a column."""
    return lambda rows: rows[column].cast("string").fill_null(NOT_STATED)


def listed(name: str, column: str, codes: str) -> Breakdown:
    """By the codes of a code list, and not stated."""
    leaves = {str(c.value): c.name for c in code_list(codes).codes} | {NOT_STATED: said("not_stated")}
    return breakdown(name, leaves, coded(column), (column,))


def named(name: str, column: str, codes: Iterable[str], text: str, *, total: bool = True) -> Breakdown:
    """By a column whose codes have texts of their own."""
    return breakdown(name, {code: said(f"{text}_{code}") for code in codes}, coded(column), (column,), total=total)


def marked(name: str, column: str) -> Breakdown:
    """By whether a mark is set: ``1`` yes, ``2`` no."""

    def code(rows: ir.Table) -> ir.StringValue:
        return rows[column].fill_null(False).ifelse("1", "2")

    return breakdown(name, {"1": said("marked"), "2": said("not_marked")}, code, (column,))


def in_bits(name: str, leaves: Mapping[str, tuple[int, Text]], column: str, none: tuple[str, Text] | None) -> Breakdown:
    """By the bits of a column, of which a row may have several.

    Args:
        leaves: by code, the place of its bit and its text.
        none: code and text of who has none of these bits; None when such rows stand in no member.
    """
    every = sum(1 << place for place, _ in leaves.values())
    bit = f"bit_of_{name}"

    def spread(rows: ir.Table) -> ir.Table:
        places = [*(place for place, _ in leaves.values()), *([-1] if none else [])]
        many = rows.mutate(**{bit: ibis.array(places).unnest()})
        has = ibis.cases(*[(many[bit] == place, (many[column] & (1 << place)) > 0) for place, _ in leaves.values()])
        nothing = (many[column].fill_null(0) & every) == 0
        return many.filter(has.fill_null(False) if none is None else (many[bit] == -1).ifelse(nothing, has).fill_null(False))

    def code(rows: ir.Table) -> ir.StringValue:
        return ibis.cases(*[(rows[bit] == place, c) for c, (place, _) in leaves.items()], else_=none[0] if none else None)

    def holds(rows: ir.Table, codes: tuple[str, ...]) -> ir.BooleanValue:
        bits = sum(1 << leaves[c][0] for c in codes if c in leaves)
        found = (rows[column].fill_null(0) & bits) > 0
        return found | ((rows[column].fill_null(0) & every) == 0) if none and none[0] in codes else found

    texts = {c: text for c, (_, text) in leaves.items()} | (dict([none]) if none else {})
    made = breakdown(name, texts, code, (column,))
    return Breakdown(name, made.label, made.members, made.total, code, (column,), spread=spread, holds=holds)


def band_codes(letter: str, limits: Limits) -> dict[str, Text]:
    """The bands of hours a week that begin at 0 and at each limit, with their texts."""
    ends = (*limits, None)
    return {f"{letter}{n}": _band(start, end) for n, (start, end) in enumerate(zip((0, *limits), ends, strict=True))}


def _band(start: float, end: float | None) -> Text:
    key = "band_under" if not start else "band_over" if end is None else "band_between"
    numbers = {lang: {"start": _hours(start, lang), "end": _hours(end or 0, lang)} for lang in LANGUAGES}
    return Text(*(said(key, **numbers[lang]).in_language(lang) for lang in LANGUAGES))


def _hours(value: float, language: str) -> str:
    return format_number(value, 0 if float(value).is_integer() else 1, language)


def in_bands(value: ir.NumericValue, limits: Limits, letter: str) -> ir.StringValue:
    """The code of the band of a value."""
    closed = [(value < end, f"{letter}{n}") for n, end in enumerate(limits)]
    return ibis.cases(*closed, else_=f"{letter}{len(limits)}")
