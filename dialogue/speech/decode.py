"""Sound files of a stranger: wav, mp3, flac or vorbis, opus or aac by ffmpeg, to float32 mono, whatever their rate, width and channels."""

from __future__ import annotations

import numpy as np

from dialogue.speech.converter import ConverterTrouble, convert
from dialogue.speech.sound import Samples
from dialogue.speech.wavstream import WavStream
from dialogue.trouble import TooLong, VoiceTrouble

LONGEST_S = 600.0
_TEXT = (b"<", b"{", b"[")


def decode(data: bytes, whose: str) -> tuple[Samples, int]:
    """Samples and the rate that the file itself names. `whose` is named in the error. Raises `VoiceTrouble` for what is no sound."""
    import miniaudio  # late: it costs 20 ms

    if not data:
        raise VoiceTrouble(f"{whose} sent an empty answer instead of sound; see whether the name of the voice is right.")
    kind = packed(data)
    if kind is not None:
        try:
            return _checked(*convert(data, *kind, LONGEST_S), whose)
        except ConverterTrouble as error:
            raise VoiceTrouble(f"{whose} sent {kind[1]}, which could not be read: {error} Or let it send wav.") from error
    try:
        if data[:4] == b"RIFF" and (read := _wav(data)) is not None:
            return read
        rate_hz, frames = _rate_and_frames(data)
        if frames > LONGEST_S * rate_hz:
            raise TooLong(f"{whose} sent more than ten minutes of sound for a sentence; choose another voice in Settings.")
        made = miniaudio.decode(data, miniaudio.SampleFormat.FLOAT32, 1, rate_hz)
    except (miniaudio.MiniaudioError, ValueError) as error:
        what = "text" if data.lstrip()[:1] in _TEXT else "something"
        known = "wav, mp3, flac, vorbis, opus or aac"
        raise VoiceTrouble(f"{whose} sent {what} that is no sound ({known}); check its address and format.") from error
    return _checked(np.frombuffer(made.samples, np.float32), rate_hz, whose)


def packed(data: bytes) -> tuple[str, str] | None:
    """(container, codec) by ffmpeg's names of a file that needs ffmpeg: Opus in Ogg, AAC bare or in MP4; None for any other."""
    if data[:4] == b"OggS" and b"OpusHead" in data[:256]:
        return "ogg", "opus"
    if data[4:8] == b"ftyp":
        return "mp4", "aac"
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0:  # the sync word of ADTS: MPEG audio of layer 0
        return "aac", "aac"
    return None


def _checked(samples: Samples, rate_hz: int, whose: str) -> tuple[Samples, int]:
    if not len(samples):
        raise VoiceTrouble(f"{whose} sent a sound file with no sound in it; choose another voice in Settings.")
    return np.nan_to_num(np.clip(samples, -1, 1)), rate_hz


def _wav(data: bytes) -> tuple[Samples, int] | None:
    """By our own reader, which believes no length that cannot be; None for a form that it does not know, or without a sample."""
    wav = WavStream()
    try:
        samples = wav.feed(data)
    except ValueError:
        return None
    if wav.pcm is None or not len(samples):
        return None
    if len(samples) > LONGEST_S * wav.pcm.rate_hz:
        return None
    return samples, wav.pcm.rate_hz


def _rate_and_frames(data: bytes) -> tuple[int, int]:
    import miniaudio

    readers = {b"OggS": miniaudio.vorbis_get_info, b"fLaC": miniaudio.flac_get_info, b"RIFF": miniaudio.wav_get_info}
    info = readers.get(data[:4], miniaudio.mp3_get_info)(data)
    return int(info.sample_rate), int(info.num_frames)
