"""A thousand deaths: a warm process is killed at every statement of ten verbs, and nothing is ever half written."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KILLS = 1_000


def main() -> int:
    """Run the killer of `tests/house/crash.py` on a fresh SQLite file; its summary and its exit status."""
    with tempfile.TemporaryDirectory(prefix="banyan-crash-") as folder:
        environment = os.environ | {
            "BANYAN_DATABASE_URL": f"sqlite:///{folder}/crash.sqlite3",
            "BANYAN_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "banyan.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
        }
        command = [sys.executable, "-m", "tests.house.crash", str(KILLS)]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
