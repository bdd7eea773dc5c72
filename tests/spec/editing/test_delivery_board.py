"""Who has delivered, who is late, and how many have answered: drawn by hand, and against counting day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.codes import municipalities, municipalities_in
from omsorgstall.codes.deadlines import deadlines, opens
from omsorgstall.codes.population import whole_population
from omsorgstall.editing import Seen, delivery_board
from omsorgstall.editing.deliveries import standing
from omsorgstall.register.attempts import Arrival, Attempt

OSLO = ZoneInfo("Europe/Oslo")
YEAR, FORMER_YEAR = 2022, 2018


def at(text: str) -> datetime:
    """A Norwegian time."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


def batch(municipality: str, accepted: str, withdrawn: str | None = None, year: int = YEAR) -> Arrival:
    back = at(withdrawn).astimezone(UTC) if withdrawn else None
    return Arrival(f"annual-{municipality}", "annual", municipality, year, at(accepted).astimezone(UTC), back)


def board(*arrivals: Arrival, now: str, attempts: tuple[Attempt, ...] = (), years=(YEAR,), deadline="preliminary"):
    return delivery_board(Seen(arrivals, attempts, at(now), deadline), years).content


def sender(content, number: str, year: int = YEAR):
    (found,) = [s for s in content["senders"] if (s["number"], s["year"]) == (number, year)]
    return found


@pytest.mark.parametrize(
    ("arrivals", "now", "expected"),
    [
        ([], "2023-03-15 23:59", "waiting"),
        ([], "2023-03-16 00:00", "overdue"),
        ([batch("4218", "2023-03-15 23:59")], "2023-03-20 12:00", "on_time"),
        ([batch("4218", "2023-03-16 00:00")], "2023-03-20 12:00", "late"),
        ([batch("4218", "2023-03-16 00:00")], "2023-03-15 12:00", "waiting"),
        ([batch("4218", "2023-01-10 12:00"), batch("4218", "2023-04-01 12:00")], "2023-05-01 12:00", "on_time"),
        ([batch("4218", "2023-01-10 12:00", "2023-02-01 12:00")], "2023-03-01 12:00", "waiting"),
        ([batch("4218", "2023-01-10 12:00", "2023-02-01 12:00")], "2023-03-16 12:00", "overdue"),
        ([batch("4218", "2023-01-10 12:00", "2023-04-01 12:00")], "2023-03-16 12:00", "on_time"),
        (
            [batch("4218", "2023-01-10 12:00", "2023-02-01 12:00"), batch("4218", "2023-03-17 12:00")],
            "2023-03-20 12:00",
            "late",
        ),
    ],
)
def test_a_sender_stands_by_what_it_has_sent_when_the_norwegian_day_of_the_deadline_ends(arrivals, now, expected):
    assert standing(arrivals, date(2023, 3, 15), at(now)) == expected
    assert sender(board(*arrivals, now=now), "4218")["standing"] == expected


def test_the_deadlines_of_a_year_are_data_and_say_what_is_assumed():
    found = {d.id: (d.day, bool(d.assumed)) for d in deadlines(2022).values()}
    assert found == {
        "batch": (date(2023, 1, 15), False),
        "preliminary": (date(2023, 3, 15), False),
        "corrections": (date(2023, 3, 21), True),
        "final": (date(2023, 6, 15), True),
    }
    assert deadlines(2018)["batch"].day == date(2019, 2, 15)
    assert opens(2022) == date(2023, 1, 2)


def test_another_deadline_gives_another_standing():
    late = batch("4218", "2023-02-01 12:00")
    assert sender(board(late, now="2023-04-01", deadline="batch"), "4218")["standing"] == "late"
    assert sender(board(late, now="2023-04-01", deadline="final"), "4218")["standing"] == "on_time"


def test_what_each_has_sent_is_told_with_days():
    event = Arrival("events-1", "events", "4218", YEAR, at("2022-05-01 12:00").astimezone(UTC))
    found = sender(board(batch("4218", "2023-01-05 23:30"), batch("4218", "2023-02-05 08:00"), event, now="2023-04-01"), "4218")
    assert found["annual"] == {"count": 2, "first": "2023-01-05", "newest": "2023-02-05"}
    assert found["events"] == {"count": 1, "newest": "2022-05-01"}
    assert (found["name"], found["county"]["number"]) == ("Iveland", "42")


def test_messages_that_are_withdrawn_and_edits_are_no_deliveries():
    sent, back = at("2022-05-01 12:00").astimezone(UTC), at("2022-06-01 12:00").astimezone(UTC)
    others = [Arrival("events-1", "events", "4218", YEAR, sent, back), Arrival("edits-1", "edits", "4218", YEAR, sent)]
    found = sender(board(*others, now="2023-04-01"), "4218")
    assert (found["events"], found["annual"]["count"]) == ({"count": 0, "newest": None}, 0)


def attempt(when: str, *reasons: str, municipality: str = "4218", year: int | None = YEAR) -> Attempt:
    return Attempt("annual", municipality, year, "0" * 64, reasons, at(when).astimezone(UTC))


