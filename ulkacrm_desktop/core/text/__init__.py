"""Texts that people write: names, emails, phones, lists; how they are folded, split, checked and compared."""
