"""The default selection of a table, by the reference server's algorithm, kept within the limit of cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from omsorgstall.publish.cube import Role, Variable

PERIODS = 13
"""Latest periods shown by default in small tables."""
FEW_CONTENTS = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Chosen positions by variable, and where the variables stand."""

    chosen: Mapping[str, tuple[int, ...]]
    stub: tuple[str, ...]
    heading: tuple[str, ...]

    @property
    def cells(self) -> int:
        """Number of cells chosen."""
        return prod(len(p) for p in self.chosen.values())


def default_layout(variables: Sequence[Variable], max_cells: int) -> Layout:
    """The default selection: few periods of everything in small tables, the latest period of two variables in large ones."""
    contents = next(v for v in variables if v.role is Role.CONTENTS)
    time = next((v for v in variables if v.role is Role.TIME), None)
    rest = [v for v in variables if v not in (contents, time)]
    if time is None:
        layout = Layout({v.id: _all(v) for v in variables}, tuple(v.id for v in rest), (contents.id,))
    elif len(rest) > 1:
        layout = _many(contents, time, rest)
    else:
        layout = _few(contents, time, rest)
    return _capped(layout, max_cells)


def _all(variable: Variable) -> tuple[int, ...]:
    return tuple(range(len(variable.values)))


def _latest(variable: Variable, count: int) -> tuple[int, ...]:
    return _all(variable)[-count:]


def _few(contents: Variable, time: Variable, rest: Sequence[Variable]) -> Layout:
    if not rest:
        chosen = {contents.id: _all(contents), time.id: _latest(time, PERIODS)}
        shown = (contents.id, time.id) if len(contents.values) < FEW_CONTENTS else (time.id, contents.id)
        return Layout(chosen, shown[1:], shown[:1])
    (classification,) = rest
    if len(contents.values) == 1:
        chosen = {classification.id: _all(classification), contents.id: (0,), time.id: _latest(time, PERIODS)}
        return Layout(chosen, (classification.id,), (contents.id, time.id))
    smaller, larger = _smaller_first(contents, classification)
    chosen = {classification.id: _all(classification), contents.id: _all(contents), time.id: _latest(time, 1)}
    return Layout(chosen, (larger.id,), (time.id, smaller.id))


def _many(contents: Variable, time: Variable, rest: Sequence[Variable]) -> Layout:
    first, last, middle = _shown(rest)
    smaller, larger = _smaller_first(first, last)
    chosen = {contents.id: (0,), time.id: _latest(time, 1), **{v.id: (0,) for v in middle}}
    chosen |= {smaller.id: _all(smaller), larger.id: _all(larger)}
    heading = (contents.id, time.id, *(v.id for v in middle), smaller.id)
    return Layout(chosen, (larger.id,), heading)


def _shown(rest: Sequence[Variable]) -> tuple[Variable, Variable, Sequence[Variable]]:
    """The two variables shown in full, and the mandatory ones between them."""
    mandatory = [v for v in rest if v.elimination is None]
    if len(mandatory) >= 2:
        return mandatory[0], mandatory[-1], mandatory[1:-1]
    if mandatory:
        return mandatory[0], [v for v in rest if v.elimination is not None][-1], ()
    return rest[0], rest[-1], ()


def _smaller_first(one: Variable, other: Variable) -> tuple[Variable, Variable]:
    """On a tie the second goes to the stub."""
    return (other, one) if len(other.values) < len(one.values) else (one, other)


def _capped(layout: Layout, max_cells: int) -> Layout:
    """Cut the longest variable so that the selection stays within the limit."""
    if layout.cells <= max_cells:
        return layout
    longest = max(layout.chosen, key=lambda i: len(layout.chosen[i]))
    others = layout.cells // len(layout.chosen[longest])
    kept = layout.chosen[longest][: max(1, max_cells // others)]
    return Layout({**layout.chosen, longest: kept}, layout.stub, layout.heading)
