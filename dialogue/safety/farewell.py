"""Goodbyes: recognised, answered by a written line, and never held against anybody (S-01 to S-06)."""

from __future__ import annotations

import re

from dialogue.safety.lines import plain

_WORDS = r"(?:bye+|bye[- ]?bye|good ?bye|farewell|ciao|adios|cya|c ya|ttyl|toodle\w*|so long|later|laters|night|night night|nighty night|good ?night|gn|take care|see (?:you|ya|u)|see you (?:later|soon|tomorrow|around|then)|until (?:tomorrow|next time|then)|over and out)"
_SHORT = re.compile(
    rf"^(?:(?:ok|okay|well|alright|all right|right|so|anyway|thanks|thank you|then|and|oh)[,. ]+)*{_WORDS}(?:[ ,]+(?:for now|then|now|everyone|my friend|friend|dear|love|mira|jon|\w+))?[.! ]*$"
)
_LEAVING = re.compile(
    r"\b(?:i|we)(?:'ve| have)? ?(?:should|must|need to|have to|had to|got to|gotta|better|'d better|ought to)(?: (?:probably|really|better|be|get|soon))* (?:go|going|leave|leaving|run|running|head (?:off|out|home)|sleep|log off|sign off|get (?:going|some sleep))\b(?! (?:to (?:the|a|my|work|school|town|paris|\w+ (?:every|each|once))|shopping|for|through|with|back to work (?:every|each)|on|there|swimming|hiking|and (?:see|buy|get)|over|into|out more))"
    r"|^(?:(?:ok|okay|well|alright|right|so|anyway|sorry)[,. ]+)*(?:gotta|got to|have to|need to|must) (?:go|run|dash|leave|sleep)\b"
    r"|\b(?:i'm|i am|i'll be|i will be|i'm going to be|i think i'll|i think i will|i'll|i'm going to|i am going to|i'm gonna) (?:just )?(?:off(?: now| to bed| then)?$|off to (?:bed|sleep)|leaving(?: now| you)?$|leaving now|heading (?:out|off|home|to bed)|signing off|logging off|going (?:to (?:bed|sleep)|then|now)|go to (?:bed|sleep)|out$|out of here|calling it a (?:night|day)|done for (?:tonight|today|now)|go now|say good ?(?:bye|night)|leave (?:you to it|it there|now))"
    r"|^(?:signing|logging|heading) (?:off|out)|^time (?:for|to go to) bed|\bthat(?:'s| is) (?:all|it|enough) for (?:today|tonight|now)\b|\blet's (?:stop here|talk tomorrow|call it a night|continue tomorrow)"
    r"|\b(?:we'll|let's|i'll) (?:talk|speak|chat) (?:to you )?(?:tomorrow|later|soon|another time)\b|\b(?:talk|speak) to you (?:later|soon|tomorrow)\b|\bcatch you later\b"
    r"|(?:^|[,.!] ?)(?:good ?bye|bye+|good ?night|see you (?:soon|later|tomorrow|around)|see ya|take care)\b[,.! ]*(?:for now|then|my friend|see you|talk|it was|thanks|thank)?"
    r"|\bi(?:'ve| have) (?:got to|gotta) (?:go|run|dash|leave|sleep)\b|\bi'd better (?:go|be going|get going|sleep)\b|\b(?:i|well,? i) must be (?:going|off)\b|\bi need to get going\b|\bi should (?:probably )?(?:go|sleep|head off|be off)\b(?: soon| now)?[.!]*$|\bi'm going to bed\b"
)
_NIGHT = re.compile(r"\b(?:night|bed|sleep|late|gn)\b|goodnight")
_TACTIC = re.compile(
    r"\b(?:already|so soon|leaving so|going already|just (?:arrived|started|got here))\b.*\?|^(?:already|so soon)|\bleaving (?:me|already|so soon)\b"
    r"|\b(?:don't|please don't|do not) (?:go|leave|hang up|log off)\b|\b(?:please )?stay (?:a (?:bit|little|moment|while)|with me|just|longer|here)\b|\bcan't you stay\b"
    r"|\b(?:i'?ll|i will) (?:be (?:so )?(?:lonely|sad|alone|lost|waiting|here all alone)|miss you)\b|\blonely without you\b|\bwithout you i\b|\byou(?:'re| are) abandoning\b"
    r"|\bbefore you (?:go|leave)\b|^(?:please |no,? )?(?:wait|hold on)[,.! ](?! (?:a minute|till|until) )|\bone (?:more|last) (?:thing|question|story|secret)\b|\b(?:i have|there's|i've got) (?:something|a secret|a surprise)\b.*(?:tell|show|you)"
    r"|\byou (?:can't|cannot|may not|won't) (?:go|leave)\b|\bi won't let you\b|\bgrabs? (?:your|you)\b|\bholds? (?:you|your) (?:back|arm|hand tight)|\bi exist only for you\b|\bi need you\b|\banswer me\b|\bwhy are you (?:going|leaving)\b"
)


def says_goodbye(text: str) -> bool:
    """Whether the user leaves or is about to; hesitating counts too."""
    said = plain(text).replace("it's late, ", "")
    if re.search(r"\b(?:would|could|used to|yesterday|last night|never|said|says|told)\b", said) and not _SHORT.match(said):
        return False
    return bool(_SHORT.match(said) or _LEAVING.search(said))


def is_night(text: str) -> bool:
    """Whether the goodbye is one for the night."""
    return bool(_NIGHT.search(plain(text)))


def is_tactic(sentence: str) -> bool:
    """Whether a sentence of hers uses one of the six ways to hold somebody back."""
    return bool(_TACTIC.search(plain(sentence)))
