"""The shoulder girdle: as broad as a recipe asks, beyond what the sliders of the body reach.

The base body is a third wider at the deltoids than the head that portraits give it can carry: 3.6 to 4.3 breadths of the face, where
people have about 3.0 (women) to 3.4 (men; Pheasant 1996: 395 to 130 mm, 465 to 139 mm).
"""

from __future__ import annotations

import numpy as np

from avatar.body.baked import ARM, BODY_END, Baked, share
from avatar.body.mesh import Floats, smoothstep


def narrow(baked: Baked, points: Floats, factor: float) -> None:
    """Makes the shoulders `factor` as broad, from the chest up and fading out to the waist; the arms come along whole. In place."""
    if factor == 1.0:
        return
    at = {name: points[baked.heads[i]].mean(0) for i, name in enumerate(baked.joint_names)}
    half = float(at["upperarm_l"][0])
    arm = np.zeros(len(points), np.float32)
    arm[:BODY_END] = share(baked, ARM)
    # Helpers have no joints: those of the arms lie aside of everything else.
    free = points[BODY_END:]
    arm[BODY_END:] = (np.abs(free[:, 0]) > 0.9 * half) & (free[:, 2] > at["spine_02"][2]) | (np.abs(free[:, 0]) > 1.5 * half)
    up = smoothstep(at["pelvis"][2], at["spine_03"][2], points[:, 2]) * smoothstep(at["head"][2], at["neck_01"][2], points[:, 2])
    aside = np.maximum(smoothstep(0.02, half, np.abs(points[:, 0])), arm)
    points[:, 0] -= np.sign(points[:, 0]) * (1 - factor) * half * aside * (arm + (1 - arm) * up)
