"""PxWebApi 2, the interface of Nordic statistical databases, over released tables. No web framework."""

from omsorgstall.publish.pxweb.problems import CALLS, ProblemError
from omsorgstall.publish.pxweb.query import parameters
from omsorgstall.publish.pxweb.service import Answer, Limits, StatBank

__all__ = ["CALLS", "Answer", "Limits", "ProblemError", "StatBank", "parameters"]
