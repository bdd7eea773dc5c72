"""Tables of services, what interrupts them, and the event messages about them."""

import pyarrow as pa

from omsorgstall.register.columns import CODE, DATE, FLAG, MOMENT, PERSONAL, PUBLIC, RESTRICTED, SHORT, TEXT, Column, TableSchema

SERVICE = TableSchema(
    "service",
    "tjeneste",
    "One row per application with its decision and the service it gave",
    (
        Column("service_id", TEXT, RESTRICTED, "The sender's stable id of the service", "tjenesteID", True),
        Column("service_type", SHORT, PERSONAL, "Service type, code system 9151", "tjenesteType", True),
        Column("application_date", DATE, PERSONAL, "Day the municipality became aware of the need", "søknadsdato"),
        Column("decision_date", DATE, PERSONAL, "Date of the decision", "vedtaksdato"),
        Column(
            "outcome",
            CODE,
            PERSONAL,
            "1 granted, 2 refused, 3 partly, 4 dismissed (ASSUMED)",
            "utfall",
            codes="decision_outcome",
        ),
        Column("complaint", CODE, PERSONAL, "1 yes, 2 no (ASSUMED)", "klage", codes="yes_no"),
        Column("start_date", DATE, PERSONAL, "First day of the service", "tjenestestart"),
        Column("end_date", DATE, PERSONAL, "Last day of the service, empty when it runs", "tjenesteslutt"),
        Column("weekly_hours", pa.float64(), PERSONAL, "Granted hours a week", "ukentlig omfang"),
        Column("organisation_number", TEXT, PERSONAL, "The unit that delivers the service", "tjenesteOrgNr"),
        Column(
            "added",
            FLAG,
            PERSONAL,
            "The extent adds to an overlapping record instead of replacing it",
            "kommer i tillegg",
        ),
        Column("service_level", TEXT, PERSONAL, "Level of the service; an open list (ASSUMED)", "tjenestenivå", since=2),
        Column("stay_type", TEXT, PERSONAL, "Type of the stay; an open list (ASSUMED)", "type opphold", since=2),
        Column(
            "respite_kind",
            CODE,
            PERSONAL,
            "Respite in institution by its code of two parts (08.01, 08.02): 1 rolling, 2 not rolling (numbers ASSUMED)",
            "avlastningstype",
            codes="respite_kinds",
            since=2,
            derived=True,
        ),
    ),
)
PAUSE = TableSchema(
    "pause",
    "pause",
    "A temporary stop (midlertidig stopp) of a service that stays open",
    (
        Column("service_id", TEXT, RESTRICTED, "The service that pauses", "tjenesteID", True),
        Column("pause_id", TEXT, RESTRICTED, "Id of the stop", "midlertidigStoppID", True),
        Column("from_date", DATE, PERSONAL, "First day without service", "midlertidigStoppFra", True),
        Column("to_date", DATE, PERSONAL, "Last day without service, empty when it lasts", "midlertidigStoppTil"),
    ),
)
STAY = TableSchema(
    "stay",
    "opphold",
    "Registered stay days under a decision on rolling respite (service type 8)",
    (
        Column("service_id", TEXT, RESTRICTED, "The decision the stay belongs to", "tjenesteID", True),
        Column("from_date", DATE, PERSONAL, "First day of the stay", "opphold fra", True),
        Column("to_date", DATE, PERSONAL, "Last day of the stay", "opphold til"),
    ),
)
HOSPITAL_STAY = TableSchema(
    "hospital_stay",
    "sykehusopphold",
    "A stay in the specialist health service",
    (
        Column("from_date", DATE, PERSONAL, "Day of admission", "innlagt", True),
        Column("to_date", DATE, PERSONAL, "Day of discharge", "utskrevet"),
        Column("organisation_number", TEXT, PERSONAL, "The unit's organisation number", "orgNr"),
    ),
)
EVENT = TableSchema(
    "event",
    "hendelse",
    "One row per notification of the continuous event message (HIS 1135, 56.0.0), corrections and annulments included",
    (
        Column("status", TEXT, PUBLIC, "N original, M replaces, C annuls (code system 7316)", "statusNotifikasjon", True),
        Column("notification_guid", TEXT, RESTRICTED, "Id of the notification", "notifikasjonGUID", True),
        Column("reference_guid", TEXT, RESTRICTED, "The N that an M or C refers to", "notifikasjonRef"),
        Column("previous_guid", TEXT, RESTRICTED, "The notification before, zeros for the first", "notifikasjonForrigeGUID"),
        Column("running_number", pa.int64(), RESTRICTED, "Rises strictly per municipality", "notifikasjonLopeNr", True),
        Column("notified_at", MOMENT, PERSONAL, "When it was notified, UTC", "notifikasjonTid", True),
        Column("event", TEXT, PERSONAL, "start, end, provider_change, pause_from or pause_to", "hendelse", True),
        Column("event_guid", TEXT, RESTRICTED, "Id of the event", "hendelseGUID", True),
        Column("service_id", TEXT, RESTRICTED, "The sender's stable id of the service", "tjenesteID", True),
        Column("service_type", SHORT, PERSONAL, "Service type, code system 9151", "tjenesteType", True),
        Column("event_date", DATE, PERSONAL, "The day it happened", "hendelseDato", True),
        Column("registered_at", MOMENT, PERSONAL, "When the sender registered it, UTC", "hendelseRegTid", True),
        Column("organisation_number", TEXT, PERSONAL, "The unit that delivers the service", "tjenesteOrgNr"),
        Column("pause_id", TEXT, RESTRICTED, "Id of the stop, for the two pause events", "midlertidigStoppID"),
        Column("local_person_id", TEXT, RESTRICTED, "The sender's own id of the person", "brukerNr", True),
        Column("district", TEXT, PERSONAL, "City district", "bydel"),
        Column("birth_date", DATE, RESTRICTED, "From the identity number; the message may not carry it", "fødselsdato"),
        Column("sex", CODE, PERSONAL, "Likewise: 1 male, 2 female", "kjonn"),
    ),
)
