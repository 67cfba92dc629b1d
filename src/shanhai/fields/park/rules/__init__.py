"""What holds of parks, their land and their enterprises; no Django."""
