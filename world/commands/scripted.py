"""A chat server on this computer that streams a fixed reply at a fixed pace and knows when it sent each token: what latency is
measured against, without anybody's model."""

from __future__ import annotations

import asyncio
import json
import threading
import time

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class ScriptedServer:
    """Answers each `/v1/chat/completions` with `tokens`, one every `pace_s`, on a free port of 127.0.0.1. `sent` holds the times
    (`time.perf_counter`) at which the tokens of the last answer were handed to the socket. `hold`: never say that it is complete."""

    def __init__(self, pace_s: float) -> None:
        self.tokens: list[str] = []
        self.sent: list[float] = []
        self.hold = False
        self._pace_s = pace_s
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scripted server", daemon=True)
        self._thread.start()
        self._up.wait()

    @property
    def url(self) -> str:
        """The base address for a client."""
        return f"http://127.0.0.1:{self._port}/v1"

    def close(self) -> None:
        """Stop listening; answers under way end."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        self._answers: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = int(server.sockets[0].getsockname()[1])
        self._up.set()
        await self._end.wait()
        server.close()
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await asyncio.sleep(0)  # what was broken off is closed in the next round of the loop

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._answer(reader, writer))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._stream(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError):  # who asked may have gone
            writer.close()
        finally:
            writer.transport.abort()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        writer.write(_HEAD)
        tokens = list(self.tokens)
        sent: list[float] = []
        self.sent = sent  # of this answer alone: one that was broken off may still be writing
        due = self._loop.time()
        for token in tokens:
            due += self._pace_s
            await asyncio.sleep(due - self._loop.time())
            writer.write(_event(token, None))
            sent.append(time.perf_counter())
            await writer.drain()
        if self.hold:
            await self._end.wait()
        writer.write(_event("", "stop") + b"data: [DONE]\n\n")
        await writer.drain()


def _event(text: str, finish: str | None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    chunk = {"id": "scripted", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"
