"""For every rule of intake: files on which it fails, passes, cannot be judged, and both sides of its limit."""

from collections.abc import Callable
from datetime import date

from tests.builders.submissions import ASSESSMENT, DIAGNOSIS, HOSPITAL, PAUSE, PERSON, SERVICE, STAY, Rows
from tests.spec.intake.case import FAILS, PASSES, UNKNOWN, Case, assessed, person, service, two
from tests.spec.intake.cases_of_content import CONTENT
from tests.spec.intake.cases_of_units import UNITS


def beside_stay(rule: str, says: str, outcome: str, stay: dict, /, **changes: object) -> Case:
    """A home service from 10 January beside a full-day stay."""
    return Case(rule, says, outcome, {"service": [SERVICE | changes, STAY | stay]})


def in_hospital(says: str, outcome: str, pauses: Rows = (), /, *, hospital: dict | None = None, **changes: object) -> Case:
    tables = {"service": [SERVICE | changes], "hospital_stay": [HOSPITAL | (hospital or {})]}
    return Case("C36", says, outcome, tables | ({"pause": pauses} if pauses else {}))


def resident(says: str, outcome: str, household: int | None, /, **stay: object) -> Case:
    return Case("C04", says, outcome, {"person": [PERSON | {"household": household}], "service": [STAY | stay]})


FID = f'fid="{PERSON["identity_number"]}"'
TYPE = 'typeID="1"'
D = date

