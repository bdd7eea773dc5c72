"""The attacker: independent code that knows only what is published, and tries to work out what is hidden."""

from omsorgstall.disclosure.attack.attack import attack
from omsorgstall.disclosure.attack.report import AttackReport, Exposure
from omsorgstall.disclosure.attack.verdicts import Verdicts

__all__ = ["AttackReport", "Exposure", "Verdicts", "attack"]
