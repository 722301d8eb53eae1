"""The whole top as one part: the garment, what is worn under one that stands open, buttons and cords."""

from __future__ import annotations

import numpy as np

from avatar.body.baked import Baked
from avatar.body.clothes import top
from avatar.body.colour import rgb
from avatar.body.garment import Cloth
from avatar.body.lay import PIT_SHARE, lay
from avatar.body.measures import Measures, ends_field
from avatar.body.mesh import Floats
from avatar.body.notions import buttons, cords
from avatar.body.outfits import Kind, kinds
from avatar.body.part import Part, make
from avatar.body.shape import Shape
from avatar.body.standing import Standing
from avatar.wear import Top

FABRICS = {"jersey": (0.0, 0.9, 0.05), "knit": (1.0, 1.2, 0.0), "linen": (2.0, 0.5, 0.05), "denim": (3.0, 0.35, 0.08)}
LEATHER = (4.0, 0.2, 0.45)
_GARMENT, _INNER, _DETAIL = 0, 1, 2
_UNDER_M = 0.050  # what lies under another garment further from its edges is never seen


def inner_of(look: Top) -> Top:
    """The T-shirt under an open garment."""
    return Top(colour=look.inner, sleeve=0.3, neckline=look.neckline, cut=look.cut, ease=0.4, fabric="jersey")


def fabric_inputs(fabric: tuple[float, float, float], rib_m: float = 0.0) -> dict[str, tuple[float, ...]]:
    """What the cloth shader asks of a part that is no top."""
    return {"fabric": (*fabric, rib_m), "tailor": (0.0, 0.0, 0.0, 0.0), "tint_inner": (0.0,) * 4, "tint_detail": (0.0,) * 4}


def dress(baked: Baked, rest: Shape, standing: Standing, look: Top, free: Floats, fine: float) -> Part:
    """A recipe's top. `free` (13380,): 1 where no skin is drawn; `fine`: metres to which cloth's edges are halved."""
    kind = kinds()[look.kind]
    m = Measures(baked, standing.shape(baked, rest))
    outer = top(baked, rest, standing, look, kind, free, fine)
    pieces = [(outer, _GARMENT)]
    if kind.open_m:
        inner = top(baked, rest, standing, inner_of(look), kinds()["tee"], free, fine)
        pieces.append((_seen(inner, kind, look, m), _INNER))
    laid = [(*lay(cloth, m), layer) for cloth, layer in pieces]
    small = [*(buttons(outer, m, kind) if kind.buttons else ()), *(cords(outer, m) if kind.cords else ())]
    laid += [(cloth, np.zeros(len(cloth.points), np.float32), _DETAIL) for cloth in small]
    return _joined(laid, standing, look, kind, m)


def _seen(cloth: Cloth, kind: Kind, look: Top, m: Measures) -> Cloth:
    """What of the garment under an open one may be seen: in the opening, and where the outer one's neckline is wider."""
    outer = ends_field(m.at(cloth.points), look, kind)
    kept = cloth.tris[(outer[cloth.tris] > -_UNDER_M).any(1)]
    used, again = np.unique(kept, return_inverse=True)
    return Cloth(
        cloth.points[used], cloth.normals[used], cloth.uv[used], again.reshape(kept.shape).astype(np.int32), cloth.joints[used],
        cloth.weights[used], cloth.edge[used], len(kept), np.zeros(0, np.intp), cloth.trim[used], cloth.seam[used],
    )  # fmt: skip


def _joined(laid: list[tuple[Cloth, Floats, int]], standing: Standing, look: Top, kind: Kind, m: Measures) -> Part:
    points, normals, tris, extra = [], [], [], []
    first = 0
    for cloth, front, layer in laid:
        points.append(standing.lie(cloth.points, cloth.joints, cloth.weights))
        normals.append(standing.turn(cloth.normals, cloth.joints, cloth.weights, back=True))
        ribbed = cloth.trim if kind.collar == "band" or layer == _INNER else 0 * cloth.trim
        extra.append(np.stack([cloth.edge, cloth.seam, front, 2.0 * layer + 1 - ribbed], 1))
        tris.append(cloth.tris + first)
        first += len(cloth.points)
    part = make(
        "top", "cloth", np.concatenate(points), np.concatenate(normals), np.concatenate(tris),
        uv=np.concatenate([c.uv for c, _, _ in laid]), joints=np.concatenate([c.joints for c, _, _ in laid]),
        weights=np.concatenate([c.weights for c, _, _ in laid]), extra=np.concatenate(extra).astype(np.float32),
    )  # fmt: skip
    red, green, blue = (float(c) for c in rgb(look.colour))
    part.tint, part.two_sided = (red, green, blue), True
    pit = PIT_SHARE * float(m.joint["upperarm_l"][0])
    part.inputs = {
        "fabric": (*FABRICS[look.fabric], kind.rib_m), "tailor": (kind.stitch, kind.placket_m, pit, 0.0),
        "tint_inner": (*(float(c) for c in rgb(look.inner)), 1.0), "tint_detail": (*(float(c) for c in rgb(look.detail)), 1.0),
    }  # fmt: skip
    return part
