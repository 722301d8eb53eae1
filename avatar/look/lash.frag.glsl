// Lashes and brows: texture alpha is coverage; ex.yzw linear colour.
void main() {
    float a = texture(p3d_Texture0, uv).a * ex.x;
    if (a < 0.02) discard;
    vec3 n = normalize(normal);
    vec3 light = key_color * clamp(dot(n, key_dir) * 0.5 + 0.5, 0.0, 1.0) * 0.8 + fill_color * 0.5 + ambient(n);
    colour = vec4(tone(ex.yzw * light * mix(0.5, 1.0, open)), clamp(a * 1.55, 0.0, 1.0));
}
