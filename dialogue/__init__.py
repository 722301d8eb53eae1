"""The mind: conversation, emotional state, persona, voice, safety. Knows nothing of pictures."""
