"""How fast this machine tags, always beside what it is compared with, turn by turn.

corpus    the articles of a round
tagging   the tagger alone, beside the stock model
course    topics of one's own: a backlog, and when its outcomes came
limit     processes that run the tagger without Kafka: what no service can exceed
runners   the service and its peers, as processes of their own
race      the rounds, and what they say
stream    the race of service, limit and peers
start     from the start of the process to its first outcome
backlog   the cost of one article as the backlog grows
latency   one article at a time, when there is little to do
duplicates  memory, speed and recall of finding duplicates
peers/    the same work as others would write it: one file, one screen each
"""
