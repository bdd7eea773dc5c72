"""Facts per person as Ibis expressions: tables of a vintage in, tables of facts out. Nothing here runs anything."""

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.facts import person_facts, service_facts
from omsorgstall.measures.settings import NeedProfile, Settings, decisions, need_profiles

__all__ = ["NeedProfile", "Settings", "active_on", "decisions", "need_profiles", "person_facts", "service_facts"]
