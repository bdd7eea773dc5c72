"""A limit of calls for each client address, in a sliding window."""

import math
import threading
from collections import deque
from collections.abc import Callable

from omsorgstall.publish.pxweb import CALLS, Limits, ProblemError

MAX_CLIENTS = 10_000


class Throttle:
    """Counts calls of each client. Memory is bounded: when too many clients are known, those that are idle are forgotten."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, client: str) -> None:
        """Count a call.

        Raises:
            ProblemError: 429 with the seconds to wait, when the client has used up its calls.
        """
        if self._limits.calls <= 0:
            return
        with self._lock:
            now = self._clock()
            calls = self._calls.setdefault(client, deque())
            self._forget(calls, now)
            if len(calls) >= self._limits.calls:
                wait = math.ceil(calls[0] + self._limits.window - now)
                raise ProblemError(429, CALLS, f"Wait {wait} seconds.", retry_after=max(1, wait))
            calls.append(now)
            if len(self._calls) > MAX_CLIENTS:
                self._drop_idle(now)

    def _forget(self, calls: deque[float], now: float) -> None:
        while calls and calls[0] <= now - self._limits.window:
            calls.popleft()

    def _drop_idle(self, now: float) -> None:
        for calls in self._calls.values():
            self._forget(calls, now)
        self._calls = {client: calls for client, calls in self._calls.items() if calls}
