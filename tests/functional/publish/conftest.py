"""A live server over hand-made tables."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from omsorgstall.app.web import WebSettings, create_app
from omsorgstall.publish.pxweb import Limits
from tests.released_tables import HandMadeStore


def serve(settings: WebSettings) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(HandMadeStore(), settings), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    yield from serve(WebSettings(limits=Limits(calls=0)))


@pytest.fixture(scope="session")
def narrow_address() -> Iterator[str]:
    """A server that allows few cells in one answer, so that clients must split."""
    yield from serve(WebSettings(limits=Limits(calls=0, max_cells=50)))


@pytest.fixture
def limited_address() -> Iterator[str]:
    """A server that allows two calls in a minute."""
    yield from serve(WebSettings(limits=Limits(calls=2)))
