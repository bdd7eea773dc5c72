"""The decisions that decide results, as named and frozen settings with their defaults.

Values, what a source verifies and what we assumed stand in ``data/decisions.yaml`` and ``data/need_profiles/``; this module
only gives them types. Nothing here computes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import get_close_matches
from functools import cache, partial
from importlib.resources import files
from typing import Any, Literal

from yaml import YAMLError

from omsorgstall.core import ErrorFamily, OmsorgstallError, Text, parse_yaml

HOSPITAL = 0
"""Stands for a stay in hospital among service types that exclude others; no service type has this code."""

_DECISION = "decision"
"""Key of the metadata of a field that holds the id of its decision."""
_DATA = files("omsorgstall.measures") / "data"
NotRelevant = Literal["hybrid", "exclude", "as_one"]
ProfileKind = Literal["mean_of_variables", "mean_of_subscales", "rule"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One default with what we know of it.

    Attributes:
        id: dotted name, such as ``selection.granted_outcomes``.
        value: the default.
        status: ``verified`` by a source, or ``assumed`` by us.
        why: source or reason.
    """

    id: str
    value: Any
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Service types that cannot be had while one of others is: ``by`` excludes ``excludes`` (``HOSPITAL`` for hospital)."""

    id: str
    by: tuple[int, ...]
    excludes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DayBand:
    """A band of a number of days with the last that belongs to it; None for the open band."""

    id: str
    last_day: int | None


@dataclass(frozen=True, slots=True)
class ElapsedBand:
    """A band of elapsed time: fewer than so many whole months; None for the open band."""

    id: str
    under_months: int | None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis of coercion with the service types that records of it have."""

    id: str
    service_types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisGroup:
    """A group of diagnoses: by code system, first and last category of each range. One without ranges takes all others."""

    id: str
    name: Text
    ranges: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """A versioned way to compute the composite measure of need (samlemål); all of them approximate the national one.

    Attributes:
        kind: mean of variables, mean of subscales (delmål), or rule table.
        not_relevant: what a score of 9 does: ``hybrid`` leaves it out, but a subscale with nothing but nines is 1;
            ``exclude`` leaves it out always; ``as_one`` counts it as 1.
        min_answered_share: a subscale with a smaller share of its scores given is missing.
        max_missing_subscales: with more missing subscales the level is 'not stated'.
        low_max: largest mean that is low; the limit itself is low.
        medium_max: largest mean that is medium.
        weights: weight of each subscale in a mean of subscales, 1 where not named.
        core: subscales the rule table looks at.
        decisive: the core subscale that alone makes the need extensive.
        moves: variables that this profile moves to another subscale than the code list says.
    """

    id: str
    version: str
    approximation: bool
    kind: ProfileKind
    name: Text
    source: str
    not_relevant: NotRelevant
    min_answered_share: float
    max_missing_subscales: int
    low_max: float
    medium_max: float
    weights: tuple[tuple[str, float], ...] = ()
    core: tuple[str, ...] = ()
    decisive: str = ""
    moves: tuple[tuple[str, str], ...] = ()


