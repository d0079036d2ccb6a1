"""Jinja2 as every page uses it, and the document that stands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from service.page.characters import prose, visible
from service.page.views import views

Json = Mapping[str, Any]


def environment(*packages: str) -> Environment:
    """Finds templates in the folder ``templates`` of these packages and of this one. Escapes everything; a name that is
    missing is an error.
    """
    jinja = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "service.page")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.filters["prose"] = prose
    return jinja


def stylesheet() -> str:
    return (files("service.page") / "style.css").read_text(encoding="utf-8")


def standalone(records: Sequence[Json]) -> str:
    """One HTML document with everything in it; it fetches nothing."""
    template = environment().get_template("standalone.html")
    return template.render(articles=views(records), style=Markup(stylesheet()))
