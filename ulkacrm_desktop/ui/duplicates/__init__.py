"""Contacts that are the same: finding them, and folding them into one."""
