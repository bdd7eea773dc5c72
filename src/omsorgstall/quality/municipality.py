"""The quality report of one municipality: for itself only, with the records to mend by its own local ids."""

from collections.abc import Iterator, Mapping
from typing import Any

from omsorgstall.codes import municipalities
from omsorgstall.core import ErrorFamily, OmsorgstallError, Severity
from omsorgstall.intake import MOST_DETAIL, rules
from omsorgstall.intake.naming import as_sent
from omsorgstall.quality.book import PER, QualityBook
from omsorgstall.quality.effects import ALL_SERVICES, AMOUNTS, Amounts
from omsorgstall.quality.methods import FIGURES, Method, estimate
from omsorgstall.quality.ranks import Rank
from omsorgstall.quality.shares import Share
from omsorgstall.quality.variables import Variable, variables
from omsorgstall.quality.wording import rounded, service_texts, texts
from omsorgstall.tables import Report

QUALITY = "quality"
FORMAT = 1
"""Version of the layout of the report's content; documented in docs/reference/quality-report.md."""
PARTS = ("valid", "unknown", "missing", "invalid")
MOST_SERVICES = 5
"""Services of which an effect is told one by one, the largest first."""
_ORDER = tuple(Severity)


def municipality_report(book: QualityBook, number: str, controls: Report | None = None) -> Report:
    """The report of a municipality.

    Args:
        number: of today.
        controls: what the controls on figures say of it (``editing.municipality_reports``), when they were run.

    Raises:
        OmsorgstallError: (NOT_FOUND) when nothing of the municipality is in the year.
    """
    if number not in municipalities() or not book.shares_of(number, book.year):
        what = f"There are no records of municipality {number} for {book.year} in {book.vintage}."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-delivered", what, todo="Choose another year or municipality.")
    known = municipalities()[number]
    content = {
        "format": FORMAT,
        "vintage": book.vintage,
        "frozen": book.frozen.isoformat(timespec="seconds"),
        "year": book.year,
        "years": [y for y in book.years if book.shares_of(number, y)],
        "municipality": {"number": number, "name": known.name, "kostra_group": known.kostra_group},
        "overall": _overall(book, number),
        "variables": [v for variable in variables().values() for v in _variable(book, number, variable)],
        "findings": list(_findings(book, number)),
        "figures": _amounts(book.effects.figures.get((number, ALL_SERVICES), Amounts())),
        "figure_tables": FIGURES,
        "controls": list(controls.content["findings"]) if controls else None,  # type: ignore[call-overload]
        "detail_limit": MOST_DETAIL,
    }
    return Report(number, QUALITY, content)


def _overall(book: QualityBook, number: str) -> dict[str, Any]:
    years = [
        {"year": y, "share_valid": share, "findings_per_thousand": book.findings_rate(number, y)}
        for y in book.years
        if (share := book.overall(number, y)) is not None
    ]
    return {
        "years": years,
        "rank": _rank(book.ranks["overall"].get(number)),
        "findings_rank": _rank(book.ranks["findings"].get(number)),
        "per": PER,
    }


def _rank(rank: Rank | None) -> dict[str, int] | None:
    return {"place": rank.place, "of": rank.of} if rank else None


def _variable(book: QualityBook, number: str, variable: Variable) -> Iterator[dict[str, Any]]:
    """The variable over the years, when it has records in the year of the report."""
    found = {y: book.shares_of(number, y).get(variable.id) for y in book.years}
    now = found[book.year]
    if now is None:
        return
    before = found.get(book.year - 1)
    yield {
        "variable": variable.id,
        "table": variable.table,
        "field": variable.column,
        "label": texts(variable.label),
        "years": [{"year": y, **share_data(s)} for y, s in found.items() if s is not None],
        "change": _change(now, before),
        "rank": _rank(book.ranks[variable.id].get(number)),
    }


def share_data(share: Share) -> dict[str, Any]:
    """Counts and shares of one variable."""
    counts = {part: getattr(share, part) for part in ("records", *PARTS)}
    return counts | {f"share_{part}": share.share(part) for part in PARTS}


def _change(now: Share, before: Share | None) -> float | None:
    """Change of the share of valid values from the year before, in percentage points."""
    if before is None:
        return None
    new, old = now.share("valid"), before.share("valid")
    return None if new is None or old is None else rounded(100 * (new - old), 2)


def _findings(book: QualityBook, number: str) -> Iterator[dict[str, Any]]:
    """The rules with findings in the year, the most severe first, then those with the most findings."""
    counts = {y: {r: n.get(number, 0) for r, n in book.findings_by_rule(y).items()} for y in book.years}
    unjudged = {r: book.found.unjudged.get((number, book.year, r), 0) for r in rules()}
    concerned = {r: counts[book.year].get(r, 0) for r in rules() if counts[book.year].get(r) or unjudged[r]}
    records = _records(book, number)
    for rule_id in sorted(concerned, key=lambda r: (not concerned[r], _ORDER.index(rules()[r].severity), -concerned[r], r)):
        rule = rules()[rule_id]
        yield {
            "rule": rule_id,
            "severity": str(rule.severity),
            "title": texts(rule.title),
            "wrong": texts(rule.wrong),
            "todo": texts(rule.todo),
            "assumed": rule.assumed,
            "count": concerned[rule_id],
            "at_least": (number, book.year, rule_id) in book.found.at_least,
            "not_judged": unjudged[rule_id],
            "years": [{"year": y, "count": counts[y].get(rule_id, 0)} for y in book.years if book.shares_of(number, y)],
            "effect": _effect(book, number, rule_id),
            "records": records.get(rule_id, []),
        }


def _records(book: QualityBook, number: str) -> dict[str, list[Mapping[str, Any]]]:
    """The records to mend by rule."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    rows = book.found.records(number, book.year).select(["rule_id", "table", "record", "line", "field"])
    for row in rows.to_pylist():
        found.setdefault(row.pop("rule_id"), []).append(as_sent(row))
    return found


def _effect(book: QualityBook, number: str, rule: str) -> dict[str, Any] | None:
    """What the findings do to the published figures; None when they can move none."""
    tables = estimate().tables(rule)
    if not tables:
        return None
    method = estimate().method(rule)
    reckoned = book.effects.of(number, rule)
    whole = reckoned.pop(ALL_SERVICES, Amounts())
    return {
        "method": str(method),
        "tables": list(tables),
        "persons": book.effects.persons.get((number, rule), 0),
        "difference": None if method is Method.REACH else _amounts(whole),
        "services": [_service(book, number, s, reckoned[s]) for s in _largest(reckoned)],
    }


def _service(book: QualityBook, number: str, service: int, difference: Amounts) -> dict[str, Any]:
    figures = book.effects.figures.get((number, service), Amounts())
    return {"service": service, "label": service_texts(service), "figures": _amounts(figures), "difference": _amounts(difference)}


def _largest(reckoned: Mapping[int, Amounts]) -> list[int]:
    """The services with the largest differences, counting all kinds of figure alike."""

    def size(service: int) -> float:
        return max(abs(float(getattr(reckoned[service], n))) for n in AMOUNTS)

    return sorted(reckoned, key=lambda s: (-size(s), s))[:MOST_SERVICES]


def _amounts(amounts: Amounts) -> dict[str, float]:
    return {n: rounded(getattr(amounts, n)) for n in AMOUNTS}
