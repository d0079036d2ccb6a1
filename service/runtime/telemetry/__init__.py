"""What operators see: ``metrics`` (``catalogue`` explains them, ``exposition`` shows them), ``site`` (/metrics,
/healthz, /readyz), ``logs`` (``events``: what they say of single events), ``tracing`` (``spans`` where they are asked
for), ``memory``.
"""
