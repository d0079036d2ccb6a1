"""Moments on the command line: ``2026-11-26``, ``2026-11-26T08:30``, ``2h`` (ago), ``now``."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import click

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


class Moment(click.ParamType):
    """Milliseconds since 1970."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip()
        if text == "now":
            return int(time.time() * 1000)
        if ago := re.fullmatch(r"(\d{1,6})([smhdw])", text, re.ASCII):
            return int((time.time() - int(ago[1]) * UNITS[ago[2]]) * 1000)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r}: 2026-11-26, 2026-11-26T08:30+01:00 (without a zone: UTC), 2h, 3d or now.", param, ctx)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
