"""Facts per person as Ibis expressions: tables of a vintage in, tables of facts out. Nothing here runs anything."""

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.facts import SERVICE_FACTS, ambiguous_overlaps, counted_records, person_facts, service_facts
from omsorgstall.measures.settings import NeedProfile, Settings, decisions, need_profiles
from omsorgstall.measures.waiting import handling_days, waiting_band, waiting_days

__all__ = [
    "SERVICE_FACTS",
    "NeedProfile",
    "Settings",
    "active_on",
    "ambiguous_overlaps",
    "cleared",
    "counted_records",
    "decisions",
    "handling_days",
    "need_profiles",
    "person_facts",
    "service_facts",
    "waiting_band",
    "waiting_days",
]
