"""Editing criteria: the builder, the bar of quick filters, and the editors that both are made of."""
