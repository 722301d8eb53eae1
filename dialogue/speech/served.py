"""A voice behind an OpenAI-compatible server: `/v1/audio/speech` of OpenAI, Kokoro-FastAPI, LocalAI, Speaches and others.

`stream` plays the sound while the server makes it; `speak` waits for the whole. Where the server has Kokoro-FastAPI's
`/dev/captioned_speech` beside that, both learn when each word sounds: the first sentence finds out, and no later one asks twice."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Literal

from dialogue.client import Endpoint
from dialogue.speech import captioned
from dialogue.speech.align.aligner import Aligner
from dialogue.speech.align.captions import Caption
from dialogue.speech.decode import decode
from dialogue.speech.growing import Growing
from dialogue.speech.leveller import VoiceLevel
from dialogue.speech.sound import NO_HABIT, Habit, Prosody, Samples, Utterance
from dialogue.speech.sounded import utterance
from dialogue.speech.streamed import Sound, grown
from dialogue.speech.unpacked import Unpacked, cut_short
from dialogue.speech.wavstream import Pcm, is_cut
from dialogue.trouble import TooLate, VoiceTrouble

if TYPE_CHECKING:
    from openai import AsyncOpenAI

READ_S = 30.0
SOON_S, _LONGER = 7.0, 3.0
"""A voice that has spoken is waited for so long, or so many times as long as it took last: only a first sentence loads its model."""
_RATE = re.compile(r"rate=(\d+)")
_HEADS = (b"RIFF", b"OggS", b"fLaC")
Form = Literal["wav", "pcm"]


class ServedVoice:
    """`voice` is the server's name of it. Every failure is a `VoiceTrouble` of one sentence."""

    def __init__(
        self, endpoint: Endpoint, voice: str, habit: Habit = NO_HABIT, *, language: str = "en-us",
        read_s: float = READ_S, soon_s: float = SOON_S, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        endpoint.check()
        self._endpoint, self._voice, self._read_s = endpoint, voice, read_s
        self._soon_s, self._clock = soon_s, clock
        self._patience_s = read_s  # for the first sound of a sentence
        self._habit = habit
        self._aligner = Aligner(language)
        self._level = VoiceLevel()
        self._client: AsyncOpenAI | None = None
        self._format: Form = "wav"
        self._captions = captioned.address(endpoint.base_url)  # None once the server is known to have none
        self.side_by_side = True  # until it refuses a second request beside the first
        self._over: asyncio.Event | None = None  # of what was asked for last

    @property
    def name(self) -> str:
        """`endpoint:` and the server's name of the voice."""
        return f"endpoint:{self._voice}"

    @property
    def language(self) -> str:
        """espeak-ng's name of the language that its lips are aligned in."""
        return self._aligner.language

    async def speak(self, text: str, prosody: Prosody) -> Utterance:
        """Raises `VoiceTrouble`."""
        pitch, rate = self._habit.factors(prosody)
        samples, rate_hz, captions = await self._ask(text, min(max(rate / pitch, 0.5), 2.0))
        whose = f"The voice {self._voice} of {self._endpoint.name}"
        return await asyncio.to_thread(utterance, samples, rate_hz, text, prosody, pitch, self._aligner, whose, captions)

    async def _ask(self, text: str, speed: float) -> tuple[Samples, int, list[Caption]]:
        import openai

        if self._client is None:
            self._client = self._endpoint.open(self._read_s)
        whose = self._endpoint.name
        with self._told():
            if self._captions is not None:
                found = await self._captioned(self._client, self._captions, text, speed)
                if found is not None:
                    return *decode(found[0], whose), found[1]
            form = self._format
            try:
                answer = await self._request(self._client, text, speed, form)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if form == "pcm":
                    raise
                form = "pcm"  # perhaps a server without wav; bare samples are of use where it says their rate
                answer = await self._request(self._client, text, speed, form)
        data, kind = answer
        bare = self._bare(form, data, kind)
        if bare is None and is_cut(data):
            raise cut_short(whose)
        made = (bare.feed(data), bare.rate_hz) if bare is not None else decode(data, whose)
        self._format, self._captions = form, None  # this way it works
        return *made, []

    async def stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Growing, None]:
        """As `growing.Streaming`. Where the server refuses words while it still sends others, they are asked for again after those."""
        before, over = self._over, asyncio.Event()
        self._over = over
        begun = False
        try:
            try:
                async with aclosing(self._stream(text, prosody)) as growing:
                    async for said in growing:
                        begun = True
                        yield said
                return
            except VoiceTrouble:
                if begun or before is None or before.is_set():
                    raise
            self.side_by_side = False
            await before.wait()
            async with aclosing(self._stream(text, prosody)) as growing:
                async for said in growing:
                    yield said
        finally:
            over.set()

    async def _stream(self, text: str, prosody: Prosody) -> AsyncGenerator[Growing, None]:
        pitch, rate = self._habit.factors(prosody)
        lines = captioned.Lines()
        pieces = self._in_time(self._pieces(text, min(max(rate / pitch, 0.5), 2.0), lines))
        whose = f"The voice {self._voice} of {self._endpoint.name}"
        async with aclosing(grown(pieces, text, prosody, pitch, self._aligner, self._level, whose, lines.captions)) as growing:
            async for said in growing:
                yield said

    async def _in_time(self, pieces: AsyncGenerator[Sound, None]) -> AsyncGenerator[Sound, None]:
        """The same; raises `TooLate` when the first of them does not come soon."""
        asked_s = self._clock()
        async with aclosing(pieces):
            try:
                async with asyncio.timeout(self._patience_s):
                    first = await anext(pieces, None)
            except TimeoutError:
                self._patience_s = self._soon_s
                raise self._late() from None
            self._patience_s = min(max(_LONGER * (self._clock() - asked_s), self._soon_s), self._read_s)
            if first is not None:
                yield first
            async for piece in pieces:
                yield piece

    def _late(self) -> TooLate:
        return TooLate(f"{self._endpoint.name} did not speak in time; see whether the model is loaded, or choose another voice.")

    async def _pieces(self, text: str, speed: float, lines: captioned.Lines) -> AsyncGenerator[Sound, None]:
        """The sound as it comes. A file that cannot be played before it is whole (mp3, ogg) is one piece. `lines`: for the times of its
        words."""
        if self._client is None:
            self._client = self._endpoint.open(self._read_s)
        with self._told():
            if self._captions is not None:
                begun = False
                try:
                    async with aclosing(self._timed(self._client, self._captions, text, speed, lines)) as sound:
                        async for piece in sound:
                            begun = True
                            yield piece
                except Exception as error:
                    lacks = _lacks_times(error)
                    if begun and lacks:
                        self._captions = None  # what broke off here is not asked for again
                    if begun or not lacks:
                        raise
                if begun:
                    return
                lines.captions.clear()
            async with aclosing(self._untimed(self._client, text, speed)) as sound:
                async for piece in sound:
                    self._captions = None  # not before there is sound without: the whole server may be in trouble
                    yield piece

    async def _untimed(self, client: AsyncOpenAI, text: str, speed: float) -> AsyncGenerator[Sound, None]:
        """The sound as it comes at the usual address."""
        import openai

        form = self._format
        try:
            async with aclosing(self._read(client, text, speed, form)) as sound:
                async for piece in sound:
                    yield piece
        except (openai.BadRequestError, openai.UnprocessableEntityError):
            if form == "pcm":
                raise
            async with aclosing(self._read(client, text, speed, "pcm")) as sound:
                async for piece in sound:
                    self._format = "pcm"  # not before it has worked: it may have been these words that were refused
                    yield piece

    async def _read(self, client: AsyncOpenAI, text: str, speed: float, form: Form) -> AsyncGenerator[Sound, None]:
        asked = client.audio.speech.with_streaming_response.create(
            model=self._endpoint.model, voice=self._voice, input=text, response_format=form, speed=round(speed, 3)
        )
        async with asked as answer:
            sound: Unpacked | None = None
            async for data in answer.iter_bytes():
                if sound is None:
                    sound = Unpacked(self._endpoint.name, self._bare(form, data, answer.headers.get("content-type", "")))
                if (piece := sound.feed(data)) is not None:
                    yield piece
            sound = sound or Unpacked(self._endpoint.name)
            if (piece := await asyncio.to_thread(sound.rest)) is not None:
                yield piece

    async def _timed(
        self, client: AsyncOpenAI, address: str, text: str, speed: float, lines: captioned.Lines
    ) -> AsyncGenerator[Sound, None]:
        """The sound as it comes where the server tells with it when words sound."""
        from openai._response import AsyncStreamedBinaryAPIResponse

        answer = await client.post(
            address, cast_to=AsyncStreamedBinaryAPIResponse, body=self._asking(text, speed, stream=True),
            options={"headers": {"X-Stainless-Raw-Response": "stream"}},  # by which the client knows not to wait for the whole
        )  # fmt: skip
        sound: Unpacked | None = None
        try:
            async with aclosing(lines.pieces(answer.iter_bytes())) as pieces:
                async for data in pieces:
                    if sound is None:
                        form: Form = "pcm" if "pcm" in lines.kind else "wav"
                        sound = Unpacked(self._endpoint.name, self._bare(form, data, lines.kind))
                    if (piece := sound.feed(data)) is not None and len(piece[0]):
                        lines.heard_s += len(piece[0]) / piece[1]
                        yield piece
            if sound is not None and (piece := await asyncio.to_thread(sound.rest)) is not None:
                yield piece
        except ValueError as error:
            raise VoiceTrouble(f"{self._endpoint.name} broke off in what is no sound; try again or choose another voice.") from error
        finally:
            await answer.close()

    def _bare(self, form: Form, data: bytes, kind: str) -> Pcm | None:
        """For samples without a header; None where there is one, for some send a file whatever they are asked for. `data`: the first."""
        if form != "pcm" or data[:4] in _HEADS:
            return None
        rate = _RATE.search(kind)
        if rate is None:
            raise VoiceTrouble(f"{self._endpoint.name} would not send wav, nor say at what rate its bare samples are; let it offer wav.")
        return Pcm(int(rate[1]))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the server, as one sentence."""
        import openai

        whose = self._endpoint.name
        try:
            yield
        except VoiceTrouble:
            raise
        except openai.APIStatusError as error:
            raise VoiceTrouble(_status_sentence(whose, self._voice, error.status_code)) from error
        except openai.APITimeoutError as error:
            raise self._late() from error
        except Exception as error:  # while it streams, errors are those of the client's own transport, whichever that is
            if "Timeout" in type(error).__name__:
                raise TooLate(f"{whose} stopped in the middle of a sentence; see whether it still runs.") from error
            raise VoiceTrouble(f"{whose} cannot be reached; see that the server runs, or choose another voice in Settings.") from error

    async def _captioned(self, client: AsyncOpenAI, address: str, text: str, speed: float) -> tuple[bytes, list[Caption]] | None:
        """Sound with the times of its words; None where the server does not offer that. Asked for until the answer is known."""
        import openai

        try:
            answer: object = await client.post(address, cast_to=object, body=self._asking(text, speed, stream=False))
        except openai.APIStatusError as error:
            if not _lacks_times(error):
                raise
            return None
        return captioned.read(answer)

    def _asking(self, text: str, speed: float, *, stream: bool) -> dict[str, object]:
        return {
            "model": self._endpoint.model, "voice": self._voice, "input": text, "speed": round(speed, 3), "response_format": "wav",
            "stream": stream, "return_timestamps": True,
        }  # fmt: skip

    async def _request(self, client: AsyncOpenAI, text: str, speed: float, form: Form) -> tuple[bytes, str]:
        answer = await client.audio.speech.create(
            model=self._endpoint.model, voice=self._voice, input=text, response_format=form, speed=round(speed, 3)
        )
        return await answer.aread(), answer.response.headers.get("content-type", "")

    async def aclose(self) -> None:
        """Close the connections and end the aligner; may be called twice."""
        self._aligner.close()
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def _lacks_times(error: Exception) -> bool:
    """Whether the usual address may have sound where word times cannot be had."""
    import openai

    if isinstance(error, openai.APIStatusError):  # absent, refused or broken there; if the key or the voice is wrong, the usual one says so
        return error.status_code != 429
    return not isinstance(error, openai.APIConnectionError) and "Timeout" not in type(error).__name__


def _status_sentence(whose: str, voice: str, status: int) -> str:
    if status in (401, 403):
        return f"{whose} refused the key for its voice ({status}); set the right one in Settings."
    if status in (400, 404, 422):
        return f"{whose} has no voice {voice!r} or no speech at this address ({status}); check both in Settings."
    if status == 429:
        return f"{whose} asks to speak less often (429); wait a moment or choose another voice."
    return f"{whose} failed by itself while speaking ({status}); try again or choose another voice."
