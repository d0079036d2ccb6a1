"""The tagging processes.

jobs  what they get and give    pool     keeps them, kills what hangs     process  runs in each
                                factory  loads what it tags with          warmup   articles to warm it with
"""
