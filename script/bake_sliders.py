"""Which shape targets make a slider, and how far it may go."""

from __future__ import annotations

OPPOSITES = (
    ("decr", "incr"), ("down", "up"), ("in", "out"), ("backward", "forward"), ("concave", "convex"),
    ("compress", "uncompress"),
)  # fmt: skip
# Sliders that make a face read younger end early, whatever a recipe asks for.
YOUNGER = {
    "eye-scale": (-0.6, 0.65), "eye-height2": (-0.8, 0.5), "head-age": (-0.15, 1.0), "head-round": (0.0, 0.35),
    "head-fat": (-1.0, 0.4), "head-scale-vert": (-0.5, 0.25), "head-scale-horiz": (-0.5, 0.25),
    "head-scale-depth": (-0.5, 0.25), "forehead-scale-vert": (-0.8, 0.3), "forehead-nubian": (-0.8, 0.3),
    "cheek-volume": (-1.0, 0.5), "nose-scale-vert": (-0.5, 1.0), "nose-point": (-1.0, 0.5), "chin-height": (-0.4, 1.0),
    "chin-width": (-0.7, 1.0), "mouth-scale-horiz": (-0.4, 1.0), "neck-scale-horiz": (-0.6, 0.8),
}  # fmt: skip


def sliders(names: list[str]) -> dict[str, dict[str, object]]:
    """Detail targets as sliders: both sides of the body together, a negative and a positive end, and the range allowed."""
    ends: dict[str, dict[str, list[str]]] = {}
    for name in names:
        folder, _, leaf = name.partition("/")
        if folder in ("macrodetails", "breast"):
            continue
        leaf = leaf.removeprefix("l-").removeprefix("r-") if leaf[:2] in ("l-", "r-") else leaf
        for minus, plus in OPPOSITES:
            stem, _, last = leaf.rpartition("-")
            if last in (minus, plus):
                ends.setdefault(stem, {}).setdefault("minus" if last == minus else "plus", []).append(name)
                break
        else:
            ends.setdefault(leaf, {}).setdefault("plus", []).append(name)
    out: dict[str, dict[str, object]] = {}
    for stem, sides in sorted(ends.items()):
        low, high = YOUNGER.get(stem, (-1.0 if "minus" in sides else 0.0, 1.0 if "plus" in sides else 0.0))
        out[stem] = {"low": low, "high": high, **{k: sides[k] for k in sorted(sides)}}
    return out
