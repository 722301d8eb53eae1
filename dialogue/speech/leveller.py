"""`level.finish` for sound that comes in pieces: what was given out is never taken back, and no piece is heard to begin."""

from __future__ import annotations

import numpy as np

from dialogue.speech.level import EDGE_S, LEAD_S, LEVEL_RMS, PEAK, floor_of, pause_s
from dialogue.speech.sound import Prosody, Samples

KNOWN_S = 0.25
"""So much of a voice that never spoke is waited for: before, its level would be a guess."""
_BENDS = 0.8  # what is louder is bent below `PEAK`, sample by sample, so that no piece needs to know the next
_LEARNS = 0.3
_TYPICAL = 0.08  # RMS of a voice of which hardly anything could be measured


class VoiceLevel:
    """How loud a voice is by itself: kept from one utterance to the next."""

    def __init__(self) -> None:
        self.rms: float | None = None

    def learn(self, rms: float) -> None:
        """Of one utterance."""
        self.rms = rms if self.rms is None else self.rms + _LEARNS * (rms - self.rms)


class Leveller:
    """`feed` it samples at `rate_hz`, `finish` it once. The gain is the same through an utterance. Silence after words is given out as far
    as the pause after `text` lasts, and more of it only when words follow."""

    def __init__(self, rate_hz: int, text: str, prosody: Prosody, level: VoiceLevel) -> None:
        self._rate_hz, self._level = rate_hz, level
        self._extra = 10 ** (prosody.gain_db / 20)
        self._pause = int(pause_s(text, prosody) * rate_hz)
        self._edge = max(int(EDGE_S * rate_hz), 1)
        self._gain: float | None = None
        self._held = np.zeros(0, np.float32)
        self._begun = False
        self._quiet = 0  # samples of silence at the end of what was given out
        self._peak = self._power = 0.0
        self._voiced = 0
        self.silent_s = 0.0  # of silence at the end of what came
        self.given = 0
        self.lead = 0  # samples of silence left out before the first sound

    def feed(self, samples: Samples) -> Samples:
        """What can be heard after these."""
        samples = np.nan_to_num(samples, posinf=1.0, neginf=-1.0)
        self._peak = max(self._peak, float(np.abs(samples).max(initial=0.0)))
        floor = floor_of(self._peak)
        loud = np.abs(samples) > floor
        self._power += float(np.square(samples[loud], dtype=np.float64).sum())
        self._voiced += int(loud.sum())
        last = np.flatnonzero(loud)
        self.silent_s = (len(samples) - last[-1] - 1) / self._rate_hz if len(last) else self.silent_s + len(samples) / self._rate_hz
        self._held = np.concatenate([self._held, samples])
        if not self._begun:
            first = np.flatnonzero(np.abs(self._held) > floor)
            lead = int(LEAD_S * self._rate_hz)
            cut = max((int(first[0]) if len(first) else len(self._held)) - lead, 0)
            self._held, self.lead = self._held[cut:], self.lead + cut
            enough = len(first) and (self._level.rms is not None or len(self._held) >= KNOWN_S * self._rate_hz)
            if not enough:
                return np.zeros(0, np.float32)
        return self._give(self._spare(floor))

    def finish(self, *, broken: bool = False) -> Samples:
        """The rest, with its pause; `broken`: the words were not over, and no pause is due."""
        floor = floor_of(self._peak)
        if not self._voiced:
            return np.zeros(0, np.float32)
        loud = np.flatnonzero(np.abs(self._held) > floor)
        rest = len(self._held) if broken else max(int(loud[-1]) + 1 if len(loud) else 0, min(self._edge, len(self._held)))
        tail = self._give(rest)
        edge = min(self._edge, len(tail))
        tail[len(tail) - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
        if self._voiced > 0.1 * KNOWN_S * self._rate_hz:
            self._level.learn(float(np.sqrt(self._power / self._voiced)))
        missing = 0 if broken else max(self._pause - self._quiet, 0)
        self.given += missing
        return np.concatenate([tail, np.zeros(missing, np.float32)])

    def _spare(self, floor: float) -> int:
        """How many of the held samples may go: all but the last edge, and of silence at the end no more than the pause."""
        loud = np.flatnonzero(np.abs(self._held) > floor)
        after = int(loud[-1]) + 1 if len(loud) else 0
        allowed = after + max(self._pause - self._edge - (0 if len(loud) else self._quiet), 0)
        return max(min(allowed, len(self._held) - self._edge), 0)

    def _give(self, count: int) -> Samples:
        if self._gain is None:
            rms = self._level.rms
            if rms is None:
                rms = float(np.sqrt(self._power / self._voiced)) if self._voiced else _TYPICAL
                self._level.learn(rms)  # at once: who is interrupted in her first words has spoken all the same
            self._gain = LEVEL_RMS / rms * self._extra
        part, self._held = self._held[:count], self._held[count:]
        loud = np.flatnonzero(np.abs(part) > floor_of(self._peak))
        self._quiet = len(part) - int(loud[-1]) - 1 if len(loud) else self._quiet + len(part)
        out = part * np.float32(self._gain)
        over = np.abs(out) > _BENDS
        out[over] = np.sign(out[over]) * (_BENDS + (PEAK - _BENDS) * np.tanh((np.abs(out[over]) - _BENDS) / (PEAK - _BENDS)))
        if not self._begun and count:
            self._begun = True
            edge = min(self._edge, len(out))
            out[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
        self.given += len(out)
        return np.asarray(out, np.float32)
