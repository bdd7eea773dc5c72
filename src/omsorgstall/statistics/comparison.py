"""What a comparison of two vintages tells, as plain data: what moved, because of what, and what the figures do not tell.

It is a report owned by the country: its figures are unprotected and never published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from omsorgstall.codes import municipalities, municipalities_in
from omsorgstall.codes.regions import COUNTRY
from omsorgstall.core import Text
from omsorgstall.register import Vintage
from omsorgstall.register.comparison import Difference, Said
from omsorgstall.statistics.differences import Cause, Move, MovePart
from omsorgstall.tables import Report, TableModel

COMPARISON = "comparison"
"""Kind of the report."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two vintages held against each other.

    Attributes:
        earlier: the one frozen first.
        turned: the moves go from the later vintage to the earlier one; what happened is told in order of time all the same.
        differences: everything their lists do not have in common.
        causes: what moved figures; parts of moves name them by number.
        moves: cells that moved, in the order they are told.
        models: tables that were compared; the later vintage's, with the earlier one's beside it.
        covered: by year, municipalities of today with figures, in the earlier and in the later vintage.
        erased: rows of persons erased since from the earlier and from the later vintage.
    """

    earlier: Vintage
    later: Vintage
    turned: bool
    differences: tuple[Difference, ...]
    causes: tuple[Cause, ...]
    moves: tuple[Move, ...]
    models: Sequence[tuple[TableModel, TableModel]]
    covered: tuple[Mapping[int, frozenset[str]], Mapping[int, frozenset[str]]]
    erased: tuple[int, int]


def comparison_report(found: Compared) -> Report:
    """A comparison as a report of kind ``comparison``, owned by the country.

    Returns:
        Its content holds ``from`` and ``to`` (the vintages in the order asked for), ``earlier``, ``years`` of both,
        ``differences``, ``causes`` (numbers of differences, and of how many moves), ``moves``, ``tables`` with the texts of every
        code in the moves, ``coverage`` (municipalities with figures in one alone), ``versions`` that differ, ``erased`` and
        ``unexplained`` (moves with a remainder). Texts are mappings with ``nb``, ``nn`` and ``en``; times are ISO, UTC.
    """
    ends = (found.later, found.earlier) if found.turned else (found.earlier, found.later)
    erased = tuple(reversed(found.erased)) if found.turned else found.erased
    number = {_identity(d): n for n, d in enumerate(found.differences)}
    content = {
        "from": _vintage(ends[0], erased[0]),
        "to": _vintage(ends[1], erased[1]),
        "earlier": found.earlier.name,
        "years": sorted(set(found.earlier.years) & set(found.later.years)),
        "differences": [_difference(d) for d in found.differences],
        "causes": [_cause(n, cause, number, found.moves) for n, cause in enumerate(found.causes)],
        "moves": [_move(m) for m in found.moves],
        "tables": {after.id: _table(before, after, found.moves) for before, after in found.models},
        "coverage": _coverage(found),
        "versions": _versions(*ends),
        "unexplained": sum(bool(m.remainder) for m in found.moves),
    }
    return Report(COUNTRY, COMPARISON, content)


def _vintage(vintage: Vintage, erased: int) -> dict[str, object]:
    day = vintage.reference_date
    return {
        "name": vintage.name,
        "kind": vintage.kind.value,
        "frozen_at": vintage.created_at.isoformat(),
        "years": list(vintage.years),
        "day": day.isoformat() if day else None,
        "erased": erased,
    }


def _difference(difference: Difference) -> dict[str, object]:
    d = difference
    return {
        "kind": d.kind.value,
        "of": d.of.value if d.of else d.kind.value,
        "municipality": _place(d.municipality, d.data_year) if d.municipality else None,
        "year": d.data_year or None,
        "before": d.before or None,
        "after": d.after or None,
        "said": [_said(s) for s in d.said],
    }


def _said(said: Said) -> dict[str, str]:
    return {"act": said.act.value, "what": said.what, "who": said.who, "why": said.why, "when": said.when.isoformat()}


def _place(number: str, year: int) -> dict[str, str]:
    """A sender; one from before a merger has the names of what it is today."""
    if number in municipalities():
        return {"number": number, "name": municipalities()[number].name}
    todays = (now for now, _ in municipalities_in(year).get(number, ()) if now in municipalities())
    return {"number": number, "name": ", ".join(municipalities()[now].name for now in todays)}


def _identity(difference: Difference) -> tuple[object, ...]:
    """What tells a difference from others, whatever it was found to move."""
    d = difference
    return d.of, d.municipality, d.data_year, d.before, d.after


def _cause(number: int, cause: Cause, numbers: Mapping[tuple[object, ...], int], moves: Iterable[Move]) -> dict[str, object]:
    return {
        "cause": number,
        "differences": sorted(numbers[_identity(d)] for d in cause.differences),
        "joint": len(cause.municipalities) > 1,
        "moves": sum(any(p.cause == number for p in m.parts) for m in moves),
    }


def _move(move: Move) -> dict[str, object]:
    return {
        "table": move.table,
        "content": move.content,
        "codes": list(move.codes),
        "before": move.before,
        "after": move.after,
        "change": move.change,
        "relative": move.relative,
        "parts": [_part(p) for p in move.parts],
        "remainder": move.remainder,
    }


def _part(part: MovePart) -> dict[str, object]:
    told: dict[str, object] = {"cause": part.cause, "change": part.change}
    if part.numerator is not None:
        told |= {"numerator": part.numerator, "denominator": part.denominator}
    return told


def _table(before: TableModel, after: TableModel, moves: Sequence[Move]) -> dict[str, object]:
    """Texts of a table, of the members that moved alone: the later vintage's where it has them."""
    own = [m.codes for m in moves if m.table == after.id]
    dimensions = []
    for n, (old, new) in enumerate(zip(before.dimensions, after.dimensions, strict=True)):
        used = {codes[n] for codes in own}
        named = {m.code: _texts(m.label) for m in (*old.members, *new.members) if m.code in used}
        dimensions.append({"id": new.id, "label": _texts(new.label), "members": named})
    contents = {
        c.id: {"label": _texts(c.label), "unit": _texts(c.unit), "decimals": c.decimals, "kind": c.kind.value}
        for c in after.contents
        if c.published
    }
    return {"title": _texts(after.title), "dimensions": dimensions, "contents": contents}


def _coverage(found: Compared) -> list[dict[str, object]]:
    """Municipalities of today that have figures of a year in one vintage alone."""
    before, after = reversed(found.covered) if found.turned else found.covered
    years = sorted(set(before) | set(after))
    both = [(y, m) for y in years for m in sorted(before.get(y, frozenset()) ^ after.get(y, frozenset()))]
    return [{"municipality": _place(m, y), "year": y, "in": "to" if m in after.get(y, frozenset()) else "from"} for y, m in both]


def _versions(before: Vintage, after: Vintage) -> list[dict[str, str | None]]:
    """Versions of the program and of definitions that differ, as each vintage was frozen with."""
    old = {"program": before.code_version, **before.versions}
    new = {"program": after.code_version, **after.versions}
    changed = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return [{"of": name, "before": old.get(name), "after": new.get(name)} for name in changed]


def _texts(text: Text) -> dict[str, str]:
    return {"nb": text.nb, "nn": text.nn, "en": text.en}
