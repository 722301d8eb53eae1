"""`visavis say` and `visavis voices`: hear a voice, and see which there are."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from dialogue.trouble import VoiceTrouble
from world.commands.common import WrongUse, add_profile, feeling_of
from world.commands.common import say as tell


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register both commands."""
    listing = commands.add_parser("voices", help="list the voices that can speak here")
    add_profile(listing)
    listing.add_argument("--json", action="store_true", help="print them as JSON")
    listing.set_defaults(run=voices)
    speaking = commands.add_parser("say", help="speak a text into a sound file")
    add_profile(speaking)
    speaking.add_argument("text", help="what to say")
    speaking.add_argument("--voice", default="", metavar="V", help="as `visavis voices` lists them; without it the one of the settings")
    speaking.add_argument("--feeling", default="", metavar="LABEL[:STRENGTH]", help="for example joy or sad:0.6")
    kinds = "a sound file; .wav needs nothing else, .mp3, .flac, .ogg, .opus and .m4a need ffmpeg"
    speaking.add_argument("--out", type=Path, required=True, metavar="FILE", help=kinds)
    speaking.add_argument("--json", action="store_true", help="print phones and words as JSON")
    speaking.set_defaults(run=run)


def voices(args: argparse.Namespace) -> int:
    """One line a voice."""
    from dialogue.speech.voices import offers
    from world.choices import voice_sources
    from world.settings import load

    settings = load(args.profile)
    sources = voice_sources(settings, args.profile)
    served = [settings.voice.voice.partition(":")[2]] if sources.endpoint and settings.voice.voice.startswith("endpoint:") else []
    found = offers(sources, served)
    tell(
        [{"voice": o.key, "about": o.about, "natural": o.natural} for o in found], args.json,
        "\n".join(f"{o.key:26} {o.about}" for o in found),
    )  # fmt: skip
    return 0


def run(args: argparse.Namespace) -> int:
    """Speak once. Raises `WrongUse` for a voice or a feeling that is unknown, `VoiceTrouble` when the voice fails."""
    from dialogue.affect.prosody import prosody
    from dialogue.speech.sound import Habit, Voice
    from dialogue.speech.voices import open_one, spoken_once
    from world.choices import voice_of, voice_sources
    from world.media import CODECS, save_sound
    from world.people import chosen
    from world.settings import load

    if args.out.suffix.lower() not in (".wav", *CODECS):
        raise WrongUse(f"--out {args.out}: give a name that ends in .wav, {', '.join(CODECS)}.")
    if not args.out.parent.is_dir():
        raise WrongUse(f"--out {args.out}: there is no folder {args.out.parent}; make it first.")
    settings = load(args.profile)
    asked = prosody(feeling_of(args.feeling))
    try:
        if args.voice:
            voice: Voice = open_one(args.voice, Habit(), voice_sources(settings, args.profile))
        else:
            voice = voice_of(settings, chosen(settings), args.profile)
    except VoiceTrouble as error:
        raise WrongUse(f"--voice {args.voice}: {error}") from error
    said = asyncio.run(spoken_once(voice, args.text, asked))
    save_sound(said.samples, said.rate_hz, args.out)
    spoke = said.voice or voice.name
    if said.trouble:
        sys.stderr.write(f"visavis: {said.trouble}\n")
    result = {
        "file": str(args.out), "voice": spoke, "trouble": said.trouble, "seconds": round(said.duration_s, 3), "rate_hz": said.rate_hz,
        "phones": [{"arpa": p.arpa, "start_s": round(p.start_s, 3), "end_s": round(p.end_s, 3)} for p in said.phones],
        "words": [{"text": args.text[w.start : w.end], "start_s": round(w.start_s, 3), "end_s": round(w.end_s, 3)} for w in said.words],
    }  # fmt: skip
    tell(result, args.json, f"{spoke} says it in {said.duration_s:.2f} s: {args.out}")
    return 0
