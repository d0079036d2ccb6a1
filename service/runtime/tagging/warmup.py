"""Articles of our own to warm a tagger with: about the words, lengths and names of real news."""

from __future__ import annotations

import json

from service.model import RawEvent

ROUNDS = 4

_ARTICLES = (
    (
        "Harbour robots get a second brain",
        "Norvik Systems said on Tuesday that it would work with the port of Lisbon on software that plans the moves of "
        "more than 400 cranes. The Norwegian company, which is listed in Oslo, expects the contract to bring in "
        'US$85 million over five years. "We are not selling a machine, we are selling patience," said its chief '
        "executive, Ingrid Solberg. Her company and the university of Porto will share a laboratory from March 2026. "
        "Unions in Portugal were cautious. Rui Teixeira, who speaks for the dockers, wants to see the figures first. "
        "Shares of Norvik Systems rose 3.4 percent to 212 kroner, their highest close since last October.\n",
    ),
    (
        "Duties on garlic, then on patience",
        "India is considering a tariff of 15 percent on imported garlic from April 1, two officials in New Delhi said, "
        "after growers in Madhya Pradesh complained of falling prices. China, the largest supplier, called the plan "
        "regrettable. Trade between the two countries was worth 118 billion dollars last year. The commerce ministry "
        "declined to comment. Exporters in Vietnam and Egypt hope to gain, said Anjali Deshmukh, an economist with "
        "Crescent Bank in Mumbai. The European Union has asked the World Trade Organization for consultations.\n",
    ),
    (
        "Two firms, one model",
        "Tokyo-based Hoshino Motors and the Canadian start-up Lumen Forge will build an artificial intelligence model "
        "for testing brakes, the companies announced on Friday. Hoshino will invest 12 billion yen (US$80 million) for "
        "a stake of 9 percent. Lumen Forge, founded in Montreal in 2021 by Claire Bouchard and Samir Haddad, employs "
        "140 people. The partners plan to use a data centre of Boreal Power in Quebec, and to train on recordings from "
        "Japan, Germany and the United States. Regulators in Ottawa have 45 days to look at the deal.\n",
    ),
    (
        "Rain stops the final, not the argument",
        "The last match of the Coastal League was called off on Sunday after two hours of rain in Cartagena. The "
        "captain of the home side, Mateo Rincon, wanted to go on; his opponent, the Peruvian Luis Quispe, did not. "
        "Some 21,000 people had come to the Estadio del Mar. A new date will be set by Wednesday. Tickets, sold at "
        "between 20 and 75 euros, stay valid, the league said on its website. It was the third final in ten years to "
        "be moved, after those of 2016 and 2019.\n",
    ),
)


def articles() -> list[RawEvent]:
    """Raw events as a scraper would send them, each text in several lengths."""
    return [
        RawEvent("warmup", 0, number, 0, None, json.dumps(_event(number, *parts)).encode())
        for number, parts in enumerate(_ARTICLES * ROUNDS)
    ]


def _event(number: int, title: str, body: str) -> dict[str, str]:
    length = 1 + number // len(_ARTICLES)
    return {"id": f"warmup:{number}", "title": title, "body": body * length, "published_at": "2026-01-12T08:00:00Z"}
