"""The registry's contents, a file per operator family as in ``minigrad.ops``."""

import importlib
import pkgutil

from ..complex_variants import register_variants

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

register_variants()
