"""A source's template, for people and programs: what is taken for a release on its pages, and what for chrome and noise."""

from typing import Any

from service.models import Template

_SHOWN = 8  # of each list, for people


def template_lines(template: Template) -> tuple[str, ...]:
    """Return what is known of a source's pages, a line each; one line says so where nothing is."""
    if not template.root:
        return ("nothing learned yet: it takes five releases; until then the text is found by a generic reader",)
    parts = (
        ("text in", [_path(template.root)]),
        ("and in", sorted(map(_path, template.leads))),
        ("but not in", sorted(map(_path, template.regions))),
        ("chrome", sorted({text for _, text in template.chrome})),
        ("counters", sorted(template.volatile)),
        ("never still", sorted(map(_path, template.restless))),
        ("tokens", sorted(template.tokens)),
    )
    lines = [f"{'version':<12} {template.version}"]
    for name, told in parts:
        lines += [f"{name if not place else '':<12} {words}" for place, words in enumerate(told[:_SHOWN])]
        if len(told) > _SHOWN:
            lines.append(f"{'':<12} and {len(told) - _SHOWN} more")
    return tuple(lines)


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
