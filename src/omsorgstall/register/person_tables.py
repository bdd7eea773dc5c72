"""Tables of what is known of a person beside her services."""

import pyarrow as pa

from omsorgstall.codes import function_variables
from omsorgstall.register.columns import CODE, DATE, FLAG, PERSONAL, RESTRICTED, SHORT, TEXT, Column, TableSchema

FIRST_YEAR = 2006
"""The first data year of the register."""
_ADDED_TO_PERSON = (
    Column(
        "round_the_clock_from",
        DATE,
        PERSONAL,
        "First day of the round-the-clock offer",
        "heldøgnstjenestetilbud fra",
        first_year=2019,
        since=2,
    ),
    Column(
        "round_the_clock_to",
        DATE,
        PERSONAL,
        "Last day of the round-the-clock offer, empty when it lasts",
        "heldøgnstjenestetilbud til",
        first_year=2019,
        since=2,
    ),
    Column(
        "coordinator",
        CODE,
        PERSONAL,
        "1 yes, 2 no, 3 declined (ASSUMED)",
        "koordinator",
        codes="yes_no_declined",
        since=2,
    ),
    Column(
        "care_for_children",
        CODE,
        PERSONAL,
        "Cares for children under 18: 1 yes, 2 no (ASSUMED)",
        "omsorg for barn under 18 år",
        codes="yes_no",
        since=2,
    ),
    Column(
        "dwelling_suited",
        CODE,
        PERSONAL,
        "Dwelling suits the user: 1 yes, 2 no, 9 not relevant (ASSUMED)",
        "bolig egnet",
        codes="dwelling_suited",
        since=2,
    ),
    Column(
        "ordinary_dwelling",
        CODE,
        PERSONAL,
        "Lives in the ordinary housing stock: 1 yes, 2 no (ASSUMED)",
        "ordinær boligmasse",
        codes="yes_no",
        since=2,
    ),
    Column(
        "husbank_grant",
        CODE,
        PERSONAL,
        "Dwelling built with a grant of the Housing Bank (Husbanken): 1 yes, 2 no (ASSUMED)",
        "tilskudd fra Husbanken",
        codes="yes_no",
        since=2,
    ),
    Column(
        "rehabilitation",
        FLAG,
        PERSONAL,
        "Re-/habilitation outside institution; service type 16 until 2018",
        "re-/habilitering utenfor institusjon",
        first_year=2019,
        since=2,
    ),
    Column(
        "medication_review_date",
        DATE,
        PERSONAL,
        "Last review of medication (date field ASSUMED)",
        "legemiddelgjennomgang",
        first_year=2015,
        since=2,
    ),
    Column(
        "medication_reviewer",
        CODE,
        PERSONAL,
        "Who reviewed: 1 doctor alone, 2 team (codes ASSUMED)",
        "legemiddelgjennomgang av",
        codes="medication_reviewers",
        first_year=2015,
        since=2,
    ),
    Column(
        "identity_type",
        CODE,
        PERSONAL,
        "Type of the identity number, code system 9032; 1, 2 and 10 name one person in the whole country",
        "type personidentifikasjon",
        codes="identity_types",
        since=3,
        derived=True,
    ),
)
PERSON = TableSchema(
    "person",
    "person",
    "One row per person in a submission: what is known of her at the time of extraction",
    (
        Column("local_person_id", TEXT, RESTRICTED, "The sender's own id, unique in the municipality", "brukerNr", True),
        Column("birth_date", DATE, RESTRICTED, "Date of birth, from the identity number", "fødselsdato"),
        Column("birth_year", SHORT, PERSONAL, "Year of birth", "fodselsar"),
        Column("sex", CODE, PERSONAL, "Sex, code system 3101: 0, 1 male, 2 female, 9", "kjonn", codes="sex"),
        Column("death_date", DATE, PERSONAL, "Date of death", "dødsdato"),
        Column("district", TEXT, PERSONAL, "City district", "bydel"),
        Column("household", CODE, PERSONAL, "1 alone, 2 with others, 3 with parents", "husstand", codes="household"),
        Column("round_the_clock", FLAG, PERSONAL, "Has a round-the-clock offer", "heldøgnstjenestetilbud", first_year=2019),
        Column("waiting_list_date", DATE, PERSONAL, "Put on the list for a long-term place", "venteliste", first_year=2019),
        Column(
            "individual_plan",
            CODE,
            PERSONAL,
            "1 yes, 2 no, 3 declined (ASSUMED)",
            "individuell plan",
            codes="yes_no_declined",
        ),
        Column(
            "private_help",
            CODE,
            PERSONAL,
            "Unpaid help: 1 yes, 2 no (ASSUMED)",
            "privat ikke-betalt hjelp",
            codes="yes_no",
        ),
        Column(
            "private_help_hours",
            pa.float64(),
            PERSONAL,
            "Hours a week of unpaid help (unit ASSUMED)",
            "omfang privat hjelp",
        ),
        Column("doctor_assessed", DATE, PERSONAL, "Last assessed by a doctor", "vurdert av lege"),
        Column("dental_assessed", DATE, PERSONAL, "Last assessed by dental personnel", "vurdert av tannhelsepersonell"),
        *_ADDED_TO_PERSON,
    ),
)
ASSESSMENT = TableSchema(
    "assessment",
    "vurdering",
    "One row per assessment of function: 16 function variables and two senses, scored 1–5, 9 not relevant, empty not assessed",
    (
        Column("assessment_date", DATE, PERSONAL, "Date of the assessment", "vurderingsdato", True),
        *(
            Column(
                v.id.lower(),
                CODE,
                PERSONAL,
                f"Score of {v.english}",
                v.name,
                codes="score",
                first_year=v.introduced if v.introduced > FIRST_YEAR else None,
            )
            for v in function_variables()
        ),
    ),
)
DIAGNOSIS = TableSchema(
    "diagnosis",
    "diagnose",
    "A diagnosis that explains the need for services",
    (
        Column("system", TEXT, PERSONAL, "ICPC-2 or ICD-10", "kodeverk", True, codes="diagnosis_systems"),
        Column("code", TEXT, PERSONAL, "Code of the diagnosis", "diagnosekode", True),
        Column(
            "reservation",
            CODE,
            PERSONAL,
            "Has reserved herself: 1 yes, 2 no, empty unanswered",
            "reservasjon",
            codes="yes_no",
        ),
    ),
)
PARTICIPATION = TableSchema(
    "participation",
    "samfunnsdeltakelse",
    "Need of help to take part in society, one row per area",
    (
        Column("area", CODE, PERSONAL, "Area of life, 1–5 (codes ASSUMED)", "område", True, codes="participation_areas"),
        Column("need", CODE, PERSONAL, "1 yes, 2 no, 9 not relevant (ASSUMED)", "behov", codes="participation_need"),
        Column(
            "help",
            CODE,
            PERSONAL,
            "1 yes, 2 no, 3 yes with unmet need (ASSUMED)",
            "mottar hjelp",
            codes="participation_help",
        ),
    ),
)
NUTRITION = TableSchema(
    "nutrition",
    "ernæring",
    "Three questions on nutrition, of which one at least is answered; in use from 2015",
    tuple(
        Column(name, CODE, PERSONAL, f"{text}: 1 yes, 2 no", norwegian, codes="yes_no", first_year=2015)
        for name, text, norwegian in (
            ("low_bmi", "Body-mass index under 22 above age 65, under 20 below", "lav kroppsmasseindeks"),
            ("weight_loss", "Has lost weight in the last month", "vekttap"),
            ("reduced_intake", "Has eaten less in the last month", "redusert matinntak"),
        )
    ),
)
