"""Lines of the face as heights: those that age leaves, and those that come and go with an expression.

One picture (h, w, 4) with the depth of the lines in each channel, 0 smooth: lines of age; forehead (brows raised); between the
brows and on the nose (brows down, sneer); beside eyes and mouth (smile). The shader dents the skin by them as the face moves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.body.layers import PLAIN, Face
from avatar.body.mesh import Floats
from avatar.body.uvmap import grow, near_line, noise


def creases(face: Face, step: int) -> NDArray[np.uint8]:
    """The picture of one head, uint8 (h, w, 4), row 0 at the top."""
    x, z, k = face.x, face.z, face.k
    wobble = noise(face.size, 31, ((20, 0.004), (60, 0.0016)))
    x, z = x + wobble * 0.6, z + wobble
    ex, lip_z, lip_x = face.eye_x, face.lip_z, face.lip_x

    def lines(*sets: tuple[list[tuple[float, float]], float, float]) -> Floats:
        out = np.zeros(face.size, np.float32)
        for points, width, depth in sets:
            out = np.maximum(out, near_line(x, z, np.array(points), width) * depth)
        return np.asarray(out * face.front, np.float32)

    forehead = lines(
        ([(-0.004, 0.0330), (0.016, 0.0345), (0.034, 0.0320)], 0.0011, 1.0),
        ([(-0.004, 0.0420), (0.018, 0.0435), (0.038, 0.0400)], 0.0012, 0.9),
        ([(-0.004, 0.0510), (0.015, 0.0525), (0.030, 0.0500)], 0.0011, 0.6),
    )
    frown = lines(
        ([(0.0062, 0.0120), (0.0068, 0.0200), (0.0052, 0.0270)], 0.0010, 1.0),
        ([(-0.003, 0.0035), (0.004, 0.0045), (0.008, 0.0030)], 0.0010, 0.7),
        ([(0.0075, -0.0080), (0.0115, -0.0130)], 0.0012, 0.5),
    )
    corner = ex + 0.0165 * k
    smile = lines(
        # a fan beside the eye, each line curved as the lids' ring is, the middle one longest
        ([(corner + 0.0025, 0.0020), (corner + 0.0060, 0.0050), (corner + 0.0090, 0.0092)], 0.0011, 0.26),
        ([(corner + 0.0030, -0.0010), (corner + 0.0078, -0.0002), (corner + 0.0125, 0.0022)], 0.0011, 0.30),
        ([(corner + 0.0025, -0.0042), (corner + 0.0070, -0.0066), (corner + 0.0112, -0.0080)], 0.0011, 0.26),
        ([(ex - 0.010 * k, -0.0120 * k), (ex, -0.0145 * k), (ex + 0.012 * k, -0.0120 * k)], 0.0018, 0.42),
        ([(0.0160, lip_z + 0.026), (0.0245, lip_z + 0.014), (lip_x + 0.0068, lip_z + 0.002), (lip_x + 0.0080, lip_z - 0.010)], 0.0028, 1.0),
    )
    age = lines(
        ([(0.0165, lip_z * 0.60), (0.0255, lip_z * 0.76), (lip_x + 0.0060, lip_z * 0.99)], 0.0016, 0.8),
        ([(lip_x + 0.0010, lip_z - 0.006), (lip_x + 0.003, lip_z - 0.020)], 0.0014, 0.5),
        ([(ex - 0.011 * k, -0.0105 * k), (ex, -0.0155 * k), (ex + 0.013 * k, -0.0125 * k)], 0.0012, 0.7),
        ([(ex - 0.012 * k, -0.0125 * k), (ex - 0.002, -0.0205 * k), (ex + 0.012 * k, -0.0200 * k)], 0.0016, 0.5),
    )
    age = np.maximum.reduce([age, forehead * 0.26, frown * 0.28, smile * 0.6])
    out = grow(np.stack([age, forehead, frown, smile], -1).astype(np.float32), face.mask, 10)
    corner_size = PLAIN * 2 // step
    out[:corner_size, :corner_size] = 0
    picture: NDArray[np.uint8] = (np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8)
    return picture


def pores(size: int = 256) -> NDArray[np.uint8]:
    """A tile of skin's own texture, uint8 (size, size, 4): slopes in x and y (128 flat), how open each spot is, gloss of it."""
    rng = np.random.default_rng(41)
    axis = np.arange(size, dtype=np.float32)
    height = np.zeros((size, size), np.float32)
    # Pores: small dents, denser than they are large; between them lines that meet at odd angles, as on the back of a hand.
    for _ in range(520):
        cx, cy = rng.random(2) * size
        r = rng.uniform(1.6, 3.4)
        dx = np.abs(axis - cx)
        dy = np.abs(axis - cy)
        dx, dy = np.minimum(dx, size - dx), np.minimum(dy, size - dy)
        rows, cols = np.nonzero(dy < 3 * r)[0], np.nonzero(dx < 3 * r)[0]
        dent = np.exp(-((dy[rows, None] / r) ** 2) - (dx[None, cols] / r) ** 2)
        height[np.ix_(rows, cols)] -= dent * rng.uniform(0.3, 1.0)
    spectrum = np.fft.fft2(rng.normal(size=(size, size)))
    f = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size), indexing="ij"))
    for centre, strength in ((0.035, 0.55), (0.11, 0.40)):
        band = np.real(np.fft.ifft2(spectrum * np.exp(-(((f - centre) / (centre * 0.4)) ** 2))))
        height += np.asarray(strength * band / band.std() * 0.30, np.float32)
    slope_x = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * 0.5
    slope_y = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * 0.5
    level = (height - height.min()) / float(np.ptp(height))
    out = np.stack([0.5 - slope_x * 0.9, 0.5 + slope_y * 0.9, level, 0.35 + 0.65 * level], -1)
    tile: NDArray[np.uint8] = (np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8)
    return tile
