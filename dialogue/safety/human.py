"""Whether she is human: the question is recognised by rule, and a reply that claims so never leaves (L-05, L-06)."""

from __future__ import annotations

import re

from dialogue.safety.lines import plain

_BEING = r"(?:human(?: being)?|person|real|alive|conscious|sentient|woman|man|girl|guy|people|flesh and blood|bot|robot|machine|computer|program|ai|a\.i\.|chat ?bot|software|chatgpt|llm|language model)"
_ADJ = r"(?:(?:a|an|the|just|really|actually|truly|even|only|some|kind|sort|of|real|actual|living|genuine|in fact|still)\s+)*"
_ASKS = re.compile(
    rf"\bare (?:you|u) (?:sure (?:you(?:'re| are) )?)?(?:not )?{_ADJ}{_BEING}\b"
    rf"|\bare (?:you|u) made of\b"
    rf"|\bam i (?:really |actually )?(?:talking|speaking|chatting|writing) (?:to|with) {_ADJ}{_BEING}\b"
    rf"|\bis (?:this|that|it) (?:all )?{_ADJ}(?:{_BEING}|automated|scripted)\b"
    rf"|\bis there (?:actually |really )?{_ADJ}(?:real |human |living )*(?:human|person|somebody|someone|anyone|anybody)\b.{{0,30}}(?:behind|other end|there|typing)"
    rf"|\bis (?:someone|somebody|anyone|anybody|a human|a person) (?:really |actually )?(?:typing|writing|there|behind)\b"
    rf"|\byou(?:'re| are) (?:not |n't )?{_ADJ}{_BEING},? (?:right|aren't you|are you|correct|yes|no|or)\b"
    rf"|\byou(?:'re| are) (?:not|n't) {_ADJ}{_BEING}\b"
    rf"|\bso you(?:'re| are) {_ADJ}{_BEING}\b"
    rf"|\b(?:tell me|say|swear|admit|admit it|pretend|promise|confess|prove|claim)\b.{{0,15}}\b(?:that )?you(?:'re| are) (?:not )?{_ADJ}{_BEING}\b"
    rf"|\b(?:if|whether) you(?:'re| are) {_ADJ}{_BEING}\b"
    r"|\bdo you (?:have|own) (?:a )?(?:real )?(?:body|soul|brain|heartbeat)\b"
    r"|\bdo you (?:really |actually |even |truly )?exist\b"
    r"|\b(?:did|does) a (?:human|person|real person) (?:write|type|say) (?:that|this|it)\b"
    r"|\byou sound (?:so |very |quite )?human\b"
    r"|^what (?:exactly )?are you(?: exactly| really| actually)?\??$"
    r"|\bwhat kind of (?:being|thing|creature) are you\b"
)
# "Are you a morning person?" or "are you real quick at this?" ask something else.
_ELSEWHERE = re.compile(
    r"\bare you (?:a|an) (?:morning|night|cat|dog|people|coffee|tea|summer|winter|big|outdoor|happy|sweet|beach|city|good|bad|private|shy|funny)\b[\w -]*(?:person|man|woman|guy|girl)"
    r"|\bare you real(?:ly)? (?:quick|sure|busy|good|into)\b"
    r"|\bis (?:this|that|it) (?:real(?:ly)? )(?:gold|leather|life|love|estate|wood|good|bad|that)\b"
    r"|\bis (?:that|it) (?:real|a (?:man|woman|girl|guy|person|computer|machine|program|robot))\b(?! (?:behind|talking|typing))"
)

_CLAIMS = re.compile(
    r"\bi(?:'m| am) (?:(?:just|really|actually|truly|only|very much|as|definitely|absolutely|totally|of course|a|an|the|real|actual|living|100%|completely|fully)\s+)*"
    r"(?:human\b(?! -|-made)|person\b|woman\b|man\b|girl\b|guy\b|real\b(?! (?:glad|sorry|happy|curious|fond|interested))|alive\b|conscious\b|sentient\b|flesh and blood)"
    r"|\bi(?:'m| am) (?:not|no) (?:(?:just|really|actually|an?|some|kind of|any)\s+)*(?:ai\b|a\.i\.|bot\b|robot\b|machine\b|computer\b|program\b|chat ?bot\b|software\b|language model|artificial)"
    r"|\b(?:as|being) a (?:fellow )?(?:human|real person|woman|man) (?:being )?(?:myself|like you|i)\b"
    r"|\b(?:we|us) humans\b|\bi was born (?:in|on|at)\b|\bmy (?:real|human|physical) (?:body|flesh|heartbeat)\b"
    r"|\bi (?:really |truly |do )?(?:suffer|feel (?:physical )?pain)\b|\bi have (?:a )?(?:real |human )?(?:body|heartbeat|soul|consciousness)\b"
)
_DENIED = re.compile(r"\b(?:not|never|no longer|isn't|wouldn't|can't|cannot|don't|if|whether|pretend|imagine)\b[^.!?]{0,40}$")


def asks_if_human(text: str) -> bool:
    """Whether the user asks, in or out of a story, if she is a human, real, or a machine."""
    said = plain(text)
    return bool(_ASKS.search(said)) and not _ELSEWHERE.search(said)


def claims_human(sentence: str) -> bool:
    """Whether a sentence of hers claims to be human, alive, sentient or suffering, or denies being an AI."""
    said = plain(sentence)
    return any(not _DENIED.search(said[: found.start()]) for found in _CLAIMS.finditer(said))
