"""JSON Schema -> the tables of fields that a reader wants: one for each kind of object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
LIMITS = {  # ``{}``: what the keyword says
    "minLength": "at least {:,} characters",
    "maxLength": "at most {:,} characters",
    "minimum": "at least {:,}",
    "maximum": "at most {:,}",
    "pattern": "pattern `{}`",
    "format": "format {}",
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is: ``words``, and the anchor of the shape that they name (None: a plain value)."""

    words: str
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """``types``: any of them. ``examples`` as JSON values."""

    name: str
    anchor: str
    types: tuple[Type, ...]
    required: bool
    description: str
    limits: tuple[str, ...]
    examples: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of object. ``paths``: where it stands in the record, ``entities[].mentions[]``; none: at its top."""

    name: str
    anchor: str
    description: str
    conditions: tuple[str, ...]
    paths: tuple[str, ...]
    fields: tuple[Field, ...]


def shapes(schema: Schema, anchor: str) -> list[Shape]:
    """Every kind of object of a schema, the record itself first, in the order in which a reader meets them."""
    definitions: Mapping[str, Schema] = schema.get("$defs", {})
    roots = [_name(choice["$ref"]) for choice in schema.get("oneOf", ())]
    if "$ref" in schema:
        roots = [_name(schema["$ref"])]
    found: dict[str, list[str]] = {}
    objects = {**definitions, "": schema}
    waiting = [(root, "") for root in roots or [""]]
    while waiting:
        name, path = waiting.pop(0)
        paths = found.setdefault(name, [])
        if path in paths:
            continue
        paths.append(path)
        for field, inner in objects[name].get("properties", {}).items():
            waiting += [(target, f"{path}.{field}{mark}".lstrip(".")) for target, mark in _targets(inner)]
    return [_shape(name, objects[name], anchor, paths) for name, paths in found.items()]


def _shape(name: str, schema: Schema, anchor: str, paths: list[str]) -> Shape:
    own = f"{anchor}.{name}" if name else anchor
    required = set(schema.get("required", ()))
    return Shape(
        name=name,
        anchor=own,
        description=schema.get("description", ""),
        conditions=tuple(_conditions(schema)),
        paths=tuple(path for path in paths if path),
        fields=tuple(_field(field, inner, own, anchor, field in required) for field, inner in _properties(schema)),
    )


def _properties(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from schema.get("properties", {}).items()


def _field(name: str, schema: Schema, shape: str, anchor: str, required: bool) -> Field:
    limits = [words.format(schema[word]) for word, words in LIMITS.items() if word in schema]
    items = schema.get("items", {})
    return Field(
        name=name,
        anchor=f"{shape}.{name}",
        types=tuple(_types(schema, anchor)),
        required=required,
        description=schema.get("description", items.get("description", "")),
        limits=tuple(limits),
        examples=tuple(schema.get("examples", ())),
    )


def _types(schema: Schema, anchor: str) -> Iterator[Type]:
    if "$ref" in schema:
        yield _reference(schema["$ref"], anchor)
    elif choices := schema.get("anyOf", schema.get("oneOf")):
        for choice in choices:
            yield from _types(choice, anchor)
    elif "const" in schema or "enum" in schema:
        for value in schema.get("enum", [schema.get("const")]):
            yield Type("null" if value is None else f"“{value}”")
    else:
        named = schema.get("type", "any value")
        for one in [named] if isinstance(named, str) else named:
            yield from _structure(one, schema, anchor)


def _structure(named: str, schema: Schema, anchor: str) -> Iterator[Type]:
    inner = {"array": "items", "object": "additionalProperties"}.get(named)
    content = schema.get(inner, True) if inner else True
    if not isinstance(content, Mapping):
        yield Type("list" if named == "array" else named)
        return
    prefix = "list of " if named == "array" else "object of "
    for one in _types(content, anchor):
        yield Type(prefix + one.words + ("" if one.anchor else "s"), one.anchor)


def _reference(reference: str, anchor: str) -> Type:
    """Within the schema, or to the file of another one."""
    if reference.startswith("#"):
        return Type(_name(reference), f"{anchor}.{_name(reference)}")
    path = reference.removeprefix("./").removesuffix(".schema.json")
    return Type(path, path.replace("/", "-"))


def _targets(schema: Schema, mark: str = "") -> Iterator[tuple[str, str]]:
    """The definitions that a field's value is made of, with ``[]`` for each list and ``.*`` for each map about them."""
    if schema.get("$ref", "").startswith("#"):
        yield _name(schema["$ref"]), mark
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _targets(choice, mark)
    for word, more in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(inner := schema.get(word), Mapping):
            yield from _targets(inner, mark + more)


def _conditions(schema: Schema) -> Iterator[str]:
    """What else must be there: a choice of fields, and what ``if`` and ``else`` say."""
    choices = [
        " and ".join(f"`{name}`" for name in choice["required"])
        for choice in schema.get("anyOf", ())
        if "required" in choice
    ]
    if choices:
        yield f"{' or '.join(choices)} is required."
    if "else" in schema:
        needed = " and ".join(f"`{name}`" for name in schema["else"]["required"])
        case = " and ".join(f"`{name}` is `{inner['const']}`" for name, inner in schema["if"]["properties"].items())
        yield f"{needed} is required, unless {case}."


def _name(reference: str) -> str:
    return reference.removeprefix("#/$defs/")
