"""What operators see: ``metrics`` (``catalogue`` explains them), ``site`` (/metrics, /healthz, /readyz), ``logs``,
``memory``.
"""
