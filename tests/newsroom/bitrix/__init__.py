"""A newsroom built with 1C-Bitrix, after its standard templates: ``BitrixSite``."""

from .site import BitrixSite, SidebarState

__all__ = ["BitrixSite", "SidebarState"]
