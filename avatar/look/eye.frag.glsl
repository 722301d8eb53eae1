// Eyeball. uv runs azimuthally about the gaze axis; ex.xyz is the direction from the eye's centre at rest, ex.w her side
// (0 left, 1 right).
uniform vec3 iris_uv;  // radius of the iris in uv, depth of its plane under the cornea in uv, pupil's share of the iris at rest
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
    // The pupil opens and closes: the iris is drawn together between its edge and the rim.
    float t = length(look) / iris_uv.x, rest_pupil = iris_uv.z, pupil = clamp(rest_pupil * face_state[1].y, 0.12, 0.85);
    float drawn = t < pupil ? t * rest_pupil / pupil : rest_pupil + (t - pupil) * (1.0 - rest_pupil) / (1.0 - pupil);
    vec2 from = t < 1.0 ? look * (drawn / max(t, 1e-4)) : look;
    vec3 albedo = to_linear(texture(p3d_Texture0, from + 0.5).rgb);
    float iris = smoothstep(iris_uv.x * 1.03, iris_uv.x * 0.94, length(look));
    // In the head's axes, so the lids' shadow stays with the lids while the eye turns.
    vec3 d = normalize(n * head);
    vec2 lids = ex.w < 0.5 ? face_state[0].xy : face_state[0].zw;
    float across = clamp(d.x * d.x * 1.35, 0.0, 1.0);
    float upper = lids.x * (1.0 - across), lower = lids.y * (1.0 - across);
    float under = smoothstep(-0.06, 0.46, upper - d.z);
    float over = smoothstep(-0.05, 0.16, d.z - lower);
    float corner = smoothstep(0.92, 0.30, abs(d.x));
    // Through a slit little light comes in.
    float gap = smoothstep(0.0, 0.62, lids.x - lids.y);
    float shade = mix(0.26, 1.0, under) * mix(0.66, 1.0, over) * mix(0.56, 1.0, corner) * mix(0.50, 1.0, gap);
    // Flesh in the corner at the nose.
    float flesh = smoothstep(0.60, 0.90, ex.w < 0.5 ? -d.x : d.x) * (1.0 - iris);
    albedo = mix(albedo, vec3(0.50, 0.17, 0.14), 0.75 * flesh);
    vec3 round_light = key_color * clamp(dot(n, key_dir) * 0.55 + 0.45, 0.0, 1.0) * 0.60
        + fill_color * clamp(dot(n, fill_dir) * 0.6 + 0.4, 0.0, 1.0) + ambient(n) * 0.95;
    // The cornea gathers light onto the side of the iris away from the key.
    vec3 low = normalize(key_dir * turn);
    float caustic = iris * clamp(0.65 - dot(normalize(look + 1e-4), low.xz) * 0.75, 0.25, 1.6);
    vec3 c = albedo * round_light * shade * mix(1.0, caustic * 1.36, iris);
    // Shadow colour of the white is warm, for it is lit through the lids.
    c = mix(c * vec3(1.0, 0.86, 0.80), c, shade);
    // A lamp's reflection on the cornea, a soft pane a quarter of the iris wide that leans a little, in each eye its own way: half way between the viewer and the key light, so that it
    // follows both, and small and dim opposite it the lamp of the room. On a bulge as steep as the cornea the true place would lie on the white.
    float seen_key = mix(0.45, 1.0, smoothstep(0.1, 0.6, key_light(n * 0.0025, normalize(free_dir), open)));
    // It stays on the cornea when the eye turns away.
    vec3 gaze = turn * vec3(0.0, -1.0, 0.0), to_key = normalize(v * 1.75 + key_dir) - gaze;
    to_key = normalize(gaze + to_key * min(1.0, 0.30 / max(length(to_key), 1e-4)));
    vec3 side = normalize(cross(vec3(0.0, 0.0, 1.0), to_key)), up = cross(to_key, side);
    vec2 a = vec2(dot(n, side), dot(n, up)), lean = ex.w < 0.5 ? vec2(0.985, 0.174) : vec2(0.995, -0.105);
    a = vec2(a.x * lean.x + a.y * lean.y, a.y * lean.x - a.x * lean.y) / (ex.w < 0.5 ? vec2(0.086, 0.108) : vec2(0.094, 0.104));
    a = abs(a);
    float window = smoothstep(1.35, 0.45, pow(dot(a * a, a), 0.3333)) * step(0.0, dot(n, to_key));
    window *= smoothstep(-0.03, 0.10, upper - d.z + 0.06);
    vec3 to_room = normalize(v * 2.3 + fill_dir - vec3(0.0, 0.0, 0.55));
    float small = smoothstep(0.16, 0.02, length(n - to_room));
    vec3 mirror = reflect(-v, n);
    float fresnel = 0.02 + 0.5 * pow(1.0 - max(dot(n, v), 0.0), 5.0);
    float cornea = smoothstep(iris_uv.x * 1.9, iris_uv.x * 1.3, r);
    c += (key_color * window * 0.62 * seen_key * mix(0.4, 1.0, gap) + rim_color * small * 0.05) * cornea;
    c += key_color * gloss_lobe(n, v, key_dir, mix(0.32, 0.16, cornea), 0.03) * 0.16 * shade * seen_key;
    c += ambient(mirror) * fresnel * shade;
    // Tears stand along the lower lid.
    float tear = smoothstep(0.045, 0.010, abs(d.z - lower - 0.022)) * corner;
    c += (key_color * 0.20 * (0.4 + 0.6 * clamp(dot(n, key_dir) + 0.4, 0.0, 1.0)) + sky_color * 0.2) * tear * mix(0.6, 0.03, iris);
    colour = vec4(tone(c), 1.0);
}
