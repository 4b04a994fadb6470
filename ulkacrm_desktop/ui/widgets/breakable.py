"""Long words that a line may break, for labels that wrap only between words."""


def breakable(text: str, longest: int = 24) -> str:
    """A text whose words of over ``longest`` characters may be broken at any place, for a label that wraps."""
    # A zero-width space is a place to break.
    if all(len(word) <= longest for word in text.split()):
        return text
    return " ".join("\u200b".join(word) if len(word) > longest else word for word in text.split(" "))
