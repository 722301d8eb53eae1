"""A server of files for tests: with ranges or without, that breaks off, sends the wrong thing, or sends on."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from dialogue.speech.catalogue import Model

BODY = bytes(range(251)) * 4000  # a megabyte that differs everywhere
CONFIG = b'{"times": true}'
Mode = Literal["good", "half", "norange", "halfnorange", "wrong", "short", "more", "hop", "circle", "hop-plain", "strange-part", "silent"]


class ModelServer:
    """`mode` may change between requests, or be a status. `asked` holds path and Range of each request, `cuts` how often it broke off."""

    def __init__(self, mode: Mode | int) -> None:
        self.mode: Mode | int = mode
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.cuts = 0
        self.release = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        self.asked.append((to.path, to.headers.get("range", "")))
        self.headers.append({k.lower(): v for k, v in to.headers.items()})
        mode = self.mode
        body = CONFIG if to.path.endswith(".json") else BODY
        if isinstance(mode, int):
            return self._send(to, mode, b"<html>no</html>")
        if mode in ("hop", "hop-plain", "circle") and not to.path.startswith("/store/"):
            where = {"hop": f"/store{to.path}", "circle": to.path, "hop-plain": f"http://example.org{to.path}"}[mode]
            return self._send(to, 302, b"", {"Location": where})
        if mode == "wrong":
            body = bytes(len(body))
        if mode == "short":
            return self._send(to, 200, b"<html>please log in</html>")
        if mode == "more":
            to.close_connection = True
            to.send_response(200)
            to.end_headers()
            to.wfile.write(body * 2)
            return None
        start = 0
        asked = to.headers.get("range", "")
        if asked and mode not in ("norange", "halfnorange"):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                return self._send(to, 416, b"")
        told = start + 7 if mode == "strange-part" and start else start
        headers = {"Content-Range": f"bytes {told}-{len(body) - 1}/{len(body)}"} if asked and mode not in ("norange", "halfnorange") else {}
        rest = body[start:]
        half = mode in ("half", "halfnorange") and len(rest) > 1000
        only = len(rest) // 2 if half else None
        return self._send(to, 206 if headers else 200, rest, headers, only, silent=mode == "silent" and len(rest) > 1000)

    def _send(
        self, to: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None, only: int | None = None,
        silent: bool = False,
    ) -> None:  # fmt: skip
        to.send_response(status)
        to.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            to.send_header(name, value)
        to.end_headers()
        if silent:
            to.wfile.write(body[: len(body) // 4])
            to.wfile.flush()
            self.release.wait(20)
            to.close_connection = True
            to.connection.shutdown(socket.SHUT_RDWR)
        if only is not None:
            self.cuts += 1
            to.wfile.write(body[:only])
            to.wfile.flush()
            to.close_connection = True
            to.connection.close()
        elif not silent:
            to.wfile.write(body)

    def model(self, key: str = "en_US-test-low", **changes: Any) -> Model:
        """A voice of two files that lie here."""
        files = [
            {"name": f"{key}{suffix}", "url": f"{self.url}/{key}{suffix}", "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            for suffix, body in ((".onnx.json", CONFIG), (".onnx", BODY))
        ]
        known = {
            "key": key, "kind": "voice", "name": "Test", "language": "English", "about": "a tone", "licence": "CC0",
            "terms": "https://example.org/terms", "files": files,
        }  # fmt: skip
        return Model.model_validate(known | changes)

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(mode: Mode | int) -> Iterator[ModelServer]:
    server = ModelServer(mode)
    try:
        yield server
    finally:
        server.close()
