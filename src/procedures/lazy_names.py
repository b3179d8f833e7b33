"""Public names of a package that are imported from their modules on first use.

So the import of a package is cheap until one of its names is used, and needs no extra.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, modules: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """
    The `__getattr__` and the `__dir__` of a package whose names are defined in these modules.

    `modules` maps the full name of each module to the names that the package exports from it.
    """
    module_of = {name: module for module, list_names in modules.items() for name in list_names}

    def load(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module_of[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def list_names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of})

    return load, list_names
