#!/bin/sh
# Send articles with kcat: lines of article id, tab, article as JSON, on standard input.
#   publish_kcat.sh BROKERS TOPIC < articles.tsv
set -eu
exec kcat -P -b "$1" -t "$2" -K '\t' -z zstd -X partitioner=murmur2_random -X enable.idempotence=true \
    -X message.max.bytes=4194304
