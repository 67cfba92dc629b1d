"""What a catalogue of approval items is, what is wrong with one, and which items a project needs; no Django."""
