"""Slow twin of the populations of the sum reports: plain loops over sets of dates, written from the decision table.

Takes register tables as lists of dictionaries; ``period`` and ``on`` are dates. Nothing here comes from ``omsorgstall``.
"""

from collections import defaultdict
from datetime import date, timedelta

from tests.twins import persons
from tests.twins.need import SUBSCALES, need_level, subscale_mean

ONE_DAY = timedelta(days=1)
RETIRED = {16: 2018}
COERCION = {23: "disability_emergency", 14: "disability_planned", 24: "health_care"}
GAP = 30
KEYS = ("data_year", "municipality", "pseudonym")
IN_INSTITUTION = {18, 19, 20, 21, 25}
VARIABLES = [*(f"f{n:02d}" for n in range(1, 17)), "s01", "s02"]
OFFICIAL = {
    "household": "husholdsfunksjoner",
    "self-care": "egenomsorg",
    "own health": "ivareta_egen_helse",
    "cognition": "kognitiv_svikt",
    "social": "sosial_fungering",
}


def decisions_made(tables, first, last):
    people, found = _people(tables), []
    services = _services(tables, people)
    for row in tables["service"]:
        year, kind, day = row["data_year"], _kind(row), row["decision_date"]
        person = people.get((year, row["municipality"], row["pseudonym"]))
        if not person or not day or day.year != year or not first <= day <= last or not _statistical(kind, year):
            continue
        if person["death"] and person["death"] < date(year, 1, 1):
            continue
        given = row["outcome"] in (1, 3) or (row["outcome"] is None and row["start_date"] is not None)
        if not given and row["outcome"] != 2:
            continue
        start = (row["start_date"] or _near_start(services, row, day)) if given else None
        waited = None if start is None else (start - day).days
        handled = None if row["application_date"] is None else (day - row["application_date"]).days
        found.append(
            {
                **_keys(row),
                "day": day,
                "unit": row["organisation_number"],
                "service_type": kind,
                "outcome": "granted" if given else "refused",
                "complaint": row["complaint"] == 1,
                "handling_days": handled,
                "handling_band": _band(handled, [("negative", -1), ("0-7", 7), ("8-14", 14), ("15-30", 30)], "31+"),
                "waiting_days": waited,
                "waiting_band": _band(waited, [("negative", -1), ("0-15", 15), ("16-30", 30)], "31+"),
                "not_started": given and start is None,
                "linked": None if start is None else row["start_date"] is not None,
            }
        )
    return found


def _near_start(services, row, day):
    """The first start of the same person and type near the decision, as this year or the next tells."""
    starts = [
        s["start"]
        for year in (row["data_year"], row["data_year"] + 1)
        for s in services[year, row["municipality"], row["pseudonym"]]
        if s["kind"] == _kind(row) and day - 90 * ONE_DAY <= s["start"] <= day + 365 * ONE_DAY
    ]
    return min(starts, default=None)


def long_term_starts(tables, first, last):
    people = _people(tables)
    services, found = _services(tables, people), []
    for year, municipality, who in _watched(services, first, last):
        mine = services[year, municipality, who]
        for begun, _ in _chains(services, (year, municipality, who), 21, GAP):
            if begun.year != year or not first <= begun <= last:
                continue
            before = begun - ONE_DAY
            there = {s["kind"] for s in _remembered(services, (year, municipality, who)) if s["start"] <= before <= s["last"]}
            former = people.get((year - 1, municipality, who))
            found.append(
                {
                    **dict(zip(KEYS, (year, municipality, who), strict=True)),
                    "service_type": 21,
                    "day": begun,
                    "unit": _unit(mine, 21, begun, begun),
                    "group_before": _group(there),
                    "household_before": former["household"] if former else None,
                }
            )
    return found


