"""A speech server on this computer that streams a sound at a fixed pace: what a slow voice is measured with, without anybody's model."""

from __future__ import annotations

import json
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.sound import Prosody

PIECE_S = 0.1
_UNKNOWN = 0xFFFFFFFF
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


class SpeakingServer:
    """Answers each `/v1/audio/speech` with espeak-ng's sound of the text as a wav of unknown length: `PIECE_S` of it every `PIECE_S` times
    `pace` seconds. Whatever else is asked is not found."""

    def __init__(self, pace: float) -> None:
        self._voice, self._pace = EspeakVoice("en-us+f2"), pace
        self._voice.speak_now("Ready.", Prosody())  # its worker's start is not the voice's time
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if self.path.endswith("/audio/speech"):
                    outer._stream(self, str(body["input"]))
                else:
                    self.send_error(404)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base address for a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        """Stop listening; answers under way break off by themselves."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._voice.close()

    def _stream(self, handler: BaseHTTPRequestHandler, text: str) -> None:
        begin = time.monotonic()
        said = self._voice.speak_now(text, Prosody())
        rate = said.rate_hz
        form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
        data = b"RIFF" + struct.pack("<I", _UNKNOWN) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
        data += b"data" + struct.pack("<I", _UNKNOWN) + (said.samples * 32767).astype("<i2").tobytes()
        size = 2 * int(PIECE_S * rate)
        handler.close_connection = True
        try:
            handler.wfile.write(_HEAD)
            for k, at in enumerate(range(0, len(data), size)):
                time.sleep(max(begin + PIECE_S * self._pace * (k + 1) - time.monotonic(), 0))
                piece = data[at : at + size]
                handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            return  # who asked has gone
