"""Trains the aligner's network on speech that is made here: flite's voices slt and rms and six of espeak-ng's, saying words of
the dictionary that comes with pocketsphinx and sentences of our own. Needs the program flite.

    .venv/bin/python script/train_aligner.py            the three networks of assets/speech
    .venv/bin/python script/train_aligner.py --only aligner

`aligner` has heard all voices; `aligner-without-slt` and `-rms` have not heard one of them, for `visavis bench lips`.
"""

from __future__ import annotations

import argparse
import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.speech import flite
from dialogue.speech.align.features import BANDS, HOP_S, Array, log_mel, neighbourhoods
from dialogue.speech.align.network import INDEX, PHONES, Network
from dialogue.speech.phones import timed
from dialogue.speech.resample import resample
from dialogue.speech.sound import Phone, Samples
from dialogue.speech.worker import Worker

ASSETS = Path(__file__).resolve().parent.parent / "assets"
FLITE, ESPEAK = ("slt", "rms"), ("en-us+f3", "en-us+m3", "en-us+f2", "en-us+m7", "gmw/en-gb-x-rp", "en-us+klatt2")
OF_FLITE, OF_ESPEAK = 260, 60  # utterances a voice: natural ones count for more
HIDDEN = (256, 256)
EPOCHS, BATCH, RATE = 9, 512, 2e-3


