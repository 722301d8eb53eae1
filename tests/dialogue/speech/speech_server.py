"""A speech server on this machine, for tests: says something in wav or pcm, or fails in a chosen way."""

from __future__ import annotations

import base64
import io
import json
import queue
import threading
import wave
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody, Utterance


def wav_of(samples: np.ndarray, rate_hz: int, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(np.repeat((samples * 32767).astype("<i2"), channels).tobytes())
    return file.getvalue()


def _open_head(rate_hz: int) -> bytes:
    """The head of a wav file whose length is not known."""
    head = bytearray(wav_of(np.zeros(0, np.float32), rate_hz))
    head[4:8] = head[40:44] = b"\xff\xff\xff\xff"
    return bytes(head)


class SpeechServer:
    """`mode`: good, stereo, pcm (no wav, rate named), pcm-silent (no wav, rate not named), html, empty, cut, silence, hour, 401, 404,
    429, 500, hangup, hang (takes the request and never answers), stepped (a wav of unknown length, of which `step` lets so many seconds
    go; None breaks the connection).
    `captions`: what it does at `/dev/captioned_speech`: absent (404), good, null (no times), page (HTML for any address), broken (500),
    wrong (times of another sentence), indented (over many lines); these answer whole also where a stream is asked for. By the line, of
    which `step` lets so many seconds go: lines, own (times from the begin of each piece), files (each piece a wav of its own), bare
    (samples, rate named), bare-silent (rate not named), garbled (the second line is none). `seen` keeps (path, headers, body)."""

    def __init__(self, mode: str = "good", captions: str = "absent") -> None:
        self.mode, self.captions = mode, captions
        self.seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.refuses: list[int] = []  # with these the next requests are refused, one each, whatever the mode
        self._steps: queue.SimpleQueue[float | None] = queue.SimpleQueue()
        self.closed = threading.Event()  # a stepped answer was broken off by who asked
        self._let_go = threading.Event()  # whoever hangs
        self._voice = EspeakVoice("en-us+m3")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                (outer._captioned if self.path == "/dev/captioned_speech" else outer._answer)(self, body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _captioned(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        kind = self.captions
        if kind in ("absent", "broken"):
            self._send(handler, 404 if kind == "absent" else 500, "application/json", b'{"detail": "no"}')
            return
        if kind == "page":
            self._send(handler, 200, "text/html", b"<!doctype html><title>A speech server</title>")
            return
        said = self._voice.speak_now(body["input"], Prosody(rate_pct=100 * (body["speed"] - 1)))
        streams = body["stream"] and kind not in ("good", "null", "wrong", "indented")
        late = 5.0 if kind == "wrong" else 0.0
        times: list[dict[str, Any]] = []
        for word in said.words:
            token = body["input"][word.start : word.end]
            start, end = word.start_s + late, word.end_s + late
            times.append({"word": token.rstrip(",.!?"), "start_time": start, "end_time": end})
            if token[-1] in ",.!?":  # signs are words of their own there
                times.append({"word": token[-1], "start_time": end, "end_time": end + 0.05})
        if streams:
            self._lines(handler, kind, said, times)
            return
        answer = {
            "audio": base64.b64encode(wav_of(said.samples, said.rate_hz)).decode(), "audio_format": "audio/wav",
            "timestamps": None if kind == "null" else times,
        }  # fmt: skip
        self._send(handler, 200, "application/json", json.dumps(answer, indent=2 if kind == "indented" else None).encode())

    def _lines(self, handler: BaseHTTPRequestHandler, kind: str, said: Utterance, times: list[dict[str, Any]]) -> None:
        rate = said.rate_hz

        def line(at: int, until: int) -> bytes:
            if kind == "garbled" and at:
                return b'{"audio": "AAAA",\n'
            samples = said.samples[at:until]
            data = (samples * 32767).astype("<i2").tobytes()
            if kind == "files":
                data = wav_of(samples, rate)
            elif not at and not kind.startswith("bare"):
                data = _open_head(rate) + data
            words = [word for word in times if at <= word["start_time"] * rate < until]
            if kind == "own":
                words = [{**word, **{key: word[key] - at / rate for key in ("start_time", "end_time")}} for word in words]
            form = {"bare": f"audio/pcm;rate={rate}", "bare-silent": "audio/pcm"}.get(kind, "audio/wav")
            return json.dumps({"audio": base64.b64encode(data).decode(), "audio_format": form, "timestamps": words}).encode() + b"\n"

        self._stepped(handler, "application/json", b"", line, len(said.samples), rate)

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, status: int, kind: str, data: bytes) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _answer(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        mode = self.mode
        if mode == "hang":
            self._let_go.wait(60)
        if mode in ("hang", "hangup"):
            handler.close_connection = True
            handler.connection.close()
            return
        refused = mode.startswith("pcm") and body["response_format"] == "wav"
        status = self.refuses.pop(0) if self.refuses else int(mode) if mode.isdigit() else 400 if refused else 200
        if status != 200:
            handler.send_response(status)
            handler.end_headers()
            return
        said = self._voice.speak_now(body["input"], Prosody(rate_pct=100 * (body["speed"] - 1)))
        samples, rate = said.samples, said.rate_hz
        kind, data = "audio/wav", wav_of(samples, rate, 2 if mode == "stereo" else 1)
        if mode == "stepped":
            data = (samples * 32767).astype("<i2").tobytes()
            self._stepped(handler, "audio/wav", _open_head(rate), lambda at, until: data[2 * at : 2 * until], len(samples), rate)
            return
        if mode == "html":
            kind, data = "text/html", b"<!doctype html><title>502 Bad Gateway</title>"
        elif mode == "empty":
            data = b""
        elif mode == "cut":
            data = data[: len(data) // 2]
        elif mode == "silence":
            data = wav_of(np.zeros(rate, np.float32), rate)
        elif mode == "hour":
            data = wav_of(np.zeros(8000 * 3600, np.float32), 8000)
        elif mode.startswith("pcm"):
            kind = "audio/pcm;rate=22050" if mode == "pcm" else "audio/pcm"
            data = (samples * 32767).astype("<i2").tobytes()
        self._send(handler, 200, kind, data)

    def step(self, *seconds: float | None) -> None:
        """Let so much of a stepped answer go, piece by piece; None breaks the connection."""
        for one in seconds:
            self._steps.put(one)

    def _stepped(
        self, handler: BaseHTTPRequestHandler, kind: str, piece: bytes, make: Callable[[int, int], bytes], count: int, rate: int
    ) -> None:
        """`piece` at once, then what `make` makes of the samples that are let go, from one number to the other of `count`."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        handler.wfile.write(head.encode())
        handler.close_connection = True
        at = 0
        try:
            while True:
                if piece:
                    handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                if at >= count:
                    break
                seconds = self._steps.get(timeout=60)
                if seconds is None:
                    handler.connection.close()
                    return
                until = min(at + int(seconds * rate), count)
                piece, at = make(at, until), until
            handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.closed.set()

    def close(self) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._voice.close()
