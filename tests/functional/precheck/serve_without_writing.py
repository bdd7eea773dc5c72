"""A server with the page of checks in a process that cannot put a byte into any file, and tells what it opens for writing.

The kernel refuses to let a file grow (``RLIMIT_FSIZE`` 0), which binds the database and all libraries too; the audit hook names
what Python's own code makes: also folders and files that stay empty. Run with a port; writes the names to standard error.
"""

import os
import resource
import signal
import sys

import uvicorn

from omsorgstall.app.web import PrecheckLimits, WebSettings, create_app
from omsorgstall.publish.pxweb import Limits
from tests.released_tables import HandMadeStore

MAKES = {
    "os.mkdir",
    "os.rename",
    "os.link",
    "os.symlink",
    "os.truncate",
    "tempfile.mkstemp",
    "tempfile.mkdtemp",
    "shutil.copyfile",
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def tell(event: str, arguments: tuple) -> None:
    made = event in MAKES
    opened = event == "open" and (arguments[2] or 0) & WRITES and arguments[0] != os.devnull
    if made or opened:
        os.write(2, f"WRITES {event} {arguments[0]}\n".encode())


if __name__ == "__main__":
    settings = WebSettings(limits=Limits(calls=0), precheck=PrecheckLimits(megabytes=8, at_once=2))
    application = create_app(HandMadeStore(), settings)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(tell)
    uvicorn.run(application, port=int(sys.argv[1]), log_level="info")
