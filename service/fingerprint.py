"""Near-duplicate signatures of a story."""

from __future__ import annotations

DUPLICATE_THRESHOLD = 0.99  # similarity from which two stories are near-duplicates


def fingerprint(text: str) -> str:
    """A signature of the text; ``similarity`` compares two of them."""
    return ""


def similarity(a: str, b: str) -> float:
    """Estimated similarity of the two texts behind two signatures, 0 to 1."""
    return float(a == b)
