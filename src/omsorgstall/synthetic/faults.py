"""Registration faults: what the reference says goes wrong when municipalities record, at configured rates."""

from collections.abc import Mapping

import numpy as np

from omsorgstall.codes import service_types
from omsorgstall.synthetic.columns import NO_DATE
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, uniform
from omsorgstall.synthetic.needs import NOT_ASSESSED, Scores

Rates = Mapping[str, float]
HOUSEWORK, ECONOMY, OWN_HEALTH = 0, 15, 9
HOURS_PER_MONTH = 4.33
_RULES = {"mandatory": 1, "optional": 2, "forbidden": 3}


def faulty_ends(key: Keys, start: Ints, end: Ints, renewed: Bools, rates: Rates) -> Ints:
    """Some ended services are left open, some end before they start, some run on past the record that replaces them."""
    ended = end != NO_DATE
    open_left = ended & (uniform(key, "open left") < rates["missing_end_date"])
    before = ended & (uniform(key, "end before start") < rates["end_before_start"])
    overlap = ended & renewed & (uniform(key, "overlap") < rates["overlapping_change"])
    later = end + 1 + (30 * uniform(key, "overlap days")).astype(np.int64)
    return np.select([open_left, before, overlap], [np.full_like(end, NO_DATE), start - 5, later], end)


def open_after_death(key: Keys, end: Ints, death: Ints, rates: Rates) -> Ints:
    """Some services that death ended are left open."""
    by_death = (end != NO_DATE) & (end == death - 1)
    return np.where(by_death & (uniform(key, "open after death") < rates["alive_after_death"]), NO_DATE, end)


def added(key: Keys, rates: Rates) -> Bools:
    """Which changed extents are marked as coming in addition to the old one."""
    found: Bools = uniform(key, "added") < rates["overlapping_change"] * rates["added_marked"]
    return found


def faulty_dates(key: Keys, application: Ints, decision: Ints, rates: Rates) -> Ints:
    """Application dates that are missing or lie after the decision."""
    missing = uniform(key, "no application") < rates["application_date_missing"]
    after = uniform(key, "late application") < rates["application_after_decision"]
    return np.select([missing, after], [np.full_like(application, NO_DATE), decision + 9], application)


def faulty_hours(key: Keys, hours: Floats, rates: Rates) -> Floats:
    """Hours that are missing, written as a month's total, or more than a week holds."""
    u = uniform(key, "hours fault")
    missing = rates["hours_missing"]
    month = missing + rates["hours_as_month"]
    over = month + rates["hours_over_a_week"]
    return np.select(
        [u < missing, u < month, u < over], [np.full_like(hours, np.nan), hours * HOURS_PER_MONTH, hours + 200], hours
    )


def without_organisation(key: Keys, code: Ints, rates: Rates) -> Bools:
    """Which records have no organisation number: mostly where it is optional or forbidden, some where it is mandatory."""
    rule = np.zeros(32, dtype=np.int64)
    for number, service in service_types().items():
        rule[number] = _RULES.get(service.organisation_number or "", 2)
    missing = np.array(
        [1.0, rates["orgnr_missing_mandatory"], rates["orgnr_missing_optional"], 1 - rates["orgnr_present_forbidden"]]
    )
    found: Bools = uniform(key, "organisation") < missing[rule[code]]
    return found


def faulty_scores(key: Keys, scores: Scores, in_institution: Bools, incomplete: Bools, rates: Rates) -> Scores:
    """Housework as not relevant in institutions, own economy not filled in, incomplete sets and stray values."""
    changed = scores.copy()
    changed[in_institution & (uniform(key, "housework") < rates["housework_nine_in_institution"]), HOUSEWORK] = 9
    changed[uniform(key, "economy") < rates["economy_empty"], ECONOMY] = NOT_ASSESSED
    changed[incomplete, OWN_HEALTH] = NOT_ASSESSED
    changed[incomplete & (uniform(key, "more empty") < 0.6), 10:16] = NOT_ASSESSED
    changed[uniform(key, "invalid score") < rates["invalid_score"], 1] = 7
    return changed
