"""The voice that always works: espeak-ng, offline, 100+ languages, with the time of every phone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
from math import log
from typing import Any

import numpy as np

from dialogue.speech.phones import timed
from dialogue.speech.sound import Phone, Prosody, Samples, Utterance, Word
from dialogue.trouble import VoiceTrouble

_RATE_WPM = 160
_LEVEL_RMS = 0.085  # -21 dBFS over the voiced part, so that voices are level-matched
_PEAK = 0.92
_PAUSE_S = 0.22  # silence kept after a sentence, before prosody
_SILENT = 0.004


class EspeakVoice:
    """`voice` is espeak-ng's name with a variant, for example `en-us+f3`; `rate_pct` and `pitch_pct` are the person's own
    habit, added to what feeling asks."""

    def __init__(self, voice: str = "en-us+f3", *, pitch_pct: float = 0.0, rate_pct: float = 0.0) -> None:
        self._voice, self._pitch_pct, self._rate_pct = voice, pitch_pct, rate_pct
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()  # one question at a time on the pipe

    @property
    def name(self) -> str:
        """`espeak:` and espeak-ng's own name."""
        return f"espeak:{self._voice}"

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises `VoiceTrouble` when the worker cannot be started or breaks twice."""
        return await asyncio.to_thread(self.speak_now, text, prosody)

    def speak_now(self, text: str, prosody: Prosody) -> Utterance:
        """`speak` for callers without a loop; blocks for about 4 ms a sentence."""
        rate = float(np.clip(_RATE_WPM * (1 + (prosody.rate_pct + self._rate_pct) / 100), 90, 300))
        # 15 steps of espeak's pitch are 279/220 in frequency (measured, en-us+f3)
        pitch = 50 + 15 * log(1 + (prosody.pitch_pct + self._pitch_pct) / 100) / log(279 / 220)
        request = {
            "text": text, "voice": self._voice, "rate": round(rate), "pitch": int(np.clip(round(pitch), 0, 99)),
            "range": int(np.clip(round(50 * prosody.range_mult), 0, 99)), "volume": 100,
        }  # fmt: skip
        with self._lock:
            head, pcm = self._ask(request)
        samples = (np.frombuffer(pcm, "<i2") / 32768).astype(np.float32)
        samples, duration = _finish(samples, head["rate_hz"], prosody)
        phones = timed([(ipa, ms / 1000) for ipa, ms in head["phones"]], duration, rate)
        return Utterance(samples, head["rate_hz"], text, _close(phones, duration), _words(text, head["words"], duration))

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            _end(worker)

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        for last in (False, True):
            try:
                return self._exchange(request)
            except (OSError, EOFError, ValueError) as error:
                worker, self._worker = self._worker, None
                if worker is not None:
                    _end(worker)
                if last:
                    raise VoiceTrouble(
                        f"The offline voice stopped working ({error}); she goes on in writing. "
                        "Run 'visavis doctor' to see what is missing."
                    ) from error
        raise AssertionError("unreachable")

    def _exchange(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        if self._worker is not None and self._worker.poll() is not None:
            _end(self._worker)
            self._worker = None
        if self._worker is None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "dialogue.speech.espeak_worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        to, back = self._worker.stdin, self._worker.stdout
        assert to is not None
        assert back is not None
        to.write(json.dumps(request).encode() + b"\n")
        to.flush()
        line = back.readline()
        if not line:
            raise EOFError("its process ended")
        head: dict[str, Any] = json.loads(line)
        if "error" in head:
            raise VoiceTrouble(str(head["error"]) + ".")
        pcm = back.read(head["bytes"])
        if len(pcm) < head["bytes"]:
            raise EOFError("its process ended in the middle of a sentence")
        return head, pcm


def _end(worker: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):  # the pipe may be broken already
        if worker.stdin is not None:
            worker.stdin.close()
    try:
        worker.wait(timeout=2)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
    if worker.stdout is not None:
        worker.stdout.close()


def _finish(samples: Samples, rate_hz: int, prosody: Prosody) -> tuple[Samples, float]:
    """Level, one pause of our own at the end, and edges without a click. Returns samples and their length in seconds."""
    loud = np.flatnonzero(np.abs(samples) > _SILENT)
    if not len(loud):
        return samples, len(samples) / rate_hz
    spoken = samples[: loud[-1] + 1]
    pause = np.zeros(int(_PAUSE_S * (1 + prosody.pause_pct / 100) * rate_hz), np.float32)
    # in double precision: single sums differ in the last bit with where memory lies, and a take must repeat
    voiced = spoken[np.abs(spoken) > _SILENT].astype(np.float64)
    gain = _LEVEL_RMS / float(np.sqrt(np.mean(voiced**2))) * 10 ** (prosody.gain_db / 20)
    gain = min(gain, _PEAK / float(np.abs(spoken).max()))
    out = np.concatenate([spoken * np.float32(gain), pause])
    edge = min(int(0.003 * rate_hz), len(spoken) // 2)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    out[:edge] *= ramp
    out[len(spoken) - edge : len(spoken)] *= ramp[::-1]
    return out, len(out) / rate_hz


def _close(phones: tuple[Phone, ...], end_s: float) -> tuple[Phone, ...]:
    last = phones[-1]
    if last.arpa == "SIL":
        return (*phones[:-1], Phone("SIL", last.ipa, last.start_s, end_s))
    tail = min(last.end_s, max(end_s - _PAUSE_S * 0.9, last.start_s + 0.03))
    return (*phones[:-1], Phone(last.arpa, last.ipa, last.start_s, tail, last.stressed), Phone("SIL", "", tail, end_s))


def _words(text: str, events: list[list[int]], end_s: float) -> tuple[Word, ...]:
    """espeak counts characters from 1 and reports "It's" as two letters: a word reaches to the next one, blanks cut off."""
    out = []
    for i, (position, _, ms) in enumerate(events):
        begin = position - 1
        stop = events[i + 1][0] - 1 if i + 1 < len(events) else len(text)
        stop = begin + len(text[begin:stop].rstrip())
        until = events[i + 1][2] / 1000 if i + 1 < len(events) else end_s
        out.append(Word(begin, stop, ms / 1000, min(until, end_s)))
    return tuple(out)
