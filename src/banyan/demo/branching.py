"""Light cities for the score: one registry for a seed, lived on once for each effect in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection

from banyan.demo.building import MARK
from banyan.demo.city import City
from banyan.demo.truths import FILE


def stands(folder: Path) -> bool:
    """Whether a whole city stands in a folder."""
    return (folder / FILE).exists() and not (folder / MARK).exists()


def branched(folders: Mapping[float, Path]) -> Callable[[City], None]:
    """What lets a city that was founded go on once for each effect, one after the other, in processes of their own.

    The process that founded the city lives the last effect itself, in the folder that it began in. Raises
    RuntimeError in it where another came to a bad end.
    """
    *others, last = folders

    def branch(city: City) -> None:
        name = Path(str(connection.settings_dict["NAME"])).name
        connection.close()
        for effect in others:
            shutil.rmtree(folders[effect], ignore_errors=True)
            shutil.copytree(folders[last], folders[effect])
            if child := os.fork():
                if status := os.waitpid(child, 0)[1]:
                    raise RuntimeError(f"seed {city.seed}, effect {effect:g}: the process ended with {status}")
                continue
            settings.BANYAN_DATA_DIR = folders[effect]
            connection.settings_dict["NAME"] = str(folders[effect] / name)
            city.effect = effect
            return
        city.effect = last

    return branch
