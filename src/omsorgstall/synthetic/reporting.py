"""The tables one municipality reports for one data year, cut from the histories of its blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from omsorgstall.codes import function_variables
from omsorgstall.register.columns import TableSchema
from omsorgstall.register.schemas import identified_schema, table_schemas
from omsorgstall.synthetic import columns as col
from omsorgstall.synthetic import faults
from omsorgstall.synthetic.attributes import Attributes, Situation, attributes
from omsorgstall.synthetic.careers import AWAY, LONG_TERM
from omsorgstall.synthetic.circumstances import circumstances, nutrition, participation
from omsorgstall.synthetic.columns import NO_DATE
from omsorgstall.synthetic.diagnoses import Diagnoses, diagnoses
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, keyed, uniform
from omsorgstall.synthetic.histories import OUTSIDE, History, new_year
from omsorgstall.synthetic.identity import identity_digits, organisation_numbers
from omsorgstall.synthetic.needs import NOT_ASSESSED, NOT_STATED, drawn_scores
from omsorgstall.synthetic.parameters import Parameters
from omsorgstall.synthetic.people import municipality_of
from omsorgstall.synthetic.services import HOUSING, LONG_TERM_STAY, Records
from omsorgstall.synthetic.stays import Stays, respite_stays

REHABILITATION = 19
FNR, D_NUMBER = 1, 2
MALE, FEMALE = 1, 2
HOME_SERVICES = (1, 2, 3, 15)
FIRST_HOUSING_YEAR, CARE_DWELLING, OTHER_DWELLING = 2019, 12, 13


@dataclass(frozen=True)
class Cut:
    """The part of a history a data year shows.

    Attributes:
        persons: the people with records, as indices of the block.
        rows: the records, as indices of the history.
    """

    history: History
    year: int
    first_day: int
    last_day: int
    persons: Ints
    rows: Ints

    def keep(self, chosen: Bools) -> "Cut":
        """The cut for some people of the block only."""
        rows = self.rows[chosen[self.history.records.person[self.rows]]]
        return replace(self, persons=self.persons[chosen[self.persons]], rows=rows)


def cut(history: History, year: int) -> Cut:
    """The records running in the year, or decided in it, and the people they belong to."""
    first, last = new_year(year), new_year(year + 1) - 1
    records, decisions = history.records, history.decisions
    runs = ~decisions.refused & (records.start <= last) & (records.end >= first)
    refused = decisions.refused & (decisions.decision >= first) & (decisions.decision <= last)
    alive = history.death[records.person] >= first
    rows = np.flatnonzero((runs & alive) | refused)
    rows = rows[np.argsort(records.person[rows], kind="stable")]
    return Cut(history, year, first, last, np.unique(records.person[rows]), rows)


class Reporter:
    """Builds the tables of a cut.

    Args:
        shown: what of the history the year shows.
        parameters: rates of faults and attributes.
    """

    def __init__(self, shown: Cut, parameters: Parameters) -> None:
        self.cut = shown
        self.parameters = parameters
        self.rates = parameters.faults
        self.people = shown.history.people.take(shown.persons)
        self.identity, self.identity_type = self._identities()

    def tables(self) -> dict[str, pa.Table]:
        """Every table of the annual batch, as ``identified_schema`` says."""
        return {
            "person": self._person(),
            "assessment": self._assessment(),
            "service": self._service(),
            "pause": self._pause(),
            "stay": self._stay(),
            "hospital_stay": self._hospital_stay(),
            "diagnosis": self._diagnosis(),
            "participation": self._participation(),
            "nutrition": self._nutrition(),
        }

    def _identities(self) -> tuple[Ints, Ints]:
        people = self.people
        foreign = uniform(people.key, "d number") < self.rates["d_number"]
        birth = people.birth.astype("datetime64[D]")
        return identity_digits(birth, people.sex, people.ordinal // 365, foreign), np.where(foreign, D_NUMBER, FNR)

    def _place(self, person: Ints) -> Ints:
        """Where people of the block stand among the people of the cut."""
        found: Ints = np.searchsorted(self.cut.persons, person)
        return found

    def identified(self, place: Ints, own: Mapping[str, pa.Array], schema: TableSchema) -> pa.Table:
        """A table with the identity of the people at these places before its own columns."""
        identity = col.fixed_text(col.digit_codes(self.identity[place]))
        kind = pa.array(self.identity_type[place].astype(np.int8))
        target = identified_schema(schema)
        return pa.table([identity, kind, *(own[name] for name in target.names[2:])], schema=target)

    def _table(self, name: str, place: Ints, *own: pa.Array) -> pa.Table:
        schema = table_schemas()[name]
        return self.identified(place, dict(zip((c.name for c in schema.sent), own, strict=True)), schema)

    def local_ids(self) -> pa.Array:
        """The municipality's own id of each person."""
        number = int(_municipality(self.cut.history.block))
        return col.fixed_text(col.hexadecimal(keyed(self.people.key, number)))

    def _person(self) -> pa.Table:
        people, count = self.people, len(self.people)
        death = self.cut.history.death[self.cut.persons]
        now, year, last_day = self._situation, self.cut.year, self.cut.last_day
        known = attributes(now, year, last_day, self.parameters)
        born = people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        shape = self.parameters.services["attributes"]
        own = {
            "local_person_id": self.local_ids(),
            "birth_date": col.date_column(people.birth),
            "birth_year": pa.array(born.astype(np.int16)),
            "sex": pa.array(np.where(people.sex == 0, FEMALE, MALE).astype(np.int8)),
            "death_date": col.date_column(np.where(death <= last_day, death, NO_DATE)),
            "district": self.districts(),
            **_attribute_columns(known, year),
            **circumstances(now, known.individual_plan, known.round_the_clock, year, last_day, shape),
        }
        return self.identified(np.arange(count), own, table_schemas()["person"])

    def districts(self) -> pa.Array:
        """City district of each person in the four cities, empty elsewhere and for some."""
        block, count = self.cut.history.block, len(self.people)
        if len(block) < 6:
            return pa.nulls(count, pa.string())
        missing = uniform(self.people.key, "district") < self.rates["district_missing"]
        return col.fixed_text(_repeated(block, count), missing)

    @cached_property
    def _situation(self) -> Situation:
        """The state of the people on the last day, from their last segment and their running services."""
        history, count = self.cut.history, len(self.people)
        running = self._running()
        records = history.records.take(running)
        place = self._place(records.person)
        hours = np.where(np.isin(records.code, HOME_SERVICES), history.decisions.hours[running], 0.0)
        last = self._last_segment()
        return Situation(
            key=self.people.key,
            age=self._situation_age(),
            level=np.where(history.states.stated[last], history.states.level[last], NOT_STATED),
            long_term=np.bincount(place, records.code == LONG_TERM_STAY, count) > 0,
            housing=np.bincount(place, records.code == HOUSING, count) > 0,
            hours=np.bincount(place, np.nan_to_num(hours), count).astype(np.float64),
            inhabitants=history.inhabitants[self.cut.persons],
        )

    def _running(self) -> Ints:
        history, rows = self.cut.history, self.cut.rows
        records = history.records
        found: Ints = rows[~history.decisions.refused[rows] & (records.end[rows] >= self.cut.last_day)]
        return found

    def _last_segment(self) -> Ints:
        """For each person the last segment that began by the end of the year (or her first)."""
        seg = self.cut.history.states.segments
        begun = np.flatnonzero(seg.start <= self.cut.last_day)
        after = np.searchsorted(seg.person[begun], self.cut.persons, side="right") - 1
        last = begun[after.clip(0)]
        first = np.searchsorted(seg.person, self.cut.persons)
        return np.where(seg.person[last] == self.cut.persons, last, first)

    def _assessment(self) -> pa.Table:
        assessed = self._assessed()
        states = self.cut.history.states
        index, day = assessed
        key = keyed(states.key[index], day)
        profile = _profile(states.pathway[index], uniform(self.cut.history.people.key, "profile")[states.segments.person[index]])
        scores = drawn_scores(key, profile, states.level[index], states.share[index])
        stay = states.segments.state[index] == LONG_TERM
        incomplete = ~states.stated[index]
        scores = faults.faulty_scores(key, scores, stay, incomplete, self.rates)
        scores[:, [v.introduced > self.cut.year for v in function_variables()]] = NOT_ASSESSED
        values = (col.code_column(scores[:, n], pa.int8(), NOT_ASSESSED) for n in range(len(function_variables())))
        return self._table("assessment", self._place(states.segments.person[index]), col.date_column(day), *values)

    def _assessed(self) -> tuple[Ints, Ints]:
        """Segments that began with an assessment shown this year, and its day: this year's, and the last one before."""
        states, first, last = self.cut.history.states, self.cut.first_day, self.cut.last_day
        seg = states.segments
        present = self.cut.history.present
        here = np.isin(seg.person, self.cut.persons) & (seg.state != AWAY) & (states.stated | states.empty)
        here &= (seg.end > present.start[seg.person]) & (seg.start < present.end[seg.person])
        newcomer = np.ones(len(seg), dtype=bool)
        newcomer[1:] = (seg.person[1:] != seg.person[:-1]) | (seg.state[1:] != seg.state[:-1])
        made = newcomer | (uniform(states.key, "stale") >= self.rates["stale_assessment"])
        day = seg.start - (10 * uniform(states.key, "assessment day")).astype(np.int64)
        day = np.maximum(day, present.start[seg.person])
        chosen = np.flatnonzero(here & made & (day <= last))
        index, day = self._with_rehabilitation(chosen, day[chosen])
        person = seg.person[index]
        newest = np.ones(len(index), dtype=bool)
        newest[:-1] = (person[1:] != person[:-1]) | (day[1:] >= first)
        kept = (day >= first) | newest
        return index[kept], day[kept]

    def _with_rehabilitation(self, index: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Add the assessments at the start and the end of rehabilitation stays, in the order of person and day."""
        history, rows = self.cut.history, self.cut.rows
        stays = history.records.take(rows[(history.records.code[rows] == REHABILITATION) & ~history.decisions.refused[rows]])
        known = history.states.stated[stays.state]
        ended = known & (uniform(stays.key, "end assessment") >= self.rates["rehabilitation_without_end_assessment"])
        more = np.concatenate([stays.state[known], stays.state[ended]])
        days = np.concatenate([stays.start[known], stays.end[ended]])
        shown = days <= self.cut.last_day
        index, day = np.concatenate([index, more[shown]]), np.concatenate([day, days[shown]])
        order = np.lexsort((day, history.states.segments.person[index]))
        return index[order], day[order]

    def _service(self) -> pa.Table:
        history, rows, year = self.cut.history, self.cut.rows, self.cut.year
        records, decisions = history.records.take(rows), history.decisions.take(rows)
        key, refused = records.key, decisions.refused
        end = np.where(records.end > self.cut.last_day, NO_DATE, records.end)
        end = faults.faulty_ends(key, records.start, end, records.renewed, self.rates)
        end = faults.open_after_death(key, end, history.death[records.person], self.rates)
        application = faults.faulty_dates(key, decisions.application, decisions.decision, self.rates)
        hours = faults.faulty_hours(key, decisions.hours, self.rates)
        return self._table(
            "service",
            self._place(records.person),
            col.fixed_text(col.hexadecimal(key)),
            pa.array(_code_in(records.code, key, year, self.rates).astype(np.int16)),
            col.date_column(application),
            col.date_column(np.where(decisions.decision > self.cut.last_day, NO_DATE, decisions.decision)),
            pa.array(np.where(refused, 2, 1).astype(np.int8)),
            pa.array(np.where(decisions.complaint, 1, 2).astype(np.int8)),
            col.date_column(records.start),
            col.date_column(end),
            col.number_column(hours),
            self.organisations(records),
            pa.array(records.renewed & ~refused & faults.added(key, self.rates)),
            *(pa.nulls(len(key), pa.string()) for _ in ("service level", "stay type")),
        )

    def organisations(self, records: Records) -> pa.Array:
        """Units of the municipality: each service has a few of its own."""
        units = organisation_numbers(_municipality(self.cut.history.block))
        digits = np.array([[int(d) for d in unit] for unit in units])
        unit = (records.code * 3 + (uniform(records.key, "unit") * 3).astype(np.int64)) % len(units)
        missing = faults.without_organisation(records.key, records.code, self.rates) | (records.start == NO_DATE)
        return col.fixed_text(col.digit_codes(digits[unit]), missing)

    def _pause(self) -> pa.Table:
        stays, owner = self._shown(self.cut.history.pauses)
        records = self.cut.history.records
        return self._table(
            "pause",
            self._place(records.person[owner]),
            col.fixed_text(col.hexadecimal(records.key[owner])),
            col.fixed_text(col.hexadecimal(stays.key)),
            col.date_column(stays.start),
            col.date_column(np.where(stays.end > self.cut.last_day, NO_DATE, stays.end)),
        )

    def _shown(self, stays: Stays) -> tuple[Stays, Ints]:
        """Those of the year that belong to records of the cut."""
        shown = np.zeros(len(self.cut.history.records), dtype=bool)
        shown[self.cut.rows] = True
        chosen = stays.take((stays.start <= self.cut.last_day) & (stays.end >= self.cut.first_day) & shown[stays.owner])
        return chosen, chosen.owner

    def _stay(self) -> pa.Table:
        records = self.cut.history.records
        stays, owner = self._shown(respite_stays(records, self.cut.first_day, self.cut.last_day))
        return self._table(
            "stay",
            self._place(records.person[owner]),
            col.fixed_text(col.hexadecimal(records.key[owner])),
            col.date_column(stays.start),
            col.date_column(np.where(stays.end > self.cut.last_day, NO_DATE, stays.end)),
        )

    def _hospital_stay(self) -> pa.Table:
        stays = self.cut.history.hospital
        here = np.isin(stays.owner, self.cut.persons)
        stays = stays.take(here & (stays.start <= self.cut.last_day) & (stays.end >= self.cut.first_day))
        digits = np.array([[int(d) for d in HOSPITAL_UNIT]])
        return self._table(
            "hospital_stay",
            self._place(stays.owner),
            col.date_column(stays.start),
            col.date_column(np.where(stays.end > self.cut.last_day, NO_DATE, stays.end)),
            col.fixed_text(col.digit_codes(np.repeat(digits, len(stays.owner), axis=0))),
        )

    def _diagnosis(self) -> pa.Table:
        known: Diagnoses = diagnoses(self.people, self._situation_age(), self.rates)
        return self._table("diagnosis", known.person, known.system, known.code, known.reservation)

    def _participation(self) -> pa.Table:
        known = participation(self._situation, self.rates, self.parameters.services["attributes"])
        return self._table("participation", known.person, known.area, known.need, known.help)

    def _nutrition(self) -> pa.Table:
        known = nutrition(self._situation, self.cut.year, self.rates, self.parameters.services["attributes"])
        return self._table("nutrition", known.person, *known.answers)

    def _situation_age(self) -> Ints:
        return ((self.cut.last_day - self.people.birth) / 365.2425).astype(np.int64)


HOSPITAL_UNIT = organisation_numbers("9999")[0]
"""One made-up hospital for the whole country."""


def _municipality(block: str) -> str:
    """The municipality of a block, also when it stands for a sample of the country."""
    return block if block == OUTSIDE else municipality_of(block)


def _repeated(text: str, count: int) -> NDArray[np.uint8]:
    return np.repeat(np.frombuffer(text.encode(), dtype=np.uint8)[None, :], count, axis=0)


def _attribute_columns(known: Attributes, year: int) -> dict[str, pa.Array]:
    """Columns of the person table; two of them exist from 2019."""
    newer = year >= FIRST_HOUSING_YEAR
    count = len(known.household)
    return {
        "household": col.code_column(known.household, pa.int8()),
        "round_the_clock": pa.array(known.round_the_clock) if newer else pa.nulls(count, pa.bool_()),
        "waiting_list_date": col.date_column(known.waiting_list_date) if newer else pa.nulls(count, pa.date32()),
        "individual_plan": col.code_column(known.individual_plan, pa.int8()),
        "private_help": col.code_column(known.private_help, pa.int8()),
        "private_help_hours": col.number_column(known.private_help_hours),
        "doctor_assessed": col.date_column(known.doctor_assessed),
        "dental_assessed": col.date_column(known.dental_assessed),
    }


def _profile(pathway: Ints, own: Floats) -> Ints:
    """Which way of needing help: old-age decline is of body or mind, disability of all, mental health social."""
    return np.select([pathway == 3, pathway == 2, (pathway == 1) & (own < 0.4)], [2, np.where(own < 0.5, 3, 2), 1], 0)


def _code_in(code: Ints, key: Keys, year: int, rates: faults.Rates) -> Ints:
    """The code as the year wrote it: dwellings were 12 and 13 until 2018; stray 16s later."""
    if year < FIRST_HOUSING_YEAR:
        old = np.where(uniform(key, "dwelling") < 0.8, CARE_DWELLING, OTHER_DWELLING)
        return np.where(code == HOUSING, old, code)
    stray = (code == 15) & (uniform(key, "stray 16") < rates["old_rehabilitation_code"])
    return np.where(stray, 16, code)
