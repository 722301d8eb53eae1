// Skin. Masks without colour are tinted here (avatar.body.layers names their channels). ex.x thin parts (ears) that light shines
// through, below zero upper lids; ex.yzw tint of the vertex.
uniform sampler2D makeup_map;
uniform sampler2D growth_map;
uniform vec4 skin_tone;      // sRGB; a gloss
uniform vec4 skin_blood;     // sRGB of flushed skin; a freckles
uniform vec4 lip_tint;       // sRGB; a strength
uniform vec4 cheek_tint;
uniform vec4 shadow_tint;
uniform vec4 liner_tint;
uniform vec4 root_tint;      // the scalp under hair, sRGB
uniform vec4 stubble_tint;   // sRGB; a strength
uniform vec4 brow_tint;      // sRGB; a density
uniform vec4 skin_lines;     // x lines of age, y how much expressions dent, z lips' gloss, w how wide shadows bleed
const vec3 WANDERS = vec3(0.84, 0.64, 0.54);
const float LID_SKY = 0.92;  // what a shut lid sees, bulging out of the socket
#ifdef DETAIL
uniform sampler2D relief_map;
uniform sampler2D pores_map;

// World-space gradients of uv, so that slopes in the texture become slopes of the surface without stored tangents
// (Mikkelsen 2020, surface gradient framework).
vec3 slope_to_world(vec3 n, vec2 slope) {
    vec3 px = dFdx(at), py = dFdy(at);
    vec2 ux = dFdx(uv), uy = dFdy(uv);
    vec3 r1 = cross(py, n), r2 = cross(n, px);
    float det = dot(px, r1);
    vec3 du = (r1 * ux.x + r2 * uy.x), dv = (r1 * ux.y + r2 * uy.y);
    // where uv stands still (plain skin) there is no slope
    du *= inversesqrt(max(dot(du, du), 1e-24));
    dv *= inversesqrt(max(dot(dv, dv), 1e-24));
    return (du * slope.x + dv * slope.y) * sign(det);
}
#endif

vec3 soft(vec3 d, vec3 bleed) {
    vec3 w = clamp((d + bleed) / (1.0 + bleed), 0.0, 1.0);
    return w * mix(vec3(1.0), w, 0.25);
}

void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal);
    vec3 v = normalize(eye_position() - at);
    vec4 pigment = texture(p3d_Texture0, uv), makeup = texture(makeup_map, uv), growth = texture(growth_map, uv);
    float dent = 0.0, open_pore = 1.0, pore_gloss = 1.0;
#ifdef DETAIL
    vec4 depth = vec4(skin_lines.x, face_state[2].xyz * skin_lines.y);
    vec2 texel = 1.0 / vec2(textureSize(relief_map, 0));
    float h = dot(texture(relief_map, uv), depth);
    vec2 line = vec2(dot(texture(relief_map, uv + vec2(texel.x, 0.0)), depth), dot(texture(relief_map, uv + vec2(0.0, texel.y)), depth)) - h;
    dent = min(h, 1.0);
    vec2 tile = uv * vec2(15.0, 30.0);
    vec4 grain = texture(pores_map, tile);
    vec4 fine = texture(pores_map, tile * 2.7 + 0.37);
    float near = 1.0 - smoothstep(0.10, 0.55, length(fwidth(tile)) * 8.0 / 2.0);
    vec2 rough_slope = (grain.xy - 0.5) * 0.55 + (fine.xy - 0.5) * 0.40;
    float on_lip = makeup.r;
    n = normalize(n + slope_to_world(n, rough_slope * (1.0 - 0.6 * on_lip)) * 0.32 + slope_to_world(n, clamp(line * 1.5, -0.5, 0.5)));
    // Lips have folds from edge to edge instead of pores.
    vec4 folds = texture(pores_map, uv * vec2(70.0, 16.0));
    n = normalize(n + slope_to_world(n, (folds.xy - 0.5) * on_lip * 0.5));
    open_pore = mix(0.86 + 0.14 * grain.z, 0.80 + 0.28 * folds.z, on_lip);
    pore_gloss = 0.72 + 0.48 * grain.w;
