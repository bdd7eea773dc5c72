"""The only way to run an expression: DuckDB in process, Spark elsewhere; the same expressions give the same rows.

Expressions are Ibis tables handed in; results are Arrow tables handed out. Every run is a named step that can be explained.
No other room holds a database connection or SQL text.
"""

from omsorgstall.engine.engine import Engine
from omsorgstall.engine.prepared import Prepared
from omsorgstall.engine.steps import EngineError, Step

__all__ = ["Engine", "EngineError", "Prepared", "Step"]
