in vec3 at;
in vec3 normal;
in vec2 uv;
in vec4 ex;
in vec3 free_dir;
in float open;
out vec4 colour;
uniform sampler2D p3d_Texture0;
uniform vec4 tint;
uniform vec4 face_state[2];  // [0] heights of the lids in eye radii: left upper, lower, right upper, lower; [1].x how open the mouth is, .y radius of the pupils against rest,
                              // .z height of the upper lip's edge over the line of the closed lips, centimetres
