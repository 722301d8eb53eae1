"""Panda3D's button names as ImGui's keys."""

from __future__ import annotations

from imgui_bundle import imgui

from world.output.window import Inputs
from world.ui.panel import Panel

_K = imgui.Key
KEYS: dict[str, imgui.Key] = {
    "enter": _K.enter, "tab": _K.tab, "escape": _K.escape, "backspace": _K.backspace, "delete": _K.delete, "insert": _K.insert,
    "arrow_left": _K.left_arrow, "arrow_right": _K.right_arrow, "arrow_up": _K.up_arrow, "arrow_down": _K.down_arrow,
    "home": _K.home, "end": _K.end, "page_up": _K.page_up, "page_down": _K.page_down,
    "lcontrol": _K.left_ctrl, "rcontrol": _K.right_ctrl, "lshift": _K.left_shift, "rshift": _K.right_shift,
    "lalt": _K.left_alt, "ralt": _K.right_alt, "lmeta": _K.left_super, "rmeta": _K.right_super,
    **{letter: getattr(_K, letter) for letter in "acvxyz"},
}  # fmt: skip
_MODIFIERS = {"control": _K.mod_ctrl, "shift": _K.mod_shift, "alt": _K.mod_alt, "meta": _K.mod_super}
_MOUSE = {"mouse1": 0, "mouse3": 1, "mouse2": 2}


def feed(panel: Panel, inputs: Inputs) -> None:
    """Hand one frame's inputs to the panel; shortcuts of the program are taken out before."""
    panel.point(inputs.pointer)
    if inputs.wheel:
        panel.scroll(inputs.wheel)
    for name, down in inputs.events:
        if down is None:
            panel.type("".join(c for c in name if c.isprintable()))
            continue
        if name in _MOUSE:
            panel.press(down, _MOUSE[name])
            continue
        plain = name.rsplit("-", 1)[-1] if "-" in name and len(name) > 1 else name
        if plain.removeprefix("l").removeprefix("r") in _MODIFIERS or plain in _MODIFIERS:
            modifier = _MODIFIERS.get(plain) or _MODIFIERS[plain[1:]]
            panel.key(modifier, down)
            if modifier in (_K.mod_ctrl, _K.mod_super):
                panel.command = down
        # letters are keys only in shortcuts: as text they come by themselves, and ImGui spreads keys over frames
        if plain in KEYS and (len(plain) > 1 or not down or panel.command):
            panel.key(KEYS[plain], down)
