// Light and tone shared by everything that is drawn, body and room alike. Inputs are set by avatar.look.light.apply;
// directions point towards the light, in world axes; colours are linear.
uniform mat4 p3d_ViewMatrixInverse;
uniform vec3 key_dir;
uniform vec3 key_color;
uniform vec3 fill_dir;
uniform vec3 fill_color;
uniform vec3 rim_dir;
uniform vec3 rim_color;
uniform vec3 edge_color;  // of what stands behind her on the other side: the rim light's mirror image
uniform vec3 sky_color;
uniform vec3 ground_color;
uniform float exposure;

vec3 eye_position() { return p3d_ViewMatrixInverse[3].xyz; }

vec3 to_linear(vec3 srgb) { return pow(srgb, vec3(2.2)); }

// Two lights stand behind her, one to each side: the one a surface leans to, and its colour.
vec3 rim_way(vec3 n) { return vec3(n.x * rim_dir.x < 0.0 ? -rim_dir.x : rim_dir.x, rim_dir.yz); }
vec3 rim_light(vec3 n) { return mix(edge_color, rim_color, smoothstep(-0.25, 0.25, n.x * sign(rim_dir.x))); }

vec3 ambient(vec3 n) { return mix(ground_color, sky_color, n.z * 0.5 + 0.5); }

// How much of a light is seen through the opening that ambient occlusion left: a cone about the mean free direction whose
// solid angle is the open share. Soft by nature, so it stands in for a shadow without a shadow map.
float seen(vec3 free_dir, float open, vec3 light) {
    float edge = sqrt(max(1.0 - open, 0.0));
    return smoothstep(edge - 0.55, edge + 0.25, dot(free_dir, light));
}

// Filmic shoulder on the largest channel: hue stays, only what is very bright drifts to white.
vec3 tone(vec3 linear) {
    vec3 c = max(linear * exposure, vec3(0.0));
    float peak = max(max(c.r, c.g), max(c.b, 1e-4));
    const float knee = 0.62;
    float held = peak < knee ? peak : knee + (1.0 - knee) * (1.0 - exp(-(peak - knee) / (1.0 - knee)));
    c *= held / peak;
    c = mix(c, vec3(held), smoothstep(1.2, 4.0, peak) * 0.6);
    return pow(c, vec3(1.0 / 2.2));
}

// GGX lobe with Smith shadowing (Walter 2007) and Schlick's Fresnel; f0 is the reflectance straight on.
float gloss_lobe(vec3 n, vec3 v, vec3 l, float rough, float f0) {
    vec3 h = normalize(v + l);
    float a2 = rough * rough * rough * rough;
    float nh = max(dot(n, h), 0.0), nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.05), vh = max(dot(v, h), 0.0);
    float d = nh * nh * (a2 - 1.0) + 1.0;
    float k = rough * rough * 0.5;
    float shade = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k));
    return a2 / (3.14159 * d * d) * shade * 0.25 * nl * (f0 + (1.0 - f0) * pow(1.0 - vh, 5.0));
}
