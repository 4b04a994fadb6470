"""The page of settings: this user's, the database's, and the history of all operations."""
