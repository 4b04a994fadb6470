"""What codes of the lower layers are called in the user's language; free of Qt, for the command line too."""