def test_a_rejected_attempt_is_open_until_something_is_accepted_after_it():
    attempts = (attempt("2023-01-04 12:00", "A13"), attempt("2023-01-08 12:00", "truncated"))
    before = sender(board(now="2023-01-09", attempts=attempts), "4218")["rejected"]
    assert (before["count"], before["open"]["day"], [r["id"] for r in before["open"]["reasons"]]) == (
        2,
        "2023-01-08",
        ["truncated"],
    )
    after = sender(board(batch("4218", "2023-01-08 13:00"), now="2023-01-09", attempts=attempts), "4218")["rejected"]
    assert after == {"count": 2, "open": None}
    first = sender(board(now="2023-01-05", attempts=attempts), "4218")["rejected"]["open"]
    assert "person" in first["reasons"][0]["title"]["en"].lower()


def test_attempts_of_unknown_senders_are_counted():
    unknown = attempt("2023-01-04 12:00", "not-xml", municipality="", year=None)
    assert board(now="2023-02-01", attempts=(unknown,))["unknown_senders"] == 1


def test_those_who_were_to_send_are_the_municipalities_of_the_year():
    content = board(now="2023-04-01", years=(FORMER_YEAR, YEAR))
    numbers = {y: {s["number"] for s in content["senders"] if s["year"] == y} for y in (FORMER_YEAR, YEAR)}
    assert numbers == {y: set(municipalities_in(y)) for y in (FORMER_YEAR, YEAR)}
    assert [y["population_assumed"] for y in content["years"]] == [True, False]


def shares(content, code: str, deadline: str = "preliminary", year: int = -1):
    (region,) = [r for r in content["years"][year]["regions"] if r["code"] == code]
    return region["deadlines"][deadline]["municipalities"], region["deadlines"][deadline]["population"]


def test_response_is_the_share_of_municipalities_and_of_inhabitants():
    rows = whole_population().to_pydict()
    people: dict[str, int] = {}
    for level, year, code, count in zip(rows["niva"], rows["aar"], rows["kode"], rows["folketall"], strict=True):
        if level == "kommune" and year == YEAR + 1:
            people[code] = people.get(code, 0) + count
    agder = [m for m in municipalities().values() if m.county == "42"]
    content = board(batch("4204", "2023-01-10 12:00"), batch("4218", "2023-03-20 12:00"), now="2023-04-01")
    expected = people["4204"] / sum(people[m.number] for m in agder)
    assert shares(content, "EKA42") == (round(1 / len(agder), 4), round(expected, 4))
    assert shares(content, "EKA42", "final")[0] == round(2 / len(agder), 4)
    assert shares(content, "EAK")[0] == round(1 / len(municipalities_in(YEAR)), 4)


def test_a_divided_municipality_counts_in_each_kostra_group_by_its_parts():
    parts = {n: dict(p) for n, p in municipalities_in(FORMER_YEAR).items()}
    everybody = [batch(n, "2019-01-10 12:00", year=FORMER_YEAR) for n in parts]
    content = board(*everybody, now="2019-04-01", years=(FORMER_YEAR,))
    assert {shares(content, r["code"]) for r in content["years"][0]["regions"]} == {(1.0, 1.0)}
    group = {m.number: m.kostra_group for m in municipalities().values()}
    divided = next(n for n, p in parts.items() if len({group[t] for t in p}) > 1)
    alone = board(batch(divided, "2019-01-10 12:00", year=FORMER_YEAR), now="2019-04-01", years=(FORMER_YEAR,))
    for wanted in {group[t] for t in parts[divided]}:
        whole = sum(w for p in parts.values() for t, w in p.items() if group[t] == wanted)
        mine = sum(w for t, w in parts[divided].items() if group[t] == wanted)
        assert shares(alone, f"EKG{wanted}")[0] == round(mine / whole, 4)


NUMBERS = st.sampled_from(["4204", "4218", "0301", "5401", "5501"])
"""The last one is not a municipality of the year."""
HOURS = st.integers(0, 24 * 190).map(lambda h: datetime(2022, 12, 20, tzinfo=UTC) + timedelta(hours=h))
ARRIVALS = st.builds(
    lambda number, came, stood: Arrival("x", "annual", number, YEAR, came, stood and came + timedelta(hours=stood)),
    NUMBERS,
    HOURS,
    st.one_of(st.none(), st.integers(1, 2000)),
)


@given(st.lists(ARRIVALS, max_size=12), HOURS)
def test_response_day_by_day_equals_looking_at_every_sender_every_evening(arrivals, now):
    content = delivery_board(Seen(arrivals, [], now, "preliminary"), [YEAR]).content["response"]
    country = next(r for r in content["regions"] if r["code"] == "EAK")
    expected, days = [], []
    day = date(2023, 1, 2)
    while day <= min(now.astimezone(OSLO).date(), date(2023, 6, 15)):
        evening = datetime.combine(day, datetime.max.time(), OSLO)
        when = min(evening, now)
        standing_now = (a for a in arrivals if a.accepted_at <= when and not (a.withdrawn_at and a.withdrawn_at <= when))
        senders = {a.municipality for a in standing_now} & set(municipalities_in(YEAR))
        expected.append(round(len(senders) / len(municipalities_in(YEAR)), 4))
        days.append(day.isoformat())
        day += timedelta(days=1)
    assert content["days"] == days
    assert country["municipalities"] == expected


def test_a_board_before_the_first_day_has_no_days():
    assert board(now="2022-06-01")["response"]["days"] == []
