"""The receipt (kvittering) a municipality gets: what was accepted, what was found, what to do. Plain data for renderers."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from omsorgstall.codes import municipalities
from omsorgstall.core import OmsorgstallError, Severity, Text
from omsorgstall.intake.batch import CheckedBatch, Counts
from omsorgstall.intake.events import CheckedEvents
from omsorgstall.intake.findings import MOST_DETAIL
from omsorgstall.intake.naming import as_sent
from omsorgstall.intake.rule import Rule, Stage, rules
from omsorgstall.intake.unit_list import ListUsed
from omsorgstall.tables import Report

SAMPLE = 20
"""Findings of each rule shown one by one."""
MOST_TOGETHER = 20
"""Sets of rules failing together that are shown."""
_ORDER = tuple(Severity)

_ACCEPTED = Text(
    "Innsendingen er tatt imot. Rett det funnene gjelder i fagsystemet, så er det rettet i neste innsending.",
    "Innsendinga er teken imot. Rett det funna gjeld i fagsystemet, så er det retta i neste innsending.",
    "The submission is accepted. Correct what the findings concern in the record system, and the next submission has it right.",
)
_LEFT_OUT = Text(
    "Noen rader er ikke tatt med. Rett dem først, og send hele innsendingen på nytt.",
    "Nokre rader er ikkje tekne med. Rett dei først, og send heile innsendinga på nytt.",
    "Some rows are left out. Correct them first and send the whole submission again.",
)
_REJECTED = Text(
    "Innsendingen er avvist, og ingenting er lagret. Rett feilen og send på nytt.",
    "Innsendinga er avvist, og ingenting er lagra. Rett feilen og send på nytt.",
    "The submission is rejected and nothing is stored. Correct the fault and send again.",
)
_CLEAN = Text("Ingen funn.", "Ingen funn.", "No findings.")


def receipt(checked: CheckedBatch | CheckedEvents, submission_id: str) -> Report:
    """The receipt of a checked submission.

    Args:
        submission_id: id in the register; empty when rejected.

    Returns:
        A report of kind ``receipt``, owned by the sender. Texts are mappings with ``nb``, ``nn`` and ``en``; records are named
        by the sender's own ids and the line in the file.
    """
    counts, findings = checked.counts, checked.findings
    content: dict[str, object] = {
        "submission": submission_id,
        "municipality": {"number": checked.municipality, "name": _name(checked.municipality)},
        "data_year": checked.data_year,
        "verdict": checked.verdict,
        "rows": [_rows(name, counts) for name in counts.read],
        "findings": [_rule_lines(rule, counts, findings) for rule in _by_severity(counts)],
        "together": _together(counts),
        "next_steps": [_texts(t) for t in _next_steps(checked.verdict, counts)],
        "detail_limit": MOST_DETAIL,
    }
    if isinstance(checked, CheckedBatch):
        content["organisation_list"] = _list_used(checked.units)
    return Report(checked.municipality, "receipt", content)


def rejecting_rules(findings: pa.Table) -> tuple[str, ...]:
    """Ids of the rules among the findings that reject the whole submission."""
    found = set(findings["rule_id"].unique().to_pylist())
    return tuple(sorted(r for r in found if rules()[r].severity is Severity.REJECT_SUBMISSION))


def _list_used(units: ListUsed | None) -> dict[str, object]:
    """The organisation list and the rules that rest on it."""
    resting = [r.id for r in rules().values() if r.stage is Stage.UNIT]
    known = None if units is None else {"sha256": units.sha256, "dated": units.dated.isoformat(), "units": units.units}
    return {"rules": resting, "list": known}


def rejection(error: OmsorgstallError, file: str, owner: str = "") -> Report:
    """The receipt of a file that could not be read at all.

    Args:
        error: the gate fault.
        file: name of the file as sent.
        owner: the sender, when known.
    """
    content = {
        "submission": "",
        "verdict": "rejected",
        "file": file,
        "fault": {"code": error.code, "what": error.what, "where": error.where, "todo": error.todo},
        "next_steps": [_texts(_REJECTED)],
    }
    return Report(owner, "receipt", content)


def _name(number: str) -> str:
    found = municipalities().get(number)
    return found.name if found else ""


def _rows(name: str, counts: Counts) -> dict[str, object]:
    read, accepted = counts.read[name], counts.accepted[name]
    return {"table": name, "read": read, "accepted": accepted, "left_out": read - accepted}


def _by_severity(counts: Counts) -> list[Rule]:
    """Rules with findings or without judgement, the most severe first, then the most frequent."""
    concerned = [rules()[r] for r in {**counts.failed, **counts.unknown} if counts.failed.get(r) or counts.unknown.get(r)]
    return sorted(
        concerned, key=lambda r: (not counts.failed.get(r.id), _ORDER.index(r.severity), -counts.failed.get(r.id, 0), r.id)
    )


def _rule_lines(rule: Rule, counts: Counts, findings: pa.Table) -> dict[str, object]:
    shown = findings.filter(pa.compute.equal(findings["rule_id"], rule.id)).slice(0, SAMPLE)
    return {
        "rule": rule.id,
        "severity": str(rule.severity),
        "count": counts.failed.get(rule.id, 0),
        "not_judged": counts.unknown.get(rule.id, 0),
        "title": _texts(rule.title),
        "wrong": _texts(rule.wrong),
        "todo": _texts(rule.todo),
        "assumed": rule.assumed,
        "sample": [as_sent(row) for row in shown.select(["table", "record", "line", "field"]).to_pylist()],
    }


def _together(counts: Counts) -> list[dict[str, object]]:
    most = sorted(counts.together.items(), key=lambda item: (-item[1], item[0]))[:MOST_TOGETHER]
    return [{"rules": list(failing), "count": count} for failing, count in most]


def _next_steps(verdict: str, counts: Counts) -> list[Text]:
    if verdict == "rejected":
        return [_REJECTED]
    if not any(counts.failed.values()):
        return [_CLEAN]
    left_out = any(counts.failed.get(r.id) for r in rules().values() if r.severity is Severity.DELETE_MARK)
    return [_LEFT_OUT, _ACCEPTED] if left_out else [_ACCEPTED]


def _texts(text: Text) -> Mapping[str, Any]:
    return {"nb": text.nb, "nn": text.nn, "en": text.en}
