// What every vertex of a body brings along: avatar.body.buffers.vertex_format.
uniform mat4 p3d_ViewProjectionMatrix;
uniform mat4 p3d_ModelMatrix;
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec2 p3d_MultiTexCoord0;
in vec4 joints;
in vec4 weights;
in vec4 extra;
in vec4 bent;
