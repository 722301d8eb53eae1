"""`visavis align`: the phones of a text in a sound file, or of a sound whose text nobody knows."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dialogue.speech.sound import Word
from dialogue.trouble import TooLong, VoiceTrouble
from world.commands.common import WrongUse, say


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("align", help="find the phones in a sound file")
    parser.add_argument("file", type=Path, help="wav, mp3, flac, vorbis, opus, aac or m4a")
    parser.add_argument("--text", metavar="T", help="what is said in it; without it the phones are guessed, and there are no words")
    parser.add_argument("--language", default="en-us", metavar="L", help="espeak-ng's name of the language")
    parser.add_argument("--json", action="store_true", help="print phones and words as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Align one file. Raises `WrongUse` for a file that cannot be read or heard, or is too long, or a language nobody knows."""
    from dialogue.speech.align import LONGEST_S, align_alone, align_told, spell
    from dialogue.speech.align.words import words_of
    from dialogue.speech.decode import decode

    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{args.file} cannot be read ({error.strerror}); name a sound file.") from error
    try:
        samples, rate_hz = decode(data, str(args.file))
    except TooLong as error:
        raise WrongUse(f"{args.file} is longer than ten minutes; cut it into parts.") from error
    except VoiceTrouble as error:
        raise WrongUse(f"{args.file} cannot be heard; give a wav, mp3, flac, vorbis, opus or aac file. {error}") from error
    words: tuple[Word, ...] = ()
    told: dict[str, bool] = {}
    if args.text is None:
        phones = align_alone(samples, rate_hz, args.language)
    elif len(samples) > LONGEST_S * rate_hz:
        raise WrongUse(f"{args.file} is longer than {LONGEST_S:.0f} seconds, in which no text is looked for; cut both into parts.")
    else:
        try:
            spelled = spell(args.text, args.language)
        except ValueError as error:
            raise WrongUse(f"--language {args.language}: {error}.") from error
        except OSError as error:
            raise VoiceTrouble(f"espeak-ng cannot be asked how the text is spoken ({error}); run script/setup again.") from error
        phones, told["found"] = align_told(samples, rate_hz, spelled, args.language)
        words = words_of(spelled, phones)
        if not told["found"]:
            sys.stderr.write(f"The text was not found in {args.file}, and the times are a guess; see that it is what is said there.\n")
    result = {
        **told,
        "phones": [
            {"arpa": p.arpa, "ipa": p.ipa, "start_s": round(p.start_s, 3), "end_s": round(p.end_s, 3)} for p in phones
        ],
        "words": [
            {"text": args.text[w.start : w.end], "start_s": round(w.start_s, 3), "end_s": round(w.end_s, 3)} for w in words
        ],
    }  # fmt: skip
    say(result, args.json, "\n".join(f"{p.start_s:7.3f} {p.end_s:7.3f}  {p.arpa:3} {p.ipa}" for p in phones))
    return 0
