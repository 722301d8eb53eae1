"""What a server of Kokoro-FastAPI's kind answers at `/dev/captioned_speech`: sound, and when each word sounds.

Sound is a file in base64; `timestamps` may be missing or null, and names signs as words of their own. Asked to stream it sends such an
answer a line: each holds the next bytes of the same file and the words in them. Another server has no such address, or answers any address
with its page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from dialogue.speech.align.captions import Caption

_API = "/v1"
_PLACE = "/dev/captioned_speech"
_MOST_BYTES = 1 << 24  # of a line
_OVERLAP_S = 0.05


def address(base_url: str) -> str | None:
    """Where it would be, beside the `/v1` that the user named; None for an address of another form."""
    base = base_url.rstrip("/")
    return base.removesuffix(_API) + _PLACE if base.endswith(_API) else None


def read(answer: object) -> tuple[bytes, list[Caption]] | None:
    """Sound file and words of an answer (JSON, read or still text); None where it is none."""
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except ValueError:
            return None
    if not isinstance(answer, dict) or not isinstance(answer.get("audio"), str):
        return None
    try:
        sound = base64.b64decode(answer["audio"], validate=True)
    except (binascii.Error, ValueError):
        return None
    rows = answer.get("timestamps")
    return sound, [c for c in map(_caption, rows if isinstance(rows, list) else ()) if c is not None]


class Lines:
    """An answer of which a line comes after the other; it may also be one that is whole. `captions` grows: the words that were told, in
    seconds from the begin of the sound."""

    def __init__(self) -> None:
        self.captions: list[Caption] = []
        self.kind = ""
        """Of the sound, as the server names it (`audio/wav`)."""
        self.heard_s = 0.0
        """Of sound that the pieces so far held; to be counted by whoever reads them."""
        self._line = bytearray()
        self._found = False

    async def pieces(self, answer: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """The sound file, piece by piece; the words of a piece are among `captions` before it is given. Raises `ValueError` for what cannot
        be read."""
        async for data in answer:
            *lines, rest = data.split(b"\n")
            for line in lines:
                self._line += line + b"\n"
                for sound in self._read(whole=self._found):
                    yield sound
            self._line += rest
            if len(self._line) > _MOST_BYTES:
                raise ValueError("a line does not end")
        for sound in self._read(whole=True):
            yield sound

    def _read(self, *, whole: bool) -> Iterator[bytes]:
        """`whole`: no further line belongs to the object; only one that does not stream may be written over several."""
        line = self._line.strip()
        if not line:
            return
        if not line.startswith(b"{"):
            raise ValueError("no object of JSON")
        try:
            answer = json.loads(line)
        except ValueError:
            if whole:
                raise
            return
        found = read(answer)
        if found is None:
            raise ValueError("no sound in a line")
        self._line.clear()
        self._found = True
        self.kind = self.kind or str(answer.get("audio_format") or "")
        self._tell(found[1])
        yield found[0]

    def _tell(self, captions: list[Caption]) -> None:
        begun = self.heard_s if captions and self.captions and captions[0][1] < self.captions[-1][2] - _OVERLAP_S else 0.0
        # words that would sound before those of the last piece are counted from the begin of their own
        self.captions += [(word, start + begun, end + begun) for word, start, end in captions]


def _caption(row: Any) -> Caption | None:
    try:
        return str(row["word"]), float(row["start_time"]), float(row["end_time"])
    except (KeyError, TypeError, ValueError):
        return None
