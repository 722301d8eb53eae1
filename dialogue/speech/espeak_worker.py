"""espeak-ng in a process of its own, asked over a pipe.

espeak-ng is one instance per process with one owner thread, and it is GPL: a worker keeps both facts out of the program.
Run as `python -m dialogue.speech.espeak_worker` (see `worker`). Asked

    {"text": str, "voice": "en-us+f3", "rate": words per minute, "pitch": 0..99, "range": 0..99, "volume": 0..200}

it answers {"rate_hz", "phones": [[ipa, ms], ...], "words": [[position from 1, length, ms], ...]} and 16 bit mono sound; asked

    {"spell": str, "pieces": [str, ...], "voice": "en-us"}

it answers {"clauses": [[[ipa of a phone, ...] for each word] for each clause], "pieces": [how many words each piece is, ...]}.
"""

from __future__ import annotations

import ctypes as c
import sys
from typing import Any

from dialogue.speech.worker import Answer, serve

_SYNCHRONOUS, _PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 2, 1, 2, 0x8000
_CHARS_UTF8 = 1
_WORD, _PHONEME = 1, 7
_IPA, _BETWEEN = 0x02, "_"  # how phones are written when text is spelled
_PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}


class _Id(c.Union):
    _fields_ = (("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8))


class _Event(c.Structure):
    _fields_ = (
        ("type", c.c_int), ("unique_identifier", c.c_uint), ("text_position", c.c_int), ("length", c.c_int),
        ("audio_position", c.c_int), ("sample", c.c_int), ("user_data", c.c_void_p), ("id", _Id),
    )  # fmt: skip


_Callback = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.POINTER(_Event))


class Engine:
    """The library, opened once. Raises `OSError` where it cannot be loaded or started."""

    def __init__(self) -> None:
        import espeakng_loader

        lib = self._lib = c.CDLL(espeakng_loader.get_library_path())
        lib.espeak_Synth.argtypes = (
            c.c_char_p, c.c_size_t, c.c_uint, c.c_int, c.c_uint, c.c_uint, c.POINTER(c.c_uint), c.c_void_p,
        )  # fmt: skip
        lib.espeak_Initialize.argtypes = (c.c_int, c.c_int, c.c_char_p, c.c_int)
        lib.espeak_SetVoiceByName.argtypes = (c.c_char_p,)
        lib.espeak_ng_SetRandSeed.argtypes = (c.c_long,)
        lib.espeak_TextToPhonemes.argtypes = (c.POINTER(c.c_void_p), c.c_int, c.c_int)
        lib.espeak_TextToPhonemes.restype = c.c_char_p
        data = espeakng_loader.get_data_path().encode()
        self.rate_hz = int(lib.espeak_Initialize(_SYNCHRONOUS, 60, data, _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT))
        if self.rate_hz <= 0:
            raise OSError("espeak-ng did not start (its data folder may be damaged)")
        self._callback = _Callback(self._receive)  # kept: ctypes does not hold it for us
        lib.espeak_SetSynthCallback(self._callback)
        self._voice = ""
        self._sound = bytearray()
        self._phones: list[tuple[str, int]] = []
        self._words: list[tuple[int, int, int]] = []

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        i = 0
        while events[i].type:
            event = events[i]
            if event.type == _PHONEME:
                self._phones.append((event.id.string.decode("utf-8", "ignore"), event.audio_position))
            elif event.type == _WORD:
                self._words.append((event.text_position, event.length, event.audio_position))
            i += 1
        if wave and count > 0:
            self._sound += c.string_at(wave, count * 2)
        return 0

    def answer(self, question: dict[str, Any], _: bytes) -> Answer:
        """Speak or spell; raises `ValueError` for a voice that espeak-ng does not have."""
        if question["voice"] != self._voice:
            if self._lib.espeak_SetVoiceByName(question["voice"].encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {question['voice']!r}; try 'en-us+f3'")
            self._voice = question["voice"]
        if "spell" in question:
            counts = [sum(map(len, self._spell(piece))) for piece in question["pieces"]]
            return {"clauses": self._spell(question["spell"]), "pieces": counts}, b""
        for name, number in _PARAMETERS.items():
            self._lib.espeak_SetParameter(number, int(question[name]), 0)
        self._sound.clear()
        self._phones.clear()
        self._words.clear()
        self._lib.espeak_ng_SetRandSeed(1)  # its hiss is seeded by time otherwise: the same words must sound the same
        text = question["text"].encode()
        self._lib.espeak_Synth(text + b"\0", len(text) + 1, 0, 0, 0, _CHARS_UTF8, None, None)
        self._lib.espeak_Synchronize()
        return {"rate_hz": self.rate_hz, "phones": self._phones, "words": self._words}, bytes(self._sound)

    def _spell(self, text: str) -> list[list[list[str]]]:
        raw = c.create_string_buffer(text.encode())
        at = c.c_void_p(c.addressof(raw))
        clauses = []
        while at.value:
            spelled = self._lib.espeak_TextToPhonemes(c.byref(at), _CHARS_UTF8, _IPA | ord(_BETWEEN) << 8) or b""
            words = [[p for p in word.split(_BETWEEN) if p] for word in spelled.decode("utf-8", "ignore").split()]
            clauses.append([word for word in words if word])
        return [clause for clause in clauses if clause]


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, Engine().answer)
