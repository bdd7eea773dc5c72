"""What the rules find of faults planted at known places in a made-up year, and what else they tell of."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.data import KEY, LAST_YEAR, SEED, Extent
from bench.harness import machine, spaced
from bench.report import ROOT
from omsorgstall.codes import municipalities
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import open_batch
from omsorgstall.formats.events import read_message
from omsorgstall.formats.units import read_units
from omsorgstall.intake import check_events, rules
from omsorgstall.intake.batch import BatchCheck
from omsorgstall.intake.unit_list import UnitList, check_units
from omsorgstall.synthetic import Country, generate, generate_events
from omsorgstall.synthetic.parameters import default_parameters
from omsorgstall.synthetic.planting import (
    Planted,
    head_rules,
    message_rules,
    plant_file,
    plant_head,
    plant_message,
    plant_message_head,
    write_units,
)

PAGE = ROOT / "docs" / "reference" / "planted-faults.md"
LEFT_OUT = ("N07", "N09", "N10")
"""A person at whom one of these is planted is left out, and each of her records is a row without person (A05)."""
FOLLOWS = {"N04": ("A22",), "N05": ("N12",), "A20": ("N12",), "N08": ("A01",), "A24": ("N12",)}
"""What else may rightly be told of a notification because of a fault in it."""
INDICATIONS = ("A04", "C08", "C14", "C17", "C19", "C31", "C32", "C59")
"""Rules that take what is seldom for a fault: those of their findings that nothing was planted for are false alarms."""

Place = tuple[str, int]


@dataclass
class Tally:
    """How one or many files came out, by rule.

    Attributes:
        planted: faults; ``found`` those of them the rule told of.
        elsewhere: findings that came with the planted faults, at a record where nothing was planted that could be the reason.
        without: findings there were before anything was planted; ``persons`` among whom.
        missed: places of the faults that were not found.
    """

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    without: Counter[str] = field(default_factory=Counter)
    persons: int = 0
    missed: list[tuple[str, str, int]] = field(default_factory=list)
    strangers: list[tuple[str, str, int]] = field(default_factory=list)

    def one(self, rule: str, name: str, line: int, places: Iterable[Place]) -> None:
        """Count a planted fault."""
        self.planted[rule] += 1
        if (rule, line) in places:
            self.found[rule] += 1
        else:
            self.missed.append((rule, name, line))


def places_of(path: Path, engine: Engine, **changes: object) -> tuple[set[Place], int]:
    """Every finding of a batch by rule and line, and how many persons it has."""
    settings = {"test_persons": True, "most_findings": 10**9, **changes}
    check = BatchCheck(open_batch(path), KEY, engine, **settings)
    conclusion = check.conclusion(list(check.chunks()))
    found = conclusion.findings.select(["rule_id", "line"]).to_pylist()
    return {(row["rule_id"], row["line"]) for row in found}, conclusion.counts.read.get("person", 0)


def in_batch(tally: Tally, source: Path, folder: Path, engine: Engine, persons_a_fault: int) -> None:
    """Plant in an annual batch and compare what is found before and after."""
    target = folder / source.name
    planted = plant_file(source, target, SEED, persons_a_fault=persons_a_fault)
    short = write_units(source, folder / "short.csv", SEED)
    write_units(source, folder / "plenty.csv", None)
    before, persons = places_of(source, engine, units=_units(folder / "short.csv"))
    after, _ = places_of(target, engine, units=_units(folder / "plenty.csv"))
    for line in short:
        tally.one("C52", source.name, line, before)
    others = {place for place in before if place[0] == "C52"} - {("C52", line) for line in short}
    tally.elsewhere["C52"] += len(others)
    tally.strangers += [(rule, source.name, line) for rule, line in others]
    before = {place for place in before if place[0] != "C52"}
    tally.persons += persons
    tally.without.update(rule for rule, _ in before)
    lines: dict[int, Planted] = {}
    for fault in planted:
        lines |= dict.fromkeys(fault.lines, fault)
        if (fault.rule, fault.lines[fault.line]) in before:
            continue  # the made-up country had it there already
        tally.one(fault.rule, source.name, fault.line, after)
        if fault.rule in LEFT_OUT:
            for line in _records(target, fault):
                tally.one("A05", source.name, line, after)
    _elsewhere(tally, source.name, _new(before, after, lines), lines)


def _units(path: Path) -> UnitList:
    checked, faults = check_units(read_units(path), date(LAST_YEAR, 12, 31))
    if checked is None:
        raise RuntimeError(f"the organisation list has faults: {faults}")
    return checked


def _records(target: Path, fault: Planted) -> Iterator[int]:
    """Lines of the records of a person, her own apart."""
    with target.open(encoding="utf-8") as stream:
        for number, text in enumerate(stream, start=1):
            if number in fault.lines and number != fault.line and not text.startswith("</"):
                yield number


def _new(before: set[Place], after: set[Place], lines: dict[int, Planted]) -> Iterator[Place]:
    """Findings at persons with a planted fault that were not there before."""
    for rule, line in after:
        if line in lines and (rule, lines[line].lines[line]) not in before:
            yield rule, line


def _elsewhere(tally: Tally, name: str, new: Iterable[Place], lines: dict[int, Planted]) -> None:
    for rule, line in new:
        fault = lines[line]
        if rule not in fault.follows and rule != fault.rule:
            tally.elsewhere[rule] += 1
            tally.strangers.append((f"{rule} because of {fault.rule}", name, line))


def in_heads(tally: Tally, source: Path, folder: Path, engine: Engine) -> None:
    """Plant in the head of a batch of one person; one batch for each fault."""
    for rule in head_rules():
        target = folder / f"{rule}.xml"
        line = plant_head(source, target, rule)
        found, _ = places_of(target, engine, expected_year=LAST_YEAR if rule == "A11" else None)
        tally.one(rule, source.name, line, found)
    plant_head(source, folder / "N15.xml", "A12")
    tests, _ = places_of(folder / "N15.xml", engine, test_persons=False)
    tally.one("N15", source.name, 3, tests)


def in_message(tally: Tally, source: Path, folder: Path) -> None:
    """Plant in an event message."""
    target = folder / source.name
    planted = plant_message(source, target, SEED)
    before, after = (
        {(row["rule_id"], row["line"]) for row in check_events(read_message(path), KEY, test_persons=True).findings.to_pylist()}
        for path in (source, target)
    )
    tally.without.update(rule for rule, _ in before)
    for rule in message_rules():
        plant_message_head(source, target, rule)
        told = check_events(read_message(target), KEY, test_persons=True).counts.failed
        tally.one(rule, source.name, 0, {(rule, 0)} if told.get(rule) == 1 else ())
    for rule, line in planted:
        tally.one(rule, source.name, line, after)
    follows = {(other, line) for rule, line in planted for other in FOLLOWS.get(rule, ())}
    for rule, line in after - before - set(planted) - follows:
        tally.elsewhere[rule] += 1
        tally.strangers.append((rule, source.name, line))


def counted(batches: Iterable[Path], messages: Iterable[Path], persons_a_fault: int = 2000) -> Tally:
    """Plant in files, take them in, and count."""
    tally, folder = Tally(), Path(tempfile.mkdtemp(prefix="planted-"))
    try:
        with Engine.local(threads=1) as engine:
            for source in batches:
                in_batch(tally, source, folder, engine, persons_a_fault)
                in_heads(tally, source, folder, engine)
                (folder / source.name).unlink()
        for source in messages:
            in_message(tally, source, folder)
    finally:
        shutil.rmtree(folder)
    return tally


def clean_files(extent: Extent) -> tuple[list[Path], list[Path]]:
    """Annual batches recorded without faults, and event messages."""
    folder = extent.folder / f"{extent.county or 'country'}.clean"
    mark = folder / "complete"
    if not mark.exists():
        chosen = frozenset(m.number for m in municipalities().values() if m.county == extent.county)
        country = Country(SEED, (LAST_YEAR,), chosen or None)
        generate(folder, country, parameters=default_parameters().without_faults())
        generate_events(folder / "events", country, weeks=2)
        mark.touch()
    return sorted((folder / str(LAST_YEAR)).glob("*.xml")), sorted((folder / "events").glob("*.xml"))


def share(part: int, whole: int) -> str:
    """A share in per cent with one decimal; rounded down, so that 100 says all."""
    return f"{int(1000 * part / whole) / 10:.1f} %" if whole else "–"


def row(rule: str, tally: Tally) -> str:
    """A line of the table."""
    planted, found = tally.planted[rule], tally.found[rule]
    false = tally.elsewhere[rule] + (tally.without[rule] if rule in INDICATIONS else 0)
    cells = (
        f"[{rule}](rules.md#{rule.lower()})",
        rules()[rule].title.en,
        "indication" if rule in INDICATIONS else "certain",
        spaced(planted),
        spaced(found),
        share(found, planted),
        spaced(false),
        share(found, found + false),
        spaced(tally.without[rule]),
    )
    return "| " + " | ".join(cells) + " |"


PAGE_TEXT = """\
# What the rules find of planted faults

