"""How hard a passphrase is to guess: an estimate of our own, 0 to 4, on the scale that zxcvbn made common.

Each sign counts for the alphabet it comes from, less where it continues what stood before it: a repeat, a run such as `abc` or
`4321`, a row of the keyboard. A word of the list of common ones counts as one guess among that list, a year as one among two
hundred. The score is the number of the bounds 10^3, 10^6, 10^8 and 10^10 guesses that are passed.
"""

from __future__ import annotations

import math
import re
import string

from dialogue.data import asset_json

LEAST_LETTERS, LEAST_SCORE = 10, 3
_BOUNDS = (3.0, 6.0, 8.0, 10.0)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "1234567890", string.ascii_lowercase)
_LEET = str.maketrans("013457@$", "oleastas")


def guesses(passphrase: str) -> float:
    """Decimal logarithm of the guesses that it is likely to withstand."""
    common = asset_json("memory/common.json")["words"]
    rest = passphrase
    value = 0.0
    plain = rest.lower().translate(_LEET)
    for word in sorted((w for w in common if w in plain), key=len, reverse=True):
        while word in plain:
            at = plain.index(word)
            plain = plain[:at] + "\0" + plain[at + len(word) :]
            rest = rest[:at] + "\0" + rest[at + len(word) :]
            value += math.log10(len(common) * 2)
    rest, years = re.subn(r"(?:19|20)\d\d", "\0", rest)
    value += years * math.log10(200)
    for piece in rest.split("\0"):
        value += sum(math.log10(_choices(piece, i)) for i in range(len(piece)))
    return value


def _choices(text: str, i: int) -> float:
    """How many signs could stand at a place, given what stands before it."""
    sign, before = text[i].lower(), text[i - 1].lower() if i else ""
    if sign in text[max(0, i - 3) : i].lower():
        return 2.0
    for row in _ROWS:
        if before and before in row and sign in row and abs(row.index(sign) - row.index(before)) == 1:
            return 2.0
    if text[i] in string.ascii_lowercase:
        return 12.0  # letters of words are not drawn at random: 3.6 bits each
    if text[i] in string.ascii_uppercase:
        return 20.0
    return 10.0 if text[i] in string.digits else 30.0


def strength(passphrase: str) -> int:
    """0 (guessed at once) to 4 (not to be guessed)."""
    value = guesses(passphrase)
    return sum(value >= bound for bound in _BOUNDS)


def is_enough(passphrase: str) -> bool:
    """Ten letters that are not all alike, or a strength of 3 (P-02)."""
    return (len(passphrase) >= LEAST_LETTERS and len(set(passphrase)) > 3) or strength(passphrase) >= LEAST_SCORE
