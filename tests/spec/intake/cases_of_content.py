"""Cases of the rules on decisions and their assessments, periods, diagnoses, and a person's circumstances."""

from datetime import date

from tests.builders.submissions import ASSESSMENT, DIAGNOSIS, HOSPITAL, PAUSE, PERSON, SERVICE, STAY, Rows
from tests.spec.intake.case import FAILS, PASSES, UNKNOWN, Case, assessed, person, service, two

D = date
PART = {"area": 1, "need": 1, "help": 1}
FED = {"low_bmi": 2, "weight_loss": None, "reduced_intake": None}
WATCHED = {"round_the_clock": True}
OFFERED = WATCHED | {"round_the_clock_from": D(2022, 2, 1)}
LISTED = {"waiting_list_date": D(2022, 3, 1)}
IN_2018 = ('kommuneNr="4204" argang="2022"', 'kommuneNr="1001" argang="2018"')
ALARM = SERVICE | {"service_type": 6, "weekly_hours": None}
RESPITE = SERVICE | {"service_id": "t1", "service_type": 8, "weekly_hours": None}


def decided(says: str, outcome: str, days: list[date], /, earlier: date | None = None, **changes: object) -> Case:
    """A decision of 1 March with assessments on the given days, and perhaps an earlier decision."""
    services = [SERVICE | {"decision_date": D(2022, 3, 1), "start_date": D(2022, 3, 5)} | changes]
    if earlier:
        services.append(SERVICE | {"service_id": "t0", "service_type": 1, "decision_date": earlier, "start_date": D(2022, 1, 1)})
    return Case("C06", says, outcome, {"service": services, "assessment": [ASSESSMENT | {"assessment_date": d} for d in days]})


def rehabilitation(says: str, outcome: str, days: list[date], /, **changes: object) -> Case:
    stay = STAY | {"service_type": 19, "start_date": D(2022, 3, 1), "end_date": D(2022, 4, 1)} | changes
    return Case("C34", says, outcome, {"service": [stay], "assessment": [ASSESSMENT | {"assessment_date": d} for d in days]})


def with_service(rule: str, says: str, outcome: str, changes: dict, *services: dict) -> Case:
    return Case(rule, says, outcome, {"person": [PERSON | changes], "service": list(services)})


def paused(says: str, outcome: str, /, **changes: object) -> Case:
    """A pause of a service from 10 January to the end of May."""
    services = [SERVICE | {"end_date": D(2022, 5, 31)}]
    return Case("C43", says, outcome, {"service": services, "pause": [PAUSE | {"to_date": D(2022, 5, 20)} | changes]})


def registered(says: str, outcome: str, first: date, last: date | None, /, **changes: object) -> Case:
    """A stay under a decision on respite from 10 January."""
    rows = {"service": [RESPITE | changes], "stay": [{"service_id": "t1", "from_date": first, "to_date": last}]}
    return Case("C44", says, outcome, rows)


def hospital(says: str, outcome: str, /, who: dict | None = None, **changes: object) -> Case:
    return Case("C46", says, outcome, {"person": [PERSON | (who or {})], "hospital_stay": [HOSPITAL | changes]})


def diagnosed(rule: str, says: str, outcome: str, /, **changes: object) -> Case:
    return Case(rule, says, outcome, {"diagnosis": [DIAGNOSIS | changes]})


def scored(says: str, outcome: str, scores: dict, service: dict | None = None) -> Case:
    tables: dict[str, Rows] = {"assessment": [{"assessment_date": D(2022, 3, 1)} | scores]}
    return Case("C08", says, outcome, tables | ({"service": [SERVICE | service]} if service is not None else {}))


