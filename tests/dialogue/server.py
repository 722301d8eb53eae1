"""A tiny OpenAI-compatible server on 127.0.0.1 that answers as it is told, and notes what it was sent."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatServer:
    """mode: `good`, `401`, `404`, `500`, `hangup` (in mid-stream), `empty`, `nonsense`, `plain` (`text` as the whole body). text: what is
    streamed, word by word."""

    def __init__(self, mode: str = "good", text: str = "[joy] Hello there, friend. How are you?") -> None:
        self.mode, self.text = mode, text
        self.seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                if outer.mode.isdigit():
                    self._plain(int(outer.mode), '{"error": {"message": "no"}}', "application/json")
                elif outer.mode == "embeddings":
                    self._plain(200, outer.answer(body), "application/json")
                elif outer.mode == "plain":
                    self._plain(200, outer.text, "application/json")
                elif outer.mode == "nonsense":
                    self._plain(200, "<html>hello</html>", "text/html")
                else:
                    self._stream()

            def _plain(self, status: int, text: str, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def _stream(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                words = [] if outer.mode == "empty" else outer.text.split(" ")
                for i, word in enumerate(words):
                    self._chunk(self._event(word + (" " if i < len(words) - 1 else ""), None))
                    if outer.mode == "hangup" and i == len(words) // 2:
                        self.connection.close()
                        return
                self._chunk(self._event("", "stop"))
                self._chunk("data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")

            def _event(self, text: str, finish: str | None) -> str:
                choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
                return (
                    "data: "
                    + json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})
                    + "\n\n"
                )

            def _chunk(self, text: str) -> None:
                data = text.encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def answer(self, body: dict[str, Any]) -> str:
        """What mode `embeddings` gives back: no vectors, as of a server that has none; subclasses make some."""
        return '{"data": []}'

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
