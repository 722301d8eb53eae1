// Eyeball. uv runs azimuthally about the gaze axis; ex.xyz is the direction from the eye's centre at rest, ex.w her side
// (0 left, 1 right).
uniform vec2 iris_uv;  // radius of the iris in uv, depth of its plane under the cornea in uv
uniform mat4 palette[56];
uniform mat4 p3d_ModelMatrix;
uniform vec3 eye_joints;  // palette rows: head, left eye, right eye

void main() {
    int own = int(ex.w < 0.5 ? eye_joints.y : eye_joints.z);
    mat3 turn = mat3(p3d_ModelMatrix * palette[own]);
    mat3 head = mat3(p3d_ModelMatrix * palette[int(eye_joints.x)]);
    vec3 n = normalize(normal);
    vec3 v = normalize(eye_position() - at);
    // The iris lies in a plane behind the cornea: bend the view as water does and look where it meets that plane.
    vec3 bent_view = refract(-v, n, 0.75) * turn;
    vec2 p = uv - 0.5;
    float r = length(p);
    float inside = smoothstep(iris_uv.x * 1.12, iris_uv.x * 0.80, r);
    vec2 shift = bent_view.xz / max(bent_view.y, 0.3) * iris_uv.y * inside;
    vec2 look = p + shift;
    vec3 albedo = to_linear(texture(p3d_Texture0, look + 0.5).rgb);
    float iris = smoothstep(iris_uv.x * 1.03, iris_uv.x * 0.94, length(look));
    // In the head's axes, so the lids' shadow stays with the lids while the eye turns.
    vec3 d = normalize(n * head);
    vec2 lids = ex.w < 0.5 ? face_state[0].xy : face_state[0].zw;
    float across = clamp(d.x * d.x * 1.35, 0.0, 1.0);
    float upper = lids.x * (1.0 - across), lower = lids.y * (1.0 - across);
    float under = smoothstep(-0.02, 0.34, upper - d.z);
    float over = smoothstep(-0.05, 0.16, d.z - lower);
    float corner = smoothstep(0.95, 0.45, abs(d.x));
    float shade = mix(0.30, 1.0, under) * mix(0.62, 1.0, over) * mix(0.55, 1.0, corner);
    vec3 round_light = key_color * clamp(dot(n, key_dir) * 0.55 + 0.45, 0.0, 1.0) * 0.72
        + fill_color * clamp(dot(n, fill_dir) * 0.6 + 0.4, 0.0, 1.0) + ambient(n) * 0.95;
    // The cornea gathers light onto the side of the iris away from the key.
    vec3 low = normalize(key_dir * turn);
    float caustic = iris * clamp(0.65 - dot(normalize(look + 1e-4), low.xz) * 0.75, 0.25, 1.6);
    vec3 c = albedo * round_light * shade * mix(1.0, caustic * 1.15, iris);
    // Shadow colour of the white is warm, for it is lit through the lids.
    c = mix(c * vec3(1.0, 0.86, 0.80), c, shade);
    // The window every portrait eye mirrors: fixed to the view, so both eyes catch it wherever she looks.
    vec3 nv = n * mat3(p3d_ViewMatrixInverse);
    vec2 a = (nv.xy - vec2(-0.14, 0.18)) / vec2(0.10, 0.115);
    float window = smoothstep(1.25, 0.75, length(a * a)) * smoothstep(-0.02, 0.10, upper - d.z + 0.08);
    vec2 b = (nv.xy - vec2(0.17, -0.16)) / vec2(0.07, 0.05);
    float small = smoothstep(1.3, 0.3, length(b));
    vec3 mirror = reflect(-v, n);
    float fresnel = 0.03 + 0.5 * pow(1.0 - max(dot(n, v), 0.0), 5.0);
    c += (key_color * window * 0.85 + fill_color * small * 0.45) * step(r, iris_uv.x * 1.6);
    c += ambient(mirror) * fresnel * shade;
    // Wet edge where the lower lid meets the eye.
    c += (key_color * 0.16 + sky_color * 0.2) * smoothstep(0.075, 0.02, abs(d.z - lower - 0.03)) * corner * 0.6;
    colour = vec4(tone(c), 1.0);
}
