"""What persons and services can be broken down by or filtered on, as a catalogue; those of events are in ``event_breakdowns``."""

from collections.abc import Mapping
from dataclasses import replace

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import AgeBand, age_bands, function_variables, need_levels, service_types, statistical_services
from omsorgstall.codes.people import OLDEST
from omsorgstall.codes.services import exclusive_groups
from omsorgstall.core import Text
from omsorgstall.measures.characteristics import PARTS
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.target_groups import UNCLASSIFIED, default_grouping
from omsorgstall.statistics.families import service_code
from omsorgstall.statistics.sum_reports.breakdown import (
    NOT_STATED,
    Breakdown,
    band_codes,
    breakdown,
    coded,
    in_bands,
    in_bits,
    leaf,
    listed,
    marked,
)
from omsorgstall.statistics.sum_reports.event_breakdowns import event_breakdowns
from omsorgstall.statistics.sum_reports.texts import said, subscale_name

AGE_NOT_STATED = "UOPPGITT"
NO_DIAGNOSIS = "INGEN"
_YES, _NO = 1, 2
_SECONDS = 3600


def ages(bands: tuple[AgeBand, ...] = ()) -> Breakdown:
    """Age in bands; the national ones when none are given."""
    used = bands or age_bands()
    leaves = {b.code: b.name for b in used} | {AGE_NOT_STATED: said("not_stated")}

    def code(rows: ir.Table) -> ir.StringValue:
        return ibis.cases(*[(rows.age.between(b.start, b.end), b.code) for b in used], else_=AGE_NOT_STATED)

    return breakdown("Alder", leaves, code, ("age",))


def age_bands_from(breaks: tuple[int, ...]) -> tuple[AgeBand, ...]:
    """Bands that begin at the given ages: ``(67, 80)`` makes 0–66, 67–79 and 80 or older."""
    starts = (0, *sorted(b for b in set(breaks) if b > 0))
    ends = (*(s - 1 for s in starts[1:]), OLDEST)
    return tuple(_band(start, end) for start, end in zip(starts, ends, strict=True))


def _band(start: int, end: int) -> AgeBand:
    if end == OLDEST:
        return AgeBand(f"{start:03d}+", said("age_and_older", age=start), start, end)
    return AgeBand(f"{start:03d}-{end:03d}", said("age_band", start=start, end=end), start, end)


def _sex() -> Breakdown:
    leaves = {"1": said("men"), "2": said("women"), NOT_STATED: said("not_stated")}
    return breakdown("Kjonn", leaves, coded("sex"), ("sex",))


def _need() -> Breakdown:
    return breakdown("Behov", {n.code: n.name for n in need_levels()}, coded("need"), ("need",))


def _subscale(name: str) -> Breakdown:
    leaves = {n.code: said(f"level_{n.id}") for n in need_levels()}
    found = breakdown("Delmal", leaves, coded(f"{name}_level"), (f"{name}_level",))
    return replace(found, id=subscale_id(name), label=subscale_name(name))


def subscale_id(name: str) -> str:
    """Id of the breakdown by a subscale, such as ``Delmal_egenomsorg``."""
    return f"Delmal_{name}"


def _variable(variable: str, name: Text) -> Breakdown:
    leaves = {str(s): said(f"score_{s}") for s in (1, 2, 3, 4, 5, 9)} | {"MANGLER": said("score_missing")}
    column = variable.lower()

    def code(rows: ir.Table) -> ir.StringValue:
        known = rows[column].isin([1, 2, 3, 4, 5, 9]).fill_null(False)
        return known.ifelse(rows[column].cast("string"), "MANGLER")

    return replace(breakdown("Variabel", leaves, code, (column,)), id=variable, label=name)


def _private_help(settings: Settings) -> Breakdown:
    leaves = band_codes("H", settings.help_limits)
    leaves |= {"UKJENT": said("help_unknown"), "INGEN": said("help_none"), NOT_STATED: said("not_stated")}

    def code(rows: ir.Table) -> ir.StringValue:
        bands = in_bands(rows.private_help_hours, settings.help_limits, "H")
        gets = rows.private_help == _YES
        return ibis.cases(
            ((rows.private_help_hours > 0) & (gets | rows.private_help.isnull()), bands),
            (gets, "UKJENT"),
            (rows.private_help == _NO, "INGEN"),
            else_=NOT_STATED,
        )

    return breakdown("PrivatHjelp", leaves, code, ("private_help", "private_help_hours"))


