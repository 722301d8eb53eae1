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
uniform sampler2D key_shadow;      // moments of exp(depth) and of its square, blurred: avatar.look.shadow
uniform mat4 key_shadow_matrix;
#endif

#ifdef DETAIL
const float RING[8] = float[](1.0, 1.0, 0.0, -1.0, -1.0, -1.0, 0.0, 1.0);

// Moments of what the light met there, and how much of the blur met anything: the weight of both.
vec3 met(vec2 at) { vec3 m = texture(key_shadow, at).rgb; return m.r < 0.02 ? vec3(m.rg * m.b, m.b) : vec3(0.0); }
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
    // Exponential variance shadow map (Lauritzen and McCool 2008): Chebyshev's bound on what lies before the point.
    vec3 here = met(p.xy), wide = here;
    if (here.z < 0.5) return mix(baked, mix(0.75, 1.0, baked), told);
    vec2 m = here.xy / here.z;
    // The further what casts it, the wider a shadow's edge: there the moments of a ring about the point count, too.
    const float far = 0.016, mid = 0.0113;
    for (int i = 0; i < 8; ++i) wide += met(p.xy + (i % 2 == 0 ? far : mid) * vec2(RING[i], RING[(i + 2) % 8]));
    wide /= wide.z;
    float caster = 1.0 + log(max(wide.x, 1e-6)) / KEY_SHADOW_WARP;
    m = mix(m, wide.xy, smoothstep(0.008, 0.045, p.z - caster));
    float depth = exp(KEY_SHADOW_WARP * (p.z - 1.0));
    float variance = max(m.y - m.x * m.x, 1e-5 * depth * depth);
    float away = depth - m.x;
    float lit = away <= 0.0 ? 1.0 : variance / (variance + away * away);
    // At an outline, as the light sees it, the blur knows only what lies in front: there shadow ends.
    lit = mix(1.0, smoothstep(0.18, 0.95, lit), smoothstep(0.5, 0.95, here.z));
    return mix(baked, lit * mix(0.75, 1.0, baked), told);
#else
    return seen(free, sky, key_dir);
#endif
}
