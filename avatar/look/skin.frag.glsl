// Skin: texture rgb is sRGB albedo, alpha gloss. ex.x thin parts (ears) that light shines through; ex.yzw tint of the vertex.
vec3 soft(float d, vec3 bleed) {
    vec3 w = (vec3(d) + bleed) / (1.0 + bleed);
    w = clamp(w, 0.0, 1.0);
    return w * mix(vec3(1.0), w, 0.25);
}

void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal);
    vec3 v = normalize(eye_position() - at);
    vec4 t = texture(p3d_Texture0, uv);
    vec3 albedo = to_linear(t.rgb) * ex.yzw * tint.rgb;
    float ao = open;
    vec3 free = normalize(free_dir + n * 0.35);
    // Light that entered beside a shadow comes out red within it: red reaches further than green and blue.
    float shade = seen(free, ao, key_dir);
    vec3 key_seen = pow(vec3(shade), vec3(0.62, 0.95, 1.05));
    vec3 occluded = pow(vec3(ao), vec3(0.78, 1.10, 1.18));
    const vec3 bleed = vec3(0.54, 0.26, 0.18);
    vec3 light = key_color * soft(dot(n, key_dir), bleed) * key_seen;
    light += fill_color * soft(dot(n, fill_dir), bleed) * mix(0.35, 1.0, seen(free, ao, fill_dir)) * occluded;
    light += rim_color * soft(dot(n, rim_dir), bleed * 0.5) * seen(free, ao, rim_dir) * 0.5;
    light += ambient(n) * occluded;
    float gloss = t.a;
    float rough = mix(0.62, 0.34, gloss);
    float fresnel = pow(1.0 - max(dot(n, v), 0.0), 4.0);
    vec3 shine = key_color * (gloss_lobe(n, v, key_dir, rough, 0.028) * 0.75
        + gloss_lobe(n, v, key_dir, rough * 0.62, 0.028) * 0.30) * shade * (0.4 + gloss * 1.5);
    shine += fill_color * gloss_lobe(n, v, fill_dir, rough, 0.028) * ao * (0.4 + gloss);
    shine += rim_color * gloss_lobe(n, v, rim_dir, 0.52, 0.04) * ao * 0.9 * smoothstep(0.05, 0.25, gloss);
    vec3 through = rim_color * ex.x * clamp(dot(-n, rim_dir) * 0.5 + 0.5, 0.0, 1.0) * vec3(0.9, 0.22, 0.11) * 0.20;
    vec3 c = albedo * (light + through) + shine + fresnel * ambient(reflect(-v, n)) * 0.14 * ao * smoothstep(0.05, 0.25, gloss);
    colour = vec4(tone(c), 1.0);
}
