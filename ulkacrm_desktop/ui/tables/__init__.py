"""Lists of any length: a paged model, a table and cards on it, ticks that survive."""
