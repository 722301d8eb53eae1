// Depth of what the key light meets first, warped by an exponential, and its square.
in vec2 uv;
out vec4 colour;
#ifdef HOLES
uniform sampler2D p3d_Texture0;
#endif
void main() {
#ifdef HOLES
    if (texture(p3d_Texture0, uv).a < 0.42) discard;
#endif
    float e = exp(KEY_SHADOW_WARP * (gl_FragCoord.z - 1.0));
    colour = vec4(e, e * e, 0.0, 1.0);
}