def services_before_long_term(tables, first, last):
    services, found = _services(tables, _people(tables)), []
    for start in long_term_starts(tables, first, last):
        key, day = (start["data_year"], start["municipality"], start["pseudonym"]), start["day"]
        window = {day - ONE_DAY * n for n in range(1, 366)}
        had = defaultdict(set)
        for s in _remembered(services, key):
            had[s["kind"]] |= window & _dates(s["start"], s["last"])
        had = {kind: dates for kind, dates in had.items() if dates}
        earliest = sorted({min(dates) for dates in had.values()})
        for kind, dates in had.items():
            found.append(
                {
                    **{k: start[k] for k in ("data_year", "municipality", "pseudonym", "day")},
                    "service_type": kind,
                    "days_before": (day - min(dates)).days,
                    "had_until_start": day - ONE_DAY in dates,
                    "place": earliest.index(min(dates)) + 1,
                }
            )
    return found


def ways_into_long_term(tables, first, last):
    had, found = defaultdict(list), []
    for row in services_before_long_term(tables, first, last):
        had[_key(row), row["day"]].append(row)
    for start in long_term_starts(tables, first, last):
        same = {k: start[k] for k in ("data_year", "municipality", "pseudonym", "day", "service_type", "unit")}
        none = {"service_type": 0, "days_before": None, "had_until_start": False, "place": None}
        for row in had.get((_key(start), start["day"]), [none]):
            told = {"days_before": row["days_before"], "had_until_start": row["had_until_start"]}
            found.append(same | told | {"order_begun": row["place"], "service_before": row["service_type"]})
    return found


def courses_to_long_term(tables, first, last):
    """Codes of two digits in a row, the first service at the front."""
    ways = defaultdict(list)
    for row in ways_into_long_term(tables, first, last):
        ways[_key(row), row["day"], row["unit"]].append((row["order_begun"] or 0, row["service_before"]))
    return [
        dict(zip(KEYS, key, strict=True))
        | {"day": day, "unit": unit, "service_type": 21}
        | {"course": int("".join(f"{kind:02d}" for _, kind in sorted(some)[:8]))}
        for (key, day, unit), some in ways.items()
    ]


def turnover_between_years(tables, first, last):
    found = []
    for (year, municipality, name), row in persons.turnover(tables).items():
        if first.year <= year <= last.year:
            told = year if row["within_year"] is not None else year - 1
            key = {"data_year": told, "municipality": municipality, "pseudonym": name, "day": date(told, 12, 31)}
            found.append(
                key | {"between_years": row["between_years"] or "unknown"} | {k: row[k] for k in ("died", "known_before")}
            )
    return found


def high_effort_users(tables, on):
    marks = ("high_effort", "home_user", "high_effort_home")
    rows = persons.high_effort(tables, on)
    return [dict(zip(KEYS, who, strict=True)) | {"day": on} | {m: bool(row[m]) for m in marks} for who, row in rows.items()]


def care_stairs(tables, on):
    rows = persons.stair_steps(tables, on)
    return [
        dict(zip(KEYS, (year, place, name), strict=True)) | {"day": on, "stair_step": step} | row
        for (year, place, name, step), row in rows.items()
    ]


def round_the_clock_answers(tables, on):
    """Without what is lacking, which the measure itself is tested for."""
    found = []
    for who, row in persons.round_the_clock({"dwelling": [], **tables}, on).items():
        answers = {name: holds for name, holds in row.items() if name != "served"}
        if row["served"] or any(answers.values()):
            key = dict(zip(KEYS, who, strict=True)) | {"day": on}
            words = {True: "yes", False: "no", None: "unknown"}
            found += [key | {"definition": name, "answer": words[holds]} for name, holds in answers.items()]
    return found


def long_term_residents(tables, on):
    services, found = _services(tables, _people(tables)), []
    for key in _watched(services, on, on):
        mine = services[key]
        if not any(s["kind"] == 21 and s["start"] <= on <= s["last"] for s in mine):
            continue
        [since] = [begun for begun, left in _chains(services, key, 21, GAP) if begun <= on <= left]
        found.append(
            dict(zip(KEYS, key, strict=True))
            | {"day": on, "unit": _unit(mine, 21, on, on), "service_type": 21, "since": since}
            | {"elapsed_days": (on - since).days, "elapsed_band": _elapsed(since, on)}
        )
    return found


