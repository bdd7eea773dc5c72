"""Fuzz one reader with atheris, see what the kept inputs reach, or keep the inputs that a run has found.

Readers are imported here under instrumentation, before anything else imports them. What is not understood goes to libFuzzer.
"""

import argparse
import importlib
import random
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.fuzz import keeping_inputs

SHARE_OF_STRUCTURE = 0.6
"""Inputs that are changed by their structure; the others by libFuzzer's own changes of bytes."""
AND_NO_MORE = 0.7
"""Share of the former that are left as they are."""


def main() -> None:
    """Do what the command line says."""
    options, rest = _command_line().parse_known_args()
    if options.coverage:
        sys.stdout.write(keeping_inputs.coverage_table([options.reader] if options.reader else []))
    elif not options.reader:
        _command_line().error("name a reader; docs/reference/fuzzing.md lists them")
    elif options.keep:
        sys.stdout.write(keeping_inputs.keep(options.reader, options.keep))
    else:
        fuzz(options, rest)


def fuzz(options: argparse.Namespace, rest: Sequence[str]) -> None:
    """Fuzz a reader until the runs are done or a fault is found; the input of a fault is written to the working folder."""
    atheris = importlib.import_module("atheris")  # only the lock for fuzzing has it
    assert "omsorgstall" not in sys.modules, "a reader was imported before it could be instrumented"
    with atheris.instrument_imports(include=["omsorgstall"]):
        known = importlib.import_module("tests.fuzz.readers")
    reader = known.readers()[options.reader]
    folder = options.corpus / reader.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in reader.seeds().items():
        (folder / name).write_bytes(content)
    given = [sys.argv[0], f"-runs={options.runs}", f"-max_len={reader.longest}", f"-dict={_dictionary(folder, reader.words())}"]
    given += ["-print_final_stats=1", "-timeout=20", "-rss_limit_mb=3000", *rest, str(folder)]
    kept = known.CORPUS / reader.name
    given += [str(kept)] if kept.is_dir() else []

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < SHARE_OF_STRUCTURE:
            data = reader.mutate(data, rng)
            if rng.random() < AND_NO_MORE:
                return bytes(data[:most])
        return bytes(atheris.Mutate(data[:most], most))

    custom: dict[str, Callable[[bytes, int, int], bytes]] = {"custom_mutator": mutate} if reader.mutate else {}
    atheris.Setup(given, reader.read, **custom)
    atheris.Fuzz()


def _dictionary(folder: Path, words: Iterable[str]) -> Path:
    """The words of a reader as libFuzzer wants them."""
    path = folder.parent / f"{folder.name}.dict"
    escaped = (re.sub(rb'[^ -~]|["\\]', lambda m: b"\\x%02X" % m.group()[0], word.encode()) for word in words)
    path.write_bytes(b"".join(b'"%b"\n' % word for word in escaped if word))
    return path


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 dev.py fuzz", description=__doc__)
    parser.add_argument("reader", nargs="?", help="name of the reader")
    parser.add_argument("--runs", type=int, default=100_000, help="executions; -1 never ends")
    parser.add_argument(
        "--corpus", type=Path, default=Path(".fuzz"), help="folder of inputs, one within for each reader, which grow"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="replay what is kept and tell which lines and branches it reaches"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what a folder of inputs reaches beyond what is kept already"
    )
    return parser


if __name__ == "__main__":
    main()
