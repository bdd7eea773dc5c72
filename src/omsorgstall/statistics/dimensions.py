"""The dimensions definitions refer to by name. One entry in ``dimension_catalogue`` per dimension."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from omsorgstall.codes import age_bands, code_list, need_levels, service_groups, service_types
from omsorgstall.codes.services import exclusive_groups, kostra_groups, short_stair_steps, stair_steps
from omsorgstall.core import Text
from omsorgstall.measures import HOUSEHOLD_NOT_STATED, WAITING_NOT_STATED, Settings
from omsorgstall.measures.settings import DayBand
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.families import TOTAL_SERVICES, Unit, service_code
from omsorgstall.statistics.patterns import AGE_NOT_STATED
from omsorgstall.tables import Composition, Dimension, DimensionKind, Member

COUNTRY, AGE_TOTAL, NEED_TOTAL, HOUSEHOLD_TOTAL = "EAK", "999", "0", "0"
SHORT_STEP = "K"
"""Before the number of a step in the eight-step view."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a dimension of one table depends on: its years, regions and the units of its measures.

    Attributes:
        age_not_stated: whether anyone's age is unknown; only then the ages have a member for it.
    """

    years: tuple[int, ...]
    coverage: Coverage
    level_mark: str
    units: tuple[Unit, ...]
    age_not_stated: bool = False


def _leaf(code: str, label: Text) -> Member:
    return Member(code, label, frozenset({code}))


def _with_total(code: str, label: Text, leaves: list[Member]) -> tuple[Member, ...]:
    return (Member(code, label, frozenset(m.code for m in leaves)), *leaves)


def _region(setting: Setting) -> Dimension:
    members = setting.coverage.members(setting.years, setting.level_mark)
    first = members[0].code if members and (members[0].code == COUNTRY or setting.coverage.owner) else None
    return Dimension("Region", Text("region", "region", "region"), DimensionKind.REGION, Composition.UNION, members, first)


def _classification(
    dimension_id: str, label: Text, members: tuple[Member, ...], total: str | None, composition: Composition
) -> Dimension:
    return Dimension(dimension_id, label, DimensionKind.CLASSIFICATION, composition, members, total)


def _age(setting: Setting) -> Dimension:
    leaves = [_leaf(b.code, b.name) for b in age_bands()]
    if setting.age_not_stated:
        leaves.append(_leaf(AGE_NOT_STATED, Text("Uoppgitt alder", "Ikkje oppgitt alder", "Age not stated")))
    members = _with_total(AGE_TOTAL, Text("Alle aldre", "Alle aldrar", "All ages"), leaves)
    return _classification("Alder", Text("alder", "alder", "age"), members, AGE_TOTAL, Composition.ADDITIVE)


def _need(_: Setting) -> Dimension:
    leaves = [_leaf(n.code, n.name) for n in need_levels()]
    members = _with_total(NEED_TOTAL, Text("Alle behovsnivåer", "Alle behovsnivå", "All levels of need"), leaves)
    label = Text("bistandsbehov", "bistandsbehov", "need for assistance")
    return _classification("Behov", label, members, NEED_TOTAL, Composition.ADDITIVE)


def _service_label(code: str) -> Text:
    names = {g.code: g.name for g in (*service_groups(), *kostra_groups())}
    names[TOTAL_SERVICES] = Text("Alle tjenester", "Alle tenester", "All services")
    return names.get(code) or service_types()[int(code)].name


def _service(setting: Setting) -> Dimension:
    members = tuple(Member(u.code, _service_label(u.code), frozenset(map(service_code, u.services))) for u in setting.units)
    total = members[0].code if members[0].code == TOTAL_SERVICES or len(members) == 1 else None
    return _classification("Tjeneste", Text("tjeneste", "teneste", "service"), members, total, Composition.UNION)


_EVERYONE = Text("Alle tjenestemottakere", "Alle tenestemottakarar", "All users of services")


def _service_group(_: Setting) -> Dimension:
    leaves = [_leaf(g.code, g.name) for g in exclusive_groups()]
    members = _with_total(TOTAL_SERVICES, _EVERYONE, leaves)
    label = Text("tjenestegruppe", "tenestegruppe", "group of services")
    return _classification("Tjenestegruppe", label, members, TOTAL_SERVICES, Composition.ADDITIVE)


def _step(_: Setting) -> Dimension:
    """Sixteen steps, which are the leaves, and the eight of the short view, which gather them."""
    leaves = [_leaf(service_code(s.step), s.name) for s in stair_steps()]
    gathered = {k: frozenset(service_code(s.step) for s in stair_steps() if s.short == k) for k in short_stair_steps()}
    short = [Member(f"{SHORT_STEP}{k}", short_stair_steps()[k], gathered[k]) for k in gathered]
    members = (*_with_total(TOTAL_SERVICES, _EVERYONE, leaves), *short)
    label = Text("trinn i omsorgstrappen", "trinn i omsorgstrappa", "step of the care staircase")
    return _classification("Trinn", label, members, TOTAL_SERVICES, Composition.ADDITIVE)


def _household(_: Setting) -> Dimension:
    leaves = [_leaf(str(c.value), c.name) for c in code_list("household").codes]
    leaves.append(_leaf(str(HOUSEHOLD_NOT_STATED), Text("Uoppgitt husstand", "Ikkje oppgitt husstand", "Household not stated")))
    members = _with_total(HOUSEHOLD_TOTAL, Text("Alle husstander", "Alle husstandar", "All households"), leaves)
    label = Text("husstand", "husstand", "household")
    return _classification("Husstand", label, members, HOUSEHOLD_TOTAL, Composition.ADDITIVE)


def _waiting(_: Setting) -> Dimension:
    bands = Settings().waiting_bands
    leaves = [_leaf(band.id, _days(former, band)) for former, band in zip((None, *bands), bands, strict=False)]
    leaves.append(_leaf(WAITING_NOT_STATED, Text("Vedtaksdato ikke oppgitt", "Vedtaksdato ikkje oppgitt", "No date of decision")))
    members = _with_total(TOTAL_SERVICES, Text("I alt", "I alt", "In all"), leaves)
    label = Text("dager fra vedtak til start", "dagar frå vedtak til start", "days from decision to start")
    return _classification("Iverksettingstid", label, members, TOTAL_SERVICES, Composition.ADDITIVE)


def _days(former: DayBand | None, band: DayBand) -> Text:
    """Name of a band of waiting days, from the last day of the band before and its own."""
    if former is None or former.last_day is None:
        return Text("Startet før vedtaket", "Starta før vedtaket", "Started before the decision")
    first = former.last_day + 1
    if band.last_day is None:
        return Text(f"{first} dager eller mer", f"{first} dagar eller meir", f"{first} days or more")
    return Text(f"{first}–{band.last_day} dager", f"{first}–{band.last_day} dagar", f"{first}–{band.last_day} days")


def _answer(_: Setting) -> Dimension:
    not_stated = _leaf("9", Text("Ikke oppgitt", "Ikkje oppgitt", "Not stated"))
    leaves = [*(_leaf(str(c.value), c.name) for c in code_list("yes_no").codes), not_stated]
    members = _with_total(TOTAL_SERVICES, Text("I alt", "I alt", "In all"), leaves)
    return _classification("Svar", Text("svar", "svar", "answer"), members, TOTAL_SERVICES, Composition.ADDITIVE)


def _time(setting: Setting) -> Dimension:
    members = tuple(_leaf(str(y), Text.same(str(y))) for y in setting.years)
    return Dimension("Tid", Text("år", "år", "year"), DimensionKind.TIME, Composition.ADDITIVE, members)


def dimension_catalogue() -> Mapping[str, Callable[[Setting], Dimension]]:
    """Every dimension a definition may name."""
    return {
        "Region": _region,
        "Alder": _age,
        "Behov": _need,
        "Tjeneste": _service,
        "Tjenestegruppe": _service_group,
        "Trinn": _step,
        "Husstand": _household,
        "Iverksettingstid": _waiting,
        "Svar": _answer,
        "Tid": _time,
    }