def _elapsed(since, on):
    """Whole months one by one: a month is complete on the same day of it, or on the day after a month that lacks that day."""
    months = 0
    while _after_months(since, months + 1) <= on:
        months += 1
    names = [("0-2 months", 2), ("3-5 months", 5), ("6-11 months", 11), ("1 year", 23), ("2 years", 35), ("3-4 years", 59)]
    return _band(months, names, "5+ years")


def _after_months(day, months):
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year, month + 1, 1)


def long_term_durations(tables, first, last):
    people, found = _people(tables), []
    services = _services(tables, people)
    for key in _watched(services, first, last):
        a, b = max(first, date(key[0], 1, 1)), min(last, date(key[0], 12, 31))
        for begun, left in _chains(services, key, 21, GAP):
            if begun > b or left < a:
                continue
            since, until = max(begun, a), min(left, b)
            person = people.get(key)
            found.append(
                dict(zip(KEYS, key, strict=True))
                | {"day": until, "unit": _unit(services[key], 21, since, until), "service_type": 21, "ended": left <= b}
                | {"entered": (since - begun).days, "left": (until - begun).days}
                | {"ended_by_death": left <= b and person is not None and _died(person, left)}
            )
    return found


def life_table(durations):
    """(days, at risk, ended) by asking of every day who was there."""
    days = {d["left"] for d in durations if d["ended"]}
    return sorted(
        (t, sum(d["entered"] <= t <= d["left"] for d in durations), sum(d["ended"] and d["left"] == t for d in durations))
        for t in days
    )


def short_stays(tables, first, last):
    services, found = _services(tables, _people(tables)), []
    for key in _watched(services, first, last):
        a, b = max(first, date(key[0], 1, 1)), min(last, date(key[0], 12, 31))
        for kind in (18, 19, 20, 8):
            records = [s for s in services[key] if s["kind"] == kind]
            stays = _stays_of(tables, records, key, a, b)
            who = dict(zip(KEYS, key, strict=True)) | {"day": b, "service_type": kind}
            for begun, left, present in stays:
                nights = _nights(present, a, b, first, last)
                found.append(
                    who
                    | {"unit": _unit(records, kind, begun, b), "is_stay": True, "first": begun}
                    | {"last": None if left > date(2050, 1, 1) else left, "started": begun >= a, "ended": left <= b}
                    | {"bed_days": nights, "carried_over": begun < a and a > first}
                    | {"length_band": _band(nights, [("1-7", 7), ("8-14", 14), ("15-30", 30), ("31-60", 60)], "61+")}
                )
            granted = [s for s in records if s["start"] <= b and s["last"] >= a]
            if kind == 8 and granted and not stays:
                found.append(
                    who
                    | {"unit": _unit(records, kind, a, b), "is_stay": False, "first": None, "last": None, "started": False}
                    | {"ended": False, "bed_days": 0, "carried_over": False, "length_band": None}
                )
    return found


def coercion_measures(tables, first, last):
    services, found = _services(tables, _people(tables), wanted=COERCION), []
    for key in _watched(services, first, last):
        a, b = max(first, date(key[0], 1, 1)), min(last, date(key[0], 12, 31))
        for s in services[key]:
            if s["start"] > b or s["last"] < a:
                continue
            over = s["last"] < FOREVER
            found.append(
                dict(zip(KEYS, key, strict=True))
                | {"day": max(s["start"], a), "unit": s["unit"], "service_type": s["kind"], "legal_basis": COERCION[s["kind"]]}
                | {"first": s["start"], "last": s["last"] if over else None}
                | {"started": s["start"] >= a, "ended": s["last"] <= b}
                | {"duration_days": (s["last"] - s["start"]).days + 1 if over else None}
                | {"carried_over": s["start"] < a and a > first}
            )
    return found


