// Hair cards after Kajiya and Kay 1989 with the two shifted highlights of Marschner's model as Scheuermann simplified it.
// free_dir is the strand's direction; ex: x along the strand 0 root .. 1 tip, y a number of the lock, z depth in the volume
// 0 inner .. 1 outer, w coverage. Texture r is the strand's own shade, a its coverage.
uniform vec4 hair_highlight;

float strand(vec3 t, vec3 h, float sharp) {
    float c = dot(t, h);
    return pow(max(1.0 - c * c, 0.0), sharp * 0.5);
}

void main() {
    vec4 tx = texture(p3d_Texture0, uv);
    float a = tx.a * ex.w;
    if (a < 0.25) discard;
    vec3 n = normalize(dot(normal, eye_position() - at) < 0.0 ? -normal : normal);
    vec3 v = normalize(eye_position() - at);
    vec3 t = normalize(free_dir);
    float shift = (tx.r - 0.5) * 0.30 + (ex.y - 0.5) * 0.16;
    vec3 t1 = normalize(t + n * (shift - 0.10)), t2 = normalize(t + n * (shift + 0.14));
    vec3 root = to_linear(tint.rgb), tip = to_linear(hair_highlight.rgb);
    float streak = smoothstep(0.55, 1.0, ex.y) * 0.40 + smoothstep(0.25, 1.0, ex.x) * 0.42;
    vec3 base = mix(root, tip, clamp(streak * (0.35 + 0.65 * ex.z), 0.0, 1.0));
    base *= mix(0.55, 1.15, tx.r) * mix(0.80, 1.15, ex.y) * mix(0.55, 1.0, smoothstep(0.0, 0.22, ex.x + ex.z * 0.15));
    float depth = mix(0.66, 1.0, smoothstep(0.0, 0.85, ex.z));
    // Light wanders through hair: what is covered is darker and warmer, never black.
    float ao = mix(0.22, 1.0, open) * depth;
    float lit = clamp(dot(n, key_dir) * 0.62 + 0.38, 0.0, 1.0) * smoothstep(0.05, 0.75, open) * depth;
    vec3 light = key_color * lit * 0.85 + fill_color * clamp(dot(n, fill_dir) * 0.6 + 0.4, 0.0, 1.0) * ao
        + ambient(n) * ao + rim_color * clamp(dot(n, rim_dir), 0.0, 1.0) * 0.22 * ao;
    vec3 hk = normalize(key_dir + v), hr = normalize(rim_dir + v), hf = normalize(fill_dir + v);
    vec3 shine = key_color * (strand(t1, hk, 110.0) * (0.03 + tip * 0.22) + base * strand(t2, hk, 30.0) * 0.95) * lit;
    shine += fill_color * base * strand(t2, hf, 22.0) * 0.7 * ao;
    float back = pow(1.0 - max(dot(n, v), 0.0), 2.0) * clamp(dot(n, rim_dir) * 0.5 + 0.5, 0.0, 1.0);
    shine += rim_color * (base * 1.3 + 0.015) * strand(t2, hr, 14.0) * back * depth;
    vec3 c = base * light + shine * mix(0.55, 1.25, tx.r);
    colour = vec4(tone(c), clamp(a * 1.2, 0.0, 1.0));
}
