"""The faces that documents embed, and how they were cut from the full family."""
