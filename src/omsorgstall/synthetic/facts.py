"""Facts per person and year, read from the generated tables with NumPy only: independent of the room ``measures``.

Definitions are those of the decision table: active on a date when start ≤ date and (no end or end ≥ date); need from the latest
assessment by the date with profile ``sm2010-approx-rule``; hours granted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes import function_variables, service_recodes
from omsorgstall.codes.services import NEVER_IN_TABLES
from omsorgstall.synthetic.draws import Bools, Floats, Ints
from omsorgstall.synthetic.histories import new_year
from omsorgstall.synthetic.needs import NOT_STATED, Scores, need_level

CODES = 32
HOME_HELP = (1, 2, 3, 15)
_EMPTY = -1


@dataclass(frozen=True)
class Facts:
    """What one data year says of each person; one row each.

    Attributes:
        identity: identity number as a number, to follow people over municipalities and years.
        during: services in the year, one column a service type.
        at_end: services running on 31 December.
        home_hours: granted hours a week of home health and practical help on 31 December.
        onset: day the person's care first began, as days since 1970.
    """

    identity: Ints
    age: Ints
    male: Bools
    need: Ints
    dead: Bools
    during: Bools
    at_end: Bools
    with_hours: Bools
    home_hours: Floats
    plan: Bools
    private_help: Ints
    private_hours: Floats
    doctor: Bools
    round_the_clock: Bools
    listed: Bools
    inhabitants: Floats
    onset: Ints

    def __len__(self) -> int:
        return len(self.identity)


@dataclass(frozen=True)
class Counts:
    """Decisions, refusals and complaints of the year by service type, and days from decision to start of long-term stays."""

    decisions: Ints
    refused: Ints
    complaints: Ints
    waiting: Ints


def facts(tables: Mapping[str, pa.Table], year: int, inhabitants: Floats | float, onset: Ints) -> tuple[Facts, Counts]:
    """The facts of one chunk of tables.

    Args:
        onset: day each person's care first began, in the order of the person table.
    """
    last = new_year(year + 1) - 1
    persons, services = tables["person"], tables["service"]
    count = persons.num_rows
    owner = _owner(services, persons)
    running = _running(services, year)
    code = _codes(services)
    during = _matrix(count, owner[running.during], code[running.during])
    at_end = _matrix(count, owner[running.at_end], code[running.at_end])
    hours = _hours(services, owner, code, running.at_end, count)
    plan = _whole(persons["individual_plan"])
    death, doctor, listed = (_days(persons[n]) for n in ("death_date", "doctor_assessed", "waiting_list_date"))
    found = Facts(
        identity=_identity(persons),
        age=year - _whole(persons["birth_year"]),
        male=_whole(persons["sex"]) == 1,
        need=_need(tables["assessment"], persons, last),
        dead=(death >= 0) & (death <= last),
        during=during,
        at_end=at_end,
        with_hours=hours > 0,
        home_hours=hours[:, list(HOME_HELP)].sum(axis=1),
        plan=plan == 1,
        private_help=_whole(persons["private_help"]),
        private_hours=_numbers(persons["private_help_hours"]),
        doctor=doctor > last - 366,
        round_the_clock=_whole(pc.cast(persons["round_the_clock"], pa.int8())) == 1,
        listed=(listed >= new_year(year)) & (listed <= last),
        inhabitants=np.broadcast_to(np.asarray(inhabitants, dtype=float), count).copy(),
        onset=onset,
    )
    return found, _counts(services, code, year)


def _whole(column: pa.ChunkedArray) -> Ints:
    found: Ints = pc.fill_null(column, _EMPTY).to_numpy().astype(np.int64)
    return found


def _days(column: pa.ChunkedArray) -> Ints:
    return _whole(pc.cast(column, pa.int32()))


def _numbers(column: pa.ChunkedArray) -> Floats:
    found: Floats = pc.fill_null(column, np.nan).to_numpy().astype(np.float64)
    return found


def _identity(table: pa.Table) -> Ints:
    return _whole(pc.cast(table["identity_number"], pa.int64()))


def _owner(table: pa.Table, persons: pa.Table) -> Ints:
    return _whole(pc.index_in(table["identity_number"], persons["identity_number"].combine_chunks()))


def _codes(services: pa.Table) -> Ints:
    recoded = np.arange(CODES)
    for old, new in service_recodes().items():
        recoded[old] = new
    found: Ints = recoded[_whole(services["service_type"])]
    return found


@dataclass(frozen=True)
class _Running:
    during: Bools
    at_end: Bools


def _running(services: pa.Table, year: int) -> _Running:
    start, end = _days(services["start_date"]), _days(services["end_date"])
    first, last = new_year(year), new_year(year + 1) - 1
    open_end = end == _EMPTY
    valid = (_whole(services["outcome"]) == 1) & (start > _EMPTY) & (open_end | (end >= start)) & (start <= last)
    valid &= ~np.isin(_whole(services["service_type"]), list(NEVER_IN_TABLES))
    return _Running(valid & (open_end | (end >= first)), valid & (open_end | (end >= last)))


def _matrix(count: int, person: Ints, code: Ints) -> Bools:
    found = np.zeros((count, CODES), dtype=bool)
    found[person, code] = True
    return found


def _hours(services: pa.Table, owner: Ints, code: Ints, at_end: Bools, count: int) -> Floats:
    """Granted hours on 31 December; of overlapping records of one service the latest start holds."""
    rows = np.flatnonzero(at_end)
    rows = rows[np.argsort(_days(services["start_date"])[rows], kind="stable")]
    found = np.zeros((count, CODES))
    found[owner[rows], code[rows]] = np.nan_to_num(_numbers(services["weekly_hours"])[rows]).clip(0, 168)
    return found


def _need(assessments: pa.Table, persons: pa.Table, last: int) -> Ints:
    """Need level of the latest assessment by the last day; 9 when there is none."""
    owner, day = _owner(assessments, persons), _days(assessments["assessment_date"])
    order = np.lexsort((day, owner))
    order = order[(day[order] <= last) & (owner[order] >= 0)]
    newest = np.ones(len(order), dtype=bool)
    newest[:-1] = owner[order][1:] != owner[order][:-1]
    chosen = order[newest]
    need = np.full(persons.num_rows, NOT_STATED)
    need[owner[chosen]] = need_level(_scores(assessments.take(pa.array(chosen))))
    return need


def _scores(assessments: pa.Table) -> Scores:
    columns = [_whole(assessments[v.id.lower()]) for v in function_variables()]
    return np.stack(columns, axis=1).astype(np.int8)


def _counts(services: pa.Table, code: Ints, year: int) -> Counts:
    decided = _days(services["decision_date"])
    here = (decided >= new_year(year)) & (decided < new_year(year + 1))
    refused = here & (_whole(services["outcome"]) == 2)
    complaints = here & (_whole(services["complaint"]) == 1)
    start = _days(services["start_date"])
    stays = here & _first_stay(services, start, code)
    decisions, refusals, complained = (np.bincount(code[rows], minlength=CODES) for rows in (here, refused, complaints))
    return Counts(decisions, refusals, complained, (start - decided)[stays])


def _first_stay(services: pa.Table, start: Ints, code: Ints) -> Bools:
    """Which records begin a long-term stay rather than renew it: the earliest of the person in the file."""
    rows = np.flatnonzero((code == 21) & (start > _EMPTY))
    person = _identity(services)[rows]
    order = np.lexsort((start[rows], person))
    first = np.ones(len(rows), dtype=bool)
    first[1:] = person[order][1:] != person[order][:-1]
    found = np.zeros(len(code), dtype=bool)
    found[rows[order[first]]] = True
    return found


def together(parts: Iterable[tuple[Facts, Counts]]) -> tuple[Facts, Counts]:
    """Facts of several municipalities: a person reported by two counts once, with the services of both."""
    found = list(parts)
    joined = Facts(*(np.concatenate([getattr(f, x.name) for f, _ in found]) for x in fields(Facts)))
    decisions, refused, complaints = (
        np.sum([getattr(c, name) for _, c in found], axis=0) for name in ("decisions", "refused", "complaints")
    )
    counts = Counts(decisions, refused, complaints, np.concatenate([c.waiting for _, c in found]))
    return _merged(joined), counts


def _merged(joined: Facts) -> Facts:
    """One row per identity number; the first row speaks for what services do not say."""
    order = np.argsort(joined.identity, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(joined.identity[order]) > 0])
    changed: dict[str, NDArray[np.generic]] = {f.name: getattr(joined, f.name)[order][starts] for f in fields(Facts)}
    for name in ("during", "at_end", "with_hours"):
        changed[name] = np.logical_or.reduceat(getattr(joined, name)[order], starts, axis=0)
    return Facts(**changed)  # type: ignore[arg-type]
