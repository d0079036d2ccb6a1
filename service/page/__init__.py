"""An enriched record -> HTML: one renderer for `wiretag enrich --html` and for `wiretag web`. Dicts in, text out.

marked       the text of an article, cut into blocks, passages and marks
views        what a template is given of one record
words        the words for types, kinds and states (words.toml)
matches      which themes a story is about
titles       what an article is called in a list
characters   hostile characters made harmless, addresses that may be links
rendering    Jinja2, and the document that stands alone
templates/   article.html (the macros), standalone.html; style.css is for both

Jinja2 escapes everything. No template writes a style or a script into a page that is served.
"""
