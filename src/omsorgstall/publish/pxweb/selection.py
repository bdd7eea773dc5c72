"""A query against a table: which cells, and where they stand."""

from collections.abc import Mapping, Sequence

from omsorgstall.publish.cube import Role, Variable
from omsorgstall.publish.pxweb.codelists import within
from omsorgstall.publish.pxweb.defaults import Layout, default_layout
from omsorgstall.publish.pxweb.expressions import expand
from omsorgstall.publish.pxweb.problems import CELLS, MISSING, VARIABLE, refused
from omsorgstall.publish.pxweb.query import Query
from omsorgstall.publish.source import Published


def layout_of(published: Published, query: Query, max_cells: int) -> Layout:
    """The cells a query selects and their placement; the default selection when the query selects nothing.

    Raises:
        ProblemError: when the query does not fit the table or asks for too many cells.
    """
    if not query.selection:
        layout = default_layout(published.variables, max_cells)
    else:
        chosen = _chosen(published, query)
        stub, heading = _default_places(published.variables, chosen)
        layout = Layout(chosen, stub, heading)
    if layout.cells > max_cells:
        raise refused(CELLS, f"{layout.cells} cells asked for, {max_cells} allowed: split the query.")
    return placed(published, layout, query) or layout


def _chosen(published: Published, query: Query) -> dict[str, tuple[int, ...]]:
    chosen: dict[str, tuple[int, ...]] = {}
    for selected in query.selection:
        variable = published.variable(selected.variable)
        if variable is None:
            names = ", ".join(v.id for v in published.variables)
            raise refused(VARIABLE, f"{selected.variable} is no variable of table {published.id}. It has: {names}.")
        narrowed = within(variable, selected.codelist)
        codes = [narrowed.values[n].code.lower() for n in expand(selected.items, narrowed)]
        positions = {variable.positions[c] for c in codes} | set(chosen.get(variable.id, ()))
        chosen[variable.id] = tuple(sorted(positions))
    _require_mandatory(published.variables, chosen)
    return {i: p for i, p in chosen.items() if p}


def _require_mandatory(variables: Sequence[Variable], chosen: Mapping[str, tuple[int, ...]]) -> None:
    missing = [v.id for v in variables if v.elimination is None and not chosen.get(v.id)]
    if missing:
        raise refused(MISSING, f"Choose values of {', '.join(missing)}.")


def _default_places(variables: Sequence[Variable], chosen: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    across = (Role.CONTENTS, Role.TIME)
    stub = tuple(v.id for v in variables if v.id in chosen and v.role not in across)
    return stub, tuple(v.id for v in variables if v.id in chosen and v.role in across)


def placed(published: Published, layout: Layout, query: Query) -> Layout | None:
    """The layout with the placement asked for; None when no placement is asked for or it cannot be."""
    if query.stub is None and query.heading is None:
        return None
    stub, heading = _ids(published, query.stub), _ids(published, query.heading)
    if stub is None or heading is None or not _fits(stub, heading, layout):
        return None
    rest = tuple(i for i in (*layout.stub, *layout.heading) if i not in stub + heading)
    if rest and query.stub is not None and query.heading is not None:
        return None
    stub, heading = (rest, heading) if query.stub is None else (stub, heading or rest)
    return Layout({i: layout.chosen[i] for i in (*stub, *heading)}, stub, heading)


def _ids(published: Published, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    found = [published.variable(n) for n in names or ()]
    return None if None in found else tuple(v.id for v in found if v is not None)


def _fits(stub: tuple[str, ...], heading: tuple[str, ...], layout: Layout) -> bool:
    listed = stub + heading
    return len(set(listed)) == len(listed) and set(listed) <= set(layout.chosen)


def placement_ignored(published: Published, layout: Layout, query: Query) -> bool:
    """Whether a placement was asked for that could not be followed."""
    return (query.stub is not None or query.heading is not None) and placed(published, layout, query) is None
