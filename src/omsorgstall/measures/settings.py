"""The decisions that decide results, as named and frozen settings with their defaults.

Values, what a source verifies and what we assumed stand in ``data/decisions.yaml`` and ``data/need_profiles/``; this module
only gives them types. Nothing here computes.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import Any, Literal

from omsorgstall.core import Text, parse_yaml

HOSPITAL = 0
"""Stands for a stay in hospital among service types that exclude others; no service type has this code."""

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
class WaitingBand:
    """A band of waiting days with the last day that belongs to it; None for the open band."""

    id: str
    last_day: int | None


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
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = parse_yaml((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


@cache
def decisions() -> dict[str, Decision]:
    """Every default by its id, in the order of the data file."""
    found = [
        Decision(f"{part}.{name}", item.get("value", item), item["status"], item["why"])
        for part, items in _read("decisions").items()
        for name, item in items.items()
    ]
    return {d.id: d for d in found}


def _default(decision: str) -> Any:  # noqa: ANN401 - the type is that of the setting
    value = decisions()[decision].value
    return tuple(value) if isinstance(value, list) else value


def _exclusions() -> tuple[Exclusion, ...]:
    items = _read("decisions")["exclusions"].items()
    return tuple(Exclusion(name, _excluders(i["by"]), tuple(i["excludes"])) for name, i in items)


def _excluders(by: list[int | str]) -> tuple[int, ...]:
    return tuple(HOSPITAL if b == "hospital" else int(b) for b in by)


def _waiting_bands() -> tuple[WaitingBand, ...]:
    return tuple(WaitingBand(b["id"], b["to"]) for b in _default("waiting.bands"))


@cache
def need_profiles() -> dict[str, NeedProfile]:
    """Every need profile by id."""
    names = sorted(p.name.removesuffix(".yaml") for p in (_DATA / "need_profiles").iterdir() if p.name.endswith(".yaml"))
    return {n: _profile(_read(f"need_profiles/{n}")) for n in names}


def _profile(item: dict[str, Any]) -> NeedProfile:
    pairs = {key: tuple(item.get(key, {}).items()) for key in ("weights", "moves")}
    return NeedProfile(**{**item, **pairs, "name": Text.of(item["name"]), "core": tuple(item.get("core", ()))})


def _default_profile() -> NeedProfile:
    return need_profiles()[_default("need.profile")]


def _setting(decision: str) -> Any:  # noqa: ANN401 - dataclass fields are typed where they are declared
    return field(default_factory=partial(_default, decision))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of this room; ``Settings()`` holds the defaults, ``dataclasses.replace`` makes a variant.

    Each field is described under its id in ``decisions()``.

    Attributes:
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
    need_profile: NeedProfile = field(default_factory=_default_profile)
    waiting_bands: tuple[WaitingBand, ...] = field(default_factory=_waiting_bands)
    home_hours_services: tuple[int, ...] = _setting("home_hours.services")
    until: date | None = None
