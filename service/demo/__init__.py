"""The sample articles of ``wiretag demo``. Their people, companies and news are invented."""
