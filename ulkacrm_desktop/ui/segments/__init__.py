"""Segments: their form, the strip above their list, their counts, and why somebody is in one."""
