"""``wiretag worker`` with another tagger: ``python -m tests.chaos.worker FACTORY``."""

from __future__ import annotations

import sys

from service import settings
from service.errors import WiretagError
from service.runtime.app import run_worker

if __name__ == "__main__":
    try:
        sys.exit(run_worker(settings.load(), tagger=sys.argv[1]))
    except WiretagError as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_status)
