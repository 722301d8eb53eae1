// Cloth. uv is in metres on the garment; ex.x distance from the nearest edge in metres, ex.y to the nearest seam; ex.z garment tone, of tops 1 in
// front of the trunk and 0 elsewhere; ex.w 0 on bands of rib knit, where uv runs along and across the band, and 2 more for what is worn under an
// open garment, 4 more for buttons and cords.
// fabric: x kind (0 jersey, 1 knit, 2 linen, 3 denim, 4 leather), y fuzz, z gloss, w width in metres of ribbing along edges.
// tailor: x ribs all over, y half width of a placket, z half width of the trunk at the armpits (0: no top).
uniform vec4 fabric;
uniform vec4 tailor;
uniform vec4 tint_inner;
uniform vec4 tint_detail;

// Without a sine, which is dear in software (after Hoskins 2014).
float hash(vec2 p) {
    vec3 q = fract(p.xyx * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}

float value_noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// Weave as (height, shade); fades out where a thread is smaller than a pixel.
float weave(vec2 m, float k) {
    if (k < 0.5) { vec2 p = m * vec2(900.0, 700.0); return abs(fract(p.x) - 0.5) * 1.2 + 0.25 * sin(p.y * 6.28 + step(0.5, fract(p.x)) * 3.14); }
    if (k < 1.5) { vec2 p = m * vec2(260.0, 210.0); float side = abs(fract(p.x) - 0.5); return 1.0 - abs(fract(p.y + side * 0.9) - 0.5) * 2.0 - side * 0.6; }
    if (k < 2.5) { vec2 p = m * 620.0; return 0.5 * sin(p.x * 6.28) * step(0.5, fract(p.y * 0.5)) + 0.5 * sin(p.y * 6.28) * step(fract(p.y * 0.5), 0.5) + value_noise(p * vec2(0.12, 1.0)) * 0.8; }
    if (k < 3.5) { vec2 p = m * 800.0; return abs(fract(p.x * 0.7 + p.y * 0.7) - 0.5) * 1.6 + value_noise(p * vec2(0.9, 0.05)) * 0.8 - 0.3; }
    return value_noise(m * 700.0) * 0.6;
}

float bell(float x) { return exp(-x * x); }

// Height in metres of the folds into which an arm that hangs draws its garment: from the armpit over the chest, and down the sleeve.
float drawn(vec2 m, float sleeve, float front) {
    vec2 q = vec2(abs(m.x) - tailor.z, m.y);
    float side = step(0.0, m.x), r = length(q);
    if (sleeve > 0.5) {
        // Oblique rolls round the upper arm, deepest where it is bent inwards.
        float near = smoothstep(-0.03, -0.09, m.y) * smoothstep(-0.34, -0.16, m.y) + 0.9 * smoothstep(0.07, 0.0, abs(m.y + 0.27));
        if (near <= 0.0) return 0.0;
        float roll = 0.5 + 0.5 * sin((m.y + 0.55 * abs(m.x)) * 125.0 + 4.0 * value_noise(m * vec2(12.0, 17.0)));
        return 0.0034 * near * (0.35 + abs(m.x) * 5.0) * roll * sqrt(roll);
    }
    float h = 0.0;
    if (r < 0.19) {
        float a = atan(q.y, -q.x) + 0.10 * (value_noise(m * 14.0 + side * 7.0) - 0.5);
        // Up along the armhole, down the side, and a short one towards the chest.
        float fan = bell((a - 0.95 - 0.10 * side) / 0.17) * smoothstep(0.105, 0.03, r)
            + 0.9 * bell((a + 1.22 - 0.10 * side) / 0.12) * smoothstep(0.19, 0.05, r)
            + 0.7 * bell((a + 0.66 + 0.14 * side) / 0.11) * smoothstep(0.10, 0.03, r);
        h = fan * smoothstep(0.002, 0.030, r) * 0.0046;
    }
    // Lower down a few soft hanging folds.
    if (m.y > -0.02) return h;
    return h + (value_noise(vec2(m.x * 16.0 + 3.0 * front, m.y * 2.2 + 2.0 * m.x)) - 0.5) * 0.0055 * smoothstep(-0.02, -0.16, m.y);
}

void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal), smooth_n = n;
    vec3 v = normalize(eye_position() - at);
    float layer = floor(ex.w * 0.5 + 0.01), rib = 1.0 - (ex.w - 2.0 * layer);
    vec4 made = layer < 0.5 ? fabric : layer < 1.5 ? vec4(0.0, 0.9, 0.05, 0.0) : vec4(4.0, 0.1, 0.4, 0.0);
    vec3 dye = layer < 0.5 ? tint.rgb : layer < 1.5 ? tint_inner.rgb : tint_detail.rgb;
    bool top = tailor.z > 0.0, knit = made.x > 0.5 && made.x < 1.5;
    // By the size of a pixel on the body, not on the cloth's map, which is stretched here and there: else the knit comes in patches.
    float px = max(length(fwidth(at)), length(fwidth(uv)) * 0.6);
    float period = made.x < 0.5 ? 0.0011 : knit ? 0.0060 : 0.0017;
    float fine = 1.0 - smoothstep(0.12, 0.34, px / period);
    float w = fine > 0.0 && tailor.x < 0.5 ? (weave(uv, made.x) - 0.4) * fine : 0.0, h = 0.0;
    bool sleeve = top && ex.y > 0.0, apart = ex.y > 0.99;  // a band or collar has a map of its own
    float front = top ? ex.z : 0.0, groove = 0.0;
    // Ribbing: narrow at cuffs, hem and neck, wide where a jumper is ribbed all over.
    float border = made.w > 0.0 && layer < 0.5 ? smoothstep(made.w + 0.002, made.w - 0.002, ex.x) * (1.0 - rib) : 0.0;
    float narrow = max(rib, border), wide = layer < 0.5 && !apart ? tailor.x * (1.0 - narrow) : 0.0;
    if (narrow > 0.01) {
        float at_rib = 1.0 - smoothstep(0.2, 0.5, px / 0.0044);
        float wave = abs(fract(uv.x / 0.0044) - 0.5) * 2.0;
        w = mix(w, 0.0, narrow);
        groove += narrow * at_rib * (0.5 - smoothstep(0.1, 0.6, wave)) ;
        h += narrow * at_rib * smoothstep(0.0, 0.8, wave) * 0.0009;
    }
    if (wide > 0.01) {
        float wave = abs(fract(uv.x / 0.0125) - 0.5) * 2.0;
        float seen_rib = 1.0 - smoothstep(0.2, 0.5, px / 0.0125);
        groove += wide * seen_rib * (0.30 - smoothstep(0.02, 0.45, wave) * 0.5);
        h += wide * seen_rib * smoothstep(0.0, 0.55, wave) * 0.0016;
    }
    float cloudy = value_noise(uv * vec2(60.0, 38.0)) - 0.5;
    vec3 albedo = to_linear(dye) * (top ? 1.0 : ex.z);
    float patchy = made.x > 2.5 && made.x < 3.5 ? 0.34 : 0.08;
    albedo *= 1.0 + w * 0.30 + cloudy * patchy;
    albedo *= 1.0 - 0.42 * groove;
    if (made.x > 1.5 && made.x < 3.5 && px < 0.0035) {
        // Linen and denim: threads of uneven strength, which show as streaks from afar.
        float streak = value_noise(uv * vec2(520.0, 30.0)) + value_noise(uv * vec2(34.0, 480.0)) * (made.x < 2.5 ? 1.0 : 0.35) - 0.8;
        albedo *= 1.0 + streak * 0.14 * (1.0 - smoothstep(0.0010, 0.0035, px));
    }
    // Two rows of stitches near an edge, and the edge itself turned over: a slightly darker line.
    float hem = ex.x, plain = 1.0 - narrow;
    float stitch = smoothstep(0.0012, 0.0006, abs(hem - 0.016)) * step(0.35, fract((uv.x + uv.y) * 260.0)) * plain;
    albedo *= 1.0 - 0.10 * smoothstep(0.0040, 0.0010, abs(hem - 0.0185)) * plain;
    float seam = ex.y;
    float ridge = smoothstep(0.0030, 0.0008, abs(seam)) * smoothstep(0.010, 0.004, px);
    albedo *= 1.0 - 0.30 * ridge;
    albedo *= 1.0 + stitch * 0.35 * fine;
    albedo *= 1.0 - rib * 0.35 * smoothstep(0.0128, 0.0160, uv.y);
    if (made.w > 0.0) albedo *= 1.0 - 0.22 * smoothstep(0.0035, 0.0008, abs(hem - made.w)) * (1.0 - rib);
    if (tailor.y > 0.0 && front > 0.5 && layer < 0.5 && rib < 0.5) {
        // A placket lies on the shirt: a step at its border, stitched down.
        float off = abs(uv.x) - tailor.y;
        h += 0.0012 * smoothstep(0.0012, -0.0012, off);
        albedo *= 1.0 - 0.30 * smoothstep(0.0020, 0.0, abs(off - 0.0008)) - 0.12 * smoothstep(0.0010, 0.0004, abs(off + 0.0045));
    }
    vec3 bump = dFdx(at) * dFdy(w * 0.00025) - dFdy(at) * dFdx(w * 0.00025);
    n = normalize(n + clamp(bump * 2.0e5, -0.25, 0.25) * fine);
    if (top && !apart && layer < 1.5) {
        float stiff = made.x < 0.5 ? 1.0 : knit ? 0.75 : made.x < 2.5 ? 1.25 : 0.9;
        h += drawn(uv, sleeve ? 1.0 : 0.0, front) * stiff - 0.0012 * smoothstep(0.006, 0.0, abs(seam));
        if (made.x > 1.5 && made.x < 2.5) h += 0.0020 * value_noise(uv * vec2(42.0, 32.0));
    }
    vec3 dx = dFdx(at), dy = dFdy(at), r1 = cross(dy, n), r2 = cross(n, dx);
    float det = dot(dx, r1);
    vec3 tilt = sign(det) * (dFdx(h) * r1 + dFdy(h) * r2);
    // Where the map is torn, at the inside of an arm, a step is no fold.
    float torn = length(tilt) / max(abs(det), 1e-12);
    n = normalize(abs(det) * n - tilt * min(1.0, 0.7 / max(torn, 1e-5)));
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
    vec3 fuzz = (albedo * 0.7 + 0.03) * edge * made.y * (key_color * shade * 0.35 + behind * 0.4 + ambient(n)) * ao;
    vec3 shine = key_color * gloss_lobe(n, v, key_dir, mix(0.75, 0.35, made.z), 0.04) * shade * (0.25 + made.z);
    vec3 c = albedo * light + fuzz + shine;
    if (!gl_FrontFacing) c *= 0.62;
    colour = vec4(tone(c), 1.0);
}
