"""What events of a period can be broken down by: the outcome of a decision, the type and length of a stay, a score before it."""

from collections.abc import Mapping
from dataclasses import replace

from ibis.expr import types as ir

from omsorgstall.codes import function_variables, service_types, statistical_services
from omsorgstall.codes.dwellings import dwelling_fields
from omsorgstall.codes.services import exclusive_groups, short_stair_steps, stair_steps
from omsorgstall.core import Text
from omsorgstall.measures.populations.comings import NO_SERVICE
from omsorgstall.measures.round_the_clock import FLAG, definitions
from omsorgstall.measures.settings import ElapsedBand, Settings
from omsorgstall.statistics.families import service_code
from omsorgstall.statistics.sum_reports.breakdown import NOT_STATED, Breakdown, breakdown, coded, listed, marked, named
from omsorgstall.statistics.sum_reports.texts import said, subscale_name
from omsorgstall.tables import Member

_RESPITE = 8
_WITHOUT_RESPITE = "UTEN_AVLASTNING"
_YEAR = 12


def _stay(settings: Settings) -> Breakdown:
    """Time-limited stays and respite, with a total without respite."""
    types = settings.short_stay_services
    leaves = {service_code(c): service_types()[c].name for c in types}
    without = tuple(service_code(c) for c in types if c != _RESPITE)
    found = breakdown("Opphold", leaves, lambda rows: rows.service_type.cast("string").lpad(2, "0"), ("is_stay",))
    gathers = Member(_WITHOUT_RESPITE, said("stays_without_respite"), frozenset(without))
    last = [m for m in found.members if m.code == service_code(_RESPITE)]
    members = (*(m for m in found.members if m not in last), gathers, *last)
    return replace(found, members=members, gathered={_WITHOUT_RESPITE: without})


def _group_before() -> Breakdown:
    leaves = {g.code: g.name for g in exclusive_groups()} | {NOT_STATED: said("no_service_before")}
    return breakdown("GruppeFor", leaves, coded("group_before"), ("group_before",))


def _household_before() -> Breakdown:
    found = listed("Husstand", "household_before", "household")
    return replace(found, id="HusstandFor", label=said("HusstandFor"))


def _compared() -> Breakdown:
    """What is compared before and after: the variables, the subscales and the composite measure."""
    leaves = {v.id: Text(v.name, v.name, v.english) for v in function_variables()}
    leaves |= {name: subscale_name(name) for name in dict.fromkeys(v.subscale for v in function_variables() if v.subscale)}
    return breakdown("Mal", leaves | {"need": said("Behov")}, coded("measure"), ("measure",), total=False)


def _scored(name: str, column: str) -> Breakdown:
    """A score of a function variable at one end of a stay."""
    leaves = {str(s): said(f"score_{s}") for s in (1, 2, 3, 4, 5)}
    return breakdown(name, leaves, lambda rows: rows[column].round().cast("int64").cast("string"), (column,))


def _elapsed(settings: Settings) -> Breakdown:
    bands = settings.elapsed_bands
    starts = (0, *(b.under_months or 0 for b in bands[:-1]))
    leaves = {band.id: _lasting(start, band) for start, band in zip(starts, bands, strict=True)}
    return breakdown("Varighet", leaves, coded("elapsed_band"), ("elapsed_band",))


def _lasting(start: int, band: ElapsedBand) -> Text:
    end = band.under_months
    if end is None:
        return said(f"elapsed_over_{_unit(start)}", number=_number(start))
    if not start:
        return said(f"elapsed_under_{_unit(end)}", number=_number(end))
    unit = "years" if _unit(start) == _unit(end) == "years" else "months"
    per = _YEAR if unit == "years" else 1
    return said(f"elapsed_{unit}", start=start // per, end=end // per)


def _unit(months: int) -> str:
    return "months" if months % _YEAR else "years"


def _number(months: int) -> int:
    return months if months % _YEAR else months // _YEAR


def _service_before() -> Breakdown:
    services = {service_code(c): service_types()[c].name for c in statistical_services()}
    leaves = services | {service_code(NO_SERVICE): said("no_service_before")}

    def code(rows: ir.Table) -> ir.StringValue:
        return rows.service_before.cast("string").lpad(2, "0")

    found = breakdown("TjenesteFor", leaves, code, ("service_before",))
    return replace(found, overlapping=True)


def _course() -> Breakdown:
    """The services before a long-term stay in their order; found among the rows."""
    return breakdown("Forlop", {}, lambda rows: rows.course.cast("string"), ("course",))


def _definition() -> Breakdown:
    leaves = {d.id: d.name for d in definitions().values()}
    return breakdown("Definisjon", leaves, lambda rows: rows.definition, ("definition",), total=False)


def _lacking() -> Breakdown:
    """The first field that a definition lacks; nothing where it is settled."""
    known = {field: dwelling_fields()[field].name for field in dwelling_fields()} | {FLAG: said("field_round_the_clock")}
    leaves = {"": said("nothing_lacking"), **known}
    return breakdown("ManglerFelt", {c or "INGEN": t for c, t in leaves.items()}, _or_none, ("lacks",))


def _or_none(rows: ir.Table) -> ir.StringValue:
    return rows.lacks.nullif("").fill_null("INGEN")


def _steps(name: str, column: str, names: Mapping[int, Text]) -> Breakdown:
    leaves = {f"{step:02d}": text for step, text in names.items()}
    found = breakdown(name, leaves, lambda rows: rows[column].cast("string").lpad(2, "0"), (column,))
    return replace(found, overlapping=True)


def event_breakdowns(settings: Settings) -> tuple[Breakdown, ...]:
    """Those of events, in order."""
    return (
        _stay(settings),
        _group_before(),
        _household_before(),
        _compared(),
        _scored("SkaarStart", "before"),
        _scored("SkaarSlutt", "after"),
        marked("ForsteOpphold", "first_stay"),
        marked("StartetIPerioden", "started"),
        marked("AvsluttetIPerioden", "ended"),
        named("Utfall", "outcome", ("granted", "refused"), "outcome"),
        _elapsed(settings),
        named("Rettsgrunnlag", "legal_basis", (b.id for b in settings.legal_bases), "basis"),
        named("Parutfall", "pairing", ("paired", "no_new_assessment", "no_start_assessment", "death", "hospital"), "pairing"),
        named("Avsluttet", "ended_by", ("death", "hospital", "other"), "ended_by"),
        named("Utskifting", "between_years", ("new", "continuing", "ended", "new_and_ended", "unknown"), "turnover"),
        _service_before(),
        _course(),
        _definition(),
        named("Svar", "answer", ("yes", "no", "unknown"), "answer"),
        _lacking(),
        _steps("Trinn", "stair_short", short_stair_steps()),
        _steps("TrinnAlle", "stair_step", {s.step: s.name for s in stair_steps()}),
        named("Oppholdslengde", "length_band", (b.id for b in settings.stay_length_bands), "length"),
    )
