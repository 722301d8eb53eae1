// Depth of what the key light meets first, warped by two exponentials, one that grows and one that falls, and their squares.
in vec2 uv;
out vec4 colour;
#ifdef HOLES
uniform sampler2D p3d_Texture0;
#endif
void main() {
#ifdef HOLES
    if (texture(p3d_Texture0, uv).a < 0.42) discard;
    // Hair lets light through: of three texels in a row, which the blur makes one, one is left free whatever lies there.
    ivec2 texel = ivec2(gl_FragCoord.xy);
    if ((texel.x + texel.y) % 3 == 0) discard;
#endif
    vec2 e = exp(KEY_SHADOW_WARP * vec2(gl_FragCoord.z - 1.0, 0.5 - gl_FragCoord.z));
    colour = vec4(e.x, e.x * e.x, e.y, e.y * e.y);
}
