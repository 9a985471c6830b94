"""Templates as kept: compressed JSON, its sets in order, so that equal templates are equal bytes. Pure."""

from service.models import Template

from . import texts


def pack(template: Template) -> bytes | None:
    """Return a template as bytes; None for the empty one."""
    if template == Template():
        return None
    sets = (template.regions, template.chrome, template.volatile, template.leads, template.doubted, template.restless, template.tokens)
    return texts.pack([template.version, template.root, *(sorted(one) for one in sets)])


def unpack(data: bytes | None) -> Template:
    """Return the template that ``pack`` was given."""
    if data is None:
        return Template()
    version, root, regions, chrome, *others = texts.unpack(data)
    blocks = frozenset((path, text) for path, text in chrome)
    return Template(version, root, frozenset(regions), blocks, *map(frozenset, others))
