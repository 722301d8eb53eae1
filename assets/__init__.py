"""Data that `script/bake` baked and that people may swap. Installed as `world.assets`."""