#endif
    // Painted and baked with open eyes, when a lid lies folded in its socket: its crease goes and light comes as it falls.
    float gap = 0.5 * (face_state[0].x - face_state[0].y + face_state[0].z - face_state[0].w);
    float fallen = clamp(-ex.x, 0.0, 1.0) * smoothstep(0.70, 0.10, gap);
    vec3 c = skin_tone.rgb;
    pigment.rg = mix(pigment.rg, vec2(0.49, 0.53), 0.8 * fallen);  // what is painted close in a folded lid would come out as streaks
    c *= 1.0 + (pigment.r - 0.5) * vec3(0.42, 0.66, 0.72);
    float blood = (pigment.g - 0.5) * 2.0;
    c = mix(c, skin_blood.rgb, clamp(blood, 0.0, 1.0) * 0.85);
    c = mix(c, skin_tone.rgb * vec3(1.03, 0.99, 0.92), clamp(-blood, 0.0, 1.0));
    float spots = smoothstep(1.0 - skin_blood.a, 1.25 - skin_blood.a, pigment.b + 0.12 * skin_blood.a) * skin_blood.a;
    c = mix(c, skin_tone.rgb * vec3(0.70, 0.50, 0.40), clamp(pigment.b * 1.4, 0.0, 1.0) * spots);
    c = mix(c, cheek_tint.rgb, makeup.g * cheek_tint.a * 0.28);
    c = mix(c, shadow_tint.rgb, makeup.b * shadow_tint.a);
    c = mix(c, lip_tint.rgb * (0.72 + 0.36 * makeup.r), smoothstep(0.05, 0.75, makeup.r) * lip_tint.a);
    c *= 1.0 - growth.a * (1.0 - 0.9 * fallen) * vec3(0.28, 0.38, 0.40);
    c = mix(c, liner_tint.rgb, makeup.a * liner_tint.a);
    c = mix(c, stubble_tint.rgb * 0.75 + skin_tone.rgb * vec3(0.24, 0.22, 0.25), clamp(growth.r * stubble_tint.a * 0.62, 0.0, 0.75));
    c = mix(c, brow_tint.rgb, growth.b * brow_tint.a);
    c = mix(c, root_tint.rgb, growth.g * 0.94);
    c *= 1.0 - dent * vec3(0.16, 0.24, 0.26);
    vec3 albedo = to_linear(clamp(c, 0.0, 1.0)) * ex.yzw * tint.rgb * open_pore;
    // Beside hair the bake finds no sky at all, but light comes through hair and from the cheek next to it.
    float sky = max(open, 0.13);
    sky = mix(sky, max(sky, LID_SKY), fallen);
    // An ear that hair covers gets no more than what hair lets through.
    sky *= 1.0 - 0.7 * smoothstep(0.2, 0.6, ex.x) * smoothstep(0.55, 0.20, open);
    float ao = sky * (1.0 - 0.25 * dent);
    vec3 free = normalize(free_dir + n * (0.35 + 3.0 * fallen));
    // Light that entered beside a shadow comes out red within it: red reaches further than green and blue.
    float shade = key_light(n * 0.0025, free, sky);
    // Not under hair or cloth, where no light entered.
    float near_light = smoothstep(0.15, 0.60, ao);
    vec3 bleed = mix(vec3(0.35, 0.28, 0.25), vec3(0.46, 0.29, 0.23), near_light) * skin_lines.w;
    // Lamps of a room have a size, and walls and her own skin answer them: no shadow is without some of their light, and it is warm.
    const vec3 answered = vec3(0.33, 0.235, 0.185);
    vec3 key_seen = answered + (1.0 - answered) * pow(vec3(shade), mix(vec3(0.98), vec3(0.82, 0.96, 1.02), near_light));
    vec3 occluded = pow(vec3(ao), mix(vec3(0.88, 1.02, 1.07), vec3(0.86, 1.03, 1.08), near_light));
    // Light wanders in skin, red furthest: a ridge as sharp as a nose's is lit as its neighbourhood is, which the free way stands for.
    // Not beside hair, where the free way leads out before the face.
    vec3 wide = normalize(free + n * 0.15), wanders = WANDERS * near_light;
    vec3 key = soft(mix(vec3(dot(n, key_dir)), vec3(dot(wide, key_dir)), wanders), bleed) * key_seen;
    vec3 light = key_color * key;
    light += fill_color * soft(mix(vec3(dot(n, fill_dir)), vec3(dot(wide, fill_dir)), wanders), bleed) * mix(0.35, 1.0, seen(free, ao, fill_dir)) * occluded;
    light += ambient(n) * occluded;
    // Light that went a long way through skin has its colour more than once.
    vec3 deep = albedo / max(max(albedo.r, albedo.g), 1e-3);
    albedo *= mix(vec3(1.0), deep, 0.16 * (1.0 - key.g));
    float scalp = growth.g;
    float gloss = clamp(skin_tone.a * pigment.a * 2.0 * pore_gloss, 0.02, 1.0) * (1.0 - scalp * 0.8);
    gloss = mix(gloss, skin_lines.z * 1.3, smoothstep(0.2, 0.9, makeup.r) * 0.8);
    float rough = mix(0.64, 0.36, gloss);
    float fresnel = pow(1.0 - max(dot(n, v), 0.0), 4.0);
    // Deep skin shows every highlight: on it they are wider, which shows its form, and no brighter than on pale skin.
    float pale = smoothstep(0.02, 0.30, dot(albedo, vec3(0.3, 0.6, 0.1)));
    float veil = mix(0.85, 1.0, pale);
    rough += 0.10 * (1.0 - pale);
    rough = mix(rough, 0.34, makeup.r * skin_lines.z);  // lips are moist
    vec3 shine = veil * key_color * (gloss_lobe(n, v, key_dir, rough, 0.028) * 0.75
        + gloss_lobe(n, v, key_dir, rough * 0.68, 0.028) * 0.26) * shade * (0.30 + gloss * 1.15);
    shine += fill_color * gloss_lobe(n, v, fill_dir, rough, 0.028) * ao * (0.4 + gloss);
    // What stands behind her lights what turns away from you, and ears, and no side of a nose.
    vec3 behind = vec3(0.0), through = vec3(0.0);
    float turned = max(smoothstep(0.50, 0.10, dot(n, v)), smoothstep(0.0, 0.3, ex.x));
    if (turned > 0.0) {
        vec3 behind_dir = rim_way(n);
        behind = rim_light(n) * turned;
        float met = seen(free, ao, behind_dir);
        light += behind * soft(vec3(dot(n, behind_dir)), bleed * 0.3) * met * 0.5 * near_light;
        shine += behind * gloss_lobe(n, v, behind_dir, 0.52, 0.04) * met * 0.7 * smoothstep(0.05, 0.25, gloss);
        through = behind * max(ex.x, 0.0) * clamp(dot(-n, behind_dir) * 0.5 + 0.5, 0.0, 1.0) * vec3(0.9, 0.30, 0.18) * 0.08 * sky;
    }
    // Down on the cheek catches light where the face turns away.
    vec3 down = albedo * (key_color * shade * 0.10 + behind * 0.06 + ambient(n) * 0.25) * fresnel * ao;
    vec3 final = albedo * (light + through) + down + shine
        + fresnel * ambient(reflect(-v, n)) * 0.10 * ao * smoothstep(0.05, 0.25, gloss);
    colour = vec4(tone(final), 1.0);
}
