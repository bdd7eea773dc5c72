"""The content rules as expressions over whole tables: true where the rule fails, null where it cannot be judged."""

from omsorgstall.intake.expressions.assessments import ASSESSMENT_RULES
from omsorgstall.intake.expressions.decisions import DECISION_RULES
from omsorgstall.intake.expressions.health import HEALTH_RULES
from omsorgstall.intake.expressions.periods import PERIOD_RULES
from omsorgstall.intake.expressions.persons import PERSON_RULES
from omsorgstall.intake.expressions.services import SERVICE_RULES
from omsorgstall.intake.expressions.views import VIEWS, Fails

EXPRESSIONS: dict[str, Fails] = {
    **PERSON_RULES,
    **ASSESSMENT_RULES,
    **SERVICE_RULES,
    **DECISION_RULES,
    **PERIOD_RULES,
    **HEALTH_RULES,
}
"""Expression by rule id; every rule of stage ``content`` has one (a test holds it)."""

__all__ = ["EXPRESSIONS", "VIEWS", "Fails"]
"""Public names."""
