"""What operators see: ``metrics`` (``catalogue`` explains them, ``exposition`` shows them), ``site`` (/metrics, /healthz
and /readyz), ``logs`` (``events``: what they say of single events), ``tracing`` (``spans`` where they are asked for) and
``memory``.
"""
