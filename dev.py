#!/usr/bin/env python3
"""One entry point for every developer command. Needs Python 3.11 or newer and nothing else.

Each command sets up what it needs in ``.venv`` from the lock files in ``requirements/`` and then does its work, so there is
no step to remember before it. Running a command again is fast: a stamp in ``.venv`` says which lock it was made from.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed-from.json"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST_PYTHON = (3, 11)
SOURCES = ["src", "tests", "bench", "docs", "dev.py"]
LOCKS = ("run", "dev", "fuzz")
"""The sets of packages; each holds those before it."""
MOST_TEST_PROCESSES = 4  # each may hold a Spark session and a store of its own
CLEANED = [
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "docs/_build",
    "dist",
    ".fuzz",
    "demo",
]


class CommandError(Exception):
    """A command could not do its work; the message is for the developer."""


def run(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run a program in the repository and return its exit code."""
    if not quiet:
        print("$", " ".join(Path(part).name if isinstance(part, Path) else part for part in command), flush=True)
    settings = {**os.environ, "PYTHONUTF8": "1", **(env or {})}
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=settings)


def must(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a program that has to succeed."""
    if code := run(*command, env=env, quiet=quiet):
        raise CommandError(f"{Path(command[0]).name} ended with exit code {code}.")


def lock_file(name: str) -> Path:
    """The lock of the set of packages with this name: ``run`` for the program, ``dev`` for tests and tools, ``fuzz`` for more."""
    return ROOT / "requirements" / f"{name}.txt"


def fingerprint(name: str) -> str:
    """What the installed packages depend on: the lock, the interpreter and the place."""
    parts = [lock_file(name).read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def project_fingerprint() -> str:
    """What the installation of the project itself depends on; its code is used in place."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    """What ``.venv`` holds, with the fingerprint each part was made from."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def holds(have: dict[str, str], *names: str) -> bool:
    """Whether one of these sets of packages is installed as its lock says."""
    return any(have.get(name) == fingerprint(name) for name in names)


def set_up(name: str) -> None:
    """Make ``.venv`` hold exactly the locked packages and the project itself; nothing when it already does.

    A larger set contains the smaller ones, so a developer's environment serves every command.
    """
    have = installed()
    if not holds(have, *LOCKS[LOCKS.index(name) :]):
        if not holds(have, *LOCKS[: LOCKS.index(name)]):
            make_environment()
            have = {}
        lock_name = lock_file(name).relative_to(ROOT)
        print(f"Installing the locked packages ({lock_name}); the first time takes some minutes.", flush=True)
        pip_install("--require-hashes", "--requirement", lock_file(name))
        have[name] = fingerprint(name)
    if have.get("project") != project_fingerprint():
        pip_install("--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)
        have["project"] = project_fingerprint()
    if have != installed():
        STAMP.write_text(json.dumps(have), encoding="utf-8")


def pip_install(*arguments: str | Path) -> None:
    """Install into ``.venv``; what is installed is said by the arguments alone."""
    must(BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-qq", *arguments, quiet=True)


def make_environment() -> None:
    """An empty ``.venv``; an old one is removed first, so that nothing unlocked stays in it."""
    shutil.rmtree(VENV, ignore_errors=True)
    if run(sys.executable, "-m", "venv", VENV, quiet=True):
        raise CommandError("Python could not make a virtual environment. On Debian: apt-get install python3-venv.")


def pytest(arguments: list[str]) -> int:
    """Run the tests, on several processes unless the caller chooses."""
    processes = str(min(os.cpu_count() or 1, MOST_TEST_PROCESSES))
    chosen = arguments or ["--numprocesses", processes, "--dist", "loadfile"]
    return run(BIN / "python", "-m", "pytest", *chosen)


def build_docs() -> int:
    """Build the documentation; a warning is an error."""
    return run(BIN / "python", "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


def setup(options: argparse.Namespace) -> int:
    """Make .venv with the locked packages; --run leaves out what only developers need."""
    set_up("run" if options.run else "dev")
    print(f"Ready: {BIN.relative_to(ROOT)}")
    return 0


def demo(options: argparse.Namespace) -> int:
    """Set up and run the demo: a made-up county from submission files to web pages."""
    set_up("run")
    return run(BIN / "omsorgstall", "demo", *options.arguments)


def test(options: argparse.Namespace) -> int:
    """Set up and run all tests; arguments go to pytest."""
    set_up("dev")
    return pytest(options.arguments)


def check(_: argparse.Namespace) -> int:
    """All that can be said without running the program: format, lint, types, imports, architecture, documents."""
    set_up("dev")
    results = {
        "format": run(BIN / "ruff", "format", "--check", "--quiet", *SOURCES),
        "lint": run(BIN / "ruff", "check", "--quiet", *SOURCES),
        "types": run(BIN / "mypy"),
        "imports": run(BIN / "lint-imports"),
        "architecture and documents": pytest(["-q", "tests/architecture", "tests/docs", "-k", "not has_nothing_to_say"]),
    }
    failed = [name for name, code in results.items() if code]
    print("Failed: " + ", ".join(failed) if failed else "All checks passed.")
    return 1 if failed else 0


def format_(_: argparse.Namespace) -> int:
    """Write the code in the project's format and mend what lint can mend."""
    set_up("dev")
    must(BIN / "ruff", "check", "--fix", "--exit-zero", "--quiet", *SOURCES)
    return run(BIN / "ruff", "format", *SOURCES)


def lock(options: argparse.Namespace) -> int:
    """Make the lock files again; --before leaves out packages published after that day."""
    set_up("dev")
    compile_ = [BIN / "uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--upgrade", "--generate-hashes"]
    compile_ += ["--no-emit-index-url", "--no-annotate", "--no-header", "--python-version", "3.11", "--group", "build"]
    if options.before:
        compile_ += ["--exclude-newer", options.before]
    must(*compile_, "--group", "dev", "--output-file", lock_file("dev"))
    must(*compile_, "--constraints", lock_file("dev"), "--output-file", lock_file("run"))
    must(*compile_, "--constraints", lock_file("dev"), "--group", "dev", "--group", "fuzz", "--output-file", lock_file("fuzz"))
    return 0


def docs(_: argparse.Namespace) -> int:
    """Build the documentation site in docs/_build/html."""
    set_up("dev")
    return build_docs()


def bench(options: argparse.Namespace) -> int:
    """Run the benchmarks and write docs/performance.md; arguments go to bench/run.py."""
    set_up("dev")
    return run(BIN / "python", "-m", "bench.run", *options.arguments)


def fuzz(options: argparse.Namespace) -> int:
    """Fuzz one reader (READER --runs N), or see what the kept inputs reach (--coverage); arguments go to tests/fuzz/run.py."""
    set_up("fuzz")
    return run(BIN / "python", "-m", "tests.fuzz.run", *options.arguments)


def update_golden(options: argparse.Namespace) -> int:
    """Write golden files and reference pages again from what the program makes now; read the difference before you commit."""
    set_up("dev")
    code = run(
        BIN / "python", "-m", "pytest", "tests/golden", "tests/docs", *options.arguments, env={"OMSORGSTALL_UPDATE_GOLDEN": "1"}
    )
    run("git", "status", "--short", "tests/golden", "docs")
    return code


def clean(_: argparse.Namespace) -> int:
    """Remove everything that the other commands made."""
    for name in CLEANED:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for cache in [path for top in ("src", "tests", "bench", "docs") for path in (ROOT / top).rglob("__pycache__")]:
        shutil.rmtree(cache, ignore_errors=True)
    return 0


PASSES_ARGUMENTS_ON: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": demo,
    "test": test,
    "bench": bench,
    "fuzz": fuzz,
    "update-golden": update_golden,
}
PLAIN: dict[str, Callable[[argparse.Namespace], int]] = {"check": check, "format": format_, "docs": docs, "clean": clean}

EXAMPLES = """\
Begin with:
  python3 dev.py demo                  the whole chain on a made-up county, then pages to look at
  python3 dev.py test                  all tests
While you work:
  python3 dev.py test tests/unit -x    some tests; arguments go to pytest
  python3 dev.py format                before you commit
  python3 dev.py check                 what needs no test run: format, lint, types, imports, architecture
Now and then:
  python3 dev.py lock --before 2026-11-01   newer packages, none published after that day
  python3 dev.py bench                 the figures of docs/performance.md
  python3 dev.py fuzz batch-xml        look for inputs that a reader fails on

Every command sets up what it needs first. `.venv/bin/omsorgstall --help` tells about the program itself.
"""


def command_line() -> argparse.ArgumentParser:
    """The commands with their help."""
    parser = argparse.ArgumentParser(
        prog="python3 dev.py",
        description="Everything a developer of Omsorgstall does.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=work.__doc__, description=work.__doc__)
        command.set_defaults(work=work)
        return command

    add("setup", setup).add_argument("--run", action="store_true", help="only what the program itself needs")
    add("lock", lock).add_argument("--before", metavar="DATE", help="leave out packages published after this day")
    for name, work in (PASSES_ARGUMENTS_ON | PLAIN).items():
        add(name, work)
    return parser


def main() -> int:
    """Run the chosen command."""
    if sys.version_info < OLDEST_PYTHON:
        print("Omsorgstall needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".", file=sys.stderr)
        return 8
    options, rest = command_line().parse_known_args()
    if rest and options.work not in PASSES_ARGUMENTS_ON.values():
        command_line().error("does not understand: " + " ".join(rest))
    options.arguments = rest
    try:
        return int(options.work(options))
    except CommandError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