VALUES = [
    person("A30", "a code of the list", PASSES, individual_plan=3),
    person("A30", "a code after the last", FAILS, individual_plan=4),
    person("A30", "a code before the first", FAILS, individual_plan=0),
    person("A30", "sex not specified", PASSES, sex=9),
    person("A30", "a sex that is not in the list", FAILS, sex=3),
    service("A30", "dismissed, the last outcome", PASSES, outcome=4),
    service("A30", "an outcome after the last", FAILS, outcome=5),
    diagnosed("A30", "a code system that is not in the list", FAILS, system="ICPC-3"),
    person("A31", "a field of 2019 in 2022", PASSES, waiting_list_date=D(2022, 3, 1)),
    person(
        "A31",
        "a field of 2019 in 2018",
        FAILS,
        IN_2018,
        waiting_list_date=D(2018, 3, 1),
    ),
]
CIRCUMSTANCES = [
    person("C03", "25 years old with parents", PASSES, household=3, birth_year=1997),
    person("C03", "26 years old with parents", FAILS, household=3, birth_year=1996),
    person("C03", "26 years old with others", PASSES, household=2, birth_year=1996),
    person("C03", "household not given", UNKNOWN, household=None, birth_year=1996),
    two("C17", "168 hours together", PASSES, {"weekly_hours": 100.0}, {"service_type": 1, "weekly_hours": 68.0}),
    two("C17", "a minute more", FAILS, {"weekly_hours": 100.0}, {"service_type": 1, "weekly_hours": 68 + 1 / 60}),
    two(
        "C17",
        "one of them ended on 30 December",
        PASSES,
        {"weekly_hours": 100.0, "end_date": D(2022, 12, 30)},
        {"service_type": 1, "weekly_hours": 69.0},
    ),
    two("C17", "one of them was refused", PASSES, {"weekly_hours": 100.0, "outcome": 2}, {"weekly_hours": 69.0}),
    with_service("C31", "a safety alarm and nothing else", FAILS, WATCHED, ALARM),
    with_service("C31", "no service at all", FAILS, WATCHED),
    with_service("C31", "one service with hours", PASSES, WATCHED, SERVICE),
    with_service("C31", "two services without hours", PASSES, WATCHED, ALARM, ALARM | {"service_id": "t2", "service_type": 5}),
    with_service("C31", "a long-term stay", PASSES, WATCHED, STAY),
    with_service("C31", "no round-the-clock offer", PASSES, {"round_the_clock": False}, ALARM),
    person("C32", "listed two years before the end of the year", PASSES, waiting_list_date=D(2020, 12, 31)),
    person("C32", "listed the day before", FAILS, waiting_list_date=D(2020, 12, 30)),
    person("C32", "not listed", PASSES),
    with_service("C32", "listed and in a long-term stay", FAILS, {"waiting_list_date": D(2022, 3, 1)}, STAY),
    with_service(
        "C32", "listed and in a short-term stay", PASSES, {"waiting_list_date": D(2022, 3, 1)}, STAY | {"service_type": 20}
    ),
    with_service("C35", "both assessed", PASSES, {"doctor_assessed": D(2022, 1, 2), "dental_assessed": D(2022, 1, 2)}, SERVICE),
    with_service("C35", "no dentist", FAILS, {"doctor_assessed": D(2022, 1, 2)}, SERVICE),
    with_service("C35", "neither, with a safety alarm", PASSES, {}, ALARM),
    person("C39", "died on the day of birth", PASSES, birth_date=D(1940, 5, 17), death_date=D(1940, 5, 17)),
    person("C39", "died the day before", FAILS, birth_date=D(1940, 5, 17), death_date=D(1940, 5, 16)),
    person("C39", "died on the day of the extraction", PASSES, death_date=D(2023, 1, 5)),
    person("C39", "died the day after", FAILS, death_date=D(2023, 1, 6)),
    person("C40", "assessed by a doctor on the day of the extraction", PASSES, doctor_assessed=D(2023, 1, 5)),
    person("C40", "assessed by a doctor the day after", FAILS, doctor_assessed=D(2023, 1, 6)),
    person("C40", "medication reviewed before birth", FAILS, medication_review_date=D(1940, 5, 16), birth_date=D(1940, 5, 17)),
    person("C40", "no dates", PASSES),
    person("C45", "an offer of one day", PASSES, **OFFERED, round_the_clock_to=D(2022, 2, 1)),
    person("C45", "ended the day before", FAILS, **OFFERED, round_the_clock_to=D(2022, 1, 31)),
    person("C45", "dates without an offer", FAILS, round_the_clock_from=D(2022, 2, 1)),
    with_service("C50", "home health services without an assessment", FAILS, {}, SERVICE),
    with_service("C50", "a safety alarm without an assessment", PASSES, {}, ALARM),
    Case("C50", "with an assessment", PASSES, {"service": [SERVICE], "assessment": [ASSESSMENT]}),
    with_service("C50", "refused", PASSES, {}, SERVICE | {"outcome": 2}),
]
ASSESSMENTS = [
    scored("all scores 1, with hours", FAILS, {"f01": 1, "f02": 1}, {}),
    scored("all scores 1 or 9, with hours", FAILS, {"f01": 9, "f02": 1}, {}),
    scored("one score 2, with hours", PASSES, {"f01": 1, "f02": 2}, {}),
    scored("all scores 1, without services", PASSES, {"f01": 1}),
    scored("all scores 1, assessed before the service began", PASSES, {"f01": 1}, {"start_date": D(2022, 3, 2)}),
    scored("nothing scored", UNKNOWN, {}, {}),
    *(
        Case("C59", says, outcome, scored("", "", scores, service).tables)
        for says, outcome, scores, service in [
            ("own health 2 with home health services", FAILS, {"f10": 2}, {"service_type": 15}),
            ("own health 3 with home health services", PASSES, {"f10": 3}, {"service_type": 15}),
            ("own health 9 with home health services", PASSES, {"f10": 9}, {"service_type": 15}),
            ("own health 2 with practical help", PASSES, {"f10": 2}, {"service_type": 1}),
            (
                "own health 2, assessed before the service began",
                PASSES,
                {"f10": 2},
                {"service_type": 15, "start_date": D(2022, 3, 2)},
            ),
            ("own health not scored", UNKNOWN, {"f01": 3}, {"service_type": 15}),
        ]
    ),
    assessed("C41", "on the day of the extraction", PASSES, assessment_date=D(2023, 1, 5)),
    assessed("C41", "the day after the extraction", FAILS, assessment_date=D(2023, 1, 6)),
    Case("C41", "the day after death", FAILS, {"person": [PERSON | {"death_date": D(2022, 2, 28)}], "assessment": [ASSESSMENT]}),
    Case("C41", "on the day of death", PASSES, {"person": [PERSON | {"death_date": D(2022, 3, 1)}], "assessment": [ASSESSMENT]}),
]
DECISIONS = [
    decided("assessed the day before", PASSES, [D(2022, 1, 14), D(2022, 2, 28)], D(2022, 1, 15)),
    decided("assessed on the day of the decision before", PASSES, [D(2022, 1, 15)], D(2022, 1, 15)),
    decided("assessed the day before the decision before", FAILS, [D(2022, 1, 14)], D(2022, 1, 15)),
    decided("the same, of a service without start", FAILS, [D(2022, 1, 14)], D(2022, 1, 15), start_date=None),
    decided("assessed 30 days after", PASSES, [D(2022, 1, 14), D(2022, 3, 31)], D(2022, 1, 15)),
    decided("assessed 31 days after", FAILS, [D(2022, 1, 14), D(2022, 4, 1)], D(2022, 1, 15)),
    decided("no decision before", PASSES, [D(2021, 5, 1)]),
    decided("a safety alarm", PASSES, [D(2022, 1, 14)], D(2022, 1, 15), service_type=6, weekly_hours=None),
    decided("decided before the year", PASSES, [D(2021, 1, 14)], D(2021, 1, 15), decision_date=D(2021, 12, 31)),
    service("C14", "began 365 days after the decision", PASSES, decision_date=D(2021, 1, 10)),
    service("C14", "began 366 days after", FAILS, decision_date=D(2021, 1, 9)),
    service("C14", "no decision date", UNKNOWN, decision_date=None),
    rehabilitation("assessed at start and end", PASSES, [D(2022, 3, 1), D(2022, 4, 1)]),
    rehabilitation("assessed 14 days after the start and 14 before the end", PASSES, [D(2022, 3, 15), D(2022, 3, 18)]),
    rehabilitation("assessed 15 days after the start", FAILS, [D(2022, 3, 16), D(2022, 4, 1)]),
    rehabilitation("not assessed at the end", FAILS, [D(2022, 3, 1)]),
    rehabilitation("not assessed", FAILS, []),
    rehabilitation("not ended", PASSES, [D(2022, 3, 1)], end_date=None),
    rehabilitation("began the year before", UNKNOWN, [D(2022, 1, 3)], start_date=D(2021, 12, 20), end_date=D(2022, 1, 3)),
    service("C42", "decided on the day of the extraction", PASSES, decision_date=D(2023, 1, 5)),
    service("C42", "decided the day after", FAILS, decision_date=D(2023, 1, 6)),
    service("C42", "no decision date", UNKNOWN, decision_date=None),
    service("C51", "with decision date", PASSES),
    service("C51", "without decision date", FAILS, decision_date=None),
    service("C51", "a safety alarm without", PASSES, decision_date=None, service_type=6, weekly_hours=None),
    service("C51", "refused without", PASSES, decision_date=None, outcome=2),
]
MORE_OF_SERVICES = [
    two("C19", "four times the hours before", FAILS, {"weekly_hours": 2.0}, {"start_date": D(2022, 3, 1), "weekly_hours": 8.0}),
    two("C19", "4.33 times the hours before", FAILS, {"weekly_hours": 6.0}, {"start_date": D(2022, 3, 1), "weekly_hours": 26.0}),
    two("C19", "three times the hours before", PASSES, {"weekly_hours": 2.0}, {"start_date": D(2022, 3, 1), "weekly_hours": 6.0}),
    two("C19", "a hundredth off", PASSES, {"weekly_hours": 100.0}, {"start_date": D(2022, 3, 1), "weekly_hours": 404.0}),
    two(
        "C19",
        "four times the hours of another service",
        PASSES,
        {"weekly_hours": 2.0},
        {"start_date": D(2022, 3, 1), "weekly_hours": 8.0, "service_type": 1},
    ),
    service("C27", "366 days", PASSES, service_type=24, start_date=D(2021, 3, 1), end_date=D(2022, 3, 2)),
    service("C27", "367 days", FAILS, service_type=24, start_date=D(2021, 3, 1), end_date=D(2022, 3, 3)),
    service("C27", "still running after more than a year", FAILS, service_type=24, start_date=D(2021, 3, 1)),
    service("C27", "another kind of coercion", PASSES, service_type=14, start_date=D(2020, 3, 1)),
    service("C33", "home health services", PASSES),
    service("C33", "type 16 after 2018", FAILS, service_type=16),
    service("C33", "type 16 in 2018", PASSES, IN_2018, service_type=16),
    service("C47", "a valid number", PASSES),
    service("C47", "another last digit", FAILS, organisation_number="974760674"),
    service("C47", "a number without a check digit", FAILS, organisation_number="974760000"),
    service("C47", "no number", PASSES, organisation_number=None),
    two("C55", "another start", PASSES, {}, {"start_date": D(2022, 1, 11)}),
    two("C55", "all the same but the id", FAILS, {}, {}),
    two("C55", "other hours", PASSES, {}, {"weekly_hours": 4.0}),
    two("C55", "no start", UNKNOWN, {"start_date": None}, {"start_date": None}),
]
PERIODS = [
    paused("within the service", PASSES),
    paused("of one day", PASSES, to_date=D(2022, 5, 1)),
    paused("ends the day before it begins", FAILS, to_date=D(2022, 4, 30)),
    paused("from the first day of the service to the last", PASSES, from_date=D(2022, 1, 10), to_date=D(2022, 5, 31)),
    paused("from the day before the service", FAILS, from_date=D(2022, 1, 9)),
    paused("to the day after the service", FAILS, to_date=D(2022, 6, 1)),
    paused("not ended", PASSES, to_date=None),
    Case("C43", "of a service without start", UNKNOWN, {"service": [SERVICE | {"start_date": None}], "pause": [PAUSE]}),
    registered("within the decision", PASSES, D(2022, 1, 10), D(2022, 1, 12)),
    registered("the day before the decision", FAILS, D(2022, 1, 9), D(2022, 1, 12)),
    registered("ends before it begins", FAILS, D(2022, 1, 12), D(2022, 1, 11)),
    registered("after the decision ended", FAILS, D(2022, 1, 12), D(2022, 1, 14), end_date=D(2022, 1, 13)),
    hospital("in order", PASSES),
    hospital("discharged on the day of admission", PASSES, to_date=D(2022, 5, 1)),
    hospital("discharged the day before", FAILS, to_date=D(2022, 4, 30)),
    hospital("admitted after death", FAILS, {"death_date": D(2022, 4, 30)}),
    hospital("died on the day of admission", PASSES, {"death_date": D(2022, 5, 1)}),
    hospital("admitted after the extraction", FAILS, from_date=D(2023, 1, 6), to_date=None),
    hospital("admitted on the day of the extraction", PASSES, from_date=D(2023, 1, 5), to_date=None),
]
HEALTH = [
    diagnosed("C28", "a code of ICPC-2", PASSES),
    diagnosed("C28", "a chapter that ICPC-2 does not have", FAILS, code="E10"),
    diagnosed("C28", "the same code in ICD-10", PASSES, system="ICD-10", code="E10"),
    diagnosed("C28", "ICD-10 with decimals", PASSES, system="ICD-10", code="F00.1"),
    diagnosed("C28", "ICPC-2 with decimals", FAILS, code="P70.1"),
    diagnosed("C28", "a code system that is not in the list", UNKNOWN, system="ICPC-3"),
    diagnosed("C48", "not reserved", PASSES, reservation=2),
    diagnosed("C48", "reserved", PASSES, reservation=1),
    diagnosed("C48", "not answered", FAILS, reservation=None),
    Case("C29", "one answer", PASSES, {"nutrition": [FED]}),
    Case("C29", "no answer", FAILS, {"nutrition": [FED | {"low_bmi": None}]}),
    Case("C30", "help and need", PASSES, {"participation": [PART]}),
    Case("C30", "help without need", FAILS, {"participation": [PART | {"need": 2}]}),
    Case("C30", "unmet need without need", FAILS, {"participation": [PART | {"need": 2, "help": 3}]}),
    Case("C30", "neither", PASSES, {"participation": [PART | {"need": 2, "help": 2}]}),
    Case("C30", "need not told", UNKNOWN, {"participation": [PART | {"need": None}]}),
]
CONTENT = [*VALUES, *CIRCUMSTANCES, *ASSESSMENTS, *DECISIONS, *MORE_OF_SERVICES, *PERIODS, *HEALTH]
