"""A source's template, for people and programs: what is taken for a release on its pages, and what for chrome and noise."""

from collections.abc import Iterator
from typing import Any

from service.models import Template

_SHOWN = 8  # of each list, for people


def template_facts(template: Template) -> Iterator[tuple[str, str]]:
    """Yield what is known of a source's pages as pairs of what and which; what goes on has no name, and what has no other half says all."""
    if not template.root:
        yield "nothing learned yet: it takes five releases; until then the text is found by a generic reader", ""
        return
    yield "version", str(template.version)
    for name, told in (
        ("text in", [_path(template.root)]),
        ("and in", sorted(map(_path, template.leads))),
        ("but not in", sorted(map(_path, template.regions))),
        ("chrome", sorted({text for _, text in template.chrome})),
        ("counters", sorted(template.volatile)),
        ("never still", sorted(map(_path, template.restless))),
        ("tokens", sorted(template.tokens)),
    ):
        yield from ((name if not place else "", words) for place, words in enumerate(told[:_SHOWN]))
        if len(told) > _SHOWN:
            yield f"and {len(told) - _SHOWN} more", ""


def template_lines(template: Template) -> tuple[str, ...]:
    """Return the same, a line each."""
    return tuple(f"{name:<12} {words}".rstrip() for name, words in template_facts(template))


def template_json(template: Template) -> dict[str, Any]:
    """Return a template with all that it holds."""
    return {
        "version": template.version,
        "root": template.root,
        "leads": sorted(template.leads),
        "regions": sorted(template.regions),
        "chrome": sorted({text for _, text in template.chrome}),
        "volatile": sorted(template.volatile),
        "restless": sorted(template.restless),
        "tokens": sorted(template.tokens),
    }


def _path(path: str) -> str:
    return path.replace("/", " > ")
