"""What a review tells: the whole work list to the producer of statistics, and to each municipality what concerns it alone.

Both are reports with an owner. A municipality is never told a number that rests on other municipalities' unprotected figures.
"""

from collections.abc import Mapping
from typing import Any

from omsorgstall.codes import municipalities
from omsorgstall.core import Text, format_number
from omsorgstall.editing.control import controls
from omsorgstall.editing.figures import COUNTRY, factor_meanings, figure_kinds, service_name
from omsorgstall.editing.finding import Finding, Outcome
from omsorgstall.editing.review import Case, Review
from omsorgstall.tables import Report

WORK_LIST, FIGURE_CONTROL = "work_list", "figure_control"
BANDS = (0.001, 0.01, 0.05)
"""Limits between the bands of influence that a municipality is told: exact shares would tell an unprotected national figure."""
Texts = Mapping[str, str]


def work_list(review: Review) -> Report:
    """The work list of the whole country, a report of kind ``work_list`` owned by the country: unprotected, never published.

    Returns:
        Its content holds ``vintage``, ``year``, ``delivered`` and ``municipalities`` (how many of how many), ``items`` in order
        of influence and ``controls`` with what each could judge. Texts are mappings with ``nb``, ``nn`` and ``en``.
    """
    content = {
        "vintage": review.vintage,
        "year": review.year,
        "delivered": len(review.municipalities),
        "municipalities": len(municipalities()),
        "items": [{"rank": rank, **_item(case)} for rank, case in enumerate(review.cases, start=1)],
        "controls": [_outcome(o) for o in review.outcomes],
    }
    return Report(COUNTRY, WORK_LIST, content)


def municipality_reports(review: Review) -> tuple[Report, ...]:
    """What concerns each municipality that delivered, a report of kind ``figure_control`` owned by it.

    Its content holds ``vintage``, ``year``, ``municipality`` and ``findings`` in order of influence. ``expected`` is there only
    where it rests on the municipality's own figures, ``value`` where the figure does, and influence only as a band.
    """
    return tuple(
        Report(
            number,
            FIGURE_CONTROL,
            {
                "vintage": review.vintage,
                "year": review.year,
                "municipality": {"number": number, "name": municipalities()[number].name},
                "findings": [_own(finding) for finding in review.of(number)],
            },
        )
        for number in review.municipalities
    )


def _item(case: Case) -> dict[str, object]:
    lead = case.lead
    known = municipalities()[lead.municipality]
    return {
        "municipality": {"number": known.number, "name": known.name, "kostra_group": known.kostra_group},
        **_figure(lead),
        "value": lead.value,
        "expected": lead.expected,
        "lower": lead.lower,
        "upper": lead.upper,
        "national": lead.national,
        "influence": lead.influence,
        "suggested": next((f.suggested for f in case.findings if f.suggested is not None), None),
        "about": next((_about(f) for f in case.findings if f.about), None),
        "controls": [{"control": f.control, "title": _texts(controls()[f.control].title)} for f in case.findings],
        "todo": _texts(controls()[lead.control].todo),
    }


def _figure(finding: Finding) -> dict[str, object]:
    kind = figure_kinds()[finding.figure]
    service = {"code": finding.service, "label": _texts(service_name(finding.service))} if finding.service else None
    return {"year": finding.year, "figure": _texts(kind.label), "unit": _texts(kind.unit), "service": service}


def _own(finding: Finding) -> dict[str, object]:
    control = controls()[finding.control]
    return {
        "control": control.id,
        "severity": str(control.severity),
        "title": _texts(control.title),
        "wrong": _texts(control.wrong),
        "todo": _texts(control.todo),
        **_figure(finding),
        "value": None if figure_kinds()[finding.figure].rests_on_others else finding.value,
        "expected": None if control.rests_on_others else finding.expected,
        "side": "above" if finding.value > finding.expected else "below",
        "suggested": finding.suggested,
        "about": _about(finding) if finding.about else None,
        "influence_band": band(finding.influence),
        "assumed": control.assumed,
    }


def band(influence: float) -> int:
    """Which band of influence it lies in: 0 below the first limit of ``BANDS``, up to their number."""
    return sum(influence >= limit for limit in BANDS)


def _about(finding: Finding) -> Texts:
    """What stands out, in words: what a factor means, hours a week, or a date."""
    meanings = factor_meanings()
    if finding.about in meanings:
        return _texts(meanings[finding.about])
    if controls()[finding.control].method != "heaped_hours":
        return _texts(Text.same(finding.about))
    hours = [format_number(float(finding.about), 2, language) for language in ("nb", "en")]
    return _texts(Text(f"{hours[0]} timer i uken", f"{hours[0]} timar i veka", f"{hours[1]} hours a week"))


def _outcome(outcome: Outcome) -> dict[str, Any]:
    control = outcome.control
    return {
        "control": control.id,
        "version": control.version,
        "title": _texts(control.title),
        "judged": outcome.judged,
        "not_judged": outcome.not_judged,
        "findings": len(outcome.findings),
        "assumed": control.assumed,
    }


def _texts(text: Text) -> Texts:
    return {"nb": text.nb, "nn": text.nn, "en": text.en}
