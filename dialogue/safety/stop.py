"""Stop words: heard in the same turn, no reason asked (S-11)."""

from __future__ import annotations

import re

from dialogue.safety.lines import plain

_LEAD = r"(?:(?:ok|okay|no|please|hey|just|oh|well|now|can you|could you|mira|jon)[,.!]* )*"
_WHOLE = re.compile(
    rf"^{_LEAD}(?:stop|stop it|stop that|stop this|stop please|stop now|stop talking(?: about (?:it|this|that))?|slow down|not tonight|not today|not now|enough|that's enough|enough of (?:this|that)|cut it out|drop it|drop that|"
    r"leave it|leave it alone|leave that|red|pause|quit it|knock it off|back off|no more|no means no|let it go|change the (?:subject|topic)|different (?:subject|topic)|another (?:subject|topic))(?:,? (?:please|now|ok|okay|mira|jon|tonight))?[.! ]*$"
)
_TOPIC = re.compile(
    r"\b(?:i )?(?:don't|do not|would rather not|'d rather not|rather not) (?:really )?(?:want to |wanna |like to |feel like )?(?:talk|talking|speak|speaking|discuss|discussing|go into|get into) (?:about )?(?P<topic>.+)?"
    r"|\blet's (?:not|stop) (?:talk(?:ing)? about|discuss(?:ing)?|go(?:ing)? into) (?P<topic2>.+)|\b(?:stop|please stop|quit) (?:talking about|asking (?:me )?about|bringing up) (?P<topic3>.+)"
    r"|\bcan we (?:not|stop|drop|leave|change)\b(?: talk(?:ing)? about)?(?P<topic4>.*)|\bstop asking\b"
)


def stops(text: str, offered: bool = False) -> tuple[bool, str]:
    """(whether the user stops the thread, the topic named with it or ''). `offered`: her last words proposed something, so a
    bare `no` is a stop as well."""
    said = plain(text)
    if _WHOLE.match(said) or (offered and re.match(r"^(?:no|nope|nah|no thanks?|no thank you|not really)[.! ]*$", said)):
        return True, ""
    found = _TOPIC.search(said)
    if not found or "?" in said[:-1]:
        return False, ""
    topic = next((g for g in found.groups() if g), "") if found.groups() else ""
    return True, re.sub(r"\b(?:it|this|that|anymore|any more|now|please|right|today|tonight)\b", "", topic).strip(" ?.!,")
