// Cloth. uv is in metres on the garment; ex.x distance from the nearest edge in metres, ex.y to the nearest seam, ex.z garment tone; ex.w 0 on bands of rib
// knit, where uv runs along and across the band.
// fabric: x kind (0 jersey, 1 knit, 2 linen, 3 denim, 4 leather), y fuzz, z gloss.
uniform vec3 fabric;

float hash(vec2 p) { return fract(sin(dot(p, vec2(41.3, 289.1))) * 43758.5453); }

float value_noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// Weave as (height, shade); fades out where a thread is smaller than a pixel.
float weave(vec2 m) {
    float k = fabric.x;
    if (k < 0.5) { vec2 p = m * vec2(900.0, 700.0); return abs(fract(p.x) - 0.5) * 1.2 + 0.25 * sin(p.y * 6.28 + step(0.5, fract(p.x)) * 3.14); }
    if (k < 1.5) { vec2 p = m * vec2(260.0, 210.0); float side = abs(fract(p.x) - 0.5); return 1.0 - abs(fract(p.y + side * 0.9) - 0.5) * 2.0 - side * 0.6; }
    if (k < 2.5) { vec2 p = m * 620.0; return 0.5 * sin(p.x * 6.28) * step(0.5, fract(p.y * 0.5)) + 0.5 * sin(p.y * 6.28) * step(fract(p.y * 0.5), 0.5) + value_noise(p * vec2(0.12, 1.0)) * 0.8; }
    if (k < 3.5) { vec2 p = m * 800.0; return abs(fract(p.x * 0.7 + p.y * 0.7) - 0.5) * 1.6 + value_noise(p * vec2(0.9, 0.05)) * 0.8 - 0.3; }
    return value_noise(m * 700.0) * 0.6;
}

void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal), smooth_n = n;
    vec3 v = normalize(eye_position() - at);
    float period = fabric.x < 0.5 ? 0.0011 : fabric.x < 1.5 ? 0.0040 : 0.0017;
    // By the size of a pixel on the body, not on the cloth's map, which is stretched here and there: else the knit comes in patches.
    float fine = 1.0 - smoothstep(0.10, 0.20, max(length(fwidth(at)), length(fwidth(uv)) * 0.6) / period);
    float w = (weave(uv) - 0.4) * fine;
    float rib = 1.0 - ex.w;
    if (rib > 0.01) {
        float ribs = 1.0 - smoothstep(0.15, 0.50, fwidth(uv.x) / 0.0024);
        w = mix(w, (abs(fract(uv.x / 0.0024) - 0.5) * 2.0 - 0.5) * 0.9 * ribs, rib);
    }
    float cloudy = value_noise(uv * vec2(30.0, 18.0)) * 0.6 + value_noise(uv * 95.0) * 0.4 - 0.5;
    vec3 albedo = to_linear(tint.rgb) * ex.z;
    float patchy = fabric.x > 2.5 && fabric.x < 3.5 ? 0.34 : 0.10;
    albedo *= 1.0 + w * 0.30 + cloudy * patchy;
    // Two rows of stitches near an edge, and the edge itself turned over: a slightly darker line.
    float hem = ex.x;
    float stitch = smoothstep(0.0012, 0.0006, abs(hem - 0.016)) * step(0.35, fract((uv.x + uv.y) * 260.0));
    albedo *= 1.0 - 0.10 * smoothstep(0.0040, 0.0010, abs(hem - 0.0185));
    float seam = ex.y;
    float ridge = smoothstep(0.0030, 0.0008, abs(seam)) * smoothstep(0.010, 0.004, length(fwidth(uv)));
    albedo *= 1.0 - 0.30 * ridge;
    albedo *= 1.0 + stitch * 0.35 * fine;
    albedo *= 1.0 - rib * 0.35 * smoothstep(0.0128, 0.0160, uv.y);
    vec3 bump = dFdx(at) * dFdy(w * 0.00025) - dFdy(at) * dFdx(w * 0.00025);
    n = normalize(n + clamp(bump * 2.0e5, -0.25, 0.25) * fine);
    // Where a sleeve is set in, cloth is drawn into folds that run from the armpit; it rolls up to the seam itself.
    float drawn = exp(-abs(seam) / 0.075) * (1.0 - rib);
    // Not where cloth is crumpled and its map with it: in an armpit folds would glint.
    float even = length(fwidth(uv)) / max(length(fwidth(at)), 1e-7);
    drawn *= smoothstep(0.35, 0.65, even) * smoothstep(2.2, 1.5, even);
    vec2 along = mat2(0.80, -0.60, 0.60, 0.80) * uv;
    float fold = value_noise(along * vec2(13.0, 46.0)) + 0.5 * value_noise(along * vec2(24.0, 90.0) + 7.0);
    float h = drawn * fold * 0.0050 - 0.0012 * smoothstep(0.006, 0.0, abs(seam));
    vec3 px = dFdx(at), py = dFdy(at), r1 = cross(py, n), r2 = cross(n, px);
    float det = dot(px, r1);
    n = normalize(abs(det) * n - sign(det) * (dFdx(h) * r1 + dFdy(h) * r2));
    float ao = open;
    vec3 free = normalize(free_dir + n * 0.35);
    // Cloth is coarse: where light grazes it, its triangles would show as teeth of shade. Its weave is no place to ask from, or a
    // shadow's edge would follow the threads.
    float grazed = 1.0 - clamp(dot(smooth_n, key_dir), 0.0, 1.0);
    // Half of it is what occlusion tells, which is smooth: the coarse cloth makes steps in any sharper shade.
    float shade = mix(seen(free, open, key_dir), key_light(smooth_n * (0.0025 + 0.016 * grazed * grazed), free, open), 0.5);
    vec3 behind_dir = rim_way(n), behind = rim_light(n);
    vec3 light = key_color * clamp(dot(n, key_dir) * 0.86 + 0.14, 0.0, 1.0) * mix(0.12, 1.0, shade)
        + fill_color * clamp(dot(n, fill_dir) * 0.7 + 0.3, 0.0, 1.0) * ao
        + behind * clamp(dot(n, behind_dir), 0.0, 1.0) * 0.5 * seen(free, ao, behind_dir) + ambient(n) * ao;
    float edge = pow(1.0 - max(dot(n, v), 0.0), 3.0);
    vec3 fuzz = (albedo * 0.7 + 0.03) * edge * fabric.y * (key_color * shade * 0.35 + behind * 0.4 + ambient(n)) * ao;
    vec3 shine = key_color * gloss_lobe(n, v, key_dir, mix(0.75, 0.35, fabric.z), 0.04) * shade * (0.25 + fabric.z);
    vec3 c = albedo * light + fuzz + shine;
    if (!gl_FrontFacing) c *= 0.62;
    colour = vec4(tone(c), 1.0);
}
