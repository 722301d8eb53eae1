"""How soon her first words can sound: a server on this computer streams a reply token by token, on the real clock; from the moment at
which the first clause is complete in the stream to her `Speech`, less what the voice itself took."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass

from dialogue import events
from dialogue.client import Endpoint
from dialogue.mind import build_mind
from dialogue.persona.persona import load_persona
from dialogue.speech.espeak import EspeakVoice
from dialogue.speech.served import ServedVoice
from dialogue.speech.sound import Prosody, Utterance, Voice
from dialogue.thread import MindThread
from dialogue.trouble import Trouble
from world.commands.scripted import ScriptedServer
from world.commands.speaking import SpeakingServer

PACE_S = 0.030
"""33 tokens a second, as a small model gives on a good desktop."""
COMMA = (
    "[joy] That sounds like a lovely evening, and I am glad you told me about it.",
    "I was just thinking about the sea, the way it looked in your story.",
    "You know what I like about Tuesdays, nobody expects anything of them.",
    "Well that is a surprise, because I thought you were already home.",
    "[curious] Let me think about that for a moment, since it is not a small question.",
)
"""Replies whose first clause ends with a comma ..."""
STOP = ("That sounds like a lovely evening. I am glad you told me.", "I was thinking about the sea again. It looked so calm.")
"""... and with a full stop, which only the next word tells from an abbreviation."""
_SAYS = "I had a long day and then I cooked something nice."
_WAIT_S = 20.0
_TOKEN = re.compile(r"\s*(?:[^\W\d_]+|\S)")


class _Watched:
    """A voice, and how long it took for each text."""

    def __init__(self) -> None:
        self._voice = EspeakVoice()
        self.name = self._voice.name
        self.took_s: dict[str, float] = {}

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        begin = time.perf_counter()
        said = await self._voice.speak(text, prosody)
        self.took_s[text] = time.perf_counter() - begin
        return said

    async def aclose(self) -> None:
        await self._voice.aclose()


@dataclass(frozen=True, slots=True)
class FirstSound:
    """Of one turn, seconds: from the clause to its `Speech` without the voice, and the voice's own time."""

    after_clause_s: float
    voice_s: float


def measure(replies: tuple[str, ...], turns: int, pace_s: float = PACE_S) -> list[FirstSound]:
    """`turns` turns in one conversation, the first of which (which opens connection and voice) is not counted. Raises `Trouble` when
    no speech comes."""
    voice = _Watched()
    return [FirstSound(after_s - voice.took_s[text], voice.took_s[text]) for text, after_s in _turns(voice, replies, turns, pace_s)]


def by_server(replies: tuple[str, ...], turns: int, pace: float, *, streamed: bool) -> list[float]:
    """Seconds from the first clause to the first sound that can be played, of a server whose sound takes `pace` times as long to come as
    to be heard; `streamed`: played as it comes, else when all of the clause has come. Raises `Trouble` when no speech comes."""
    server = SpeakingServer(pace)
    served = ServedVoice(Endpoint(server.url, "speaking"), "bench")
    try:
        return [after_s for _, after_s in _turns(served if streamed else Entire(served), replies, turns, PACE_S)]
    finally:
        server.close()


class Entire:
    """A voice that is not heard before all of its clause is there."""

    def __init__(self, voice: Voice) -> None:
        self._voice, self.name = voice, voice.name

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """As the voice does."""
        return await self._voice.speak(text, prosody)

    async def aclose(self) -> None:
        """As the voice does."""
        await self._voice.aclose()


def _turns(voice: Voice, replies: tuple[str, ...], turns: int, pace_s: float) -> list[tuple[str, float]]:
    """Of each turn the first clause, and the seconds from when it was complete to its `Speech`."""
    server = ScriptedServer(pace_s)
    thread = MindThread(build_mind(load_persona("mira"), Endpoint(server.url, "scripted"), voice, time.time, random.Random(1)))
    out: list[tuple[str, float]] = []
    try:
        for k in range(turns + 1):
            reply = replies[k % len(replies)]
            server.tokens = tokens_of(reply)
            thread.send(events.Say(_SAYS))
            speech, at = _first(thread)
            thread.send(events.Hush())
            _until(thread, speech.turn + 1)
            spoken = speech.utterance.text if speech.utterance else ""
            complete = server.sent[_ends_clause(server.tokens, len(spoken.split()))]
            out.append((spoken, at - complete))
    finally:
        thread.close()
        server.close()
    return out[1:]


def tokens_of(reply: str) -> list[str]:
    """A reply as a model would send it: words with the blank before them, and signs."""
    return _TOKEN.findall(reply)


def _ends_clause(tokens: list[str], words: int) -> int:
    """Number of the token with which a first clause of so many words is complete: its comma or full stop."""
    counted, tagged = 0, False
    for k, token in enumerate(tokens):
        tagged = (tagged or token.strip() == "[") and tokens[k - 1].strip() != "]"
        counted += not tagged and token.strip().isalpha()
        if counted == words and token in ".,":
            return k
    raise Trouble("The measured clause is none of the reply; the chunker cut elsewhere.")


def _first(thread: MindThread) -> tuple[events.Speech, float]:
    until = time.perf_counter() + _WAIT_S
    while time.perf_counter() < until:
        for event in thread.poll():
            if isinstance(event, events.Speech):
                return event, time.perf_counter()
            if isinstance(event, events.Trouble):
                raise Trouble(f"Nothing could be measured: {event.sentence}")
        time.sleep(0.0005)
    raise Trouble("Nothing could be measured: no words came.")


def _until(thread: MindThread, turn: int) -> None:
    until = time.perf_counter() + _WAIT_S
    while time.perf_counter() < until:
        if any(isinstance(event, events.Done) and event.turn == turn for event in thread.poll()):
            return
        time.sleep(0.001)