@cache
def read_data(name: str) -> dict[str, Any]:
    """The data file ``data/<name>.yaml`` of this room."""
    content: dict[str, Any] = parse_yaml((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


@cache
def decisions() -> dict[str, Decision]:
    """Every default by its id, in the order of the data file."""
    found = [
        Decision(f"{part}.{name}", item.get("value", item), item["status"], item["why"])
        for part, items in read_data("decisions").items()
        for name, item in items.items()
    ]
    return {d.id: d for d in found}


def _default(decision: str) -> Any:  # noqa: ANN401 - the type is that of the setting
    value = decisions()[decision].value
    return tuple(value) if isinstance(value, list) else value


def _exclusions() -> tuple[Exclusion, ...]:
    items = read_data("decisions")["exclusions"].items()
    return tuple(Exclusion(name, _excluders(i["by"]), tuple(i["excludes"])) for name, i in items)


def _excluders(by: list[int | str]) -> tuple[int, ...]:
    return tuple(HOSPITAL if b == "hospital" else int(b) for b in by)


def _day_bands(decision: str) -> tuple[DayBand, ...]:
    return tuple(DayBand(b["id"], b["to"]) for b in _default(decision))


def _elapsed_bands() -> tuple[ElapsedBand, ...]:
    return tuple(ElapsedBand(b["id"], b["under_months"]) for b in _default("long_term.elapsed_bands"))


def _legal_bases() -> tuple[LegalBasis, ...]:
    return tuple(LegalBasis(name, tuple(codes)) for name, codes in _default("coercion.legal_bases").items())


@cache
def diagnosis_groups() -> tuple[DiagnosisGroup, ...]:
    """The groups that reports tell diagnoses apart by, in order."""
    items = read_data("diagnosis_groups")["groups"]
    return tuple(DiagnosisGroup(i["id"], Text.of(i["name"]), _ranges(i["diagnoses"])) for i in items)


def _ranges(by_system: Mapping[str, list[str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((system, *category_range(text)) for system, listed in by_system.items() for text in listed)


def category_range(text: str) -> tuple[str, str]:
    """First and last category of ``F00-F03`` or ``P70``."""
    first, _, last = text.partition("-")
    return first, last or first


@cache
def need_profiles() -> dict[str, NeedProfile]:
    """Every need profile by id."""
    names = sorted(p.name.removesuffix(".yaml") for p in (_DATA / "need_profiles").iterdir() if p.name.endswith(".yaml"))
    return {n: _profile(read_data(f"need_profiles/{n}")) for n in names}


def _profile(item: dict[str, Any]) -> NeedProfile:
    pairs = {key: tuple(item.get(key, {}).items()) for key in ("weights", "moves")}
    return NeedProfile(**{**item, **pairs, "name": Text.of(item["name"]), "core": tuple(item.get("core", ()))})


def _housing() -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((place, tuple(services)) for place, services in _default("reports.housing").items())


def _default_profile() -> NeedProfile:
    return need_profiles()[_default("need.profile")]


def _of(decision: str) -> dict[str, str]:
    return {_DECISION: decision}


def _setting(decision: str) -> Any:  # noqa: ANN401 - dataclass fields are typed where they are declared
    return field(default_factory=partial(_default, decision), metadata=_of(decision))


def _banded(decision: str) -> Any:  # noqa: ANN401 - likewise
    return field(default_factory=partial(_day_bands, decision), metadata=_of(decision))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of this room; ``Settings()`` holds the defaults, ``dataclasses.replace`` makes a variant.

    Each field is described under its id in ``decisions()``.

    Attributes:
        diagnosis_groups: of ``data/diagnosis_groups.yaml``, ASSUMED.
        until: the day a year that still runs is counted to; it stands where 31 December does, but for ages. None for whole years.
    """

    granted_outcomes: tuple[int, ...] = _setting("selection.granted_outcomes")
    missing_outcome_counts: bool = _setting("selection.missing_outcome_counts")
    earliest_start: date = field(default_factory=partial(_default, "selection.earliest_start"))
    test_user_municipalities: int = _setting("selection.test_user_municipalities")
    bed_day_services: tuple[int, ...] = _setting("stays.bed_day_services")
    counted_on_registered_days: tuple[int, ...] = _setting("stays.counted_on_registered_days")
    stay_rank: tuple[int, ...] = _setting("stays.rank")
    least_bed_days: int = _setting("stays.least_bed_days")
    exclusions: tuple[Exclusion, ...] = field(default_factory=_exclusions)
    need_profile: NeedProfile = field(default_factory=_default_profile, metadata=_of("need.profile"))
    waiting_bands: tuple[DayBand, ...] = _banded("waiting.bands")
    handling_bands: tuple[DayBand, ...] = _banded("handling.bands")
    home_hours_services: tuple[int, ...] = _setting("home_hours.services")
    refused_outcomes: tuple[int, ...] = _setting("decisions_made.refused_outcomes")
    decisions_by: Literal["decision", "application"] = _setting("decisions_made.period_by")
    start_days_before: int = _setting("decisions_made.start_days_before")
    start_days_after: int = _setting("decisions_made.start_days_after")
    long_term_gap: int = _setting("long_term.gap")
    elapsed_bands: tuple[ElapsedBand, ...] = field(default_factory=_elapsed_bands, metadata=_of("long_term.elapsed_bands"))
    days_before_long_term: int = _setting("long_term.days_before")
    short_stay_services: tuple[int, ...] = _setting("short_stays.services")
    stay_length_bands: tuple[DayBand, ...] = _banded("short_stays.length_bands")
    legal_bases: tuple[LegalBasis, ...] = field(default_factory=_legal_bases)
    change_days: int = _setting("change.days")
    change_least_days: int = _setting("change.least_days")
    change_most_days: int = _setting("change.most_days")
    change_old_age: int = _setting("change.old_age")
    change_least_pairs: int = _setting("change.least_pairs")
    rehabilitation_services: tuple[int, ...] = _setting("rehabilitation.services")
    rehabilitation_least_days: int = _setting("rehabilitation.least_days")
    start_score_days_before: int = _setting("rehabilitation.start_score_days_before")
    start_score_days_after: int = _setting("rehabilitation.start_score_days_after")
    end_score_days_after: int = _setting("rehabilitation.end_score_days_after")
    admitted_within: int = _setting("leaving.admitted_within")
    death_within: int = _setting("leaving.death_within")
    readmission_services: tuple[int, ...] = _setting("readmission.services")
    readmission_within: int = _setting("readmission.within")
    high_effort_hours: float = _setting("high_effort.hours")
    high_effort_services: tuple[int, ...] = _setting("high_effort.services")
    high_effort_home_services: tuple[int, ...] = _setting("high_effort.home_services")
    empty_flag_is_no: bool = _setting("round_the_clock.empty_flag_is_no")
    respite_on_registered_days: bool = _setting("round_the_clock.respite_on_registered_days")
    need_from_scores: bool = _setting("round_the_clock.need_from_scores")
    need_variables: tuple[str, ...] = _setting("round_the_clock.need_variables")
    need_score: int = _setting("round_the_clock.need_score")
    assessed_after_event: int = _setting("need.assessed_after_event")
    hours_limits: tuple[float, ...] = _setting("reports.hours_limits")
    help_limits: tuple[float, ...] = _setting("reports.help_limits")
    most_services: int = _setting("reports.most_services")
    housing: tuple[tuple[str, tuple[int, ...]], ...] = field(default_factory=_housing)
    served_long_months: int = _setting("reports.served_long_months")
    diagnosis_groups: tuple[DiagnosisGroup, ...] = field(default_factory=diagnosis_groups)
    until: date | None = None


def varied(settings: Settings, changes: Mapping[str, str]) -> Settings:
    """The settings with some decisions changed.

    Args:
        changes: by the id of a decision, its value as the data file would write it, such as ``{"long_term.gap": "60"}``.

    Raises:
        OmsorgstallError: (USAGE) when there is no such decision, or the value is of another kind.
    """
    names = {f.metadata[_DECISION]: f.name for f in fields(Settings) if _DECISION in f.metadata}
    return replace(settings, **{_field(d, names): _value(d, text, settings, names[d]) for d, text in changes.items()})


def _field(decision: str, names: Mapping[str, str]) -> str:
    if decision in names:
        return names[decision]
    near = get_close_matches(decision, names, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}? " if near else ""
    what = f"There is no decision {decision} that can be changed."
    raise OmsorgstallError(ErrorFamily.USAGE, "unknown-decision", what, todo=f"{hint}Known are {', '.join(names)}.")


def _value(decision: str, text: str, settings: Settings, name: str) -> Any:  # noqa: ANN401 - the type is that of the setting
    given, before = _parsed(decision, text), getattr(settings, name)
    if isinstance(before, NeedProfile) and given in need_profiles():
        return need_profiles()[given]
    if decision == "long_term.elapsed_bands" and _numbers(given):
        return elapsed_bands_from(given)
    like = before[0] if isinstance(before, tuple) else before
    listed = given if isinstance(before, tuple) and isinstance(given, list) else [given]
    if isinstance(before, tuple) is isinstance(given, list) and listed and all(_alike(g, like) for g in listed):
        return tuple(given) if isinstance(before, tuple) else given
    raise _bad_value(decision, text)


def _parsed(decision: str, text: str) -> Any:  # noqa: ANN401 - whatever was written
    try:
        return parse_yaml(text)
    except (ValueError, YAMLError):
        raise _bad_value(decision, text) from None


def _alike(given: object, like: object) -> bool:
    if isinstance(like, bool) or isinstance(given, bool):
        return isinstance(given, bool) and isinstance(like, bool)
    return isinstance(given, int | float) if isinstance(like, float) else type(given) is type(like)


def _numbers(given: object) -> bool:
    return isinstance(given, list) and bool(given) and all(type(n) is int and n > 0 for n in given)


def _bad_value(decision: str, text: str) -> OmsorgstallError:
    what = f"{decision} cannot be {text}."
    todo = f"Its default is {decisions()[decision].value}; write a value of the same kind."
    return OmsorgstallError(ErrorFamily.USAGE, "bad-decision-value", what, todo=todo)


def elapsed_bands_from(months: Iterable[int]) -> tuple[ElapsedBand, ...]:
    """Bands of elapsed time that begin after so many whole months."""
    limits = sorted(set(months))
    return (*(ElapsedBand(f"under-{m}", m) for m in limits), ElapsedBand("rest", None))
