"""Faults in the head of a batch, and in event messages: one line for a notification."""

import random
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from omsorgstall.synthetic.planting.records import PERSON, Record

_CLOSED = f"</{PERSON}>"
_NOBODY = str(UUID(int=0))


def _heads() -> Mapping[str, Callable[[str], str]]:
    return {
        "A10": lambda head: _put(head, "kommuneNr", "9998"),
        "A11": lambda head: _put(head, "argang", str(int(_value(head, "argang")) - 1)),
        "A12": lambda head: _put(head, "uttakstidspunkt", f"{_value(head, 'argang')}-12-30T06:00:00"),
        "A13": lambda head: head,
        "A31": lambda head: _put(_put(head, "argang", "2018"), "kommuneNr", "0301"),
    }


def head_rules() -> tuple[str, ...]:
    """The rules whose faults can be planted in the head of a batch."""
    return tuple(_heads())


def plant_head(source: Path, target: Path, rule: str) -> int:
    """Write the head of a batch and its first person, with one fault in the head.

    Returns:
        The line of the finding; 0 when it is about the whole file.
    """
    lines = source.read_text("utf-8").splitlines()
    end = next(n for n, line in enumerate(lines) if line == _CLOSED)
    persons = [] if rule == "A13" else lines[2 : end + 1]
    if rule == "A31":
        persons[0] = Record.of(persons[0]).put("venteliste", "2018-03-01").text()
    written = [lines[0], _heads()[rule](lines[1]), *persons, lines[-1]]
    target.write_text("\n".join(written) + "\n", "utf-8")
    return 3 if rule == "A31" else 0


def _later(line: str, draw: random.Random) -> str:
    registered = date.fromisoformat(_value(line, "hendelseRegTid")[:10])
    return _put(line, "hendelseDato", str(registered + timedelta(days=draw.choice([1, draw.randint(1, 60)]))))


def _event_planters() -> Mapping[str, Callable[[str, random.Random], str]]:
    return {
        "A20": lambda line, draw: _put(line, draw.choice(["hendelseDato", "tjenesteID", "hendelseRegTid"]), None),
        "A21": lambda line, draw: _put(
            _put(line, "statusNotifikasjon", draw.choice(["M", "C"])), "notifikasjonForrigeGUID", _NOBODY
        ),
        "A22": lambda line, _: _put(line, "notifikasjonLopeNr", "0"),
        "A23": _later,
        "N13": lambda line, draw: _put(line, "notifikasjonTid", f"2022-12-{draw.randint(10, 31)}T12:00:00Z"),
        "A24": lambda line, draw: _put(line, "tjenesteType", draw.choice(["77", "1", None])),
        "N04": lambda line, draw: _put(line, "notifikasjonLopeNr", draw.choice(["x", "1a", "én"])),
        "N08": lambda line, draw: line.replace("<Bruker ", f'<Bruker komNrHjem="{draw.choice(["9998", "0000", "x"])}" ', 1),
        "N05": lambda line, draw: _put(line, "notifikasjonGUID", draw.choice([None, "123", "x"])),
    }


def plant_message(source: Path, target: Path, seed: int) -> list[tuple[str, int]]:
    """Write an event message again with one fault of each kind, as far as it has notifications for them and one without.

    Returns:
        Rule and line.
    """
    lines = source.read_text("utf-8").splitlines()
    _, *notifications = (n for n, line in enumerate(lines) if 'statusNotifikasjon="' in line)  # the first has none before it
    notifications = [n for n in notifications if 'statusNotifikasjon="N"' in lines[n]]
    draw = random.Random(f"{seed} {source.name}")  # noqa: S311  the same every time, not secret
    draw.shuffle(notifications)
    planted = []
    for (rule, change), number in zip(_event_planters().items(), notifications, strict=False):
        lines[number] = change(lines[number], draw)
        planted.append((rule, number + 1))
    target.write_text("\n".join(lines) + "\n", "utf-8")
    return planted


def message_rules() -> tuple[str, ...]:
    """The rules whose faults can be planted in what a message tells of itself."""
    return tuple(_messages())


def _messages() -> Mapping[str, Callable[[str], str]]:
    return {
        "N01": lambda text: _put(text, "versjon", None),
        "N03": lambda text: _put(text, "navnEPJ", "F" * 101),
        "N06": lambda text: _put(text, "typeKontaktperson", "20"),
    }


def plant_message_head(source: Path, target: Path, rule: str) -> None:
    """Write an event message again with one fault in what it tells of itself."""
    target.write_text(_messages()[rule](source.read_text("utf-8")), "utf-8")


def _value(text: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', text)
    if found is None:
        raise ValueError(f"there is no {name}")
    return found[1]


def _put(text: str, name: str, value: str | None) -> str:
    return re.sub(rf' {name}="[^"]*"', "" if value is None else f' {name}="{value}"', text, count=1)
