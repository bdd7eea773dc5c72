"""Facts per person as Ibis expressions: tables of a vintage in, tables of facts out. Nothing here runs anything."""

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.circumstances import ANSWERED, HOUSEHOLD_NOT_STATED, REVIEWS
from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.facts import SERVICE_FACTS, ambiguous_overlaps, counted_records, person_facts, service_facts
from omsorgstall.measures.settings import NeedProfile, Settings, decisions, need_profiles
from omsorgstall.measures.waiting import WAITING_NOT_STATED

__all__ = [
    "ANSWERED",
    "HOUSEHOLD_NOT_STATED",
    "REVIEWS",
    "SERVICE_FACTS",
    "WAITING_NOT_STATED",
    "NeedProfile",
    "Settings",
    "active_on",
    "ambiguous_overlaps",
    "cleared",
    "counted_records",
    "decisions",
    "need_profiles",
    "person_facts",
    "service_facts",
]
