"""A body that can be drawn and moved: numbers in, one update of the buffers, nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from panda3d.core import AntialiasAttrib, NodePath, PTA_LMatrix4f, PTA_LVecBase4f

from avatar.body import cache as store
from avatar.body.buffers import node, texture, vertex_data
from avatar.body.build import Build, Progress, Quality, build, forget
from avatar.body.mesh import Floats
from avatar.body.order import STILL
from avatar.body.skeleton import MAX_JOINTS, Skeleton, identity
from avatar.body.sway import NODES, nodes
from avatar.body.units import morphs, pairs
from avatar.face.frame import ARKIT, EXTRA
from avatar.recipe import Recipe

OPEN_M = 0.0025  # metres between the lips at which light fills the mouth
_GAP = 1000  # vertices: a run of its own costs as much as adding up so many for nothing
_IDLE = 2e-3  # change of a weight that is left out: it moves nothing by more than some hundredths of a millimetre
_SLOW = 8e-3  # changes of a weight up to this one wait for their turn, which comes every third frame
HAIR_JOINTS = ("head", "neck_01", "spine_03")  # as `avatar.body.cards` weighs them
MOVING = ("face", "mouth", "brows", "lashes", "undercoat", "beard")
TILED = ("pores",)
# What dents the skin: brows raised, brows together, smile; the mean of these units each.
CREASES = (
    ("browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    ("browDownLeft", "browDownRight", "noseSneerLeft", "noseSneerRight"),
    ("mouthSmileLeft", "mouthSmileRight", "cheekSquintLeft", "cheekSquintRight"),
)


def _runs(row: Floats) -> list[slice]:
    """The parts of a row of points and normals in which anything can be seen; short gaps cost less added up than left out."""
    used = np.nonzero((np.abs(row.reshape(-1, 6)) > STILL).any(1))[0]
    if not len(used):
        return []
    cuts = np.nonzero(np.diff(used) > _GAP)[0]
    return [slice(int(a) * 6, int(b) * 6 + 6) for a, b in zip(used[[0, *(cuts + 1)]], used[[*cuts, -1]], strict=True)]


class Body:
    """One person. `root` is not attached to anything; set its light with `avatar.look.light.apply` on it or on a node above.

    hair_nodes, hair_joints, hair_sway: for `avatar.motion.hair`.
    joints: names, parents before children; parents (n,), -1 for the root; rest (n, 3) heads, eyes (2, 3) centres of the left
    and right eye, mouth (3,) where the lips meet, all at rest in metres; height_m without shoes' soles counted in;
    stance (n, 4): rotations as she stands relaxed, arms hanging, for which her clothes are cut. Motion is multiplied onto these.
    """

    def __init__(self, made: Build) -> None:
        self.root = NodePath("body")
        self.root.setAntialias(AntialiasAttrib.M_auto)
        self.skeleton = Skeleton(made.joint_names, made.parents, made.rest)
        self.joints = made.joint_names
        self.parents: NDArray[np.int64] = self.skeleton.parents
        self.rest: Floats = self.skeleton.rest
        self.eyes: Floats = made.eyes
        self.mouth: Floats = made.mouth
        self.height_m = made.height_m
        self.stance: Floats = made.stance
        self._eye_radius = made.eye_radius
        parts = {part.name: part for part in made.parts}
        self.detail = made.detail
        textures = {name: texture(name, picture, tiled=name in TILED, sharp=made.detail) for name, picture in made.textures.items()}
        self.texture_bytes = sum(t.getXSize() * t.getYSize() * t.getNumComponents() * 4 // 3 for t in textures.values())
        moving = [parts[name] for name in MOVING if name in parts]
        self._data = vertex_data(moving, dynamic=True)
        first, start = {}, 0
        for part in moving:
            first[part.name] = start
            start += len(part.points)
        self.draw_calls = 0
        self.vertices = self.triangles = 0
        for part in made.parts:
            data = self._data if part.name in first else vertex_data([part], dynamic=False)
            node(part, data, first.get(part.name, 0), self.root, textures, made.detail)
            self.draw_calls += 1
            self.vertices += len(part.points)
            self.triangles += len(part.tris)
        self._base = np.concatenate([np.concatenate([p.points, p.normals], 1) for p in moving]).astype(np.float32).ravel()
        names = morphs()
        self._moves = np.zeros((len(names), self._base.size), np.float32)
        for k in range(len(names)):
            rows = [np.concatenate([p.moves[k], p.turns[k]], 1) for p in moving if p.moves is not None and p.turns is not None]
            self._moves[k] = np.concatenate(rows).ravel()
        self._out = self._base.copy()
        self._runs = [_runs(row) for row in self._moves]
        self._moved = np.zeros_like(self._base)
        self._sum = np.empty_like(self._base)
        self._active = np.zeros(len(names), np.float32)
        self._shown = np.zeros(len(names), np.float32)
        self._turns = np.arange(3)[:, None] == np.arange(len(names)) % 3
        self._turn, self._waiting = 0, False
        self._last = np.full(len(ARKIT) + len(EXTRA), np.nan, np.float32)
        self._pairs = np.array([[names.index(unit) for unit in pair] for pair in pairs().values()]).T
        self._no_extras = np.zeros(len(EXTRA), np.float32)
        self._lid_at = np.array([(first["face"] + row) * 6 + 2 for row in made.lid_rows])
        self._lip_at = [(first["face"] + row) * 6 + 2 for row in made.lip_rows]
        self._upper_lip_zero = float(made.mouth[2])
        self._lip_zero = float(self._base[self._lip_at[0]] - self._base[self._lip_at[1]])
        self._lid_zero = np.repeat(made.eyes[:, 2], 2)
        self._palette = PTA_LMatrix4f.emptyArray(MAX_JOINTS)
        self._state = PTA_LVecBase4f.emptyArray(3)
        self._crease_share = np.zeros((3, len(ARKIT)), np.float32)
        for k, names in enumerate(CREASES):
            self._crease_share[k, [ARKIT.index(name) for name in names]] = 1.4 / len(names)
        self._state_values = np.zeros((3, 4), np.float32)
        self._state_values[1, 1] = 1.0
        self.root.setShaderInput("palette", self._palette)
        self.hair_nodes = nodes(parts["hair"])
        self.hair_joints = [made.joint_names.index(name) for name in HAIR_JOINTS]
        self._hair_bones = PTA_LMatrix4f.emptyArray(len(HAIR_JOINTS))
        self.hair_sway = PTA_LVecBase4f.emptyArray(NODES)
        self.hair_sway.setData(np.zeros((NODES, 4), np.float32).tobytes())
        self.root.setShaderInput("hair_bones", self._hair_bones)
        self.root.setShaderInput("hair_sway", self.hair_sway)
        self.root.setShaderInput("face_state", self._state)
        self.apply(np.zeros(len(ARKIT), np.float32), identity(len(self.joints)))

    @classmethod
    def build(
        cls, recipe: Recipe, quality: Quality = "medium", progress: Progress | None = None, cache: Path | None = None
    ) -> Body:
        """Builds a person, or takes her from the folder `cache` when nothing changed since. `progress` gets (label, share done)."""
        if cache is None:
            return cls(build(recipe, quality, progress))
        path = store.path_of(cache, recipe, quality)
        made = store.load(path)
        if made is None:
            made = build(recipe, quality, progress)
            store.save(path, made)
            forget()  # whoever keeps people on disk seldom builds a second one soon
        if progress is not None:
            progress("done", 1.0)
        return cls(made)

    def apply(
        self, weights: Floats, rotations: Floats, offset: tuple[float, float, float] = (0.0, 0.0, 0.0), extras: Floats | None = None,
        pupil: float = 1.0,
    ) -> None:  # fmt: skip
        """Shows a moment. weights float32[52] in `ARKIT` order; rotations float32[n, 4] unit quaternions (w, x, y, z), each local
        to its parent, in rest axes, which are the world's; offset moves the root, metres; extras float32[2] in `EXTRA` order;
        pupil is its radius against the resting one."""
        self.skeleton.pose(rotations, offset)
        self.show(weights, extras, pupil)

    def show(self, weights: Floats, extras: Floats | None = None, pupil: float = 1.0) -> None:
        """Shows the skeleton as it stands now with a face, as in `apply`."""
        self._palette.setData(self.skeleton.palette.tobytes())
        self._hair_bones.setData(self.skeleton.palette[self.hair_joints].tobytes())
        count = len(ARKIT)
        self._active[:count] = weights
        self._active[count : len(self._last)] = self._no_extras if extras is None else extras
        if self._waiting or not np.array_equal(self._active[: len(self._last)], self._last):
            self._morph()
        self._state_values[1, 1] = pupil
        self._state.setData(self._state_values.tobytes())

    def _morph(self) -> None:
        """Rest plus every row times its weight, into the moving vertex buffer. A corrective's weight is a product.

        The sum of the rows is kept apart from the rest pose, where rounding is far below what can be seen, and only rows whose
        weight has changed are added to it, slow ones by turns: most of the face holds still in any one frame."""
        weights, given = self._active, len(self._last)
        self._last[:] = weights[:given]
        np.multiply(weights[self._pairs[0]], weights[self._pairs[1]], out=weights[given:])
        change = weights - self._shown
        size = np.abs(change)
        seen = size > _IDLE
        self._turn = (self._turn + 1) % 3
        due = seen & ((size > _SLOW) | self._turns[self._turn])
        self._waiting = bool((seen & ~due).any())
        # Row by row over the span it touches: as quick as a matrix product of few rows, without copying the rows together
        # and without the threads of a BLAS, which wait for each other on a busy machine.
        for k in np.nonzero(due)[0]:
            for run in self._runs[k]:
                part = np.multiply(self._moves[k, run], change[k], out=self._sum[run])
                np.add(self._moved[run], part, out=self._moved[run])
            self._shown[k] = weights[k]
        np.add(self._base, self._moved, out=self._out)
        self._data.modifyArray(0).modifyHandle().copyDataFrom(self._out)
        self._state_values[0] = (self._out[self._lid_at] - self._lid_zero) / self._eye_radius
        gap = float(self._out[self._lip_at[0]] - self._out[self._lip_at[1]]) - self._lip_zero
        self._state_values[1, 0] = min(max(gap / OPEN_M, 0.0), 1.0)
        self._state_values[2, :3] = np.minimum(self._crease_share @ weights[: len(ARKIT)], 1.0)
        self._state_values[1, 2] = (float(self._out[self._lip_at[0]]) - self._upper_lip_zero) * 100

    def world_joint(self, name: str) -> Floats:
        """Current matrix of a joint in the body's space, (4, 4), column vectors; a view, valid until the next `apply`."""
        try:
            matrix: Floats = self.skeleton.world[self.skeleton.index[name]]
        except KeyError:
            raise ValueError(f"The body has no joint '{name}'; its joints are {', '.join(self.joints)}.") from None
        return matrix

    def points_of_face(self) -> Floats:
        """Vertices of the moving group as they are now, before skinning, (n, 3): for measures and tests; a view."""
        return self._out.reshape(-1, 6)[:, :3]
