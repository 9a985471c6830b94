"""A newsroom built with 1C-Bitrix, after its standard templates: ``BitrixSite``, set up by ``Switches``."""

from .site import BitrixSite, SidebarState
from .switches import Switches

__all__ = ["BitrixSite", "SidebarState", "Switches"]
