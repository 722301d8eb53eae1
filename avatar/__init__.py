"""The body: mesh, skin, hair, clothes, face, lips, eyes, motion. Opens no window and no socket."""