SUBMISSION = [
    Case("A10", "the number of Kristiansand today", PASSES, {}),
    Case("A10", "a number never used", FAILS, {}, (('kommuneNr="4204"', 'kommuneNr="4299"'),)),
    Case("A10", "a number that ended in 2019", FAILS, {}, (('kommuneNr="4204"', 'kommuneNr="1001"'),)),
    Case("A10", "the same number in 2019", PASSES, {}, (('kommuneNr="4204" argang="2022"', 'kommuneNr="1001" argang="2019"'),)),
    Case("A11", "the year asked for", PASSES, {}),
    Case("A11", "the year before", FAILS, {}, (('argang="2022"', 'argang="2021"'),)),
    Case("A12", "extracted on 31 December", FAILS, {}, (("2023-01-05T", "2022-12-31T"),)),
    Case("A12", "extracted on 1 January", PASSES, {}, (("2023-01-05T", "2023-01-01T"),)),
    Case("A13", "one person", PASSES, {}),
    Case("A13", "no person", FAILS, {"person": []}),
]
FORMAT = [
    Case("N03", "a record system of 100 characters", PASSES, {}, (("Fagsystemet", "F" * 100),)),
    Case("N03", "a record system of 101 characters", FAILS, {}, (("Fagsystemet", "F" * 101),)),
    person("A01", "an attribute of the layout", PASSES),
    person("A01", "another attribute", FAILS, ('husstand="2"', 'husstand="2" skostorrelse="42"')),
    person("A01", "another element", FAILS, ("</person>", "<katt/></person>")),
    person("N12", "a date", PASSES, death_date=D(2022, 2, 28)),
    person("N12", "a day that does not exist", FAILS, ("2022-02-28", "2022-02-30"), death_date=D(2022, 2, 28)),
    person("N12", "a date the Norwegian way", FAILS, ("2022-02-28", "28.02.2022"), death_date=D(2022, 2, 28)),
    person("N12", "the first year of a date", PASSES, death_date=D(1900, 1, 1)),
    person("N12", "a year before", FAILS, ("1900-01-01", "1899-12-31"), death_date=D(1900, 1, 1)),
    person("N12", "a word for a number", FAILS, ('husstand="2"', 'husstand="to"')),
    service("N12", "respite by its code of two parts", PASSES, ('tjenesteType="8"', 'tjenesteType="08.02"'), service_type=8),
    service("N12", "a code of two parts that is none", FAILS, ('tjenesteType="8"', 'tjenesteType="08.03"'), service_type=8),
    service("N12", "a level of 20 characters", PASSES, service_level="x" * 20),
    service("N12", "a level of 21 characters", FAILS, service_level="x" * 21),
    service("N12", "a sentence for a type of stay", FAILS, stay_type="hos dattera"),
    service("N12", "ten digits that end in 0", PASSES, ("974760673", "9747606730")),
    service("N12", "eight digits", FAILS, ("974760673", "97476067")),
    assessed("C05", "score 5", PASSES, f01=5),
    assessed("C05", "score 6", FAILS, f01=6),
    assessed("C05", "score 1", PASSES, f01=1),
    assessed("C05", "score 0", FAILS, f01=0),
    assessed("C05", "score 9, not relevant", PASSES, f01=9),
    assessed("C05", "not assessed", PASSES, f01=None),
    service("C18", "59 minutes", PASSES, ('minutter="30"', 'minutter="59"')),
    service("C18", "60 minutes", FAILS, ('minutter="30"', 'minutter="60"')),
    service("C18", "0 minutes", PASSES, ('minutter="30"', 'minutter="0"')),
    service("C18", "−1 minutes", FAILS, ('minutter="30"', 'minutter="-1"')),
    Case("A03", "a pause with its start", PASSES, {"service": [SERVICE], "pause": [PAUSE]}),
    Case("A03", "a pause without start", FAILS, {"service": [SERVICE], "pause": [PAUSE | {"from_date": None}]}),
    Case("A03", "an assessment without date", FAILS, {"assessment": [ASSESSMENT | {"assessment_date": None}]}),
    Case("A03", "a diagnosis without code", FAILS, {"diagnosis": [DIAGNOSIS | {"code": None}]}),
    service("A06", "with id", PASSES),
    service("A06", "without id", FAILS, service_id=None),
]
IDENTITY = [
    person("N07", "with brukerNr", PASSES),
    person("N07", "without brukerNr", FAILS, local_person_id=None),
    person("N09", "with identity number", PASSES),
    person("N09", "without identity number", FAILS, (FID, "")),
    person("N10", "type 12", PASSES, (TYPE, 'typeID="12"')),
    person("N10", "type 11 does not exist", FAILS, (TYPE, 'typeID="11"')),
    person("N10", "type 13 does not exist", FAILS, (TYPE, 'typeID="13"')),
    person("N10", "no type", FAILS, (TYPE, "")),
    person("C01", "a valid number", PASSES),
    person("C01", "a wrong check digit", FAILS, (FID, 'fid="17854000000"')),
    person("C01", "ten digits", FAILS, (FID, 'fid="1785400000"')),
    person("C01", "a passport", PASSES, (FID, 'fid="AB123"'), (TYPE, 'typeID="4"')),
    person("C58", "a fødselsnummer", PASSES),
    person("C58", "a birth date as type 9", FAILS, (FID, 'fid="170540"'), (TYPE, 'typeID="9"')),
    person("C58", "a DUF number, type 10", PASSES, (FID, 'fid="200012345678"'), (TYPE, 'typeID="10"')),
    person("C58", "an insurance policy, type 8", PASSES, (FID, 'fid="A1"'), (TYPE, 'typeID="8"')),
    person("N15", "a passport", PASSES, (FID, 'fid="AB123"'), (TYPE, 'typeID="4"')),
    person("N15", "a number made for tests", FAILS),
    two("A02", "two services", PASSES, {}, {}),
    two("A02", "one service twice", FAILS, {}, {"service_id": "t1"}),
    Case("A02", "a person twice", FAILS, {"person": [PERSON, PERSON | {"local_person_id": "b2"}]}),
    person("A04", "an id of one's own", PASSES),
    person("A04", "the identity number", FAILS, local_person_id=PERSON["identity_number"]),
    person("A04", "eleven digits that are no identity number", PASSES, local_person_id="12345678901"),
    service("A04", "the identity number within a longer id", FAILS, service_id=f"t-{PERSON['identity_number']}-1"),
    service("A05", "of a person who is accepted", PASSES),
    service("A05", "of a person who is not", FAILS, (TYPE, 'typeID="11"')),
]
PERSONS = [
    person("C02", "lives with parents, 3", PASSES, household=3),
    person("C02", "code 4 does not exist", FAILS, household=4),
    person("C02", "lives alone, 1", PASSES, household=1),
    person("C02", "code 0 does not exist", FAILS, household=0),
    person("C02", "not given", FAILS, household=None),
    resident("lives with others", PASSES, 2),
    resident("lives alone", FAILS, 1),
    resident("household not given", UNKNOWN, None),
    resident("the stay ended on 31 December", FAILS, 1, end_date=D(2022, 12, 31)),
    resident("the stay ended on 30 December", PASSES, 1, end_date=D(2022, 12, 30)),
    resident("the stay was refused", PASSES, 1, outcome=2),
    resident("a short-term stay", PASSES, 1, service_type=20),
    assessed("C07", "scored 3 in the institution", PASSES, stay={}, f01=3),
    assessed("C07", "9 in the institution", FAILS, stay={}, f01=9),
    assessed("C07", "9 at home", PASSES, f01=9),
    assessed("C07", "9 the day before", PASSES, stay={}, f01=9, assessment_date=D(2022, 1, 9)),
    assessed("C07", "9 on the first day", FAILS, stay={}, f01=9, assessment_date=D(2022, 1, 10)),
    assessed("C07", "not scored", UNKNOWN, stay={}, f01=None),
]
NO_HOURS = {"weekly_hours": None}
SERVICES = [
    service("C09", "home health services", PASSES),
    service("C09", "a code that does not exist", FAILS, service_type=10),
    service("C09", "care dwelling, until 2018", FAILS, service_type=12),
    service("C09", "not given", FAILS, service_type=None),
    service("C10", "with start", PASSES),
    service("C10", "granted without start", FAILS, start_date=None),
    service("C10", "refused without start", PASSES, start_date=None, outcome=2),
    service("C11", "starts and ends on one day", PASSES, end_date=D(2022, 1, 10)),
    service("C11", "ends the day before it starts", FAILS, end_date=D(2022, 1, 9)),
    service("C11", "ended on 1 January of the year", PASSES, start_date=D(2020, 1, 1), end_date=D(2022, 1, 1)),
    service("C11", "ended the day before the year", FAILS, start_date=D(2020, 1, 1), end_date=D(2021, 12, 31)),
    service("C11", "starts on 31 December", PASSES, start_date=D(2022, 12, 31)),
    service("C11", "starts after the year", FAILS, start_date=D(2023, 1, 1)),
    service("C11", "started on 1 January 1980", PASSES, start_date=D(1980, 1, 1)),
    service("C11", "started before 1980", FAILS, start_date=D(1979, 12, 31)),
    service("C11", "no start", UNKNOWN, start_date=None),
    service("C11", "refused, without start", PASSES, start_date=None, outcome=2),
    Case(
        "C11",
        "before birth",
        FAILS,
        {"person": [PERSON | {"birth_year": 2000}], "service": [SERVICE | {"start_date": D(1999, 12, 31)}]},
    ),
    Case(
        "C11",
        "in the year of birth",
        PASSES,
        {"person": [PERSON | {"birth_year": 2000}], "service": [SERVICE | {"start_date": D(2000, 1, 1)}]},
    ),
    service("C12", "decided the day of the application", PASSES, decision_date=D(2021, 12, 1)),
    service("C12", "decided the day before the application", FAILS, decision_date=D(2021, 11, 30)),
    service("C12", "no decision date", UNKNOWN, decision_date=None),
    service("C12", "applied on the day of the extraction", PASSES, application_date=D(2023, 1, 5), decision_date=D(2023, 1, 5)),
    service("C12", "applied after the extraction", FAILS, application_date=D(2023, 1, 6), decision_date=D(2023, 1, 6)),
    service("C13", "started the day of the decision", PASSES, decision_date=D(2022, 1, 10)),
    service("C13", "started the day before the decision", FAILS, decision_date=D(2022, 1, 11)),
    service("C13", "no decision date", UNKNOWN, decision_date=None),
    service("C15", "hours on an hour service", PASSES),
    service("C15", "no hours on an hour service", FAILS, weekly_hours=None),
    service("C15", "no hours on a refused one", PASSES, weekly_hours=None, outcome=2),
    service("C15", "0 hours on a long-term stay", PASSES, service_type=21, weekly_hours=0.0),
    service("C15", "a minute on a long-term stay", FAILS, service_type=21, weekly_hours=1 / 60),
    service("C15", "no service type", UNKNOWN, service_type=None, weekly_hours=None),
    service("C16", "168 hours", PASSES, weekly_hours=168.0),
    service("C16", "168 hours and a minute", FAILS, weekly_hours=168 + 1 / 60),
    service("C16", "no hours", PASSES, weekly_hours=None),
    service("C20", "mandatory and given", PASSES),
    service("C20", "mandatory and missing", FAILS, organisation_number=None),
    service("C20", "forbidden and given", FAILS, service_type=29),
    service("C20", "forbidden and missing", PASSES, service_type=29, organisation_number=None),
    service("C20", "optional and missing", PASSES, service_type=9, organisation_number=None),
    service("C20", "no rule known", UNKNOWN, service_type=14),
    service("C20", "refused", PASSES, organisation_number=None, outcome=2),
    two("C22", "one after the other, same day", PASSES, {"end_date": D(2022, 3, 1)}, {"start_date": D(2022, 3, 1)}, STAY),
    two("C22", "a day too long", FAILS, {"end_date": D(2022, 3, 2)}, {"start_date": D(2022, 3, 1)}, STAY),
    two("C22", "the first never ends", FAILS, {}, {"start_date": D(2022, 3, 1), "service_type": 18}, STAY),
    two("C22", "the second was refused", PASSES, {}, {"start_date": D(2022, 3, 1), "outcome": 2}, STAY),
    two("C22", "the second has no start", UNKNOWN, {}, {"start_date": None}, STAY),
    beside_stay("C23", "no stay in an institution", PASSES, {"service_type": 29}),
    beside_stay("C23", "all through a stay", FAILS, {"start_date": D(2022, 2, 1), "end_date": D(2022, 3, 1)}),
    beside_stay("C23", "until the day of entry", PASSES, {"start_date": D(2022, 2, 1)}, end_date=D(2022, 2, 1)),
    beside_stay("C23", "until the day after entry", FAILS, {"start_date": D(2022, 2, 1)}, end_date=D(2022, 2, 2)),
    beside_stay("C23", "from the day of exit", PASSES, {"start_date": D(2021, 2, 1), "end_date": D(2022, 1, 10)}),
    beside_stay("C23", "from the day before exit", FAILS, {"start_date": D(2021, 2, 1), "end_date": D(2022, 1, 11)}),
    beside_stay("C23", "the stay was refused", PASSES, {"outcome": 2}),
    beside_stay("C23", "day activity may go on", PASSES, {}, service_type=4),
    Case(
        "C24",
        "ended the day of death",
        PASSES,
        {"person": [PERSON | {"death_date": D(2022, 6, 1)}], "service": [SERVICE | {"end_date": D(2022, 6, 1)}]},
    ),
    Case(
        "C24",
        "ended the day after death",
        FAILS,
        {"person": [PERSON | {"death_date": D(2022, 6, 1)}], "service": [SERVICE | {"end_date": D(2022, 6, 2)}]},
    ),
    Case("C24", "still runs", FAILS, {"person": [PERSON | {"death_date": D(2022, 12, 30)}], "service": [SERVICE]}),
    Case("C24", "dead on 31 December", PASSES, {"person": [PERSON | {"death_date": D(2022, 12, 31)}], "service": [SERVICE]}),
    service("C24", "alive", PASSES),
    two("C25", "same hours", PASSES, {}, {"start_date": D(2022, 3, 1)}),
    two("C25", "other hours", FAILS, {}, {"start_date": D(2022, 3, 1), "weekly_hours": 5.0}),
    two("C25", "other hours, marked as added", PASSES, {}, {"start_date": D(2022, 3, 1), "weekly_hours": 5.0, "added": True}),
    two(
        "C25", "the first ended that day", PASSES, {"end_date": D(2022, 3, 1)}, {"start_date": D(2022, 3, 1), "weekly_hours": 5.0}
    ),
    two(
        "C25",
        "the first ended the day after",
        FAILS,
        {"end_date": D(2022, 3, 2)},
        {"start_date": D(2022, 3, 1), "weekly_hours": 5.0},
    ),
    two("C25", "another unit", PASSES, {}, {"weekly_hours": 5.0, "organisation_number": "971524960"}),
    two("C25", "hours missing", UNKNOWN, {}, {"start_date": D(2022, 3, 1)} | NO_HOURS),
    in_hospital("all through", FAILS),
    in_hospital("with a pause", PASSES, [PAUSE]),
    in_hospital("ended the day of admission", PASSES, end_date=D(2022, 5, 1)),
    in_hospital("ended the day after", FAILS, end_date=D(2022, 5, 2)),
    in_hospital("began the day of discharge", PASSES, start_date=D(2022, 5, 20)),
    in_hospital("began the day before", FAILS, start_date=D(2022, 5, 19)),
    in_hospital("still in hospital", FAILS, hospital={"to_date": None}, start_date=D(2022, 12, 30)),
    in_hospital("a long-term stay stays open", PASSES, service_type=21, weekly_hours=None),
]
CASES: list[Case] = [*SUBMISSION, *FORMAT, *IDENTITY, *PERSONS, *SERVICES, *CONTENT, *UNITS]
Outcome = Callable[[Case], str]
