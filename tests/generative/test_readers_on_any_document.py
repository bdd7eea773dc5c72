"""Readers on documents drawn from the grammar of their format, right and nearly right: the same rows however they are written.

The targets of fuzzing are the properties: they hold what is read against an independent, slower reading.
"""

import csv
import io
from datetime import datetime
from xml.sax.saxutils import quoteattr

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omsorgstall.formats.batch import file_tables, open_batch
from omsorgstall.formats.batch.layout import description as batch_layout
from omsorgstall.formats.events import read_message, write_message
from omsorgstall.formats.events.layout import attributes
from omsorgstall.formats.events.layout import description as message_layout
from omsorgstall.register.schemas import identified_schema
from omsorgstall.register.service_tables import EVENT
from tests.builders.submissions import HEADER, made_up_number
from tests.fuzz import batch_csv, batch_xml, event_messages, parts, statbank, values
from tests.fuzz.changing import VALUES
from tests.spec.intake.cases_of_events import MESSAGE, guid

FAST = {"suppress_health_check": list(HealthCheck), "max_examples": 60}
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="￾￿"), max_size=12)
VALUE = st.sampled_from(VALUES) | TEXT
SPACE = st.sampled_from(["", "\n", " \r\n\t", "<!-- -->", "text", "<![CDATA[<person/>]]>", "<?a b?>"])


def element(names: dict[str, tuple[str, ...]], inner=None):
    """An element of the format or another, with attributes of its own or of others."""

    @st.composite
    def draw_element(draw) -> str:
        name = draw(st.sampled_from([*names, "ukjent", "x:person"]))
        known = names.get(name) or ("fid",)
        chosen = draw(st.dictionaries(st.sampled_from([*known, "ukjent"]), VALUE, max_size=5))
        space = ' xmlns:x="urn:x"' if name.startswith("x:") else ""
        attributes = "".join(f" {a}={quoteattr(v)}" for a, v in chosen.items())
        within = draw(st.lists(inner, max_size=3)) if inner is not None else []
        content = "".join(draw(SPACE) + e for e in within) + draw(SPACE)
        return f"<{name}{space}{attributes}>{content}</{name}>"

    return draw_element()


def document(root: str, head: dict[str, str], names: dict[str, tuple[str, ...]]):
    """A well-formed document of elements in any order and depth."""
    attributes = "".join(f" {k}={quoteattr(v)}" for k, v in head.items())
    inner = element(names, element(names, element(names)))
    return st.lists(inner, max_size=6).map(lambda e: f"<{root}{attributes}>{''.join(e)}</{root}>".encode())


BATCHES = document("innsending", {"xmlns": batch_layout()["namespace"], **HEADER.attributes()}, batch_xml.elements())
MESSAGES = document(
    "Melding",
    {
        "xmlns": message_layout()["namespace"],
        "versjon": message_layout()["version"],
        "meldingstype": message_layout()["message_type"],
    },
    event_messages.elements(),
).map(lambda d: d.replace(b"</Melding>", b'<Kommune kommuneNr="4204"/></Melding>'))


@settings(**FAST)
@given(BATCHES)
def test_every_element_of_a_batch_is_a_row_or_counted_as_unknown(content):
    batch_xml.read_batch_xml(content)


@settings(**FAST)
@given(MESSAGES)
def test_every_notification_of_a_message_is_a_row_and_the_rest_is_counted(content):
    event_messages.read_events(content)


@settings(**FAST)
@given(content=BATCHES | MESSAGES, cut=st.integers(0, 400), size=st.integers(0, 60))
def test_the_size_of_blocks_does_not_matter_to_a_whole_document_or_a_cut_one(content, cut, size):
    parts.read_blocks(content[: len(content) - cut] + b" " * size)


CELL = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters='"\x7f\x85'), max_size=8)
COLUMNS = [f.attribute for f in file_tables()["service"].csv_fields]


