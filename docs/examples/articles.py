"""What to do with each record that wiretag publishes: every outcome counts once, and the newest version wins.

Copy it together with ``consume_aiokafka.py`` or ``consume_confluent.py``. Needs nothing but the standard library.
"""

import json
import sqlite3

KNOWN = {"wiretag.article.enriched.v1", "wiretag.article.retracted.v1"}
TABLES = """
    CREATE TABLE IF NOT EXISTS outcomes (source TEXT, id TEXT, PRIMARY KEY (source, id));
    CREATE TABLE IF NOT EXISTS articles (id TEXT PRIMARY KEY, time TEXT, record TEXT); -- record null: retracted
"""
# A retracted article stays as a row without record: an older version that comes late must not bring it back.
KEEP_NEWEST = """
    INSERT INTO articles VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET time = excluded.time, record = excluded.record WHERE excluded.time >= time
"""


class Articles:
    """The current articles in an SQLite file. The process may be killed at any moment."""

    def __init__(self, path):
        self.database = sqlite3.connect(path)
        self.database.executescript(TABLES)

    def apply(self, messages):
        """Applies pairs of headers (name -> text) and value (bytes), all or none. Commit your position afterwards."""
        with self.database:
            for headers, value in messages:
                if headers["ce_type"] in KNOWN:  # later versions may add others
                    self._apply(headers, json.loads(value))

    def _apply(self, headers, record):
        outcome = (headers["ce_source"], headers["ce_id"])
        if self.database.execute("INSERT OR IGNORE INTO outcomes VALUES (?, ?)", outcome).rowcount == 0:
            return  # applied before: after a restart Kafka repeats what was not committed
        kept = None if record["status"] == "retracted" else json.dumps(record)
        self.database.execute(KEEP_NEWEST, (record["article"]["id"], headers["ce_time"], kept))
        print(headers["ce_time"], record["status"], record["article"]["id"], flush=True)  # your own work goes here
