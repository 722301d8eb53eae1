"""pydub, for levels, fades and mixing of sounds that are whole, and with ffmpeg for the kinds of sound that need it.

The one module that imports pydub, which is told where its converter is and which of its warnings are known: it looks for ffmpeg on the PATH
at import, and its regular expressions predate Python 3.12's stricter escapes.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np

from dialogue.speech.sound import Samples
from dialogue.trouble import Trouble

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="Couldn't find ff", category=RuntimeWarning)
    warnings.filterwarnings("ignore", category=SyntaxWarning)  # named by path, not by module, when compiled
    warnings.filterwarnings("ignore", message="invalid escape sequence", category=DeprecationWarning)  # the same up to 3.11
    warnings.filterwarnings("ignore", message=".*audioop.*", category=DeprecationWarning)
    from pydub import AudioSegment
    from pydub.exceptions import CouldntDecodeError, CouldntEncodeError

__all__ = ["AudioSegment", "ConverterTrouble", "CouldntEncodeError", "convert", "ffmpeg", "samples_of", "segment"]

_FULL = {2: 2**15 - 1, 4: 2**31 - 1}
"""The largest sample of so many bytes."""


class ConverterTrouble(Trouble):
    """ffmpeg is not there, or cannot read what it was given."""


def ffmpeg() -> str:
    """The converter that comes with the extra `video`. Raises `ConverterTrouble` where it is not installed."""
    try:
        import imageio_ffmpeg

        found: str = imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError) as error:
        raise ConverterTrouble("ffmpeg is missing: run script/setup, or install Visavis with its extra 'video'.") from error
    AudioSegment.converter = found
    return found


def convert(data: bytes, container: str, codec: str, longest_s: float) -> tuple[Samples, int]:
    """float32 mono and its rate, of the first `longest_s` seconds. The codec is named because pydub would ask ffprobe, which is not there.
    Blocks; raises `ConverterTrouble`."""
    ffmpeg()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"sound.{container}")  # a file, not a pipe: MP4 may tell at its end where its samples are
        path.write_bytes(data)
        try:
            read = AudioSegment.from_file(path, format=container, codec=codec, parameters=["-t", str(longest_s)])
        except (CouldntDecodeError, OSError, IndexError, KeyError) as error:
            raise ConverterTrouble(f"ffmpeg reads no {codec} in it.") from error
    mono = read.set_channels(1)
    return samples_of(mono), int(mono.frame_rate)


def segment(samples: Samples, rate_hz: int, width: int = 4) -> AudioSegment:
    """float32 mono as pydub's, of `width` bytes a sample: 4 to work with, 2 for what is packed."""
    pcm = (np.clip(samples, -1, 1).astype(np.float64) * _FULL[width]).astype(f"<i{width}").tobytes()
    return AudioSegment(pcm, frame_rate=rate_hz, sample_width=width, channels=1)


def samples_of(sound: AudioSegment, count: int | None = None) -> Samples:
    """float32 mono, -1..1, of a segment with one channel; just `count` of them, silence behind, for pydub counts in whole milliseconds."""
    wide = sound.set_sample_width(4)
    made = (np.frombuffer(wide.raw_data, "<i4") / 2**31).astype(np.float32)
    if count is None:
        return made
    return np.concatenate([made[:count], np.zeros(max(count - len(made), 0), np.float32)])
