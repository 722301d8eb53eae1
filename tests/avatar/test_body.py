"""The body as a whole: dressed, quick, drawable, alive in pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from panda3d.core import (
    Camera,
    FrameBufferProperties,
    GraphicsEngine,
    GraphicsOutput,
    GraphicsPipe,
    GraphicsPipeSelection,
    NodePath,
    PerspectiveLens,
    Point3,
    Texture,
    WindowProperties,
)

from avatar.body import baked as source
from avatar.body import cache
from avatar.body.body import Body
from avatar.body.build import Build
from avatar.body.measures import Measures, top_field
from avatar.body.occlusion import bake
from avatar.body.outfits import kinds
from avatar.body.shape import compose
from avatar.face.frame import ARKIT, INDEX, weights
from avatar.look.glsl import KINDS, shader
from avatar.look.light import LightRig, apply
from avatar.recipe import Recipe, stock
from tests.avatar.test_garments import worn

SMILE = weights({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9})
NOTHING = weights({})


class Studio:
    """A small multisampled picture without a window."""

    def __init__(self, size: int = 220) -> None:
        self.engine, self.size = GraphicsEngine.get_global_ptr(), size
        pipe = GraphicsPipeSelection.get_global_ptr().make_default_pipe()
        plain = FrameBufferProperties()
        plain.set_rgba_bits(8, 8, 8, 8)
        plain.set_depth_bits(24)
        many = FrameBufferProperties(plain)
        many.set_multisamples(4)
        refuse = GraphicsPipe.BF_refuse_window
        self.host = self.engine.make_output(pipe, "host", 0, plain, WindowProperties.size(1, 1), refuse)
        self.out = self.engine.make_output(
            pipe, "studio", 0, many, WindowProperties.size(size, size), refuse, self.host.get_gsg(), self.host
        )
        self.texture = Texture()
        self.out.add_render_texture(self.texture, GraphicsOutput.RTM_copy_ram)
        self.root, self.lens = NodePath("studio"), PerspectiveLens()
        apply(self.root, LightRig())
        self.lens.set_near_far(0.05, 20)
        self.camera = self.root.attach_new_node(Camera("camera", self.lens))
        self.out.make_display_region().set_camera(self.camera)

    def picture(self, at: Point3, look: Point3, fov_deg: float) -> NDArray[np.uint8]:
        self.camera.set_pos(at)
        self.camera.look_at(look)
        self.lens.set_fov(fov_deg)
        self.engine.render_frame()
        self.engine.render_frame()
        raw = np.frombuffer(self.texture.get_ram_image_as("RGB"), np.uint8)
        return raw.reshape(self.size, self.size, 3)[::-1].copy()


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def body(mira: Build) -> Body:
    return Body(mira)


def part(made: Build, name: str) -> NDArray[np.float32]:
    return next(p.points for p in made.parts if p.name == name)


@pytest.mark.parametrize("who", ["mira", "jon"])
def test_nobody_is_undressed(who: str, request: pytest.FixtureRequest) -> None:
    made: Build = request.getfixturevalue(who)
    names = {p.name for p in made.parts}
    assert {"top", "trousers", "shoes"} <= names
    rest = dict(zip(made.joint_names, made.rest, strict=True))
    skin = np.concatenate([part(made, "limbs"), part(made, "face")])
    chest, knee = rest["spine_03"][2], rest["calf_l"][2]
    torso = (np.abs(skin[:, 0]) < 0.13) & (skin[:, 2] > knee) & (skin[:, 2] < chest + 0.02)
    assert not torso.any(), "skin of the torso is kept under the clothes"
    assert part(made, "top")[:, 2].min() < part(made, "trousers")[:, 2].max() - 0.03, "the waist is bare"
    assert part(made, "trousers")[:, 2].min() < part(made, "shoes")[:, 2].max(), "the ankle is bare"
    assert not (skin[:, 2] < 0.05).any(), "toes are kept inside the shoes"


def test_a_pointed_neckline_goes_deeper_and_still_dresses_her() -> None:
    def bare(cut: str, neckline: float) -> float:
        recipe = stock("mira")
        recipe.clothes.top.cut, recipe.clothes.top.neckline = cut, neckline  # type: ignore[assignment]  # both are cuts
        data = source.load()
        shape = compose(data, recipe)
        m = Measures(data, shape)
        free = top_field(m, recipe.clothes.top, kinds()["tee"]) > 0
        free &= (np.abs(m.points[:, 0]) < 0.015) & (m.points[:, 1] < m.joint["neck_01"][1])
        chest = m.points[data.chest, 2].mean()
        free &= m.points[:, 2] > chest - 0.15  # below the hem the top ends, too
        assert m.points[free, 2].min() > chest + 0.05, "the chest is covered"
        return float(m.points[free, 2].min())

    assert bare("v", 0.5) < bare("round", 0.5) - 0.02
    bare("v", 1.0)


def test_clothes_lie_outside_the_skin(mira: Build) -> None:
    limbs = next(p for p in mira.parts if p.name == "limbs")
    whole = next(p for p in mira.parts if p.name == "top")
    top = whole.points[whole.extra[:, 0] > 0]  # the edge that is turned in under itself goes to the skin and a little further
    deep = 0
    for a, n in zip(limbs.points[::7], limbs.normals[::7], strict=True):
        d = top - a
        close = np.linalg.norm(d, axis=1) < 0.006
        deep += int(close.any() and (d[close] @ n).max() < -0.003)
    assert deep == 0


@pytest.mark.parametrize("who", ["mira", "jon"])
def test_a_collar_lies_round_the_neck_like_a_ring(who: str, request: pytest.FixtureRequest) -> None:
    made: Build = request.getfixturevalue(who)
    top, face = worn(who, kind="tee")[0], next(p for p in made.parts if p.name == "face")
    band = top.points[top.extra[:, 3] < 0.5]
    around = np.sort(np.arctan2(band[:, 1] - band[:, 1].mean(), band[:, 0] - band[:, 0].mean()))
    assert np.degrees(np.diff(around)).max() < 6, "the ring is closed"
    seen = top.points[(top.extra[:, 3] < 0.5) & (top.extra[:, 0] > 0)]
    skin = np.concatenate([face.points, part(made, "limbs")])
    away = np.linalg.norm(seen[:, None] - skin[None, ::1], axis=2).min(1)
    assert away.max() < 0.03, "it stands off nowhere"
    cloth = top.points[top.extra[:, 3] > 0.5]
    lowest = np.linalg.norm(seen[:, None] - cloth[None], axis=2).min(1)
    assert lowest.max() < 0.02, "it is sewn to the garment"


def test_every_shader_compiles_and_every_part_shows(mira: Build, body: Body, studio: Studio) -> None:
    assert {p.kind for p in mira.parts} == set(KINDS)
    for kind in KINDS:
        assert not shader(kind).get_error_flag()
    body.root.reparent_to(studio.root)
    eye = mira.eyes.mean(0)
    at, look = Point3(0, float(eye[1]) - 1.0, float(eye[2])), Point3(0, float(eye[1]), float(eye[2]) - 0.03)
    whole = studio.picture(at, look, 17).astype(int)
    for name in ("face", "eyes", "hair", "brows", "lashes", "top"):
        node = body.root.find(name)
        node.hide()
        without = studio.picture(at, look, 17).astype(int)
        node.show()
        assert (np.abs(whole - without).max(2) > 12).sum() > 15, f"{name} cannot be seen"
    body.root.detach_node()


def red_lips(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    p = picture.astype(int)
    return (p[..., 1] < 0.60 * p[..., 0]) & (p[..., 0] > 110)


def test_a_smile_widens_and_raises_the_corners_in_the_picture(mira: Build, body: Body, studio: Studio) -> None:
    body.root.reparent_to(studio.root)
    m = mira.mouth
    at, look = Point3(0, float(m[1]) - 0.5, float(m[2])), Point3(0, float(m[1]), float(m[2]))

    def corner_rows(values: NDArray[np.float32]) -> tuple[float, int]:
        body.apply(values, np.tile(np.array([1, 0, 0, 0], np.float32), (len(body.joints), 1)))
        lips = red_lips(studio.picture(at, look, 11))
        lips[:, : studio.size // 6] = lips[studio.size * 3 // 4 :] = False  # under the jaw the skin is red, too
        columns = np.nonzero(lips.sum(0) >= 2)[0]
        width = columns[-1] - columns[0]
        ends = [*columns[: max(width // 8, 1)], *columns[-max(width // 8, 1) :]]
        return float(np.mean([np.nonzero(lips[:, c])[0].mean() for c in ends])), int(width)

    plain_row, plain_width = corner_rows(NOTHING)
    smile_row, smile_width = corner_rows(SMILE)
    body.root.detach_node()
    assert smile_row < plain_row - 4
    assert smile_width > plain_width


def test_a_closed_eye_hides_the_iris(mira: Build, body: Body, studio: Studio) -> None:
    body.root.reparent_to(studio.root)
    e = mira.eyes[0]
    at, look = Point3(float(e[0]), float(e[1]) - 0.5, float(e[2])), Point3(*(float(v) for v in e))
    identity = np.tile(np.array([1, 0, 0, 0], np.float32), (len(body.joints), 1))
    body.apply(NOTHING, identity)
    opened = studio.picture(at, look, 4)
    body.apply(weights({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}), identity)
    closed = studio.picture(at, look, 4)
    body.root.detach_node()

    def bluish(p: NDArray[np.uint8]) -> int:
        q = p.astype(int)
        return int((q[..., 2] >= q[..., 0] - 6).sum())

    assert bluish(opened) > 900
    assert bluish(closed) < bluish(opened) * 0.06


def test_same_weights_twice_leave_the_vertices_alone(body: Body) -> None:
    turns = body.stance
    body.apply(SMILE, turns)
    first = body.points_of_face().copy()
    body.apply(NOTHING, turns)
    assert not np.array_equal(first, body.points_of_face())
    body.apply(SMILE, turns)
    assert np.array_equal(first, body.points_of_face())


def test_relaxed_arms_hang_beside_the_body(body: Body) -> None:
    body.apply(NOTHING, body.stance)
    for side, sign in (("l", 1), ("r", -1)):
        shoulder, hand = body.world_joint(f"upperarm_{side}")[:3, 3], body.world_joint(f"hand_{side}")[:3, 3]
        assert shoulder[2] - hand[2] > 0.42
        assert 0.10 < hand[0] * sign < 0.36
        foot = body.world_joint(f"foot_{side}")[:3, 3]
        assert 0.03 < foot[2] < 0.14


def test_a_joint_that_does_not_exist_is_named(body: Body) -> None:
    with pytest.raises(ValueError, match="no joint 'tail'"):
        body.world_joint("tail")


def test_a_turned_head_carries_the_eyes(body: Body) -> None:
    turns = np.tile(np.array([1, 0, 0, 0], np.float32), (len(body.joints), 1))
    turns[body.joints.index("head")] = (np.cos(np.pi / 8), 0, 0, np.sin(np.pi / 8))
    body.apply(NOTHING, turns, (0.0, 0.5, 0.0))
    neck = body.rest[body.joints.index("head")]
    arm = body.eyes[0] - neck
    c = s = np.sqrt(0.5)
    want = neck + np.array([c * arm[0] - s * arm[1], s * arm[0] + c * arm[1], arm[2]]) + np.array([0, 0.5, 0])
    assert np.allclose(body.world_joint("eye_l")[:3, 3], want, atol=1e-5)


def test_the_cache_gives_the_same_body_and_mends_itself(mira: Build, tmp_path: Path) -> None:
    path = cache.path_of(tmp_path, stock("mira"), "low")
    cache.save(path, mira)
    again = cache.load(path)
    assert again is not None
    for a, b in zip(mira.parts, again.parts, strict=True):
        assert a.name == b.name
        assert a.inputs == b.inputs
        assert np.array_equal(a.points, b.points)
        assert np.array_equal(a.tris, b.tris)
    path.write_bytes(path.read_bytes()[:5000])
    assert cache.load(path) is None
    path.write_bytes(b"nonsense")
    assert cache.load(path) is None
    assert cache.load(tmp_path / "missing.npz") is None


def test_the_cache_key_follows_the_recipe() -> None:
    mira = stock("mira")
    other = Recipe.model_validate({**mira.model_dump(), "skin": {**mira.skin.model_dump(), "blush": 0.9}})
    assert cache.key(mira, "low") != cache.key(other, "low") != cache.key(other, "high")


def test_a_point_in_a_pit_sees_less_sky_than_one_in_the_open() -> None:
    x, y = np.meshgrid(np.linspace(-0.1, 0.1, 120), np.linspace(-0.1, 0.1, 120))
    wall = np.hypot(x, y) > 0.03
    cloud = np.stack([x, y, np.where(wall, 0.0, -0.06)], -1).reshape(-1, 3).astype(np.float32)
    rim = np.linspace(0, 2 * np.pi, 200)
    for depth in np.linspace(0, -0.06, 30):
        cloud = np.concatenate([cloud, np.c_[0.03 * np.cos(rim), 0.03 * np.sin(rim), np.full(200, depth)].astype(np.float32)])
    points = np.array([[0, 0, -0.06], [0.08, 0.08, 0.0]], np.float32)
    up = np.tile(np.array([0, 0, 1], np.float32), (2, 1))
    shares = bake(cloud, points, up, cell=0.002, bias=0.004, count=120)[:, 3]
    assert shares[0] < 0.55
    assert shares[1] > 0.9


def test_slow_changes_of_a_face_arrive_within_three_frames(mira: Build) -> None:
    shown = Body(mira)
    still = np.zeros(len(ARKIT), np.float32)
    rest = shown.points_of_face().copy()
    for name in ("jawOpen", "mouthSmileLeft", "browInnerUp"):
        small = still.copy()
        small[INDEX[name]] = 0.006
        for _ in range(3):
            shown.show(small)
        assert not np.allclose(shown.points_of_face(), rest, atol=1e-6), name
        full = still.copy()
        full[INDEX[name]] = 1.0
        shown.show(full)
        moved = shown.points_of_face() - rest
        for _ in range(400):
            full[INDEX[name]] -= 0.0025
            shown.show(np.maximum(full, 0))
        for _ in range(3):
            shown.show(still)
        # what is left after hundreds of small steps is a change too small to be made, and no sum of errors
        assert np.abs(shown.points_of_face() - rest).max() <= 0.0021 * np.abs(moved).max(), name