def texts(rng: random.Random, count: int) -> list[str]:
    """Half rows of dictionary words, half sentences of our own assets."""
    from pocketsphinx import get_model_path

    words = [line.split()[0] for line in Path(get_model_path("en-us"), "cmudict-en-us.dict").read_text().splitlines()]
    words = [w for w in words if w.isalpha() and 2 < len(w) < 11]
    ours: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str) and 15 < len(value) < 90 and "{" not in value and value.isascii() and " " in value and "[" not in value:
            ours.append(value)
        elif isinstance(value, (list, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                walk(item)

    for path in sorted((ASSETS / "mind").glob("*.json")):
        walk(json.loads(path.read_text("utf-8")))
    out = []
    for k in range(count):
        if k % 2 and ours:
            out.append(rng.choice(ours))
        else:
            row = [rng.choice(words) for _ in range(rng.randint(5, 9))]
            if rng.random() < 0.4:
                row[len(row) // 2] += ","
            out.append(" ".join(row))
    return out


def spoken(voice: str, text: str, rng: random.Random, espeak: Worker) -> tuple[Samples, int, list[Phone]]:
    """One utterance with its phones."""
    if voice in FLITE:
        return flite.say(text, voice, stretch=rng.uniform(0.85, 1.2))
    rate = rng.randint(135, 200)
    head, pcm = espeak.ask(
        {"text": text, "voice": voice, "rate": rate, "pitch": rng.randint(35, 65), "range": rng.randint(30, 70), "volume": 100}
    )
    samples = (np.frombuffer(pcm, "<i2") / 32768).astype(np.float32)
    return samples, head["rate_hz"], list(timed([(i, ms / 1000) for i, ms in head["phones"]], len(samples) / head["rate_hz"], rate))


def labels(phones: list[Phone], frames: int) -> np.ndarray:
    """Which phone sounds in the middle of each frame."""
    middle = (np.arange(frames) + 0.5) * HOP_S
    ends = np.array([p.end_s for p in phones])
    which = np.minimum(np.searchsorted(ends, middle, "right"), len(phones) - 1)
    return np.array([INDEX[p.arpa] for p in phones])[which]


def varied(samples: Samples, rate_hz: int, phones: list[Phone], rng: random.Random) -> tuple[Samples, int, list[Phone]]:
    """Another throat, another room: played faster or slower, filtered, with noise at 15 to 45 dB."""
    speed = rng.uniform(0.78, 1.28)
    noise = np.random.default_rng(rng.getrandbits(32))
    x = resample(samples, round(rate_hz * speed), rate_hz)
    phones = [Phone(p.arpa, p.ipa, p.start_s / speed, p.end_s / speed) for p in phones]
    spectrum = np.fft.rfft(x)
    tilt = np.interp(np.linspace(0, 1, len(spectrum)), np.linspace(0, 1, 6), noise.normal(0, 3, 6))
    x = np.fft.irfft(spectrum * 10 ** (tilt / 20), len(x)).astype(np.float32)
    level = float(np.sqrt((x**2).mean())) * 10 ** (-rng.uniform(15, 45) / 20)
    hiss = noise.normal(0, 1, len(x)).astype(np.float32)
    if rng.random() < 0.5:
        hiss = np.convolve(hiss, np.ones(8, np.float32) / 2.8, "same")  # a duller room
    return x + level * hiss, rate_hz, phones


def corpus(voices: tuple[str, ...], seed: int) -> tuple[Array, np.ndarray, Array]:
    """Frames (n, 26) laid end to end with their neighbourhoods, labels, and the mean bands (40, 26) of the phones as they were said."""
    rng = random.Random(seed)
    espeak = Worker("dialogue.speech.espeak_worker")
    rows, names = [], []
    sums, counts = np.zeros((len(PHONES), BANDS)), np.ones((len(PHONES), 1))
    for voice in voices:
        for text in texts(rng, OF_FLITE if voice in FLITE else OF_ESPEAK):
            said = spoken(voice, text, rng, espeak)
            for samples, rate_hz, phones in (said, varied(*said, rng), varied(*said, rng)):
                frames = log_mel(samples, rate_hz)
                rows.append(neighbourhoods(frames).astype(np.float16))
                names.append(labels(phones, len(frames)))
                if phones is said[2]:
                    np.add.at(sums, names[-1], frames)
                    np.add.at(counts, names[-1], 1)
    espeak.close()
    return np.concatenate(rows), np.concatenate(names), (sums / counts).astype(np.float32)


def train(x: Array, y: np.ndarray, means: Array, seed: int) -> Network:
    """Cross-entropy with a little smoothing, Adam (Kingma and Ba 2015), a rate that falls as a cosine."""
    rng = np.random.default_rng(seed)
    sizes = (x.shape[1], *HIDDEN, len(PHONES))
    params = []
    for a, b in pairwise(sizes):
        params += [rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, np.float32)]
    first, second = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    layers, steps = len(HIDDEN) + 1, EPOCHS * (len(x) // BATCH)
    step = 0
    for epoch in range(EPOCHS):
        order, total = rng.permutation(len(x)), 0.0
        for k in range(len(x) // BATCH):
            rows = order[k * BATCH : (k + 1) * BATCH]
            kept = [x[rows].astype(np.float32)]
            masks = []
            for n in range(layers):
                z = kept[-1] @ params[2 * n] + params[2 * n + 1]
                if n + 1 < layers:
                    mask = (z > 0) * (rng.random(z.shape, np.float32) > 0.1) / np.float32(0.9)
                    z *= mask
                    masks.append(mask.astype(np.float32))
                kept.append(z)
            z = kept[-1] - kept[-1].max(1, keepdims=True)
            p = np.exp(z)
            p /= p.sum(1, keepdims=True)
            total -= float(np.log(p[np.arange(BATCH), y[rows]] + 1e-9).mean())
            delta = p - np.float32(0.05 / len(PHONES))
            delta[np.arange(BATCH), y[rows]] -= 0.95
            delta /= BATCH
            step += 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            for n in reversed(range(layers)):
                slopes = kept[n].T @ delta, delta.sum(0)
                if n:
                    delta = (delta @ params[2 * n].T) * masks[n - 1]
                for m, slope in zip((2 * n, 2 * n + 1), slopes, strict=True):
                    first[m] += 0.1 * (slope - first[m])
                    second[m] += 0.001 * (slope * slope - second[m])
                    params[m] -= rate * (first[m] / (1 - 0.9**step)) / (np.sqrt(second[m] / (1 - 0.999**step)) + 1e-8)
        print(f"  epoch {epoch + 1}: {total / (len(x) // BATCH):.3f}", flush=True)
    share = np.bincount(y, minlength=len(PHONES)) + 1
    return Network(params[::2], params[1::2], np.log(share / share.sum()).astype(np.float32), means)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    every = FLITE + ESPEAK
    plans = {"aligner": every} | {f"aligner-without-{v}": tuple(w for w in every if w != v) for v in FLITE}
    for name, voices in plans.items():
        if args.only in ("", name):
            print(name, flush=True)
            x, y, means = corpus(voices, args.seed)
            made = train(x, y, means, args.seed)
            path = ASSETS / "speech" / f"{name}.npz"
            arrays: dict[str, Any] = {f"w{k}": w.astype(np.float16) for k, w in enumerate(made.weights)}
            arrays |= {f"b{k}": b.astype(np.float16) for k, b in enumerate(made.biases)}
            np.savez_compressed(path, prior=made.prior, means=made.means.astype(np.float16), **arrays)
            print(f"  {len(y)} frames, {path.stat().st_size} bytes", flush=True)


if __name__ == "__main__":
    main()
