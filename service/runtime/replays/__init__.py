"""Raw events published again: dead letters after a fix, and history after a better tagger.

scan      a topic from a moment on to its end      resending  records published to articles.raw again
letters   dead letters, and receipts of replays    revival    which letters may be replayed
versions  the newest version of each article       history    history, beside live traffic
"""
