"""Words from sound: a server that answers well or badly, and the last resort."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from dialogue.client import Endpoint
from dialogue.speech.ear.transcribe import ServedTranscriber, SphinxTranscriber, Transcriber, words_of
from dialogue.speech.sound import Samples
from dialogue.trouble import EarTrouble
from tests.sounds import user_says

TONE = (0.3 * np.sin(np.arange(16000) / 10)).astype(np.float32)


class Listener:
    """mode: text (the answer), a status, or hangup; `seen` keeps headers and body."""

    def __init__(self, mode: str) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.seen.append(({k.lower(): v for k, v in self.headers.items()} | {"path": self.path}, body))
                if mode == "hangup":
                    self.close_connection = True
                    self.connection.close()
                    return
                data = b"<html>" if mode == "html" else json.dumps({"text": mode}).encode()
                self.send_response(int(mode) if mode.isdigit() else 200)
                self.send_header("content-type", "text/html" if mode == "html" else "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def listening(mode: str) -> Iterator[tuple[ServedTranscriber, Listener]]:
    server = Listener(mode)
    try:
        yield ServedTranscriber(Endpoint(server.url, "whisper-tiny", "secret-key"), "en", read_s=5.0), server
    finally:
        server.close()


def understand(ear: Transcriber, samples: Samples = TONE) -> str:
    async def once() -> str:
        try:
            return await ear.transcribe(samples)
        finally:
            await ear.aclose()

    return asyncio.run(once())


def test_the_sound_goes_to_the_named_server_as_wav_and_the_words_come_back() -> None:
    with listening(" My brother  bought plums. ") as (ear, server):
        assert understand(ear) == "My brother bought plums."
        headers, body = server.seen[0]
    assert headers["path"] == "/v1/audio/transcriptions"
    assert headers["authorization"] == "Bearer secret-key"
    assert b"whisper-tiny" in body
    with wave.open(io.BytesIO(body[body.index(b"RIFF") :])) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        assert file.getnframes() == 16000


@pytest.mark.parametrize("text", ["[BLANK_AUDIO]", "(wind blowing)", "*coughs*", " ", "...", "♪♪"])
def test_noises_are_no_words(text: str) -> None:
    assert words_of(text) == ""
    assert words_of(f"{text} Hello there.").endswith("Hello there.")


@pytest.mark.parametrize(
    ("mode", "says"), [("401", "key"), ("404", "address and model"), ("500", "500"), ("hangup", "cannot be reached"), ("html", "no text")]
)
def test_every_failure_is_one_sentence_and_the_user_can_type(mode: str, says: str) -> None:
    with listening(mode) as (ear, _), pytest.raises(EarTrouble, match=says) as caught:
        understand(ear)
    assert "secret-key" not in str(caught.value)


def test_the_last_resort_understands_a_plain_sentence_roughly() -> None:
    text = understand(SphinxTranscriber(), user_says("My brother went to the market this morning."))
    assert len({"my", "brother", "market", "this", "morning", "went"} & set(text.split())) >= 2


def test_the_last_resort_says_that_it_knows_no_other_language() -> None:
    with pytest.raises(EarTrouble, match="'de'"):
        SphinxTranscriber("de")
    assert SphinxTranscriber("en").name == "pocketsphinx"


def test_the_last_resort_hears_nothing_in_silence() -> None:
    assert understand(SphinxTranscriber(), np.zeros(16000, np.float32)) == ""


def test_without_it_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogue.speech.ear.transcribe.find_spec", lambda _: None)
    with pytest.raises(EarTrouble, match="Settings, or type"):
        SphinxTranscriber()
