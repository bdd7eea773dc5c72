"""Parts of files that are read before all else: XML in blocks of any size, the header, names, years and cells that users type."""

from collections.abc import Mapping
from xml.parsers import expat

from omsorgstall.app.cli.explain import cell_of
from omsorgstall.app.cli.options import municipalities_of, years_of
from omsorgstall.core import ErrorFamily, MunicipalityNumber
from omsorgstall.formats.batch.header import parse_header
from omsorgstall.formats.batch.layout import attribute_name, description
from omsorgstall.formats.batch.unknown import MOST, UnknownNames
from omsorgstall.formats.xmlsource import feed, hardened_parser
from tests.builders.submissions import HEADER
from tests.fuzz import batch_xml, event_messages
from tests.fuzz.changing import VALUES, change_lines, xml_changer
from tests.fuzz.reader import Reader, as_file, refusing
from tests.fuzz.statbank import small_table

Element = tuple[str, tuple[tuple[str, str], ...], int]
WHOLE = 1 << 18
MALFORMED = {"not-xml", "wrong-encoding", "truncated"}


def read_blocks(data: bytes) -> None:
    """The same elements, on the same lines, or the same refusal, whatever the size of the blocks that are read."""
    size = 1 + len(data) % 61
    (first, refused), (second, again) = _elements(data, WHOLE), _elements(data, size)
    # A document with several faults may be told of any of them: which is met first depends on the blocks.
    assert refused == again or {refused, again} <= MALFORMED
    assert first == second or (refused and first[: len(second)] == second)
    if refused is None:
        assert len(first) == _counted(data)


def _elements(data: bytes, size: int) -> tuple[list[Element], str | None]:
    found: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name, tuple(attributes.items()), parser.CurrentLineNumber))

    parser = hardened_parser("input.xml", start, lambda _: None)
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        for _ in feed(parser, as_file(data).open("rb"), "input.xml", size):
            pass
    return found, refused.error.code if refused.error else None


def _counted(data: bytes) -> int:
    count = 0

    def start(*_: object) -> None:
        nonlocal count
        count += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(data, True)
    return count


def read_header(data: bytes) -> None:
    """Lines of name=value are the header of a batch, as they are the parameters of commands; names are counted, never shown."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return
    given = {name: value for name, _, value in (line.partition("=") for line in lines)}
    _header(given)
    unknown = UnknownNames()
    for number, name in enumerate(given):
        unknown.add("person", name, number)
    assert sum(u.count for u in unknown) == len(given)
    assert len(list(unknown)) <= MOST + 1
    for line in lines[:2]:
        with refusing(ErrorFamily.USAGE):
            assert years_of(line)
        with refusing(ErrorFamily.USAGE):
            municipalities_of(line, [line] if line else None)
        with refusing(ErrorFamily.USAGE, ErrorFamily.NOT_FOUND):
            place = cell_of(small_table(), [line])
            assert set(place) == {d.id for d in small_table().model.dimensions}


def _header(given: Mapping[str, str]) -> None:
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        header = parse_header(given, "innsending.csv")
    if refused:
        return
    assert isinstance(header.municipality, MunicipalityNumber)
    assert 0 <= header.data_year <= 9999
    written = {k: v for k, v in header.attributes().items() if k != description()["header"]["extracted_at"]}
    assert all(given.get(k, "")[: len(v)] == v for k, v in written.items())
    assert parse_header(header.attributes(), "").attributes() == header.attributes()


def block_seeds() -> dict[str, bytes]:
    """Documents of both kinds."""
    return batch_xml.seeds() | {f"event-{k}": v for k, v in event_messages.seeds().items() if not k.startswith("case")}


def header_seeds() -> dict[str, bytes]:
    """Headers with times of every kind."""
    plain = HEADER.attributes()
    times = (
        "2023-01-05T12:00:00+00:00",
        "2023-01-05",
        "20230105T120000Z",
        "2023-W01-4",
        "0001-01-01",
        "9999-12-31T23:59:59.999999-23:59",
        "x",
    )
    years = ("2022", "0000", "٢٠٢٢", "202", "1", "9999")
    found = {f"time-{n}": plain | {"uttakstidspunkt": t} for n, t in enumerate(times)}
    found |= {f"year-{n}": plain | {"argang": y} for n, y in enumerate(years)}
    typed = "Region=3901\nTid=2022\nAlder=\nRegion\n=\n2020-2022\n2022-2020\n2022-\n-\n0301\n4204"
    lines = {name: "\n".join(f"{k}={v}" for k, v in given.items()).encode() for name, given in found.items()}
    return lines | {"typed": typed.encode(), "long-digits": ("a=1\nn" + "1" * 300).encode()}


def words() -> tuple[str, ...]:
    """Names of the header, and values."""
    return (
        *description()["header"].values(),
        attribute_name("på- og avkledning"),
        *(v for v in VALUES if v),
        "Region=",
        "Tid=",
        "Alder=",
        "=",
        "\n",
        "-",
    )


BLOCKS = Reader(
    "xml-blocks",
    ("omsorgstall.formats.xmlsource",),
    read_blocks,
    block_seeds,
    xml_changer(batch_xml.elements()),
    batch_xml.words,
    2048,
)
HEADERS = Reader(
    "header",
    ("omsorgstall.formats.batch.header", "omsorgstall.formats.batch.unknown", "omsorgstall.app.cli.options"),
    read_header,
    header_seeds,
    change_lines,
    words,
    600,
)
