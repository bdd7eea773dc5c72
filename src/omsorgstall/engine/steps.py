"""A record of what the engine ran, and the error of a step that failed."""

from dataclasses import dataclass

from omsorgstall.core import ErrorFamily, OmsorgstallError


@dataclass(frozen=True, slots=True)
class Step:
    """One query that was run.

    Attributes:
        name: what it computes, in words of the domain.
        seconds: wall time of running it, without compiling.
        rows: number of rows of the result.
        sql: what ran, for ``explain``.
    """

    name: str
    seconds: float
    rows: int
    sql: str


class EngineError(OmsorgstallError):
    """A step failed. Holds the step's name, its SQL and the kind of fault, never the database's own message.

    The database quotes the value that failed a cast, so its message is dropped, not shown and not chained. The SQL stands
    in ``sql`` and as a note on the traceback.
    """

    def __init__(self, step: str, sql: str, cause: str) -> None:
        self.step = step
        self.sql = sql
        self.cause = cause
        super().__init__(
            ErrorFamily.ENVIRONMENT,
            "engine-step-failed",
            f"The step '{step}' failed in the database: {cause}.",
            todo="Run it again with debug=True to find the part that fails; the SQL is kept with the error.",
        )
        self.add_note(f"SQL of the step '{step}': {sql}")
