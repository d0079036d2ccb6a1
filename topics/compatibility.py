"""Whether a changed JSON Schema breaks those who rely on the one released before.

Consumers rely on what goes out: a field may be added, none may go, lose its promise or change its type. Publishers rely
on what is taken in: none of their records may become invalid, no field be forgotten. A keyword that is not understood
here must not change at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Direction = Literal["out", "in"]
Schema = Mapping[str, Any]

ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "examples", "default"}
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
CHOICES = ("anyOf", "oneOf")
FIELDS = ("properties", "required", "items", "additionalProperties")
UNDERSTOOD = {*ANNOTATIONS, *LOWER, *UPPER, *CHOICES, *FIELDS, "type", "enum", "const"}
ALL_TYPES = {"null", "boolean", "number", "integer", "string", "array", "object"}


def breaks(old: Schema, new: Schema, direction: Direction) -> list[str]:
    """Every break, one line each, with the path of the field. The schemas may not be recursive."""
    before, after = _inline(old, old), _inline(new, new)
    name = [] if old.get("$id") == new.get("$id") else [f"$id: was {old.get('$id')}, now {new.get('$id')}"]
    if direction == "out":
        return [*name, *_fits(after, before, "$", removed_from="wide")]
    return [*name, *_fits(before, after, "$", removed_from="narrow")]


def _fits(narrow: Schema, wide: Schema, path: str, removed_from: str) -> Iterator[str]:
    """Why a value of ``narrow`` may be none of ``wide``. ``removed_from``: which of them is the old one."""
    old, new = (wide, narrow) if removed_from == "wide" else (narrow, wide)
    for name in sorted(_properties(old).keys() - _properties(new).keys()):
        yield f"{path}.{name}: the field is gone"
    for name in sorted(set(wide.get("required", ())) - set(narrow.get("required", ()))):
        yield f"{path}.{name}: may be absent on one side, must be there on the other"
    yield from _types(narrow, wide, path)
    yield from _values(narrow, wide, path)
    yield from _bounds(narrow, wide, path)
    yield from _unknown(narrow, wide, path)
    yield from _fields(narrow, wide, path, removed_from)
    for keyword, mark in (("items", "[]"), ("additionalProperties", ".*")):
        yield from _inside(narrow.get(keyword, True), wide.get(keyword, True), path + mark, removed_from)
    yield from _choices(narrow, wide, path, removed_from)


def _fields(narrow: Schema, wide: Schema, path: str, removed_from: str) -> Iterator[str]:
    """Each named field; one that only the new side names must be what the old side says of fields without a name, if
    it says anything. (Where it says nothing, a publisher may have sent it with another type: that is accepted.)
    """
    theirs, ours = _properties(narrow), _properties(wide)
    for name in sorted(theirs.keys() | ours.keys()):
        one, other = (side.get(name, _unnamed(schema)) for side, schema in ((theirs, narrow), (ours, wide)))
        if one is not None and other is not None:
            yield from _fits(one, other, f"{path}.{name}", removed_from)


def _unnamed(schema: Schema) -> Schema | None:
    """What a field must be that the schema does not name; None where it may be anything."""
    told = schema.get("additionalProperties")
    return told if isinstance(told, Mapping) else None


def _types(narrow: Schema, wide: Schema, path: str) -> Iterator[str]:
    allowed = _type_names(wide)
    if "number" in allowed:
        allowed = allowed | {"integer"}
    if extra := _type_names(narrow) - allowed:
        yield f"{path}: type {'/'.join(sorted(extra))} on one side, not on the other"


def _values(narrow: Schema, wide: Schema, path: str) -> Iterator[str]:
    known, given = _value_set(wide), _value_set(narrow)
    if known is None:
        return
    if given is None:
        yield f"{path}: any value on one side, one of {known} on the other"
    elif extra := [value for value in given if value not in known]:
        yield f"{path}: values {extra} on one side, not on the other"


def _bounds(narrow: Schema, wide: Schema, path: str) -> Iterator[str]:
    for keyword, sign in (*((name, 1) for name in LOWER), *((name, -1) for name in UPPER)):
        if keyword in wide and (keyword not in narrow or sign * narrow[keyword] < sign * wide[keyword]):
            yield f"{path}: {keyword} {wide[keyword]} on one side, {narrow.get(keyword, 'none')} on the other"


def _unknown(narrow: Schema, wide: Schema, path: str) -> Iterator[str]:
    for keyword in sorted((narrow.keys() | wide.keys()) - UNDERSTOOD):
        if narrow.get(keyword) != wide.get(keyword):
            yield f"{path}: {keyword} differs"


def _inside(narrow: Schema | bool, wide: Schema | bool, path: str, removed_from: str) -> Iterator[str]:
    """Of items, or of fields that are not named; true is any value, false none."""
    if wide is True or narrow is False:
        return
    if wide is False or narrow is True:
        yield f"{path}: allowed on one side, not on the other"
    else:
        yield from _fits(narrow, wide, path, removed_from)


def _choices(narrow: Schema, wide: Schema, path: str, removed_from: str) -> Iterator[str]:
    """Each branch of the narrow one must fit some branch of the wide one; its namesake tells what is wrong."""
    narrow_branches, wide_branches = _branches(narrow), _branches(wide)
    if not wide_branches and not narrow_branches:
        return
    for branch in narrow_branches or [narrow]:
        others = sorted(wide_branches or [_bare(wide)], key=lambda other: other.get("title") != branch.get("title"))
        problems = [list(_fits(branch, other, path, removed_from)) for other in others]
        yield from problems[0] if all(problems) else ()
    if removed_from == "wide":
        yield from _missing(wide_branches, narrow_branches or [_bare(narrow)], path)


def _missing(old: list[Schema], new: list[Schema], path: str) -> Iterator[str]:
    """Kinds of record that consumers wait for in vain: a type that is never seen again, such as null, is no loss."""
    for kind in (branch for branch in old if "properties" in branch):
        if all(any(_fits(branch, kind, path, "wide")) for branch in new):
            yield f"{path}: {kind.get('title', 'a kind of record')} comes no more"


def _branches(schema: Schema) -> list[Schema]:
    return [branch for keyword in CHOICES for branch in schema.get(keyword, ())]


def _bare(schema: Schema) -> Schema:
    return {keyword: value for keyword, value in schema.items() if keyword not in CHOICES}


def _properties(schema: Schema) -> Mapping[str, Schema]:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    return properties


def _type_names(schema: Schema) -> set[str]:
    named = schema.get("type")
    if named is not None:
        return {named} if isinstance(named, str) else set(named)
    branches = _branches(schema)
    return set().union(*map(_type_names, branches)) if branches else set(ALL_TYPES)


def _value_set(schema: Schema) -> list[Any] | None:
    values: list[Any] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return values


def _inline(node: Any, root: Schema) -> Any:
    """The schema with every local reference replaced by what it refers to."""
    if isinstance(node, list):
        return [_inline(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
        return _inline({**target, **{k: v for k, v in node.items() if k != "$ref"}}, root)
    return {key: _inline(value, root) for key, value in node.items() if key != "$defs"}