@settings(**FAST)
@given(
    columns=st.lists(st.sampled_from([c for c in COLUMNS if c != "fid"]), min_size=1, max_size=6, unique=True),
    rows=st.data(),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    mark=st.sampled_from(["", "\ufeff"]),
    empty_lines=st.integers(0, 2),
)
def test_the_rows_of_a_csv_file_do_not_depend_on_how_it_is_written(columns, rows, ending, quoting, mark, empty_lines):
    names = ["fid", *columns]
    cells = rows.draw(st.lists(st.tuples(st.just(made_up_number(0)), *(CELL for _ in columns)), max_size=5))
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator=ending)
    writer.writerows([names, *cells])
    files = batch_csv.files_of(batch_csv.seeds()["short"])
    files["tjeneste.csv"] = (mark + out.getvalue() + ending * empty_lines).encode()
    if not cells and not empty_lines:
        files["tjeneste.csv"] += ending.encode()
    (tables,) = open_batch(batch_csv.as_folder(files)).chunks()
    by_column = {f.attribute: f.column for f in file_tables()["service"].csv_fields}
    found = [tuple(row[by_column[n]] for n in names) for row in tables["service"].to_pylist()]
    assert sorted(map(repr, found)) == sorted(repr(tuple(c or None for c in row)) for row in cells)


MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)).map(lambda t: t.replace(microsecond=0))  # noqa: DTZ001  UTC
PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@st.composite
def notification(draw) -> dict:
    """A notification with any values in its columns."""
    row: dict = {"identity_number": made_up_number(draw(st.integers(0, 50))), "identity_type": 1, "local_person_id": draw(PLAIN)}
    row |= {
        "event": draw(st.sampled_from(sorted(message_layout()["events"]))),
        "notification_guid": guid(draw(st.integers(1, 99))),
    }
    carried = [c for part in ("notification", "event", "person") for c in attributes(part)]
    for field in (identified_schema(EVENT).field(c) for c in carried):
        if field.name not in row and draw(st.booleans()):
            kinds = {pa.timestamp("us"): MOMENTS, pa.date32(): st.dates(), pa.string(): PLAIN}
            row[field.name] = draw(kinds.get(field.type, st.integers(0, 99)))
    return row


@settings(**FAST)
@given(st.lists(notification(), max_size=5))
def test_a_message_that_is_written_is_read_with_the_same_notifications(rows):
    path = event_messages.scratch() / "written.xml"
    events = pa.Table.from_pylist(rows, identified_schema(EVENT))
    write_message(path, MESSAGE, events)
    found = read_message(path).table
    assert not list(read_message(path).unknown)
    for name in set(found.column_names[1:]) & set(events.column_names):
        written = [_as_written(v) for v in events[name].to_pylist()]
        assert found[name].to_pylist() == written, name


def _as_written(value: object) -> str | None:
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else None if value is None else str(value)


@settings(**FAST)
@given(kind=st.integers(0, 20), texts=st.lists(VALUE.filter(lambda v: "\n" not in v), min_size=1, max_size=20))
def test_a_value_is_typed_exactly_when_a_plain_reading_of_it_says_so(kind, texts):
    values.read_values(bytes([kind]) + "\n".join(texts).encode())


ITEM = st.sampled_from(
    ["*", "39*", "*1*", "?9??", "EAK", "3907", "TOP(2)", "bottom(1,1)", "RANGE(3901,0301)", "FROM(3907)", "TO(EAK)"]
)
ITEMS = st.lists(ITEM | st.sampled_from(statbank.WORDS) | TEXT, max_size=4).map(",".join)


@settings(**FAST)
@given(given=st.dictionaries(st.sampled_from(["Region", "Alder", "Tid", "ContentsCode", "tid"]), ITEMS, max_size=5), stub=ITEMS)
def test_a_query_chooses_what_its_items_name_one_by_one(given, stub):
    parameters = {f"valuecodes[{k}]": v for k, v in given.items()} | ({"stub": stub} if stub else {})
    statbank.read_data_address(statbank.address(parameters))
