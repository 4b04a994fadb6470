"""The page on which properties and tags are made, named, ordered and removed."""
