"""The national quality report: public, so that it holds no count that could tell about a person (docs/decisions/0013)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.codes import municipalities
from omsorgstall.core import Severity, parse_yaml
from omsorgstall.intake import rules
from omsorgstall.measures import Settings
from omsorgstall.quality.book import QualityBook, overall
from omsorgstall.quality.effects import ALL_SERVICES, AMOUNTS
from omsorgstall.quality.methods import FIGURES, Method, estimate
from omsorgstall.quality.municipality import FORMAT, PARTS
from omsorgstall.quality.shares import Share
from omsorgstall.quality.variables import variables
from omsorgstall.quality.wording import rounded, service_texts, texts
from omsorgstall.statistics import table_definitions
from omsorgstall.tables import Report

NATIONAL = "national_quality"
NOBODY = ""
"""The owner of a report that everybody may see."""
MOST_SERVICES = 3
LEAST_SHARE = 0.0005
"""An effect below this share of a national figure is not worth a line."""
_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the report tells of single municipalities, and how counts are rounded: ``limits.yaml`` describes each."""

    round_to: int
    least_count: int
    least_records: int
    least_faults: int
    below_country: float
    bands: tuple[float, ...]


@cache
def limits() -> Limits:
    """The limits as they stand in the data."""
    content = parse_yaml((files("omsorgstall.quality") / "limits.yaml").read_text(encoding="utf-8"))
    chosen = {name: content[name] for name in Limits.__dataclass_fields__}
    return Limits(**{**chosen, "bands": tuple(content["bands"])})


def national_report(book: QualityBook, controls: Sequence[Mapping[str, Any]] = ()) -> Report:
    """The report on all municipalities that delivered.

    Args:
        controls: what each control on figures judged and found, as a work list has them (``editing.work_list``).
    """
    content = {
        "format": FORMAT,
        "vintage": book.vintage,
        "frozen": book.frozen.isoformat(timespec="seconds"),
        "year": book.year,
        "years": list(book.years),
        "coverage": _coverage(book),
        "overall": [{"year": y, "share_valid": overall(book.national(y).values())} for y in book.years],
        "variables": list(_variables(book)),
        "findings": list(_findings(book)),
        "effects": list(_effects(book)),
        "tables": list(_tables(book)),
        "controls": [_control(c) for c in controls],
        "standing_out": list(_standing_out(book)),
        "limits": {
            "round_to": limits().round_to,
            "least_count": limits().least_count,
            "least_records": limits().least_records,
            "below_country": limits().below_country,
            "testing_municipalities": Settings().test_user_municipalities,
        },
    }
    return Report(NOBODY, NATIONAL, content)


def told(count: float) -> int | None:
    """A count as the report tells it: rounded; None for one that is told as fewer than the least count."""
    if abs(count) < limits().least_count:
        return None if count else 0
    return int(limits().round_to * round(count / limits().round_to))


def _coverage(book: QualityBook) -> dict[str, Any]:
    """Who delivered: that is no secret."""
    now = book.delivered.get(book.year, frozenset())
    names = {there: [_named_only(m) for m in municipalities() if (m in now) is there] for there in (True, False)}
    return {
        "years": [_delivered(book, y) for y in book.years],
        "delivered": names[True],
        "missing": names[False],
    }


def _delivered(book: QualityBook, year: int) -> dict[str, Any]:
    counts = {"delivered": len(book.delivered[year]), "municipalities": len(municipalities())}
    return {"year": year, **counts, "users_for_testing": told(book.testing.get(year, 0))}


def _named_only(number: str) -> dict[str, str]:
    return {"number": number, "name": municipalities()[number].name}


def _variables(book: QualityBook) -> Iterator[dict[str, Any]]:
    by_year = {y: book.national(y) for y in book.years}
    for variable in variables().values():
        now = by_year[book.year].get(variable.id)
        if now is not None:
            years = [{"year": y, **_share(s[variable.id])} for y, s in by_year.items() if variable.id in s]
            names = {"variable": variable.id, "table": variable.table, "label": texts(variable.label)}
            yield {**names, "years": years, "change": _change(by_year, variable.id, book.year)}


def _share(share: Share) -> dict[str, Any]:
    """Records rounded, and shares to a tenth of a per cent; no shares of few records."""
    few = share.records < limits().least_records
    shares: dict[str, Any] = {f"share_{p}": None if few else rounded(share.share(p) or 0.0, 3) for p in PARTS}
    return {"records": told(share.records), **shares}


def _change(by_year: Mapping[int, Mapping[str, Share]], variable: str, year: int) -> float | None:
    pair = [by_year.get(y, {}).get(variable) for y in (year, year - 1)]
    valid = [s.share("valid") for s in pair if s is not None and s.records >= limits().least_records]
    return rounded(100 * (valid[0] - valid[1]), 1) if len(valid) == 2 and None not in valid else None  # type: ignore[operator]


