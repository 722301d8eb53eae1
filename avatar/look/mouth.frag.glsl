// Teeth, gums, tongue and the cavity: ex.x how much light comes in at the lips, ex.yzw linear colour; uv.x wetness.
void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal);
    vec3 v = normalize(eye_position() - at);
    float lit = ex.x * mix(0.10, 1.0, face_state[1].x);
    vec3 light = key_color * clamp(dot(n, key_dir) * 0.55 + 0.45, 0.0, 1.0) * 0.62
        + fill_color * clamp(dot(n, fill_dir) * 0.5 + 0.5, 0.0, 1.0) + ambient(n) * 0.8;
    vec3 c = ex.yzw * light * lit;
    c += key_color * (gloss_lobe(n, v, key_dir, 0.32, 0.04) * 0.9) * uv.x * lit * lit;
    c += ambient(reflect(-v, n)) * 0.05 * uv.x * lit;
    colour = vec4(tone(c), 1.0);
}