def rehabilitation_stays(tables, first, last):
    people, found = _people(tables), []
    for key, record, begun, end, scores in _rehabilitations(tables, first, last):
        before, after = _ends(scores, begun, end)
        ended_by = _ended_by(tables, people, key, end)
        without = "no_start_assessment" if before is None else "no_new_assessment"
        outcome = "paired" if after else without if ended_by == "other" else ended_by
        found.append(
            dict(zip(KEYS, key, strict=True))
            | {"day": end, "unit": record, "service_type": 19, "first": begun, "bed_days": (end - begun).days}
            | {"first_stay": _is_first(begun, key, tables, first, last)}
            | {"start_assessed": before, "end_assessed": after, "ended_by": ended_by, "pairing": outcome}
        )
    return found


def paired_scores(tables, first, last):
    found = []
    for key, unit, begun, end, scores in _rehabilitations(tables, first, last):
        before, after = _ends(scores, begun, end)
        if after is None:
            continue
        known = [_measured(scores[before]), _measured(scores[after])]
        for name in known[0].keys() & known[1].keys():
            found.append(
                dict(zip(KEYS, key, strict=True))
                | {"day": end, "unit": unit, "service_type": 19, "first": begun, "measure": name}
                | {"first_stay": _is_first(begun, key, tables, first, last)}
                | {"before": float(known[0][name]), "after": float(known[1][name])}
            )
    return found


def _is_first(begun, key, tables, first, last):
    return begun == min(other for mine, _, other, _, _ in _rehabilitations(tables, first, last) if mine[1:] == key[1:])


def _rehabilitations(tables, first, last):
    """Key, unit, first and last day, and scores by day of assessment, of each stay."""
    services = _services(tables, _people(tables))
    for key in _watched(services, first, last):
        scores = _scores(tables, key)
        for begun, end in _chains(services, key, 19, 1):
            if end.year == key[0] and first <= end <= last and (end - begun).days >= 3:
                yield key, _unit(services[key], 19, end, end), begun, end, scores


def function_changes(tables, first, last):
    people = _people(tables)
    services, found = _services(tables, people), []
    for key in people:
        scores = _scores(tables, key, ahead=0)
        within = [d for d in scores if d and d.year == key[0] and first <= d <= last]
        both = [(d, e) for d in within for e in scores if e and 270 <= (d - e).days <= 455]
        if not both:
            continue
        day, earlier = min(both, key=lambda pair: (-pair[0].toordinal(), abs((pair[0] - pair[1]).days - 365), pair[1]))
        had, has = ({s["kind"] for s in _remembered(services, key) if s["start"] <= on <= s["last"]} for on in (earlier, day))
        if not had:
            continue
        born = people[key]["born"]
        row = dict(zip(KEYS, key, strict=True)) | {"day": day, "first_day": earlier, "same_services": had == has}
        row |= {"group_before": _group(had), "group_after": _group(has), "age": key[0] - born if born else None}
        for end, on in (("before", earlier), ("after", day)):
            known = _measured(scores[on])
            row |= {
                f"{m}_{end}": float(known[m]) if m in known else None
                for m in (*map(str.upper, VARIABLES), *OFFICIAL.values(), "need")
            }
        found.append(row)
    return found


def _scores(tables, key, ahead=1):
    """By day of assessment, as the year and those beside it tell: for each variable its highest score of 1–5, or 9."""
    found = defaultdict(dict)
    for row in tables["assessment"]:
        if (row["municipality"], row["pseudonym"]) == key[1:] and -1 <= row["data_year"] - key[0] <= ahead:
            mine = found[row["assessment_date"]]
            for name in VARIABLES:
                given = [s for s in (mine.get(name), row[name]) if s is not None]
                mine[name] = max((s for s in given if s != 9), default=9 if given else None)
    return found


def _ends(scores, begun, end):
    before = max((d for d in scores if begun - 30 * ONE_DAY <= d <= begun + 3 * ONE_DAY), default=None)
    after = max((d for d in scores if before and before < d <= end + 3 * ONE_DAY), default=None)
    return before, after