def _findings(book: QualityBook) -> Iterator[dict[str, Any]]:
    """The rules with findings, the most severe first, then those with the most findings."""
    by_year = {y: book.findings_by_rule(y) for y in book.years}
    now = by_year[book.year]
    for rule_id in sorted(now, key=lambda r: (_ORDER.index(rules()[r].severity), -sum(now[r].values()), r)):
        rule = rules()[rule_id]
        yield {
            "rule": rule_id,
            "severity": str(rule.severity),
            "kept": rule.severity in (Severity.WARN, Severity.INFORM),
            "title": texts(rule.title),
            "wrong": texts(rule.wrong),
            "assumed": rule.assumed,
            "count": told(sum(now[rule_id].values())),
            "at_least": any((y, r) == (book.year, rule_id) for _, y, r in book.found.at_least),
            "municipalities": len(now[rule_id]),
            "years": [{"year": y, "count": told(sum(by_year[y].get(rule_id, {}).values()))} for y in book.years],
        }


def _effects(book: QualityBook) -> Iterator[dict[str, Any]]:
    """What the findings of each rule do to national figures, the rule that moves any figure most first."""
    made = [_effect(book, rule) for rule in rules() if estimate().tables(rule)]
    kept = [e for e in made if e["persons"] != 0 or e["services"]]
    yield from sorted(kept, key=lambda e: (-_largest(e), e["rule"]))


def _largest(effect: Mapping[str, Any]) -> float:
    parts = [effect, *effect["services"]]
    return max((abs(share) for part in parts for share in (part["shares"] or {}).values() if share is not None), default=0.0)


def _effect(book: QualityBook, rule: str) -> dict[str, Any]:
    method = estimate().method(rule)
    moved = [_service(book, rule, s) for s in book.effects.services(rule)]
    moved = sorted((m for m in moved if m["shares"]), key=lambda m: -max(abs(v) for v in m["shares"].values()))
    return {
        "rule": rule,
        "title": texts(rules()[rule].title),
        "method": str(method),
        "tables": list(estimate().tables(rule)),
        "persons": told(book.effects.concerned(rule)),
        "shares": None if method is Method.REACH else _moved(book, rule, ALL_SERVICES),
        "services": moved[:MOST_SERVICES],
    }


def _service(book: QualityBook, rule: str, service: int) -> dict[str, Any]:
    return {"service": service, "label": service_texts(service), "shares": _moved(book, rule, service)}


def _moved(book: QualityBook, rule: str, service: int) -> dict[str, float]:
    """The share of each national figure that rests on the findings; left out where it is next to nothing or few persons."""
    difference, figures = book.effects.national(rule, service), book.effects.national_figures(service)
    if book.effects.concerned(rule) < limits().least_count or figures.users < limits().least_records:
        return {}
    shares = {n: getattr(difference, n) / getattr(figures, n) for n in AMOUNTS if getattr(figures, n)}
    return {n: rounded(s, 4) for n, s in shares.items() if abs(s) >= LEAST_SHARE}


def _tables(book: QualityBook) -> Iterator[dict[str, Any]]:
    """What a reader of each table must know: its notes, and the rules whose findings it rests on."""
    with_findings = book.findings_by_rule(book.year)
    for definition in table_definitions().values():
        concerned = [r for r in with_findings if definition.id in estimate().tables(r)]
        order = sorted(concerned, key=lambda r: (-_moves(book, r, definition.id), r))
        yield {
            "table": definition.id,
            "title": texts(definition.title),
            "notes": [texts(n) for n in definition.notes],
            "approximation": definition.approximation,
            "rules": [{"rule": r, "title": texts(rules()[r].title), "share": _moves_told(book, r, definition.id)} for r in order],
        }


def _figure_of(table: str) -> str | None:
    return next((n for n, t in FIGURES.items() if t == table), None)


def _moves(book: QualityBook, rule: str, table: str) -> float:
    figure = _figure_of(table)
    whole = getattr(book.effects.national_figures(), figure) if figure else 0
    return abs(getattr(book.effects.national(rule), figure)) / whole if figure and whole else 0.0


def _moves_told(book: QualityBook, rule: str, table: str) -> float | None:
    figure = _figure_of(table)
    return _moved(book, rule, ALL_SERVICES).get(figure, 0.0) if figure else None


def _control(control: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("control", "title", "assumed")
    return {k: control[k] for k in (*kept, "judged", "not_judged", "findings")}


def _standing_out(book: QualityBook) -> Iterator[dict[str, Any]]:
    """Variables with the municipalities whose share of valid values lies far below the country's, in bands."""
    national = book.national(book.year)
    for variable in variables().values():
        country = national[variable.id].share("valid") if variable.id in national else None
        if country is not None:
            named = [s for s in book.shares if (s.variable, s.year) == (variable.id, book.year) and _is_named(s, country)]
            found = [_named(s) for s in sorted(named, key=lambda s: (_band(s), s.municipality))]
            if found:
                yield {"variable": variable.id, "label": texts(variable.label), "municipalities": found}


def _is_named(share: Share, country: float) -> bool:
    faults = share.records - share.valid
    enough = share.records >= limits().least_records and min(faults, share.valid) >= limits().least_faults
    return enough and (share.share("valid") or 0.0) <= country - limits().below_country and _band(share) < len(limits().bands)


def _named(share: Share) -> dict[str, Any]:
    bounds = (0.0, *limits().bands, 1.0)
    band = _band(share)
    name = municipalities()[share.municipality].name
    return {"number": share.municipality, "name": name, "from": bounds[band], "to": bounds[band + 1]}


def _band(share: Share) -> int:
    return sum((share.share("valid") or 0.0) >= limit for limit in limits().bands)
