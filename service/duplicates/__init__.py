"""Which articles tell a story that another one told before. Knows no Kafka, no clock and no JSON.

index    the originals by their fingerprints: which of them are near to a text
stories  what stands of each article within the window, and what a new record changes
"""

from service.duplicates.stories import Stories

__all__ = ["Stories"]
