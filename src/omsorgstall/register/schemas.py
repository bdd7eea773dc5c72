"""The tables of the register, declared once: columns, types, privacy class and meaning.

The content is that of the KPR/IPLOS register (reference sections 2–7). ``formats`` reads and writes the same tables with
identity numbers instead of pseudonyms; ``docs`` and the validation of files are made from these declarations.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import pyarrow as pa

from omsorgstall.codes import function_variables


class Privacy(StrEnum):
    """How a column may be used.

    ``PUBLIC`` may be shown, ``PERSONAL`` describes a person without naming her, ``RESTRICTED`` only to the owner,
    ``PSEUDONYM`` links records of one person.
    """

    PUBLIC = "public"
    PERSONAL = "personal"
    RESTRICTED = "restricted"
    PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its Arrow type, privacy class, meaning and official Norwegian name.

    Attributes:
        codes: the code list its values are from (``codes.code_list``); empty when it has none.
        first_year: first data year the field is in use; None always.
        since: version of its table that it came with; older files of the register lack it.

    Raises:
        ValueError: when description or official name is missing.
    """

    name: str
    type: pa.DataType
    privacy: Privacy
    description: str
    norwegian: str
    required: bool = False
    codes: str = ""
    first_year: int | None = None
    since: int = 1

    def __post_init__(self) -> None:
        """A column nobody can explain is refused when it is declared."""
        if not self.description or not self.norwegian:
            raise ValueError(f"Column {self.name} needs a description and its Norwegian name.")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table of the register.

    Attributes:
        element: its element name in the annual batch (XML), and file name in the CSV set.
        columns: own columns; the key columns of ``KEY_COLUMNS`` stand before them in the register.
    """

    name: str
    element: str
    description: str
    columns: tuple[Column, ...]

    def arrow(self) -> pa.Schema:
        """Key columns and own columns as stored in the register."""
        return pa.schema([pa.field(c.name, c.type) for c in (*KEY_COLUMNS, *self.columns)])

    @property
    def version(self) -> int:
        """Rises when a column is added; a column is never changed or taken away."""
        return max(c.since for c in self.columns)

    def lacking(self, version: int) -> frozenset[str]:
        """The columns that files of an earlier version do not have."""
        return frozenset(c.name for c in self.columns if c.since > version)

    def column_names(self) -> tuple[str, ...]:
        """Names of the own columns."""
        return tuple(c.name for c in self.columns)


_S, _D, _I, _B, _C = pa.string(), pa.date32(), pa.int16(), pa.bool_(), pa.int8()

KEY_COLUMNS = (
    Column("municipality", _S, Privacy.PUBLIC, "Reporting municipality within today's borders", "kommune", True),
    Column("reported_municipality", _S, Privacy.PUBLIC, "Municipality number as reported", "rapportert kommunenummer", True),
    Column("data_year", _I, Privacy.PUBLIC, "Calendar year the submission describes", "årgang", True),
    Column("pseudonym", _S, Privacy.PSEUDONYM, "Keyed pseudonym of the person", "pseudonym", True),
    Column("line", pa.int32(), Privacy.RESTRICTED, "Line of the record in the file as sent", "linje", True),
)
"""Columns every table of the register starts with."""

_ADDED_TO_PERSON = (
    Column(
        "round_the_clock_from",
        _D,
        Privacy.PERSONAL,
        "First day of the round-the-clock offer",
        "heldøgnstjenestetilbud fra",
        first_year=2019,
        since=2,
    ),
    Column(
        "round_the_clock_to",
        _D,
        Privacy.PERSONAL,
        "Last day of the round-the-clock offer, empty when it lasts",
        "heldøgnstjenestetilbud til",
        first_year=2019,
        since=2,
    ),
    Column(
        "coordinator", _C, Privacy.PERSONAL, "1 yes, 2 no, 3 declined (ASSUMED)", "koordinator", codes="yes_no_declined", since=2
    ),
    Column(
        "care_for_children",
        _C,
        Privacy.PERSONAL,
        "Cares for children under 18: 1 yes, 2 no (ASSUMED)",
        "omsorg for barn under 18 år",
        codes="yes_no",
        since=2,
    ),
    Column(
        "dwelling_suited",
        _C,
        Privacy.PERSONAL,
        "Dwelling suits the user: 1 yes, 2 no, 9 not relevant (ASSUMED)",
        "bolig egnet",
        codes="dwelling_suited",
        since=2,
    ),
    Column(
        "ordinary_dwelling",
        _C,
        Privacy.PERSONAL,
        "Lives in the ordinary housing stock: 1 yes, 2 no (ASSUMED)",
        "ordinær boligmasse",
        codes="yes_no",
        since=2,
    ),
    Column(
        "husbank_grant",
        _C,
        Privacy.PERSONAL,
        "Dwelling built with a grant of the Housing Bank (Husbanken): 1 yes, 2 no (ASSUMED)",
        "tilskudd fra Husbanken",
        codes="yes_no",
        since=2,
    ),
    Column(
        "rehabilitation",
        _B,
        Privacy.PERSONAL,
        "Re-/habilitation outside institution; service type 16 until 2018",
        "re-/habilitering utenfor institusjon",
        first_year=2019,
        since=2,
    ),
    Column(
        "medication_review_date",
        _D,
        Privacy.PERSONAL,
        "Last review of medication (date field ASSUMED)",
        "legemiddelgjennomgang",
        first_year=2015,
        since=2,
    ),
    Column(
        "medication_reviewer",
        _C,
        Privacy.PERSONAL,
        "Who reviewed: 1 doctor alone, 2 team (codes ASSUMED)",
        "legemiddelgjennomgang av",
        codes="medication_reviewers",
        first_year=2015,
        since=2,
    ),
)
PERSON = TableSchema(
    "person",
    "person",
    "One row per person in a submission: what is known of her at the time of extraction",
    (
        Column("local_person_id", _S, Privacy.RESTRICTED, "The sender's own id, unique in the municipality", "brukerNr", True),
        Column("birth_date", _D, Privacy.RESTRICTED, "Date of birth, from the identity number", "fødselsdato"),
        Column("birth_year", _I, Privacy.PERSONAL, "Year of birth", "fodselsar"),
        Column("sex", _C, Privacy.PERSONAL, "Sex, code system 3101: 0, 1 male, 2 female, 9", "kjonn", codes="sex"),
        Column("death_date", _D, Privacy.PERSONAL, "Date of death", "dødsdato"),
        Column("district", _S, Privacy.PERSONAL, "City district", "bydel"),
        Column("household", _C, Privacy.PERSONAL, "1 alone, 2 with others, 3 with parents", "husstand", codes="household"),
        Column("round_the_clock", _B, Privacy.PERSONAL, "Has a round-the-clock offer", "heldøgnstjenestetilbud", first_year=2019),
        Column("waiting_list_date", _D, Privacy.PERSONAL, "Put on the list for a long-term place", "venteliste", first_year=2019),
        Column(
            "individual_plan",
            _C,
            Privacy.PERSONAL,
            "1 yes, 2 no, 3 declined (ASSUMED)",
            "individuell plan",
            codes="yes_no_declined",
        ),
        Column(
            "private_help", _C, Privacy.PERSONAL, "Unpaid help: 1 yes, 2 no (ASSUMED)", "privat ikke-betalt hjelp", codes="yes_no"
        ),
        Column(
            "private_help_hours",
            pa.float64(),
            Privacy.PERSONAL,
            "Hours a week of unpaid help (unit ASSUMED)",
            "omfang privat hjelp",
        ),
        Column("doctor_assessed", _D, Privacy.PERSONAL, "Last assessed by a doctor", "vurdert av lege"),
        Column("dental_assessed", _D, Privacy.PERSONAL, "Last assessed by dental personnel", "vurdert av tannhelsepersonell"),
        *_ADDED_TO_PERSON,
    ),
)
ASSESSMENT = TableSchema(
    "assessment",
    "vurdering",
    "One row per assessment of function: 16 function variables and two senses, scored 1–5, 9 not relevant, empty not assessed",
    (
        Column("assessment_date", _D, Privacy.PERSONAL, "Date of the assessment", "vurderingsdato", True),
        *(
            Column(v.id.lower(), _C, Privacy.PERSONAL, f"Score of {v.english}", v.name, codes="score")
            for v in function_variables()
        ),
    ),
)
SERVICE = TableSchema(
    "service",
    "tjeneste",
    "One row per application with its decision and the service it gave",
    (
        Column("service_id", _S, Privacy.RESTRICTED, "The sender's stable id of the service", "tjenesteID", True),
        Column("service_type", _I, Privacy.PERSONAL, "Service type, code system 9151", "tjenesteType", True),
        Column("application_date", _D, Privacy.PERSONAL, "Day the municipality became aware of the need", "søknadsdato"),
        Column("decision_date", _D, Privacy.PERSONAL, "Date of the decision", "vedtaksdato"),
        Column(
            "outcome",
            _C,
            Privacy.PERSONAL,
            "1 granted, 2 refused, 3 partly, 4 dismissed (ASSUMED)",
            "utfall",
            codes="decision_outcome",
        ),
        Column("complaint", _C, Privacy.PERSONAL, "1 yes, 2 no (ASSUMED)", "klage", codes="yes_no"),
        Column("start_date", _D, Privacy.PERSONAL, "First day of the service", "tjenestestart"),
        Column("end_date", _D, Privacy.PERSONAL, "Last day of the service, empty when it runs", "tjenesteslutt"),
        Column("weekly_hours", pa.float64(), Privacy.PERSONAL, "Granted hours a week", "ukentlig omfang"),
        Column("organisation_number", _S, Privacy.PERSONAL, "The unit that delivers the service", "tjenesteOrgNr"),
        Column(
            "added", _B, Privacy.PERSONAL, "The extent adds to an overlapping record instead of replacing it", "kommer i tillegg"
        ),
    ),
)
PAUSE = TableSchema(
    "pause",
    "pause",
    "A temporary stop (midlertidig stopp) of a service that stays open",
    (
        Column("service_id", _S, Privacy.RESTRICTED, "The service that pauses", "tjenesteID", True),
        Column("pause_id", _S, Privacy.RESTRICTED, "Id of the stop", "midlertidigStoppID", True),
        Column("from_date", _D, Privacy.PERSONAL, "First day without service", "midlertidigStoppFra", True),
        Column("to_date", _D, Privacy.PERSONAL, "Last day without service, empty when it lasts", "midlertidigStoppTil"),
    ),
)
STAY = TableSchema(
    "stay",
    "opphold",
    "Registered stay days under a decision on rolling respite (service type 8)",
    (
        Column("service_id", _S, Privacy.RESTRICTED, "The decision the stay belongs to", "tjenesteID", True),
        Column("from_date", _D, Privacy.PERSONAL, "First day of the stay", "opphold fra", True),
        Column("to_date", _D, Privacy.PERSONAL, "Last day of the stay", "opphold til"),
    ),
)
HOSPITAL_STAY = TableSchema(
    "hospital_stay",
    "sykehusopphold",
    "A stay in the specialist health service",
    (
        Column("from_date", _D, Privacy.PERSONAL, "Day of admission", "innlagt", True),
        Column("to_date", _D, Privacy.PERSONAL, "Day of discharge", "utskrevet"),
        Column("organisation_number", _S, Privacy.PERSONAL, "The unit's organisation number", "orgNr"),
    ),
)
DIAGNOSIS = TableSchema(
    "diagnosis",
    "diagnose",
    "A diagnosis that explains the need for services",
    (
        Column("system", _S, Privacy.PERSONAL, "ICPC-2 or ICD-10", "kodeverk", True, codes="diagnosis_systems"),
        Column("code", _S, Privacy.PERSONAL, "Code of the diagnosis", "diagnosekode", True),
        Column(
            "reservation",
            _C,
            Privacy.PERSONAL,
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
        Column("area", _C, Privacy.PERSONAL, "Area of life, 1–5 (codes ASSUMED)", "område", True, codes="participation_areas"),
        Column("need", _C, Privacy.PERSONAL, "1 yes, 2 no, 9 not relevant (ASSUMED)", "behov", codes="participation_need"),
        Column(
            "help",
            _C,
            Privacy.PERSONAL,
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
        Column(name, _C, Privacy.PERSONAL, f"{text}: 1 yes, 2 no", norwegian, codes="yes_no", first_year=2015)
        for name, text, norwegian in (
            ("low_bmi", "Body-mass index under 22 above age 65, under 20 below", "lav kroppsmasseindeks"),
            ("weight_loss", "Has lost weight in the last month", "vekttap"),
            ("reduced_intake", "Has eaten less in the last month", "redusert matinntak"),
        )
    ),
)

_T = pa.timestamp("us")
EVENT = TableSchema(
    "event",
    "hendelse",
    "One row per notification of the continuous event message (HIS 1135, 56.0.0), corrections and annulments included",
    (
        Column("status", _S, Privacy.PUBLIC, "N original, M replaces, C annuls (code system 7316)", "statusNotifikasjon", True),
        Column("notification_guid", _S, Privacy.RESTRICTED, "Id of the notification", "notifikasjonGUID", True),
        Column("reference_guid", _S, Privacy.RESTRICTED, "The N that an M or C refers to", "notifikasjonRef"),
        Column(
            "previous_guid", _S, Privacy.RESTRICTED, "The notification before, zeros for the first", "notifikasjonForrigeGUID"
        ),
        Column("running_number", pa.int64(), Privacy.RESTRICTED, "Rises strictly per municipality", "notifikasjonLopeNr", True),
        Column("notified_at", _T, Privacy.PERSONAL, "When it was notified, UTC", "notifikasjonTid", True),
        Column("event", _S, Privacy.PERSONAL, "start, end, provider_change, pause_from or pause_to", "hendelse", True),
        Column("event_guid", _S, Privacy.RESTRICTED, "Id of the event", "hendelseGUID", True),
        Column("service_id", _S, Privacy.RESTRICTED, "The sender's stable id of the service", "tjenesteID", True),
        Column("service_type", _I, Privacy.PERSONAL, "Service type, code system 9151", "tjenesteType", True),
        Column("event_date", _D, Privacy.PERSONAL, "The day it happened", "hendelseDato", True),
        Column("registered_at", _T, Privacy.PERSONAL, "When the sender registered it, UTC", "hendelseRegTid", True),
        Column("organisation_number", _S, Privacy.PERSONAL, "The unit that delivers the service", "tjenesteOrgNr"),
        Column("pause_id", _S, Privacy.RESTRICTED, "Id of the stop, for the two pause events", "midlertidigStoppID"),
        Column("local_person_id", _S, Privacy.RESTRICTED, "The sender's own id of the person", "brukerNr", True),
        Column("district", _S, Privacy.PERSONAL, "City district", "bydel"),
        Column("birth_date", _D, Privacy.RESTRICTED, "From the identity number; the message may not carry it", "fødselsdato"),
        Column("sex", _C, Privacy.PERSONAL, "Likewise: 1 male, 2 female", "kjonn"),
    ),
)

TABLES = (PERSON, ASSESSMENT, SERVICE, PAUSE, STAY, HOSPITAL_STAY, DIAGNOSIS, PARTICIPATION, NUTRITION)


@cache
def table_schemas() -> dict[str, TableSchema]:
    """The tables of an annual submission by name."""
    return {t.name: t for t in TABLES}


@cache
def register_schemas() -> dict[str, TableSchema]:
    """Every table of the register by name: those of an annual submission, and events."""
    return {**table_schemas(), EVENT.name: EVENT}


@cache
def snapshot_schema() -> pa.Schema:
    """The annual submissions a vintage rests on, as a table: an event counts when it was registered after ``extracted_at``."""
    return pa.schema([("reported_municipality", _S), ("data_year", _I), ("extracted_at", _T)])


def identified_schema(table: TableSchema) -> pa.Schema:
    """The table as it is in files: identity number and type in place of the pseudonym, no municipality conversion.

    Columns: ``identity_number``, ``identity_type`` (code system 9032), then the table's own columns.
    """
    own = [pa.field(c.name, c.type) for c in table.columns]
    return pa.schema([pa.field("identity_number", _S), pa.field("identity_type", pa.int8()), *own])


def raw_schema(table: TableSchema) -> pa.Schema:
    """The table as read from a file before any check: every column text, with the line it stood on."""
    own = [pa.field(c.name, _S) for c in table.columns]
    return pa.schema([pa.field("line", pa.int32()), pa.field("identity_number", _S), pa.field("identity_type", _S), *own])
