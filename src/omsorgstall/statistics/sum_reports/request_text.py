"""A request as a YAML file, as the query string of an address and as plain data, and back: one reading of each.

The names are those of ``NAMES``. In an address a list repeats its name, and what has names of its own follows a dot:
``report=S01&date=2022-12-31&rows=Alder&only.Kjonn=1&only.Kjonn=2``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

import yaml

from omsorgstall.core import ErrorFamily, OmsorgstallError, parse_yaml
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports.ad_hoc import AD_HOC
from omsorgstall.statistics.sum_reports.request import Request, one_of

Plain = Mapping[str, Any]
_DEFAULT_ROWS = 20
MOST_CHARACTERS = 65_536


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in listed):
        raise ValueError("a name or a list of names")
    return tuple(str(v) for v in listed)


def _text(value: object) -> str:
    (only,) = _texts(value)
    return only


def _numbers(value: object) -> tuple[int, ...]:
    if not all(text.isdecimal() for text in _texts(value)):
        raise ValueError("a number or a list of numbers")
    return tuple(int(text) for text in _texts(value))


def _number(value: object) -> int:
    (only,) = _numbers(value)
    return only


def _flag(value: object) -> bool:
    if value in (True, "true", "yes"):
        return True
    if value in (False, "false", "no"):
        return False
    raise ValueError("true or false")


def _dates(value: object) -> tuple[date, ...]:
    return tuple(v if isinstance(v, date) else date.fromisoformat(str(v)) for v in _listed(value))


def _periods(value: object) -> tuple[Period, ...]:
    ends = [str(v).partition("/") for v in _listed(value)]
    return tuple(Period(date.fromisoformat(first), date.fromisoformat(last)) for first, _, last in ends)


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _named_lists(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ValueError("names with their codes")  # noqa: TRY004 - told to who wrote it
    return {str(name): _texts(codes) for name, codes in value.items()}


def _named(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("names with their values")  # noqa: TRY004 - likewise
    return {str(name): f"[{', '.join(map(str, v))}]" if isinstance(v, list) else str(v) for name, v in value.items()}


NAMES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "report": (_text, "S01"),
    "counts": (_text, "served"),
    "title": (_text, "Brukere etter alder"),
    "dates": (_dates, "[2022-12-31]"),
    "periods": (_periods, "[2022-01-01/2022-12-31]"),
    "rows": (_texts, "[Alder, Kjonn]"),
    "columns": (_text, "Behov"),
    "figures": (_texts, "[Mottakere]"),
    "shares": (_texts, "[row]"),
    "only": (_named_lists, "{Kjonn: [2]}"),
    "services": (_numbers, "[1, 15]"),
    "without": (_numbers, "[6]"),
    "units": (_texts, "['999111111']"),
    "ages": (_numbers, "[67, 80]"),
    "diagnoses": (_texts, "[P70, F00-F03]"),
    "assume": (_named, "{long_term.gap: 60}"),
    "hours_only": (_flag, "true"),
    "most_rows": (_number, "20"),
}
"""How the value of each name is read, and an example. ``rows`` are the breakdown of the rows and those that split it."""


def from_plain(data: object) -> Request:
    """The request that plain data describe.

    Raises:
        OmsorgstallError: (USAGE) when a name is unknown or its value of another kind.
    """
    if not isinstance(data, Mapping):
        raise _bad("The table is not described by names and values.", "Write it as rows: [Alder] and so on.")
    found = {str(name): _read(str(name), value) for name, value in data.items()}
    first, *split = found.pop("rows", ()) or ("",)
    found["age_breaks"] = found.pop("ages", ())
    return Request(**{"report": AD_HOC, **found, "rows": first, "split": tuple(split)})


def _read(name: str, value: object) -> Any:  # noqa: ANN401 - the type is that of the field
    read, example = one_of("name in the description of a table", name, NAMES)
    try:
        return read(value)
    except ValueError:
        raise _bad(f"The value of {name} is not what it has to be.", f"Write it as {name}: {example}.") from None


def to_plain(request: Request) -> dict[str, Any]:
    """The request as data that JSON and YAML can write; what is left out is the default."""
    every = {
        "report": request.report,
        "counts": request.counts,
        "title": request.title,
        "dates": [d.isoformat() for d in request.dates],
        "periods": [f"{p.first.isoformat()}/{p.last.isoformat()}" for p in request.periods],
        "rows": [*([request.rows] if request.rows else []), *request.split],
        "columns": request.columns,
        "figures": list(request.figures),
        "shares": list(request.shares),
        "only": {name: list(codes) for name, codes in request.only.items()},
        "services": list(request.services),
        "without": list(request.without),
        "units": list(request.units),
        "ages": list(request.age_breaks),
        "diagnoses": list(request.diagnoses),
        "assume": dict(request.assume),
        "hours_only": request.hours_only,
        "most_rows": request.most_rows if request.most_rows != _DEFAULT_ROWS else "",
    }
    return {name: value for name, value in every.items() if value}


def from_yaml(text: str) -> Request:
    """The request of a YAML file.

    Raises:
        OmsorgstallError: (USAGE) when it is no YAML or describes no table.
    """
    if len(text) > MOST_CHARACTERS:
        raise _bad("The description of the table is too long.", f"Write at most {MOST_CHARACTERS} characters.")
    try:
        data = parse_yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise _bad("The file cannot be read as YAML.", "Write a name and a value on each line, such as rows: [Alder].") from None
    return from_plain(data)


def to_yaml(request: Request) -> str:
    """The request as a YAML file."""
    text: str = yaml.safe_dump(to_plain(request), allow_unicode=True, sort_keys=False)
    return text


def from_query(text: str) -> Request:
    """The request of a query string.

    Raises:
        OmsorgstallError: (USAGE) when it describes no table.
    """
    data: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        outer, dot, inner = name.partition(".")
        if dot and outer == "only":
            data.setdefault(outer, {}).setdefault(inner, []).append(value)
        elif dot and outer == "assume":
            data.setdefault(outer, {})[inner] = value
        else:
            data.setdefault(name, []).append(value)
    return from_plain(data | {name: v[0] for name, v in data.items() if NAMES.get(name, (None,))[0] is _flag})


def to_query(request: Request) -> str:
    """The request as a query string."""
    pairs: list[tuple[str, str]] = []
    for name, value in to_plain(request).items():
        if isinstance(value, dict):
            pairs += [(f"{name}.{inner}", str(v)) for inner, listed in value.items() for v in _listed(listed)]
        else:
            pairs += [(name, str(v).lower() if isinstance(v, bool) else str(v)) for v in _listed(value)]
    return urlencode(pairs)


def _bad(what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.USAGE, "bad-table", what, todo=todo)
