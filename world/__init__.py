"""The place and the senses: window, headset, stage, light, sound, panels, command line."""