def _measured(scores):
    """What is known of an assessment: valid scores, means of subscales, and the level."""
    known = {name.upper(): s for name, s in scores.items() if s in (1, 2, 3, 4, 5)}
    for name, members in SUBSCALES.items():
        mean = subscale_mean([scores[m] for m in members], "hybrid")
        if mean is not None:
            known[OFFICIAL[name]] = mean
    level = need_level(scores, "sm2010-approx-rule", "hybrid")
    return known if level == "9" else known | {"need": int(level)}


def _died(person, day):
    """On the last day or the one after."""
    return person["death"] is not None and person["death"] - day in (timedelta(0), timedelta(1))


def _ended_by(tables, people, key, day):
    if people.get(key) and _died(people[key], day):
        return "death"
    for row in tables["hospital_stay"]:
        hers = (row["municipality"], row["pseudonym"]) == key[1:] and row["data_year"] in (key[0], key[0] + 1)
        if hers and row["from_date"] <= day + ONE_DAY and (row["to_date"] or FOREVER) > day:
            return "hospital"
    return "other"


def readmissions(tables, first, last):
    people, found = _people(tables), []
    services = _services(tables, people)
    for key in _watched(services, first, last):
        year, municipality, who = key
        mine = [s for s in services[key] if s["kind"] in IN_INSTITUTION]
        after = [
            s
            for s in services.get((year + 1, municipality, who), [])
            if s["kind"] in IN_INSTITUTION and date(year + 1, 1, 1) <= s["start"] < date(year + 1, 1, 1) + 30 * ONE_DAY
        ]
        former = [s for s in _remembered(services, key) if s["kind"] in IN_INSTITUTION]
        there = set().union(*(_dates(s["start"], s["last"]) for s in [*mine, *after, *former]))
        for _, day in _runs(there):
            if day.year != year or not first <= day <= last:
                continue
            [*_, (_, kind, unit)] = sorted(
                (s["start"], s["kind"], s["unit"] or "") for s in mine if s["start"] <= day <= s["last"]
            )
            away = next((n for n in range(2, 31) if day + n * ONE_DAY in there), None)
            found.append(
                dict(zip(KEYS, key, strict=True))
                | {"day": day, "unit": unit or None, "service_type": kind, "ended_by": _ended_by(tables, people, key, day)}
                | {"readmitted": away is not None, "days_away": away}
            )
    return found


FOREVER = date(2060, 1, 1)


def _stays_of(tables, records, key, a, b):
    """(first, last, dates present) of each stay that overlaps the part."""
    whole, present = [], set()
    for s in records:
        spans = [(s["start"], s["last"])]
        if s["kind"] == 8:
            told = [r for r in tables["stay"] if _same(r, s["row"])]
            spans = [(max(r["from_date"], s["start"]), min(r["to_date"] or FOREVER, s["last"])) for r in told]
        paused = set()
        for pause in tables["pause"]:
            if _same(pause, s["row"]):
                paused |= _dates(pause["from_date"], pause["to_date"] or FOREVER)
        for begun, left in spans:
            if begun <= left:
                whole.append((begun, left))
                present |= _dates(begun, left) - paused
    return [(f, t, {d for d in present if f <= d <= t}) for f, t in _joined(whole) if f <= b and t >= a]


def _nights(present, a, b, first, last):
    nights = set()
    for entry, leave in _runs(present):
        if entry > b or leave < a:
            continue
        until = leave if leave <= b else (b + ONE_DAY if b < last else b)
        mine = _dates(max(entry, a), until) - {until}
        if not mine and not (entry < a and a > first):
            mine = {max(entry, a)}
        nights |= mine
    return len(nights)


def _joined(spans):
    """Spans that overlap or adjoin as one."""
    found = []
    for begun, left in sorted(spans):
        if found and begun <= found[-1][1] + ONE_DAY:
            found[-1] = (found[-1][0], max(found[-1][1], left))
        else:
            found.append((begun, left))
    return found


def _runs(dates):
    entries = sorted(d for d in dates if d - ONE_DAY not in dates)
    exits = sorted(d for d in dates if d + ONE_DAY not in dates)
    return list(zip(entries, exits, strict=True))


