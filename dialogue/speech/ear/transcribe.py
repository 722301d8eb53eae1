"""From sound to words: a server that the user names, or pocketsphinx as the last resort, which understands little and says so."""

from __future__ import annotations

import asyncio
import io
import re
import wave
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

import numpy as np

from dialogue.client import Endpoint
from dialogue.speech.ear.activity import RATE_HZ
from dialogue.speech.sound import Samples
from dialogue.speech.worker import Worker
from dialogue.trouble import EarTrouble

if TYPE_CHECKING:
    from openai import AsyncOpenAI

READ_S = 30.0
_NOISE = re.compile(r"[\[(<][^\])>]*[\])>]|\*[^*]*\*")  # [BLANK_AUDIO], (music), *coughs*: what models write for no words


class Transcriber(Protocol):
    """`transcribe` gives the words of float32 mono at 16 kHz, '' for none. It raises `EarTrouble`."""

    @property
    def name(self) -> str:
        """What a user picks it by."""

    async def transcribe(self, samples: Samples) -> str:
        """The words."""

    async def aclose(self) -> None:
        """Let go of processes and connections; may be called twice."""


def words_of(text: str) -> str:
    """What was said, without the marks that models write for noises; '' when nothing is left."""
    text = re.sub(r"\s+", " ", _NOISE.sub(" ", text)).strip()
    return text if re.search(r"\w", text) else ""


class ServedTranscriber:
    """`/v1/audio/transcriptions` of an OpenAI-compatible server. `language`: two letters, or empty to let the model find out."""

    def __init__(self, endpoint: Endpoint, language: str = "", read_s: float = READ_S) -> None:
        endpoint.check()
        self._endpoint, self._language, self._read_s = endpoint, language, read_s
        self._client: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        """`endpoint:` and the model's name."""
        return f"endpoint:{self._endpoint.model}"

    async def transcribe(self, samples: Samples) -> str:
        """The words; every failure is an `EarTrouble` of one sentence."""
        import openai

        if self._client is None:
            self._client = self._endpoint.open(self._read_s)
        whose = self._endpoint.name
        try:
            answer = await self._client.audio.transcriptions.create(
                model=self._endpoint.model, file=("words.wav", _wav(samples), "audio/wav"), response_format="json",
                language=self._language or openai.omit,
            )  # fmt: skip
            return words_of(answer.text)
        except openai.APIStatusError as error:
            way = "set the right key" if error.status_code in (401, 403) else "check address and model"
            raise EarTrouble(f"{whose} did not take what you said ({error.status_code}); {way} in Settings, or type.") from error
        except openai.APITimeoutError as error:
            raise EarTrouble(f"{whose} did not understand in time; see whether the model is loaded, or type.") from error
        except (openai.OpenAIError, OSError) as error:
            raise EarTrouble(f"{whose} cannot be reached to understand you; see that the server runs, or type.") from error
        except (ValueError, AttributeError, TypeError) as error:
            raise EarTrouble(f"{whose} answered with something that is no text; check the address (it usually ends in /v1).") from error

    async def aclose(self) -> None:
        """Close the connections; may be called twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


class SphinxTranscriber:
    """pocketsphinx with the wheel's own English model, in a worker: one word in five is wrong even on clean speech (measured).
    `language`: two letters; it knows English alone."""

    name = "pocketsphinx"

    def __init__(self, language: str = "") -> None:
        if language.lower()[:2] not in ("", "en"):
            raise EarTrouble(
                f"Nothing here understands speech in the language {language!r}: fetch a model under More voices, name a server in "
                "Settings, or type."
            )
        if find_spec("pocketsphinx") is None:
            raise EarTrouble("Nothing here understands speech; name a server for it in Settings, or type.")
        self._worker = Worker("dialogue.speech.ear.sphinx_worker")

    async def transcribe(self, samples: Samples) -> str:
        """The words, in lower case and without signs."""
        try:
            head, _ = await asyncio.to_thread(self._worker.ask, {}, np.ascontiguousarray(samples, np.float32).tobytes())
        except (OSError, ValueError) as error:
            raise EarTrouble(f"What you said could not be understood here ({error}); please type.") from error
        return words_of(str(head["text"]))

    async def aclose(self) -> None:
        """End the worker; may be called twice."""
        self._worker.close()


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