Measured by `python3 dev.py bench planted --national`, which writes this page: a made-up year of {name} ({persons}
persons in {files} annual batches, and {messages} event messages) is recorded without faults, and then faults are
planted at known places. `omsorgstall generate --plant-faults` does the same to any made-up files. A fault is a change
of the text of one record; what plants it uses nothing of what reads or checks. At most one is planted at a person;
for each rule one in every batch and one more for every 2,000 persons, at records drawn among those that lend
themselves to it, half of them just past the limit of the rule.

- **Recall**: the share of the planted faults that the rule told of, at the very record.
- **False**: findings that came with the planted faults at records where nothing was planted that could be the reason
  (a service that ends too early may rightly lie outside its pause too); for indications also what was found where
  nothing was planted.
- **Precision**: found, of found and false.
- **Without**: findings in the year before anything was planted. The made-up country assesses late, keeps home
  services open during stays and does not note every dentist, as the real one does; where the rule states the fault
  itself (certain) they are true. An *indication* takes what is seldom for a fault, and there they are false alarms.

| Rule | What | Kind | Planted | Found | Recall | False | Precision | Without |
|---|---|---|--:|--:|--:|--:|--:|--:|
{rows}

All certain rules: {found} of {planted} found. Measured on {machine}.
"""


def write_page(extent: Extent) -> Tally:
    """Measure and write the page."""
    batches, messages = clean_files(extent)
    tally = counted(batches, messages)
    certain = [r for r in tally.planted if r not in INDICATIONS]
    text = PAGE_TEXT.format(
        name=extent.name,
        persons=spaced(tally.persons),
        files=spaced(len(batches)),
        messages=spaced(len(messages)),
        rows="\n".join(row(rule, tally) for rule in sorted(tally.planted)),
        found=spaced(sum(tally.found[r] for r in certain)),
        planted=spaced(sum(tally.planted[r] for r in certain)),
        machine=machine(),
    )
    PAGE.write_text(text, "utf-8")
    return tally
