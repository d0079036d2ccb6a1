"""The official scorer, from the shared tools: how names and roles are compared, and how events are paired."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

_SHARED = Path(os.environ.get("WIRETAG_SHARED", Path(__file__).parents[2] / "shared"))
_spec = importlib.util.spec_from_file_location("score", _SHARED / "tools" / "score.py")
assert _spec
assert _spec.loader
_module: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

nm = _module.nm
role_ok = _module.role_ok
pair = _module.pair
