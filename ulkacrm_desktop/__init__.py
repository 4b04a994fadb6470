"""Ulka CRM Desktop: a native, local-first CRM for small businesses."""
