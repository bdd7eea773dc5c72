"""Records of a person as they stand in an annual batch (XML), line by line: read, changed and written again.

Nothing of the readers, layouts or rules of intake is used here, so that what is planted does not rest on what is to find it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

PERSON, ASSESSMENT, SERVICE, PAUSE, STAY = "person", "vurdering", "tjeneste", "pause", "opphold"
HOSPITAL, DIAGNOSIS, PARTICIPATION, NUTRITION = "sykehusopphold", "diagnose", "samfunnsdeltakelse", "ernæring"
_LINE = re.compile(r"<(/?)([^\W\d]\w*)((?: [^ =]+=\"[^\"]*\")*) ?(/?)>")
_ATTRIBUTE = re.compile(r' ([^ =]+)="([^"]*)"')
_NOT_GRANTED = ("2", "4")


@dataclass(eq=False, slots=True)
class Record:
    """One line: a record with its attributes as text, or the end of one that holds others.

    Attributes:
        ends: whether it is the end of an element; ``holds`` whether others stand inside it.
    """

    element: str
    values: dict[str, str] = field(default_factory=dict)
    ends: bool = False
    holds: bool = False

    @classmethod
    def of(cls, line: str) -> "Record":
        """Read a line; ValueError when it is no single element."""
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError("the line is no single element")
        ends, element, attributes, alone = match.groups()
        return cls(element, dict(_ATTRIBUTE.findall(attributes)), bool(ends), not (ends or alone))

    def text(self) -> str:
        """The line."""
        if self.ends:
            return f"</{self.element}>"
        attributes = "".join(f' {name}="{value}"' for name, value in self.values.items())
        return f"<{self.element}{attributes}{'' if self.holds else '/'}>"

    def day(self, name: str) -> date | None:
        """A date, None when it is not given."""
        return date.fromisoformat(self.values[name]) if name in self.values else None

    def given(self, name: str) -> date:
        """A date that is known to be given."""
        return date.fromisoformat(self.values[name])

    def put(self, name: str, value: object) -> "Record":
        """Fill a field in, or empty it with None."""
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = str(value)
        return self

    def copy(self, **changes: object) -> "Record":
        """Another record like this one, with nothing inside."""
        made = Record(self.element, dict(self.values))
        for name, value in changes.items():
            made.put(name, value)
        return made


@dataclass(eq=False, slots=True)
class Person:
    """All lines of one person, in the order of the file.

    Attributes:
        year: the data year; ``extracted`` the day the batch was taken out.
    """

    lines: list[Record]
    year: int
    extracted: date

    @property
    def record(self) -> Record:
        """The person's own."""
        return self.lines[0]

    @property
    def first_day(self) -> date:
        """Of the data year."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """Of the data year."""
        return date(self.year, 12, 31)

    @property
    def born(self) -> date:
        """Day of birth; the middle of the year when only that is given."""
        return self.record.day("fodselsdato") or date(int(self.record.values["fodselsar"]), 7, 1)

    def all(self, element: str) -> list[Record]:
        """Records of a kind."""
        return [r for r in self.lines if r.element == element and not r.ends]

    def granted(self, types: Iterable[int] = ()) -> list[Record]:
        """Granted services with a start, of some types or all; their last day is ``until``."""
        wanted = {str(t) for t in types}
        return [
            s
            for s in self.all(SERVICE)
            if s.values.get("utfall") not in _NOT_GRANTED
            and "tjenestestart" in s.values
            and (not wanted or s.values.get("tjenesteType") in wanted)
        ]

    def until(self, service: Record) -> date:
        """The last day of a service; an open one lasts to the end of the data year."""
        return service.day("tjenesteslutt") or self.last_day

    def add(self, record: Record) -> Record:
        """Put a record at the end of the person."""
        if not self.record.holds:
            self.record.holds = True
            self.lines.append(Record(PERSON, ends=True))
        self.lines.insert(len(self.lines) - 1, record)
        return record

    def remove(self, *records: Record) -> None:
        """Take records out that hold no others."""
        self.lines = [r for r in self.lines if r not in records]


def running(service: Record, person: Person, days: int) -> bool:
    """Whether a service runs for at least some days within the data year."""
    start = service.day("tjenestestart")
    return start is not None and person.until(service) - max(start, person.first_day) >= timedelta(days=days)


def read_persons(lines: Iterable[str], year: int, extracted: date) -> Iterator[Person]:
    """Persons out of the lines that follow the file's head."""
    found: list[Record] = []
    for line in lines:
        record = Record.of(line)
        found.append(record)
        if record.element == PERSON and not record.holds:
            yield Person(found, year, extracted)
            found = []
