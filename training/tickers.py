"""The table of listed companies that ``service.nlp.linking.identifiers`` reads, from the package pytickersymbols.

usage: python -m training.tickers

A company counts where its home listing is beyond doubt: one symbol, of an exchange that the symbol's own suffix names.
Names that two companies share are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from pytickersymbols import PyTickerSymbols

OUT = Path(__file__).parent.parent / "service/nlp/data/linking/tickers.json"

#: Yahoo's suffix of a symbol -> Google's names of the exchanges that it stands for
EXCHANGES = {
    "": ("NYSE", "NASDAQ"),
    "T": ("TYO",),
    "L": ("LON",),
    "DE": ("ETR", "FRA"),
    "PA": ("EPA",),
    "AS": ("AMS",),
    "MC": ("BME",),
    "ST": ("STO",),
    "HE": ("HEL",),
    "BR": ("EBR",),
    "SW": ("SWX",),
}


def main() -> None:
    found: dict[str, set[str]] = {}
    for stock in PyTickerSymbols().get_all_stocks():
        for ticker in listings(stock):
            found.setdefault(stock["name"], set()).add(ticker)
    package = metadata("pytickersymbols")
    table = {
        "source": f"pytickersymbols {package['Version']}, licence {package['License']}",
        "tickers": {name: next(iter(tickers)) for name, tickers in sorted(found.items()) if len(tickers) == 1},
    }
    OUT.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(table['tickers'])} companies -> {OUT}")


def listings(stock: Mapping[str, Any]) -> Iterator[str]:
    """Each ``EXCHANGE:SYMBOL`` that is the stock's symbol at an exchange of its suffix."""
    symbol, _, suffix = str(stock.get("symbol") or "").partition(".")
    for listing in stock.get("symbols", ()):
        exchange, colon, code = str(listing.get("google") or "").partition(":")
        if colon and symbol and code == symbol and exchange in EXCHANGES.get(suffix, ()):
            yield f"{exchange}:{code}"


if __name__ == "__main__":
    main()
