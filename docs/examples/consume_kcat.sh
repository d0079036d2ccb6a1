#!/bin/sh
# Follow a topic of wiretag with kcat: key, headers and record, one line each; goes on where the group stood.
#   consume_kcat.sh BROKERS TOPIC GROUP [MORE OPTIONS OF KCAT]
#   consume_kcat.sh 127.0.0.1:9092 articles.enriched.tariffs tariff-desk
# -e ends at the end of the topic; -J writes JSON that holds all of it. Not -c: in a group, kcat then acknowledges
# records that it does not print.
set -eu
brokers=$1 topic=$2 group=$3
shift 3
exec kcat -b "$brokers" -X isolation.level=read_committed -X auto.offset.reset=earliest \
    -X fetch.message.max.bytes=16777216 -q -u -f '%k\t%h\t%s\n' "$@" -G "$group" "$topic"
