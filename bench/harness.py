"""Wall time and peak memory of a piece of work in a process of its own, and the machine it ran on."""

import multiprocessing
import os
import platform
import resource
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PAUSE_BETWEEN_LOOKS = 0.05  # seconds; memory that lives shorter is seen only in the high-water mark of the first process
KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """What a piece of work took.

    Attributes:
        seconds: wall time of the work itself; starting the process and importing are left out.
        peak_mib: highest memory of the process and its children together.
        cpu: processor time of the process and its children; the fairer figure on a machine that does other things too.
        result: what the work returned.
    """

    seconds: float
    peak_mib: float
    cpu: float
    result: Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report.

    Attributes:
        what: what was measured.
        seconds: wall time.
        peak_mib: peak memory.
        rate: such as "1.2 million rows/s".
        peer: what it is compared with; empty for the peer itself.
        ratio: our time over the peer's.
        aim: the largest ratio or time we want.
        cpu: processor time; None when it was not measured.
    """

    what: str
    seconds: float
    peak_mib: float
    rate: str = ""
    peer: str = ""
    ratio: float | None = None
    aim: str = ""
    cpu: float | None = None

    @classmethod
    def of(
        cls, what: str, measured: Measured, rate: str = "", peer: str = "", ratio: float | None = None, aim: str = ""
    ) -> "Row":
        """The line of a piece of work."""
        return cls(what, measured.seconds, measured.peak_mib, rate, peer, ratio, aim, measured.cpu)


@dataclass(frozen=True, slots=True)
class Section:
    """One benchmark's lines, with what they say in words and what they were measured on."""

    title: str
    about: str
    rows: tuple[Row, ...]

    def plain(self) -> dict[str, Any]:
        """The section as plain data."""
        return asdict(self)


def measure(work: Callable[..., Any], *arguments: Any, times: int = 1) -> Measured:
    """Run ``work`` in new processes; the median of the times, the highest of the memory, the last result."""
    runs = [_measure_once(work, arguments) for _ in range(times)]
    seconds, cpu = (statistics.median(values) for values in zip(*((r.seconds, r.cpu) for r in runs), strict=True))
    return Measured(seconds, max(r.peak_mib for r in runs), cpu, runs[-1].result)


def together(steps: Sequence[Measured]) -> Measured:
    """Steps one after the other as one: times and numbers added, the highest of the memory."""
    seconds, cpu, result = (sum(values) for values in zip(*((s.seconds, s.cpu, s.result) for s in steps), strict=True))
    return Measured(seconds, max(s.peak_mib for s in steps), cpu, result)


def _measure_once(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Measured:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    watcher = Watcher(process.pid or 0)
    try:
        seconds, cpu, own_peak, result = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__} ended without a result.") from None
    finally:
        process.join()
        watched = watcher.stop()
    if isinstance(result, Exception):
        raise result
    return Measured(seconds, max(own_peak, watched), cpu, result)


def _run(pipe: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    begin, spent = time.perf_counter(), processor_time()
    try:
        result = work(*arguments)
    except Exception as error:  # handed to the process that asked
        result = error
    pipe.send((time.perf_counter() - begin, processor_time() - spent, high_water_mark(), result))


def processor_time() -> float:
    """Seconds of processor time this process and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def high_water_mark() -> float:
    """The highest memory of this process so far, in MiB."""
    return _memory_mib(os.getpid(), "VmHWM")


class Watcher:
    """Looks at the memory of a process and all its children until told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(PAUSE_BETWEEN_LOOKS):
            self._peak = max(self._peak, sum(_memory_mib(pid, "VmRSS") for pid in _family(self._pid)))

    def stop(self) -> float:
        """The highest sum seen, in MiB."""
        self._done.set()
        self._thread.join()
        return self._peak


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]


def _memory_mib(pid: int, field: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith(field + ":")]
    return int(found[0]) / KIB_PER_MIB if found else 0.0


def spaced(number: float) -> str:
    """A whole number with a space between thousands."""
    return f"{number:,.0f}".replace(",", " ")


def machine() -> str:
    """The machine in one line: processor, cores, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB memory, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
