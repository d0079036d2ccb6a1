"""Logistic regression over named features, in numpy: full batches, Adam, an L2 penalty on every weight."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Features = Mapping[str, float]
Sign = Callable[[str], int | None]
STEPS, RATE, RAREST, FOLDS = 250, 0.05, 4, 5


def fit(
    rows: Sequence[Features],
    labels: Sequence[bool],
    strength: float,
    weights: Sequence[float] | None = None,
    sign: Sign | None = None,
) -> dict[str, Any]:
    """The bias and the weight of each feature that occurs often enough; ``weights`` of the rows default to 1.

    ``sign`` says of a feature whether it may only speak for (1) or against (-1), either (0), or not at all (None).
    """
    counts = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in counts.items() if count >= RAREST and not (sign and sign(name) is None))
    row_weights = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=np.float64)
    w, bias = _descend(
        matrix(rows, names), np.asarray(labels, dtype=np.float64), row_weights, strength, _bounds(names, sign)
    )
    return {"bias": float(bias), "weights": dict(zip(names, map(float, w), strict=True))}


def cross_validate(
    rows: Sequence[Features],
    labels: Sequence[bool],
    groups: Sequence[int],
    strength: float,
    *,
    weights: Sequence[float] | None = None,
    sign: Sign | None = None,
) -> list[float]:
    """The probability of each row by a model that saw no row of its group (article)."""
    fold = np.random.RandomState(0).permutation(max(groups) + 1)[np.asarray(groups)] % FOLDS
    out = np.zeros(len(rows))
    for k in range(FOLDS):
        seen, held = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        model = fit(
            [rows[i] for i in seen],
            [labels[i] for i in seen],
            strength,
            None if weights is None else [weights[i] for i in seen],
            sign,
        )
        out[held] = predict(model, [rows[i] for i in held])
    return [float(p) for p in out]


def predict(model: Mapping[str, Any], rows: Sequence[Features]) -> np.ndarray:
    names = list(model["weights"])
    w = np.asarray([model["weights"][name] for name in names])
    return 1 / (1 + np.exp(-(matrix(rows, names) @ w + model["bias"])))


def matrix(rows: Sequence[Features], names: Sequence[str]) -> np.ndarray:
    column = {name: i for i, name in enumerate(names)}
    out = np.zeros((len(rows), len(names)), dtype=np.float32)
    for i, row in enumerate(rows):
        for name, value in row.items():
            if name in column:
                out[i, column[name]] = value
    return out


def rounded(models: Mapping[str, Any]) -> Any:
    """Weights with three decimals, without those that round to nothing: what goes into a file."""
    return json.loads(json.dumps(models), parse_float=lambda x: round(float(x), 3))


def _bounds(names: Sequence[str], sign: Sign | None) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest value that each weight may have."""
    signs = np.asarray([(sign(name) or 0) if sign else 0 for name in names])
    return np.where(signs > 0, 0.0, -np.inf), np.where(signs < 0, 0.0, np.inf)


def _descend(
    x: np.ndarray, y: np.ndarray, row_weights: np.ndarray, strength: float, bounds: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, float]:
    theta, first, second = np.zeros((3, x.shape[1] + 1))
    total = row_weights.sum()
    for step in range(1, STEPS + 1):
        error = (1 / (1 + np.exp(-(x @ theta[:-1] + theta[-1]))) - y) * row_weights
        gradient = np.append(x.T @ error + strength * theta[:-1], error.sum()) / total
        first, second = 0.9 * first + 0.1 * gradient, 0.99 * second + 0.01 * gradient**2
        size = RATE * (1 - step / (STEPS + 1))
        theta = theta - size * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        theta[:-1] = np.clip(theta[:-1], *bounds)
    return theta[:-1], float(theta[-1])
