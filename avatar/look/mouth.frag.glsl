// Teeth, gums, tongue and the cavity: ex.x how much light comes in at the lips, ex.yzw linear colour; uv.x wetness, uv.y height
// over the line of the closed lips in centimetres, for what the upper lip shades.
void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal);
    vec3 v = normalize(eye_position() - at);
    float opened = face_state[1].x;
    // The upper lip's shadow lies on the teeth below its edge and fades out over some millimetres.
    float under = mix(0.42, 1.0, smoothstep(-0.08, 0.36, face_state[1].z - uv.y));
    float lit = ex.x * mix(0.14, 1.0, opened) * under;
    vec3 light = key_color * clamp(dot(n, key_dir) * 0.60 + 0.40, 0.0, 1.0) * 0.58
        + fill_color * clamp(dot(n, fill_dir) * 0.5 + 0.5, 0.0, 1.0) + ambient(n) * 0.7;
    // What reaches the back has been round the mouth: red is left of it.
    vec3 tinted = mix(vec3(1.2, 0.62, 0.50), vec3(1.0), smoothstep(0.10, 0.80, lit));
    vec3 c = ex.yzw * light * lit * tinted;
    c += key_color * gloss_lobe(n, v, key_dir, 0.30, 0.04) * 0.8 * uv.x * lit * lit;
    c += ambient(reflect(-v, n)) * 0.04 * uv.x * lit;
    // never a hole: the darkest is a deep warm red, and between closed lips what is seen of the inside is lip
    c = max(c, mix(vec3(0.105, 0.030, 0.025), vec3(0.046, 0.0140, 0.0115), smoothstep(0.0, 0.6, opened)));
    colour = vec4(tone(c), 1.0);
}
