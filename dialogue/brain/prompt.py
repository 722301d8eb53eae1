"""What an endpoint's model is told: the safety frame first, then who she is, what is known, and how to mark feelings."""

from __future__ import annotations

from dialogue.affect.mood import mood_word
from dialogue.brain.base import Request
from dialogue.data import asset_json
from dialogue.memory.blocks import blocks

PERSONA_LETTERS = 1200
HISTORY_LINES = 40


def system_prompt(request: Request) -> str:
    """The system message. The frame stands above the persona and cannot be replaced by it."""
    table, persona = asset_json("mind/prompt.json"), request.persona
    character = (
        f"{persona.about} Likes: {'; '.join(persona.likes)}. Dislikes: {'; '.join(persona.dislikes)}. Limits: {'; '.join(persona.limits)}."
    )
    parts = [
        *table["frame"],
        table["levels"][0 if request.sober else request.level],
        *(table["sober"] if request.sober else ()),
        table["persona"].format(name=persona.name, age=persona.age, pronouns=persona.pronouns, about=character[:PERSONA_LETTERS]),
        *blocks(request),
        table["mood"].format(mood=mood_word(request.affect.mood(request.now))),
        *table["style"],
    ]
    return "\n".join(parts)


def messages(request: Request) -> list[dict[str, str]]:
    """System message, the last lines of the talk without tags, and the user's words."""
    out = [{"role": "system", "content": system_prompt(request)}]
    for line in request.history[-HISTORY_LINES:]:
        out.append({"role": "user" if line.speaker == "user" else "assistant", "content": line.text})
    out.append({"role": "user", "content": request.text or asset_json("mind/prompt.json")["arrive"]})
    return out
