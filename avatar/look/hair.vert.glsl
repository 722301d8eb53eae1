// Skins a vertex of a hair card by head, neck and chest, sways it by the springs, and lights its volume: all that is smooth over
// a card is worked out here, so that a fragment costs little. joints.w is the angle round the skull (0 .. 256), extra as in
// hair.frag; hair_bones are the three joints' matrices, hair_sway the springs' offsets: 12 sectors of 3 levels, metres.
uniform mat4 hair_bones[3];
uniform vec4 hair_sway[36];
uniform vec4 tint;
uniform vec4 hair_highlight;
out vec2 uv;
out vec4 ex;
out vec3 soft;
out vec4 shine;  // strand against half way to key and rim light, and how much of each gets there
flat out vec3 behind;  // the light behind her on the strand's side
flat out vec3 root_colour;
flat out vec3 tip_colour;

#ifdef DETAIL
uniform sampler2D key_shadow;
uniform mat4 key_shadow_matrix;
#endif

// Share of the key light at a point of the hair. What lies in front is mostly hair, which lets much through: only a head's depth
// of it makes a full shadow.
float key_at(vec3 at) {
#ifdef DETAIL
    vec3 p = (key_shadow_matrix * vec4(at, 1.0)).xyz * 0.5 + 0.5;
    if (any(lessThan(p, vec3(0.0))) || any(greaterThan(p, vec3(1.0)))) return 1.0;
    float behind = exp(KEY_SHADOW_WARP * (p.z - 1.0)) / max(textureLod(key_shadow, p.xy, 0.0).r, 1e-30);
    return mix(0.48, 1.0, smoothstep(3.6, 1.25, behind));
#else
    return 1.0;
#endif
}

vec3 level(int sector, float depth) {
    float f = clamp(depth, 0.0, 1.0) * 3.0;
    vec3 first = f > 1.0 ? hair_sway[sector].xyz : vec3(0.0);
    if (f <= 1.0) return hair_sway[sector].xyz * f;
    if (f <= 2.0) return mix(first, hair_sway[sector + 12].xyz, f - 1.0);
    return mix(hair_sway[sector + 12].xyz, hair_sway[sector + 24].xyz, f - 2.0);
}

void main() {
    mat4 m = hair_bones[0] * weights.x;
    if (weights.x < 0.999) m += hair_bones[1] * weights.y + hair_bones[2] * weights.z;
    vec4 moved = m * vec4(p3d_Vertex.xyz, 1.0);
    if (extra.w > 0.001) {
        float turn = joints.w / 256.0 * 12.0;
        int a = int(turn) % 12;
        moved.xyz += mix(level(a, extra.w), level((a + 1) % 12, extra.w), fract(turn));
    }
    vec4 q = p3d_ModelMatrix * moved;
    mat3 turn_by = mat3(p3d_ModelMatrix * m);
    vec3 n = normalize(turn_by * p3d_Normal), t = normalize(turn_by * bent.xyz), v = normalize(eye_position() - q.xyz);
    float open = bent.w;
    uv = p3d_MultiTexCoord0;
    ex = extra;
    root_colour = to_linear(tint.rgb);
    tip_colour = to_linear(hair_highlight.rgb);
    // Light wanders through hair: what is covered is darker, never black.
    float pale = smoothstep(0.05, 0.45, root_colour.g);
    float depth = mix(mix(0.70, 0.88, pale), 1.0, smoothstep(0.0, 0.7, extra.z));
    float root = mix(mix(0.82, 0.94, pale), 1.0, smoothstep(0.0, 0.06, extra.x + extra.z * 0.03));
    float ao = mix(mix(0.46, 0.66, pale), 1.0, open) * depth * root;
    float lit = smoothstep(0.05, 0.65, open) * depth * root * key_at(q.xyz);
    vec3 behind_dir = rim_way(n);
    float wrap = clamp(dot(n, key_dir) * 0.62 + 0.38, 0.0, 1.0);
    soft = key_color * pow(wrap, 1.5) * lit * 0.95 + fill_color * clamp(dot(n, fill_dir) * 0.6 + 0.4, 0.0, 1.0) * ao * 1.2
        + ambient(n) * ao * 1.15 + rim_light(n) * clamp(dot(n, behind_dir) + 0.1, 0.0, 1.0) * 0.20 * ao
        // What has wandered through the hair about it, warm from the skin beside it.
        + key_color * vec3(1.0, 0.86, 0.74) * (0.12 * (1.0 - lit));
    float graze = 1.0 - max(dot(n, v), 0.0);
    shine = vec4(
        dot(t, normalize(key_dir + v)), dot(t, normalize(behind_dir + v)), clamp(dot(n, key_dir) * 0.7 + 0.45, 0.0, 1.0) * lit,
        graze * graze * clamp(dot(n, behind_dir) * 0.5 + 0.5, 0.0, 1.0) * lit);
    behind = rim_light(n);
    gl_Position = p3d_ViewProjectionMatrix * q;
    // Cards come from the inside out, so one drawn later belongs in front: without a little help the clear rim of an earlier one
    // would cut it, as both hide what is behind them.
    vec4 nearer = p3d_ViewProjectionMatrix * vec4(q.xyz + v * (0.0045 * clamp(extra.z, 0.0, 1.0)), 1.0);
    gl_Position.z = nearer.z / nearer.w * gl_Position.w;
}
