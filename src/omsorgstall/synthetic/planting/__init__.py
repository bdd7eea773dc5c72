"""Planting faults at known places in made-up files, to see which of them the rules find and what else they tell of."""

from omsorgstall.synthetic.planting import forms as _forms
from omsorgstall.synthetic.planting import persons as _persons
from omsorgstall.synthetic.planting import services as _services
from omsorgstall.synthetic.planting import units as _units
from omsorgstall.synthetic.planting.files import Planted, plant_file, plant_files
from omsorgstall.synthetic.planting.others import head_rules, message_rules, plant_head, plant_message, plant_message_head
from omsorgstall.synthetic.planting.planters import PLANTERS, Planter
from omsorgstall.synthetic.planting.units import write_units

__all__ = [
    "PLANTERS",
    "Planted",
    "Planter",
    "head_rules",
    "message_rules",
    "plant_file",
    "plant_files",
    "plant_head",
    "plant_message",
    "plant_message_head",
    "write_units",
]

_DECLARED = (_forms, _persons, _services, _units)
