"""Planting faults in a whole file, with a list of where they are."""

import csv
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from omsorgstall.synthetic.planting.others import plant_message
from omsorgstall.synthetic.planting.planters import PLANTERS, Planter
from omsorgstall.synthetic.planting.records import Person, Record, read_persons

_YEAR = re.compile(r' argang="(\d{4})"')
_EXTRACTED = re.compile(r' uttakstidspunkt="([^"]+)"')
_HEAD = 2
"""Lines before the first person: the declaration and the submission's own element."""
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault at a known place.

    Attributes:
        rule: the rule that must find it.
        line: of the record in the file with the faults.
        lines: all lines of the person it is at, with the line of the same record in the file without faults; None when the
            record is new.
        follows: rules that may rightly find something more at this person because of it.
    """

    rule: str
    line: int
    lines: Mapping[int, int | None]
    follows: frozenset[str]


def read_batch(source: Path) -> Iterator[Person]:
    """The persons of an annual batch (XML, one record on a line)."""
    lines = source.read_text("utf-8").splitlines()
    yield from read_persons(lines[_HEAD:-1], *_head(lines[1]))


def plant_file(source: Path, target: Path, seed: int, *, persons_a_fault: int = 2000) -> list[Planted]:
    """Write an annual batch (XML, one record on a line) again with faults in it, at most one at a person.

    Every planter plants one fault, and one more for every so many persons, at persons drawn at random among those who lend
    themselves to it.

    Returns:
        Where they are, in the order of the file.
    """
    lines = source.read_text("utf-8").splitlines()
    year, extracted = _head(lines[1])
    persons = list(read_persons(lines[_HEAD:-1], year, extracted))
    before = [record for person in persons for record in person.lines]  # kept: an id is used again once its record is gone
    numbers = {id(record): number for number, record in enumerate(before, start=_HEAD + 1)}
    draw = random.Random(f"{seed} {source.name}")  # noqa: S311  the same every time, not secret
    chosen = _plant(persons, draw, 1 + len(persons) // persons_a_fault)
    planted, number = [], _HEAD
    with target.open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in lines[:_HEAD])
        for place, person in enumerate(persons):
            stream.writelines(record.text() + "\n" for record in person.lines)
            if place in chosen:
                planter, at = chosen[place]
                places = {number + n: numbers.get(id(r)) for n, r in enumerate(person.lines, start=1)}
                planted.append(Planted(planter.rule, number + 1 + person.lines.index(at), places, planter.follows))
            number += len(person.lines)
        stream.write(lines[-1] + "\n")
    return planted


def plant_files(folder: Path, files: Iterable[Path], seed: int) -> int:
    """Put faults into files of a folder, each file replaced at once, and list them in ``planted.csv``: file, line and rule.

    Returns:
        How many.
    """
    count = 0
    with (folder / "planted.csv").open("w", encoding="utf-8", newline="") as stream:
        listed = csv.writer(stream)
        listed.writerow(("file", "line", "rule"))
        for file in files:
            made = file.with_suffix(".planted")
            if _is_batch(file):
                planted = [(fault.rule, fault.line) for fault in plant_file(file, made, seed)]
            else:
                planted = plant_message(file, made, seed)
            made.replace(file)
            listed.writerows((file.relative_to(folder).as_posix(), line, rule) for rule, line in planted)
            count += len(planted)
    return count


def _is_batch(file: Path) -> bool:
    with file.open(encoding="utf-8") as stream:
        stream.readline()
        return _YEAR.search(stream.readline()) is not None


def _head(line: str) -> tuple[int, date]:
    year, extracted = _YEAR.search(line), _EXTRACTED.search(line)
    if not year or not extracted:
        raise ValueError("the second line is not the head of an annual batch")
    return int(year[1]), datetime.fromisoformat(extracted[1]).date()


def _plant(persons: Sequence[Person], draw: random.Random, times: int) -> dict[int, tuple[Planter, Record]]:
    """Which fault was planted at which person, by the person's place."""
    taken: dict[int, tuple[Planter, Record]] = {}
    for planter in PLANTERS:
        wanted = times
        for place in draw.sample(range(len(persons)), min(_TRIES * times, len(persons))):
            if place not in taken and (record := planter.plant(persons[place], draw)) is not None:
                taken[place] = (planter, record)
                wanted -= 1
                if not wanted:
                    break
    return taken
