"""Logistic models over named features: weights that a person can read, in JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Linear:
    """P(yes) = 1 / (1 + exp(-(bias + sum of weight x value))); a feature without weight counts nothing."""

    bias: float
    weights: Mapping[str, float]

    def logit(self, features: Features) -> float:
        return self.bias + self.part(features)

    def part(self, features: Features) -> float:
        """What these features add to the logit."""
        weights = self.weights
        return sum(weights[name] * value for name, value in features.items() if name in weights)

    def probability(self, features: Features) -> float:
        return sigmoid(self.logit(features))


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, x))))


def load(path: Path) -> dict[str, Linear]:
    """The models of a file, by name."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {name: Linear(model["bias"], model["weights"]) for name, model in raw.items()}
