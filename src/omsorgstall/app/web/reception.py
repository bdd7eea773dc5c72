"""Receiving a file into memory, and never further: how much, how long, and how many at a time."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

from fastapi import Request

from omsorgstall.app.web.multipart import MultipartError, is_multipart, parts_of
from omsorgstall.app.web.settings import PrecheckLimits
from omsorgstall.formats.held import HeldFile
from omsorgstall.publish.pxweb import ProblemError

FILE_FIELD = "fil"
BARE = frozenset(
    {"application/xml", "text/xml", "application/zip", "application/x-zip-compressed", "application/octet-stream", ""}
)
"""Media types of a body that is the file itself, as programs send it."""
_RETRY = 20
_DISCARD = 4
"""How many times the largest file is read and thrown away, so that a browser is ready to hear that it was too much."""


class NotReceivedError(ProblemError):
    """A file that was not received.

    Attributes:
        key: of the text that tells what to do.
        values: what stands in the text.
    """

    def __init__(self, status: int, key: str, title: str, *, retry_after: int | None = None, **values: object) -> None:
        self.key = key
        self.values: Mapping[str, object] = values
        super().__init__(status, title, retry_after=retry_after)


class Reception:
    """Receives files for the time of a check; ``turn`` bounds how many stand in memory."""

    def __init__(self, limits: PrecheckLimits) -> None:
        self._limits = limits
        self._free = limits.at_once

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the places. Only called from the event loop, so counting needs no lock.

        Raises:
            NotReceivedError: 503 when all are taken.
        """
        if self._free == 0:
            raise NotReceivedError(503, "not_received_busy", "Too many checks at once", retry_after=_RETRY)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def receive(self, request: Request) -> tuple[HeldFile, Mapping[str, str]]:
        """The file of a request and the fields beside it: those of the form, or the parameters of the address.

        Raises:
            NotReceivedError: 400, 408, 413 or 415 when there is no file, or it is too slow, too large or in another kind of form.
        """
        kind = request.headers.get("content-type", "")
        if not is_multipart(kind) and kind.split(";")[0].strip().lower() not in BARE:
            raise NotReceivedError(415, "not_received_kind", "Unsupported media type")
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await self._body(request.stream())
        except TimeoutError:
            raise NotReceivedError(408, "not_received_slow", "Request timeout", seconds=self._limits.seconds) from None
        if not is_multipart(kind):
            return HeldFile.of(_stated_name(request), bytes(body)), dict(request.query_params)
        return _of_form(kind, body)

    async def _body(self, stream: AsyncIterator[bytes]) -> bytearray:
        body, read, most = bytearray(), 0, self._limits.most_bytes
        async for block in stream:
            read += len(block)
            if read <= most:
                body += block
            else:
                body.clear()
            if read > most * _DISCARD:
                break
        if read > most:
            raise NotReceivedError(413, "not_received_large", "Content too large", megabytes=self._limits.megabytes)
        return body


def _of_form(kind: str, body: bytearray) -> tuple[HeldFile, Mapping[str, str]]:
    try:
        parts = parts_of(kind, body)
    except MultipartError:
        raise NotReceivedError(400, "not_received_form", "Malformed form") from None
    sent = next((p for p in parts if p.name == FILE_FIELD and p.file_name is not None), None)
    if sent is None or not (sent.content or sent.file_name):
        raise NotReceivedError(400, "not_received_none", "No file")
    fields = {p.name: p.content.decode("utf-8", errors="replace") for p in parts if p.file_name is None}
    return HeldFile.of(sent.file_name or "", sent.content), fields


def _stated_name(request: Request) -> str:
    found = re.search(r'filename="?([^";]+)', request.headers.get("content-disposition", ""))
    return found[1] if found else ""