def _chains(services, key, kind, gap):
    """(first, last) of each chain that the year knows when it looks at other years too."""
    year, municipality, who = key
    dates = set()
    for told in sorted({y for y, m, w in services if (m, w) == (municipality, who)}):
        for s in services[told, municipality, who]:
            if s["kind"] != kind:
                continue
            if told == year or (told == year + 1 and date(told, 1, 1) <= s["start"] < date(told, 1, 1) + ONE_DAY * gap):
                dates |= _dates(s["start"], s["last"])
            elif told < year:
                dates |= _dates(s["start"], min(s["last"], date(told, 12, 31)))
    starts = sorted(d for d in dates if not any(d - ONE_DAY * n in dates for n in range(1, gap + 1)))
    ends = sorted(d for d in dates if not any(d + ONE_DAY * n in dates for n in range(1, gap + 1)))
    return list(zip(starts, ends, strict=True))


def _remembered(services, key):
    """The records of the year and of the former one, the latter until its 31 December."""
    year, municipality, who = key
    limit = date(year - 1, 12, 31)
    former = [s | {"last": min(s["last"], limit)} for s in services.get((year - 1, municipality, who), [])]
    return [*services[key], *former]


def _group(kinds):
    if 21 in kinds:
        return "LONG_TERM"
    if kinds & {8, 18, 19, 20, 22, 25}:
        return "TIME_LIMITED"
    practical, health = kinds & {1, 2, 3}, 15 in kinds
    if practical and health:
        return "PRACTICAL_AND_HEALTH"
    return "PRACTICAL_ONLY" if practical else "HEALTH_ONLY" if health else "OTHER" if kinds else None


def _unit(records, kind, since, until):
    there = [(s["start"], s["unit"] or "") for s in records if s["kind"] == kind and s["start"] <= until and s["last"] >= since]
    return (max(there)[1] or None) if there else None


def _watched(services, first, last):
    """Persons by year of the period; also those only other years tell of, who may have chains in it."""
    years = range(first.year, last.year + 1)
    persons = {(m, w) for _, m, w in services}
    return [(y, m, w) for y in years for m, w in sorted(persons) if services[y, m, w] is not None]


def _people(tables):
    found = {}
    for row in tables["person"]:
        person = found.setdefault(_key(row), {"death": None, "household": None, "born": None})
        for name, value in (("death", row["death_date"]), ("household", row["household"]), ("born", row["birth_year"])):
            if value is not None:
                person[name] = value if person[name] is None else min(person[name], value)
    return found


def _services(tables, people, wanted=None):
    """The records that count in their data year, by person."""
    found = defaultdict(list)
    for row in tables["service"]:
        year, kind, start = row["data_year"], _kind(row), row["start_date"]
        person = people.get(_key(row))
        counts = kind in wanted if wanted else _statistical(kind, year)
        if not person or not counts or start is None or row["outcome"] not in (1, 3, None):
            continue
        last = min(row["end_date"] or FOREVER, person["death"] or FOREVER)
        born = person["born"] or 0
        if last < start or last.year < year or start.year > year or start.year < max(1980, born):
            continue
        found[_key(row)].append({"kind": kind, "start": start, "last": last, "unit": row["organisation_number"], "row": row})
    return found


def _statistical(kind, year):
    return kind not in COERCION and year <= RETIRED.get(kind, year)


def _kind(row):
    return {12: 29, 13: 29}.get(row["service_type"], row["service_type"])


def _key(row):
    return row["data_year"], row["municipality"], row["pseudonym"]


def _keys(row):
    return {k: row[k] for k in KEYS}


def _same(part, row):
    return all(part[k] == row[k] for k in ("data_year", "municipality", "pseudonym", "reported_municipality", "service_id"))


def _dates(first, last):
    last = min(last, date(2022, 12, 31))
    return {first + ONE_DAY * n for n in range((last - first).days + 1)}


def _band(number, closed, rest):
    if number is None:
        return None
    return next((name for name, last in closed if number <= last), rest)
