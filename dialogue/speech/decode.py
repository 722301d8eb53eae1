"""Sound files of a stranger: wav, mp3, flac or vorbis to float32 mono, whatever their rate, width and channels."""

from __future__ import annotations

import numpy as np

from dialogue.speech.sound import Samples
from dialogue.trouble import VoiceTrouble

LONGEST_S = 600.0
_TEXT = (b"<", b"{", b"[")


def decode(data: bytes, whose: str) -> tuple[Samples, int]:
    """Samples and the rate that the file itself names. `whose` is named in the error. Raises `VoiceTrouble` for what is no sound."""
    import miniaudio

    if not data:
        raise VoiceTrouble(f"{whose} sent an empty answer instead of sound; see whether the name of the voice is right.")
    try:
        info = _info(miniaudio, data)
        if info.num_frames > LONGEST_S * info.sample_rate:
            raise VoiceTrouble(f"{whose} sent more than ten minutes of sound for a sentence; choose another voice in Settings.")
        made = miniaudio.decode(data, miniaudio.SampleFormat.FLOAT32, 1, info.sample_rate)
    except (miniaudio.MiniaudioError, ValueError) as error:
        what = "text" if data.lstrip()[:1] in _TEXT else "something"
        raise VoiceTrouble(f"{whose} sent {what} that is no sound (wav, mp3, flac or vorbis); check its address and format.") from error
    samples = np.frombuffer(made.samples, np.float32)
    if not len(samples):
        raise VoiceTrouble(f"{whose} sent a sound file with no sound in it; choose another voice in Settings.")
    return np.nan_to_num(np.clip(samples, -1, 1)), int(made.sample_rate)


def _info(miniaudio, data: bytes):  # type: ignore[no-untyped-def]  # the module is imported late, it costs 20 ms
    if data[:4] == b"OggS":
        return miniaudio.vorbis_get_info(data)
    if data[:4] == b"fLaC":
        return miniaudio.flac_get_info(data)
    if data[:4] == b"RIFF":
        return miniaudio.wav_get_info(data)
    return miniaudio.mp3_get_info(data)
