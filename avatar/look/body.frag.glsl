in vec3 at;
in vec3 normal;
in vec2 uv;
in vec4 ex;
in vec3 free_dir;
in float open;
out vec4 colour;
uniform sampler2D p3d_Texture0;
uniform vec4 tint;
// [0] heights of the lids in eye radii: left upper, lower, right upper, lower; [1] how open the mouth is, size of the pupil
// against rest, height of the upper lip's edge over the line of the closed lips in centimetres; [2] how far brows are raised, drawn together, how far she smiles
uniform vec4 face_state[3];
#ifdef DETAIL
uniform sampler2D key_shadow;      // means of two warped depths and of their squares, blurred: avatar.look.shadow
uniform mat4 key_shadow_matrix;
#endif

#ifdef DETAIL
const float RING[8] = float[](1.0, 1.0, 0.0, -1.0, -1.0, -1.0, 0.0, 1.0);

// Chebyshev's bound on the share of a blur that lies not before `depth`, from a warped depth's mean and mean square.
float unmet(vec2 moments, float depth) {
    float variance = max(moments.y - moments.x * moments.x, 1e-5 * depth * depth), away = depth - moments.x;
    return variance / (variance + away * away);
}
#endif

// Share of the key light that arrives: the shadow map where there is one, else the opening that occlusion left. `off`, metres, is added to
// the point that asks, lest a surface shade itself.
float key_light(vec3 off, vec3 free, float sky) {
#ifdef DETAIL
    vec3 p = (key_shadow_matrix * vec4(at + off, 1.0)).xyz * 0.5 + 0.5;
    // Towards the map's border its shadows give way to what occlusion tells.
    vec3 inside = min(p, 1.0 - p);
    float told = smoothstep(0.0, 0.10, min(inside.x, inside.y)) * step(0.0, inside.z), baked = seen(free, sky, key_dir);
    if (told <= 0.0) return baked;
    // Exponential variance shadow map (Lauritzen and McCool 2008), see avatar.look.shadow.
    vec2 depth = exp(KEY_SHADOW_WARP * vec2(p.z - 1.0, 0.5 - p.z));
    // What lies far behind is no more lit than what lies a little behind, or a trace of it would outweigh every outline.
    vec4 most = vec4(2.0 * depth.x, 4.0 * depth.x * depth.x, 1e30, 1e30);
    vec4 m = texture(key_shadow, p.xy), wide = min(m, most);
    // The further what casts it, the wider a shadow's edge: there the moments of a ring about the point count, too.
    const float far = 0.016, mid = 0.0113;
    float count = 1.0;
    for (int i = 0; i < 8; ++i) {
        vec4 met = texture(key_shadow, p.xy + (i % 2 == 0 ? far : mid) * vec2(RING[i], RING[(i + 2) % 8]));
        if (met.z > 1e-30) { wide += min(met, most); count += 1.0; }  // where the light meets nothing there is nothing to shade
    }
    wide /= count;
    float caster = 0.5 - log(max(wide.z, 1e-12)) / KEY_SHADOW_WARP;
    m = mix(m, wide, smoothstep(0.008, 0.045, p.z - caster));
    float lit = min(depth.x <= m.x ? 1.0 : unmet(m.xy, depth.x), depth.y >= m.z ? 1.0 : unmet(m.zw, depth.y));
    lit = smoothstep(0.18, 0.95, lit);
    return mix(baked, lit * mix(0.75, 1.0, baked), told);
#else
    return seen(free, sky, key_dir);
#endif
}
