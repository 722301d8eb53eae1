// Hair cards after Kajiya and Kay 1989 with the two shifted highlights of Marschner's model as Scheuermann simplified it. What is
// smooth over a card comes from hair.vert. ex: x along the strand 0 root .. 1 tip, y a number of the lock, z depth in the volume
// 0 inner .. 1 outer; of the shell y is the place across the parting, -1 .. 1 where the scalp shows. Texture: r the strand's own shade, g a number of it, b how far it lies in front, a its coverage.
in vec2 uv;
in vec4 ex;
in vec3 soft;
in vec4 shine;
flat in vec3 behind;
flat in vec3 root_colour;
flat in vec3 tip_colour;
out vec4 colour;
uniform sampler2D p3d_Texture0;
uniform vec4 hair_highlight;  // w: how glossy the style is

float strand(float c, float sharp) { return exp2(-c * c * sharp); }

void main() {
    vec4 tx = texture(p3d_Texture0, uv);
    // Coverage made about a pixel sharp: soft edges without torn ones, blended or multisampled.
    // Single hairs (the strips between 1/2 and 3/4) stay softer: at the hairline they come out of the skin.
    // Towards the tips all coverage gets softer: an outline of hairs, not of blades.
    bool single = uv.x > 0.5 && uv.x < 0.75;
    // The shell fades only at the hairline; where its columns run together on top, coarse mipmaps must not open it.
    bool shell = uv.x > 0.876;
    float firm = mix(0.20, 0.60, uv.x > 0.75 ? 1.0 : smoothstep(0.55, 0.15, uv.y));
    float a = shell ? max(tx.a, smoothstep(0.91, 0.87, uv.y)) : single ? tx.a * smoothstep(1.0, 0.72, uv.y) : clamp((tx.a - 0.42) / max(fwidth(tx.a), firm) + 0.5, 0.0, 1.0);
    if (ex.z < -0.5) {
        // Stubble: the shell's hairs again, short and close together, each over its own share of the scalp.
        vec4 hairs = texture(p3d_Texture0, vec2(uv.x, 0.80 - 0.70 * abs(fract(uv.y * 4.5) * 2.0 - 1.0)));
        float cover = -1.0 - ex.z;
        tx.rb = hairs.rb;
        a = clamp(cover + (hairs.b - 0.5) * 0.45, 0.0, 1.0) * smoothstep(0.0, 0.3, cover);
    }
    float lock = ex.y;
    if (shell) {
        a *= smoothstep(0.45, 1.25, abs(ex.y) + (tx.g - 0.5) * 0.7);
        lock = 0.40;
    }
    if (a < (shell ? 0.03 : single ? 0.10 : 0.16)) discard;
    float shift = (tx.g - 0.5) * 0.20 + (lock - 0.5) * 0.20;
    float streak = smoothstep(0.45, 1.0, lock) * 0.25 + smoothstep(0.10, 1.0, ex.x) * 0.45 + (tx.g - 0.5) * 0.45;
    vec3 base = mix(root_colour, tip_colour, clamp(streak * (0.35 + 0.65 * max(ex.z, 0.0)), 0.0, 1.0));
    // In pale hair light goes on from strand to strand, which fills the gaps that stay dark between dark ones.
    float pale = smoothstep(0.05, 0.45, root_colour.g);
    float front = mix(mix(0.66, 0.64, pale), mix(1.04, 0.94, pale), tx.b);
    base *= mix(mix(0.66, 0.64, pale), mix(1.26, 1.08, pale), tx.r) * front;
    float k = shine.x + shift;
    vec3 c = base * (soft + key_color * (strand(k + 0.06, 18.0) * shine.z * (0.6 + 1.3 * hair_highlight.w) * mix(1.0, 0.42, pale)) + behind * (strand(shine.y + shift, 9.0) * shine.w * 1.4));
    c += key_color * (tip_colour * mix(0.60, 0.20, pale) + 0.030) * (strand(k - 0.08, 130.0) * shine.z * front * hair_highlight.w);
    colour = vec4(tone(c), a);
}
