// Skins a vertex by four joints and hands the material what it needs, in world axes.
uniform mat4 palette[56];
out vec3 at;
out vec3 normal;
out vec2 uv;
out vec4 ex;
out vec3 free_dir;
out float open;

void main() {
    mat4 m = palette[int(joints.x)] * weights.x;
    if (weights.x < 0.999)
        m += palette[int(joints.y)] * weights.y + palette[int(joints.z)] * weights.z + palette[int(joints.w)] * weights.w;
    mat4 world = p3d_ModelMatrix * m;
    vec4 q = world * vec4(p3d_Vertex.xyz, 1.0);
    mat3 turn = mat3(world);
    at = q.xyz;
    normal = turn * p3d_Normal;
    free_dir = turn * bent.xyz;
    open = bent.w;
    uv = p3d_MultiTexCoord0;
    ex = extra;
    gl_Position = p3d_ViewProjectionMatrix * q;
}