def _hours(name: str, settings: Settings, *, of_service: bool) -> Breakdown:
    """Of a person, the hours of the services counted; of a service, its own."""
    leaves = band_codes("T", settings.hours_limits) | {"INGEN": said("hours_none")}

    def code(rows: ir.Table) -> ir.StringValue:
        bands = in_bands(rows.seconds / _SECONDS, settings.hours_limits, "T")
        return (rows.seconds > 0).fill_null(False).ifelse(bands, "INGEN")

    return breakdown(name, leaves, code, ("seconds",), of_service=of_service)


def _group() -> Breakdown:
    return breakdown("Tjenestegruppe", {g.code: g.name for g in exclusive_groups()}, lambda rows: rows.group, ("group",))


def _number(settings: Settings) -> Breakdown:
    most = settings.most_services
    leaves = {str(n): said("services_number" if n > 1 else "services_one", number=n) for n in range(1, most)}
    leaves[f"{most}+"] = said("services_most", number=most)

    def code(rows: ir.Table) -> ir.StringValue:
        return (rows.kinds < most).ifelse(rows.kinds.cast("string"), f"{most}+")

    return breakdown("AntallTjenester", leaves, code, ("kinds",))


def _place(settings: Settings) -> Breakdown:
    places = ("HOME", *(place for place, _ in reversed(settings.housing)))
    return breakdown("Bosituasjon", {p: said(f"place_{p}") for p in places}, lambda rows: rows.place, ("place",))


def service_codes() -> dict[str, Text]:
    """The services of statistics with their names, by their code of two digits."""
    return {service_code(c): service_types()[c].name for c in statistical_services()}


def _service() -> Breakdown:
    def code(rows: ir.Table) -> ir.StringValue:
        return rows.service_type.cast("string").lpad(2, "0")

    return breakdown("Tjeneste", service_codes(), code, ("service_type",), of_service=True)


def _unit() -> Breakdown:
    def code(rows: ir.Table) -> ir.StringValue:
        return rows.unit.nullif("").fill_null(NOT_STATED)

    return breakdown("Enhet", {}, code, ("unit",), of_service=True)


def _combination() -> Breakdown:
    return breakdown("Kombinasjon", {}, lambda rows: rows.combination.cast("string"), ("combination",))


def _had(name: str) -> Breakdown:
    """Every service a person has: once as rows and once as columns, they show which go together."""
    return in_bits(name, {code: (int(code), text) for code, text in service_codes().items()}, "combination", None)


def _diagnoses(settings: Settings) -> Breakdown:
    leaves = {group.id: (place, group.name) for place, group in enumerate(settings.diagnosis_groups)}
    return in_bits("Diagnosegruppe", leaves, "diagnoses", (NO_DIAGNOSIS, said("no_diagnosis")))


def _target_group() -> Breakdown:
    grouping = default_grouping()
    leaves = {g.id: g.name for g in grouping.groups} | {UNCLASSIFIED: grouping.unclassified}
    return breakdown("Malgruppe", leaves, lambda rows: rows.target_group, ("target_group",))


def variables() -> tuple[tuple[str, Text], ...]:
    """The function variables with their names."""
    return tuple((v.id, Text(v.name, v.name, v.english)) for v in function_variables())


def every_variable() -> Breakdown:
    """The function variables, each with everybody in it: rows that are no parts of a whole."""
    members = tuple(leaf(*named) for named in variables())
    return Breakdown("Variabel", said("Variabel"), members, None, lambda rows: rows.measure, ())


def breakdowns(settings: Settings | None = None) -> Mapping[str, Breakdown]:
    """Every breakdown by id, with the bands and groups of the settings."""
    settings = settings or Settings()
    found = [
        _need(),
        *(_subscale(name) for name in PARTS),
        *(_variable(*named) for named in variables()),
        ages(),
        _sex(),
        listed("Husstand", "household", "household"),
        _place(settings),
        listed("IndividuellPlan", "individual_plan", "yes_no_declined"),
        listed("Koordinator", "coordinator", "yes_no_declined"),
        _private_help(settings),
        listed("OmsorgForBarn", "care_for_children", "yes_no"),
        _diagnoses(settings),
        _target_group(),
        _group(),
        _number(settings),
        _hours("Timer", settings, of_service=False),
        _hours("TjenesteTimer", settings, of_service=True),
        _service(),
        _unit(),
        _combination(),
        _had("HarTjeneste"),
        _had("OgTjeneste"),
        marked("LengeTjeneste", "served_long"),
        *event_breakdowns(settings),
    ]
    return {b.id: b for b in found}
