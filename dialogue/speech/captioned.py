"""What a server of Kokoro-FastAPI's kind answers at `/dev/captioned_speech`: sound, and when each word sounds.

Sound is a file in base64; `timestamps` may be missing or null, and names signs as words of their own. Another server has no such address,
or answers any address with its page.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from dialogue.speech.align.captions import Caption

_API = "/v1"
_PLACE = "/dev/captioned_speech"


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


def _caption(row: Any) -> Caption | None:
    try:
        return str(row["word"]), float(row["start_time"]), float(row["end_time"])
    except (KeyError, TypeError, ValueError):
        return None
