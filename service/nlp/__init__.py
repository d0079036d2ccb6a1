"""The stages that know language. spaCy is imported here and nowhere else; words live in ``data/*.toml``."""
