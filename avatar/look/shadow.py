"""The key light's shadow of one person: a map of what the light meets first, blurred so that its edges are soft.

An exponential variance shadow map of two warps (Lauritzen and McCool 2008): the moments can be filtered like a picture, so softness
costs two blurs of the map and one lookup where it is read. The warp that grows with depth knows shadows behind shadows, but what lies
far behind an outline, or nothing at all, outweighs what is near; the one that falls knows outlines. The darker answer is right.
"""

from __future__ import annotations

from panda3d.core import (
    BitMask32,
    Camera,
    CardMaker,
    FrameBufferProperties,
    GraphicsEngine,
    GraphicsOutput,
    GraphicsPipe,
    LMatrix4f,
    LVecBase2f,
    LVecBase2i,
    LVector3,
    NodePath,
    OmniBoundingVolume,
    OrthographicLens,
    Point3,
    RenderState,
    SamplerState,
    Shader,
    ShaderAttrib,
    Texture,
    TransformState,
    TransparencyAttrib,
    WindowProperties,
)

from avatar.look.glsl import VERSION, caster
from avatar.look.light import LightRig

SIZE = 512
WIDE_M, DEEP_M = 0.95, 1.3  # what the map covers: head, neck and chest, with room to move
SOFT_M = 0.0075  # standard deviation of the blur
TAG = "casts"
_BACK = 0.65
MASK = BitMask32.bit(5)  # nodes hidden from this cast no shadow

_QUAD = VERSION + """in vec4 p3d_Vertex; out vec2 uv;
void main() { uv = p3d_Vertex.xz * 0.5 + 0.5; gl_Position = vec4(p3d_Vertex.xz, 0.0, 1.0); }"""
_SPREAD = f"#define SPREAD {(SOFT_M * SIZE / WIDE_M) ** 2:.2f}\n"
# Nothing can be lit where the light meets nothing: such texels do not count, or by their depth they would outweigh every outline.
# The weight falls to nothing at nine texels: cut off at two deviations it left hard, stepped edges.
_BLUR = VERSION + _SPREAD + """uniform sampler2D p3d_Texture0; uniform vec2 way; out vec4 colour;
void main() { vec4 sum = vec4(0.0); float total = 0.0;
  for (int i = -8; i <= 8; ++i) { float w = exp(-0.5 * float(i * i) / SPREAD) - exp(-40.5 / SPREAD);
    ivec2 at = clamp(ivec2(gl_FragCoord.xy + way * float(i)), ivec2(0), textureSize(p3d_Texture0, 0) - 1);
    vec4 met = texelFetch(p3d_Texture0, at, 0); w *= step(1e-30, met.z);
    sum += met * w; total += w; }
  colour = total > 0.0 ? sum / total : vec4(1.0, 1.0, 0.0, 0.0); }"""


class KeyShadow:
    """Draws the map before each frame of `host`."""

    def __init__(self, host: GraphicsOutput, body: NodePath, rig: LightRig, centre: tuple[float, float, float]) -> None:
        self._host, self._body = host, body
        self._centre = Point3(*centre)
        self._lens = OrthographicLens()
        self._lens.setFilmSize(WIDE_M, WIDE_M)
        self._lens.setNearFar(0.0, DEEP_M)
        camera = Camera("key light", self._lens)
        camera.setTagStateKey(TAG)
        camera.setCameraMask(MASK)
        for name, holes in (("solid", False), ("holes", True)):
            state = RenderState.make(ShaderAttrib.make(caster(holes), 100), TransparencyAttrib.make(TransparencyAttrib.M_none), 100)
            camera.setTagState(name, state)
        self._eye = body.attachNewNode(camera)
        self._at: TransformState | None = None
        self._way = LVector3(*rig.key_dir)
        self._way.normalize()
        self.buffers: list[GraphicsOutput] = []
        first = self._buffer("key shadow", -60)
        region = first.makeDisplayRegion()
        region.setCamera(self._eye)
        picture = first.getTexture()
        for k, direction in enumerate(((1.0, 0.0), (0.0, 1.0))):
            buffer = self._buffer(f"key shadow, blur {k}", -59 + k)
            maker = CardMaker("blur")
            maker.setFrame(-1, 1, -1, 1)
            card = NodePath(maker.generate())
            card.setShader(Shader.make(Shader.SL_GLSL, _QUAD, _BLUR))
            card.setTexture(picture)
            card.setShaderInput("way", LVecBase2f(*direction))
            card.setDepthTest(False)
            card.setDepthWrite(False)
            card.node().setBounds(OmniBoundingVolume())
            scene = NodePath("blur scene")
            card.reparentTo(scene)
            buffer.makeDisplayRegion().setCamera(scene.attachNewNode(Camera("blur", OrthographicLens())))
            picture = buffer.getTexture()
        body.setShaderInput("key_shadow", picture)
        self.update()

    def _buffer(self, name: str, sort: int) -> GraphicsOutput:
        want = FrameBufferProperties()
        want.setFloatColor(True)
        want.setRgbaBits(32, 32, 32, 32)
        want.setDepthBits(24 if sort == -60 else 0)
        engine = GraphicsEngine.getGlobalPtr()
        flags = GraphicsPipe.BF_refuse_window
        size = WindowProperties(size=LVecBase2i(SIZE, SIZE))
        buffer = engine.makeOutput(self._host.getPipe(), name, sort, want, size, flags, self._host.getGsg(), self._host)
        if buffer is None:
            raise RuntimeError("The graphics driver makes no float picture; choose quality low.")
        texture = Texture(name)
        buffer.addRenderTexture(texture, GraphicsOutput.RTM_bind_or_copy, GraphicsOutput.RTP_color)
        texture.setMinfilter(SamplerState.FT_linear)
        texture.setMagfilter(SamplerState.FT_linear)
        texture.setWrapU(SamplerState.WM_clamp)
        texture.setWrapV(SamplerState.WM_clamp)
        buffer.setClearColor((1.0, 1.0, 0.0, 0.0))
        self.buffers.append(buffer)
        return buffer

    def update(self) -> None:
        """Once a frame: tells the shaders where the map lies, where she stands elsewhere or has turned."""
        world, at = self._body.getTop(), self._body.getNetTransform()
        if at == self._at:
            return
        self._at = at
        # The light stays where it is when she turns.
        centre = world.getRelativePoint(self._body, self._centre)
        self._eye.setPos(world, centre + self._way * _BACK)
        self._eye.lookAt(world, centre)
        view = LMatrix4f(world.getMat(self._eye))
        self._body.setShaderInput("key_shadow_matrix", view * LMatrix4f(self._lens.getProjectionMat()))

    def close(self) -> None:
        """Frees the buffers."""
        for buffer in self.buffers:
            GraphicsEngine.getGlobalPtr().removeWindow(buffer)
        self.buffers = []
        self._eye.removeNode()
