"""How well lips follow a voice: an alignment measured against phones whose times are known.

Frames of 10 ms between the first and the last phone count, by the 15 visemes (Meta's names) and by six classes of lips. An onset
counts as found when one of the same viseme lies within 150 ms; a closure when one lies within 40 ms of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np

from avatar.face.frame import INDEX, zeros
from avatar.face.viseme import VisemeTrack, viseme
from dialogue.speech import flite
from dialogue.speech.align import alone, own, sphinx
from dialogue.speech.align.network import load
from dialogue.speech.align.spelling import Spelled, Speller
from dialogue.speech.level import loudness
from dialogue.speech.sound import Phone, Samples
from dialogue.trouble import VoiceTrouble

AIMS = {"acc15": 0.86, "acc6": 0.90, "pp_recall": 0.98, "pp_precision": 0.98, "closures_reached": 1.0}
"""At least so much, rounded to three digits as the table shows it ..."""
MOST_MS = {"onset_ms": 10.0, "onset_p95_ms": 36.0}
"""... and at most so much."""
ALONE = {"alone_acc6": 0.77, "alone_own_acc6": 0.60}
STEP_S, NEAR_S, TOUCH_S = 0.010, 0.150, 0.040
_LIPS = {"oh": "round", "ou": "round", "aa": "open", "E": "open", "sil": "sil", "PP": "PP", "FF": "FF"}
Span = tuple[str, float, float]


def spans(phones: Sequence[Phone]) -> list[Span]:
    """(viseme, start, end), equal neighbours as one."""
    out: list[Span] = []
    for phone in phones:
        name = viseme(phone.arpa)
        if out and out[-1][0] == name and phone.start_s - out[-1][2] < 1e-3:
            out[-1] = (name, out[-1][1], phone.end_s)
        else:
            out.append((name, phone.start_s, phone.end_s))
    return out


def _at(found: list[Span], times: Any) -> list[str]:
    ends = np.array([s[2] for s in found])
    return [found[min(int(k), len(found) - 1)][0] for k in np.searchsorted(ends, times, "right")]


@dataclass
class Score:
    """Sums over sentences; `figures` has the shares."""

    sentences: int = 0
    frames: int = 0
    same: int = 0
    same_lips: int = 0
    onsets: int = 0
    off_s: list[float] = field(default_factory=list)
    closures: list[int] = field(default_factory=lambda: [0, 0, 0, 0])  # true, of them found; given, of them true
    cpu_s: float = 0.0
    sound_s: float = 0.0

    def add(self, truth: Sequence[Phone], given: Sequence[Phone], cpu_s: float) -> None:
        """One sentence; `given` may be empty, and then nothing of it was right."""
        true, said = spans(truth), spans(given) or [("none", 0.0, 0.0)]
        voiced = [s for s in true if s[0] != "sil"]
        times = np.arange(voiced[0][1], voiced[-1][2], STEP_S)
        pairs = list(zip(_at(true, times), _at(said, times), strict=True))
        self.sentences += 1
        self.frames += len(pairs)
        self.same += sum(a == b for a, b in pairs)
        self.same_lips += sum(_LIPS.get(a, "narrow") == _LIPS.get(b, "narrow") and b != "none" for a, b in pairs)
        for name, begin, _ in voiced:
            off = min((abs(s[1] - begin) for s in said if s[0] == name), default=1.0)
            self.onsets += 1
            if off <= NEAR_S:
                self.off_s.append(off)
        ours, theirs = ([s for s in group if s[0] == "PP"] for group in (true, said))
        for k, (some, others) in enumerate(((ours, theirs), (theirs, ours))):
            self.closures[2 * k] += len(some)
            self.closures[2 * k + 1] += sum(any(a[1] - TOUCH_S < b[2] and b[1] < a[2] + TOUCH_S for b in others) for a in some)
        self.cpu_s += cpu_s
        self.sound_s += truth[-1].end_s

    def figures(self) -> dict[str, float]:
        """By the names of the contract."""
        off = np.percentile(self.off_s or [1.0], [50, 95]) * 1000
        true, found, given, right = self.closures
        return {
            "acc15": round(self.same / max(self.frames, 1), 3), "acc6": round(self.same_lips / max(self.frames, 1), 3),
            "onset_ms": round(float(off[0]), 1), "onset_p95_ms": round(float(off[1]), 1),
            "onsets_found": round(len(self.off_s) / max(self.onsets, 1), 3),
            "pp_recall": round(found / max(true, 1), 3), "pp_precision": round(right / max(given, 1), 3),
            "cpu_per_s": round(self.cpu_s / max(self.sound_s, 1e-9), 4),
        }  # fmt: skip


VOICES = ("slt", "rms")
_QUICK = 6
_FRAME_S = 1 / 60
_LOUDER_DB = (-14.0, 6.0)  # whispered and raised: lips close all the same
_BILABIAL = ("P", "B", "M")


def measure(quick: bool = False) -> dict[str, Any]:
    """Speaks the sentences of the assets with flite, whose phones are the truth, and aligns them; then moves the lips by what was
    found. The figures without a prefix are of the aligner that is used here for English; `own_` is our network, each voice aligned by
    one that has not heard it; `alone_` and `alone_own_` are of both where the text is not told. `missed` names the aims that are not
    reached. Raises `VoiceTrouble` where flite is not
    installed."""
    if not flite.installed():
        raise VoiceTrouble("The program flite is not installed, whose voices are measured; on Debian: apt-get install flite.")
    sentences = json.loads(files("world.assets").joinpath("speech/sentences.json").read_text("utf-8"))["sentences"]
    speller = Speller()
    methods: dict[str, Callable[[Samples, int, Spelled, str], list[Phone]]] = {}
    if sphinx.installed():
        methods["pocketsphinx"] = lambda samples, rate_hz, spelled, _: sphinx.align(samples, rate_hz, spelled)
    methods["own"] = lambda samples, rate_hz, spelled, voice: own.align(samples, rate_hz, spelled, load(f"aligner-without-{voice}"))
    best = next(iter(methods))
    if sphinx.installed():
        methods["alone"] = lambda samples, rate_hz, spelled, _: alone.by_sphinx(samples, rate_hz)
    methods["alone_own"] = lambda samples, rate_hz, spelled, voice: alone.by_network(samples, rate_hz, load(f"aligner-without-{voice}"))
    scores = {name: Score() for name in methods}
    curves_s = speech_s = 0.0
    closures = closed = 0
    try:
        for voice in VOICES:
            for text in sentences[:: len(sentences) // _QUICK] if quick else sentences:
                samples, rate_hz, truth = flite.say(text, voice)
                spelled = speller.spell(text)
                for name, method in methods.items():
                    method(samples, rate_hz, spelled, voice) if not scores[name].frames else None  # loading is not measured
                    begin = time.thread_time()
                    found = method(samples, rate_hz, spelled, voice)
                    scores[name].add(truth, found, time.thread_time() - begin)
                    if name == best:
                        begin = time.thread_time()
                        step_s, db = loudness(samples, rate_hz)
                        timed = [(p.arpa, p.start_s, p.end_s) for p in found]
                        track = VisemeTrack(timed, loudness=(step_s, db))
                        curves_s += time.thread_time() - begin
                        speech_s += truth[-1].end_s
                        for one in (track, *(VisemeTrack(timed, loudness=(step_s, db + by)) for by in _LOUDER_DB)):
                            here, shut = _closures(one, found)
                            closures, closed = closures + here, closed + shut
    finally:
        speller.close()
    figures: dict[str, Any] = {
        "sentences": scores[best].sentences, "aligner": best, **scores[best].figures(),
        "closures_reached": round(closed / max(closures, 1), 4), "curves_ms_per_s": round(1000 * curves_s / max(speech_s, 1e-9), 3),
        **{f"{name}_{k}": v for name in methods if name != best for k, v in scores[name].figures().items()},
    }  # fmt: skip
    figures["missed"] = missed(figures)
    return figures


def missed(figures: dict[str, Any]) -> list[str]:
    """The aims that are not reached, as the figures show them: rounded."""
    least = {f"{prefix}{name}": aim for prefix in ("", "own_") for name, aim in AIMS.items()} | ALONE
    most = {f"{prefix}{name}": aim for prefix in ("", "own_") for name, aim in MOST_MS.items()}
    return [name for name, value in figures.items() if value < least.get(name, value) or value > most.get(name, value)]


def _closures(track: VisemeTrack, phones: Sequence[Phone]) -> tuple[int, int]:
    """How many bilabials there are, and in how many of them the lips are sealed in a frame at 60 Hz."""
    out = zeros()
    jaw, close = INDEX["jawOpen"], INDEX["mouthClose"]
    count = sealed = 0
    for phone in phones:
        if phone.arpa in _BILABIAL:
            count += 1
            gaps = []
            for k in range(int(phone.start_s / _FRAME_S), int(max(phone.end_s, phone.start_s + 0.045) / _FRAME_S) + 1):
                track.at(k * _FRAME_S, out)
                gaps.append(float(out[jaw] - out[close]))
            sealed += min(gaps) < 0.02
    return count, sealed
