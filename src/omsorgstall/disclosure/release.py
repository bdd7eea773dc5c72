"""Protect, attack, repair, attack again: a release that the attack gets through does not happen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.disclosure.attack import AttackReport, Verdicts, attack
from omsorgstall.disclosure.attack.report import Attack
from omsorgstall.disclosure.deriving import asked_of_memory, derive
from omsorgstall.disclosure.presets import Preset
from omsorgstall.disclosure.protect import Cell, Protected, Protection
from omsorgstall.tables import DraftRelease, ReleasedTable

LP_SECONDS = 7200.0
"""A stop: the search for intervals ends by itself, for a county in minutes, for a country in half an hour or more. Only
when it is stopped does what it finds depend on the clock."""
ROUNDS = 10
"""More than enough: in each round four times as many cells are hidden beside an exposed one."""
MOST_NAMED = 10
"""Cells named in the error."""
MOST_GUESSED = 0.05
"""Share of the hidden cells that is taken for narrow when undecided; of more than that most are wide, and time is what lacks."""
REPAIRABLE = {Attack.NARROW, Attack.INSIDER, Attack.COMPLEMENT, Attack.DETERMINED}


@dataclass(frozen=True, slots=True)
class Release:
    """Protected tables with the report of the attack they withstood."""

    protected: Protected
    attack: AttackReport


def release(
    draft: DraftRelease,
    preset: Preset,
    *,
    memory: Sequence[ReleasedTable] = (),
    lp_budget_seconds: float = LP_SECONDS,
    accept_undecided: bool = False,
    progress: Progress = silent,
) -> Release:
    """Tables that may be shown to anyone.

    Args:
        memory: the tables readers have, from ``ReleaseStore.memory()``.
        lp_budget_seconds: most time for intervals in each round. More is hidden beside what stays undecided, if it is little.
        accept_undecided: release although intervals stay undecided.

    Raises:
        OmsorgstallError: of the family DISCLOSURE when the attack still gets through, with the cells and how, or when
            intervals stay undecided.
    """
    memory = asked_of_memory(memory)
    protection = Protection(draft, preset, memory=memory, progress=progress)
    exposed: Counter[Cell] = Counter()
    known = Verdicts()
    for _ in range(ROUNDS):
        protected = protection.protected()
        report = attack(
            protected.tables,
            limit=preset.limit,
            width=preset.width,
            lp_budget_seconds=lp_budget_seconds,
            accept_undecided=accept_undecided,
            inner=draft.inner,
            singletons=preset.strict_singletons,
            leaf_columns=draft.leaf_columns,
            earlier=memory,
            withdrawn=protected.withdrawn,
            known=known,
            progress=progress,
        )
        if report.passed:
            return Release(_with_derived(protected, draft), report)
        if not all(e.attack in REPAIRABLE for e in report.exposures):
            break
        found = {(e.table, e.cell) for e in report.exposures} or set(report.left)
        if len(found) > MOST_GUESSED * report.checked and not report.exposures:
            break
        exposed.update(found)
        protection.widen({cell: exposed[cell] for cell in found})
    raise refusal(report) if report.exposures else undecided(report, lp_budget_seconds)


def _with_derived(protected: Protected, draft: DraftRelease) -> Protected:
    return replace(protected, tables=(*protected.tables, *(derive(d, protected.tables) for d in draft.derived)))


def refusal(report: AttackReport) -> OmsorgstallError:
    """The error that names what the attack found."""
    named = "; ".join(str(e) for e in report.exposures[:MOST_NAMED])
    more = len(report.exposures) - MOST_NAMED
    what = f"The release is refused: {len(report.exposures)} figures would come out. {named}"
    return OmsorgstallError(
        ErrorFamily.DISCLOSURE,
        "release-exposes",
        what + (f"; and {more} more." if more > 0 else "."),
        todo="Choose a stricter preset, or leave out the table or level of regions named.",
    )


def undecided(report: AttackReport, seconds: float) -> OmsorgstallError:
    """The error of an attack that did not get to the end."""
    return OmsorgstallError(
        ErrorFamily.DISCLOSURE,
        "release-undecided",
        f"The attack opened nothing, but left {report.undecided} intervals undecided, with at most {seconds:.0f} seconds.",
        todo="Give it more time (--lp-seconds), or accept what the rank test alone has proven (--accept-undecided).",
    )
