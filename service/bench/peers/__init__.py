"""The same work as others would write it in their own idiom. None of them keeps our promises.

Each is a program: ``python -m service.bench.peers.NAME``, with the service's settings in its environment.
"""
