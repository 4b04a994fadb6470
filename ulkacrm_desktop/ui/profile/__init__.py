"""One contact: the card beside the list, the full page, the form, and the parts of which they are made."""
