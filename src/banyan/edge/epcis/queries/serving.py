"""Streams by websocket as a process of its own: it asks the site for each page as its reader, and sends it."""

from __future__ import annotations

import asyncio
import http
import io
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.core.checks.urls import check_url_config
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.http import HttpResponse
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from banyan.edge.epcis.queries.streaming import PLACE, Place
from banyan.kit import clock
from banyan.records.traceability import queries as traceability

LOOK = 1.0  # seconds between two looks for new events
MOST = 1000  # subscribers of one process
log = logging.getLogger("banyan.epcis")


def _environment(request: Request, place: Place | None) -> dict[str, Any]:
    """A handshake as a request of the site, which signs in and refuses it as any other."""
    path, _mark, query = request.path.partition("?")
    names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.raw_items()}
    return {
        **names, "REQUEST_METHOD": "GET", "PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), PLACE: place,
    }  # fmt: skip


class Streams:
    """One process that serves streams: it looks for new events once for all, and wakes its subscribers."""

    def __init__(self) -> None:
        self._site = WSGIHandler()
        check_url_config(None)  # loads every address now: the first subscriber does not wait for it
        self._news = asyncio.Event()

    def _ask(self, request: Request, place: Place | None) -> HttpResponse:
        answer: Any = self._site(_environment(request, place), lambda *_told: print)
        answer.close()  # lets go of the database as after any request
        return answer  # type: ignore[no-any-return]

    async def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse a handshake as the site does, or let it pass."""
        if len(connection.server.connections) > MOST:
            return _response(HttpResponse(status=503))
        answer = await asyncio.to_thread(self._ask, request, None)
        if answer.status_code != 101:
            # Only a stream is served here, whatever else the site has at this address.
            return _response(answer if answer.status_code >= 400 else HttpResponse(status=404))
        connection.begun = answer  # type: ignore[attr-defined]
        return None

    async def greet(self, connection: ServerConnection, request: Request, response: Response) -> None:
        """Tell versions and the time from which events are sent."""
        for name, value in connection.begun.items() if response.status_code == 101 else ():  # type: ignore[attr-defined]
            if name.startswith("GS1-"):
                response.headers[name] = value

    async def follow(self, connection: ServerConnection) -> None:
        """Send a subscriber its messages until it leaves, or may no longer read."""
        request, place = connection.request, connection.begun.place  # type: ignore[attr-defined]
        listening = asyncio.create_task(_listen(connection))
        try:
            while not listening.done():
                news = self._news
                if place.due is None or place.more or place.due <= clock.now():
                    answer = await asyncio.to_thread(self._ask, request, place)
                    if answer.status_code != 200:
                        code = 1011 if answer.status_code >= 500 else 1008
                        await connection.close(code, http.HTTPStatus(answer.status_code).phrase)
                        return
                    if answer.content:
                        await connection.send(answer.content.decode())
                    place = answer.place  # type: ignore[attr-defined]
                    if place.more:
                        continue
                wait = None if place.due is None else max(0.0, (place.due - clock.now()).total_seconds())
                waking = asyncio.create_task(news.wait() if place.due is None else asyncio.sleep(wait or 0))
                await asyncio.wait({listening, waking}, return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
        except ConnectionClosed:
            pass
        finally:
            listening.cancel()

    async def watch(self) -> None:
        """Look for new events, and wake all who follow when there are some."""
        known = -1
        while True:
            try:
                newest = await asyncio.to_thread(_newest)
            except Exception:  # the database may be away for a moment
                log.exception("a look for new events failed")
                newest = known
            if newest != known:
                known, woken, self._news = newest, self._news, asyncio.Event()
                woken.set()
            await asyncio.sleep(LOOK)

    async def run(self, host: str, port: int, *, say: Callable[[str], Any]) -> None:
        """Serve until cancelled; says where."""
        async with serve(
            self.follow, host, port, process_request=self.admit, process_response=self.greet, max_size=2**12,
            server_header=None,
        ) as server:  # fmt: skip
            say("ws://{}:{}".format(*server.sockets[0].getsockname()[:2]))
            await self.watch()


async def _listen(connection: ServerConnection) -> None:
    """Read and drop what a subscriber says; ends when it leaves."""
    async for _message in connection:
        pass


def _newest() -> int:
    close_old_connections()
    return traceability.last_mark()[0]


def _response(answer: HttpResponse) -> Response:
    phrase = http.HTTPStatus(answer.status_code).phrase
    told = Headers({**answer.headers, "Content-Length": str(len(answer.content)), "Connection": "close"})
    return Response(answer.status_code, phrase, told, answer.content)
