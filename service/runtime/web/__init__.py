"""``wiretag web``, put together in ``app``: paste an article and see it tagged; watch what comes through.

app       the composition root: tagging process, feed, site, signals
pages     every address and what it answers
forms     what was pasted -> a raw event
desk      raw event -> enriched record, by a tagging process of our own; how much at a time
rate      how much of it one client may ask for
feed      reads articles.enriched and articles.dead, and comes back when the brokers do
recent    what the feed remembers: the newest articles, the counts of an hour
guard     the headers of every answer; who may ask
html      templates and static files
metrics   what operators see of it
"""
