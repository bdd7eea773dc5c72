"""JSON-stat 2.0: the data of a cube, and the same document without data as metadata of a table."""

from collections.abc import Sequence

import numpy as np
import orjson

from omsorgstall.core import Text
from omsorgstall.publish.cube import CONTENTS, Cube, Role, Variable
from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Published
from omsorgstall.publish.wording import words
from omsorgstall.tables import CellStatus, Content

_ROLES = {Role.TIME: "time", Role.REGION: "geo", Role.CONTENTS: "metric"}
_SHOW = {Role.REGION: "code_value", Role.TIME: "code"}
_SYMBOLS = {int(s): s.symbol for s in CellStatus}
ISO_UTC = "%Y-%m-%dT%H:%M:%SZ"


def data_bytes(published: Published, cube: Cube, language: str, site: Site) -> bytes:
    """The data of a cube as JSON-stat 2.0; a symbol is null in ``value`` and stands in ``status``."""
    stub = [v.id for v in cube.variables[: cube.stub]]
    heading = [v.id for v in cube.variables[cube.stub :]]
    document = dataset(published, cube.variables, stub, heading, language, site)
    document["value"] = _values(cube)
    status = statuses(cube)
    if status:
        document["status"] = status
    return orjson.dumps(document)


def _values(cube: Cube) -> list[float | int | None]:
    """Figures in row-major order; those shown without decimals as integers."""
    flat = cube.numbers.ravel()
    missing = np.isnan(flat)
    figures = np.where(missing, 0.0, flat)
    integral = cube.decimals.ravel() == 0
    if integral.all():
        found: list[float | int | None] = figures.astype(np.int64).tolist()
    else:
        found = [int(v) if i else v for v, i in zip(figures.tolist(), integral.tolist(), strict=True)]
    for n in np.flatnonzero(missing).tolist():
        found[n] = None
    return found


def statuses(cube: Cube) -> dict[str, str]:
    """Symbol of each cell without a number, by its position in row-major order."""
    flat = cube.statuses.ravel()
    at = np.flatnonzero(flat > CellStatus.TRUE_ZERO)
    return {str(n): _SYMBOLS[status] for n, status in zip(at.tolist(), flat[at].tolist(), strict=True)}


def dataset(
    published: Published,
    variables: Sequence[Variable],
    stub: Sequence[str],
    heading: Sequence[str],
    language: str,
    site: Site,
) -> dict[str, object]:
    """The document without its data. ``language`` is ``nb``, ``nn`` or ``en``."""
    notes = [n.in_language(language) for n in published.table.model.notes]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": published.label(language),
        "source": published.table.model.source.in_language(language),
        "updated": published.updated.strftime(ISO_UTC),
        **({"note": notes} if notes else {}),
        "role": _role_ids(variables),
        "id": [v.id for v in variables],
        "size": [len(v.values) for v in variables],
        "dimension": {v.id: _dimension(published, v, language) for v in variables},
        "extension": _extension(published, stub, heading, language, site),
        "value": [],
    }


def _role_ids(variables: Sequence[Variable]) -> dict[str, list[str]]:
    ids = {name: [v.id for v in variables if v.role is role] for role, name in _ROLES.items()}
    return {name: found for name, found in ids.items() if found}


def _dimension(published: Published, variable: Variable, language: str) -> dict[str, object]:
    category: dict[str, object] = {
        "index": {v.code: n for n, v in enumerate(variable.values)},
        "label": {v.code: v.label.in_language(language) for v in variable.values},
    }
    notes = {v.code: [v.note.in_language(language)] for v in variable.values if v.note}
    if notes:
        category["note"] = notes
    extension: dict[str, object] = {
        **({"categoryNoteMandatory": {code: {"0": True} for code in notes}} if notes else {}),
        "elimination": variable.elimination is not None,
        **({"eliminationValueCode": variable.elimination} if variable.elimination else {}),
        "show": _SHOW.get(variable.role, "value"),
    }
    if variable.id == CONTENTS:
        contents = [published.table.model.content(v.code) for v in variable.values]
        category["unit"] = {c.id: {"base": c.unit.in_language(language), "decimals": c.decimals} for c in contents}
        extension |= _contents_extension(contents)
    return {"label": variable.label.in_language(language), "category": category, "extension": extension}


def _contents_extension(contents: Sequence[Content]) -> dict[str, object]:
    return {
        "refperiod": {c.id: "31.12." if c.stock else "01.01.-31.12." for c in contents},
        "measuringType": {c.id: "Stock" if c.stock else "Flow" for c in contents},
        "priceType": {c.id: "NotApplicable" for c in contents},
        "adjustment": {c.id: "None" for c in contents},
    }


def _extension(published: Published, stub: Sequence[str], heading: Sequence[str], language: str, site: Site) -> dict[str, object]:
    model = published.table.model
    periods = published.periods()
    px: dict[str, object] = {
        "tableid": model.id,
        "decimals": max((c.decimals for c in model.contents), default=0),
        "official-statistics": False,
        "aggregallowed": False,
        "copyright": False,
        "language": "no" if language == "nb" else language,
        "contents": f"{model.id}: {model.title.in_language(language)},",
        "description": _text(model.description, language),
        "descriptiondefault": False,
        "heading": list(heading),
        "stub": list(stub),
        "matrix": model.id,
        "subject-code": model.subject,
        "subject-area": subject_name(model.subject, language),
    }
    if model.next_update:
        px["nextUpdate"] = f"{model.next_update.isoformat()}T07:00:00Z"
    return {
        "px": px,
        "contact": [site.contact_body()],
        **({"firstPeriod": periods[0], "lastPeriod": periods[-1]} if periods else {}),
        "discontinued": published.discontinued,
        **({"successor": model.successor} if model.successor else {}),
        "edition": published.table.edition,
        "preset": published.table.preset,
        "lineage": dict(published.table.lineage),
        **({"noteMandatory": {str(n): True for n in range(len(model.notes))}} if model.notes else {}),
    }


def _text(text: Text | None, language: str) -> str:
    return text.in_language(language) if text else ""


def subject_name(subject: str, language: str) -> str:
    """Name of a subject area; its code when it has no name."""
    try:
        return words(f"subject_{subject}", language)
    except KeyError:
        return subject
