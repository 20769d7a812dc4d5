"""How strict or generous raters are, how far targets differ, and when data cannot tell one from the other."""
