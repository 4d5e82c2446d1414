"""What of this computer a submission sees: Python, system libraries, the packages allowed."""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import site
import sys
import sysconfig
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata

_SYSTEM = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store")
_FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")


@dataclass
class Libraries:
    """Paths and names, ready for the inner side."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # below those shown, all but packages
    packages: list[str] = field(default_factory=list)
    library_paths: list[str] = field(default_factory=list)  # for sys.path
    allowed: list[str] = field(default_factory=list)  # importable names
    libraries: list[str] = field(default_factory=list)  # where library code lies


@lru_cache(maxsize=16)
def libraries(allow: tuple[str, ...]) -> Libraries:
    """Return what the packages in ``allow`` and all that they need consist of."""
    found = Libraries()
    standard = sysconfig.get_path("stdlib")
    for name in ("numpy", *allow):
        _add(name, found, set())
    found.shown = [path for path in (*_SYSTEM, *_FILES) if os.path.exists(path)]
    found.shown += [os.path.join(sys.base_prefix, "lib"), standard]
    folders = {*sys.path, *site.getsitepackages(), sysconfig.get_path("purelib")}
    folders = {f for f in folders if os.path.basename(f) in ("site-packages", "dist-packages")}
    for path in found.shown:
        for kind in ("site-packages", "dist-packages"):
            folders.update(glob.glob(f"{path}/{kind}") + glob.glob(f"{path}/python*/{kind}"))
    found.hidden = sorted(folders)
    found.packages = sorted(set(found.packages))
    found.library_paths = sorted({os.path.dirname(path) for path in found.packages})
    found.libraries = [standard, *found.packages]
    return found


def _add(name: str, found: Libraries, seen: set[str]) -> None:
    """Add the package that is imported, or distributed, by a name."""
    distribution = _distribution(name)
    if distribution is None:
        _add_module(name, found)
        return
    if distribution.name in seen:
        return
    seen.add(distribution.name)
    for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        found.packages.append(os.path.abspath(str(distribution.locate_file(top))))
        found.allowed.append(top.partition(".")[0])
    for requirement in distribution.requires or ():
        if "extra ==" not in requirement:
            needed = re.match(r"[\w.-]+", requirement)
            if needed:
                _add(needed.group(), found, seen)


def _distribution(name: str) -> metadata.Distribution | None:
    if name in sys.stdlib_module_names:
        return None
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        pass
    names = metadata.packages_distributions().get(name)
    return metadata.distribution(names[0]) if names else None


def _add_module(name: str, found: Libraries) -> None:
    """Add a module that no distribution lists: one that lies on ``sys.path``."""
    if name in sys.stdlib_module_names or "." in name:
        return
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return
    if spec is not None and spec.origin is not None and os.path.exists(spec.origin):
        package = spec.submodule_search_locations
        found.packages.append(os.path.dirname(spec.origin) if package else spec.origin)
        found.allowed.append(name)
