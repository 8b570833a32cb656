"""The demonstration city: what it takes to build from nothing, and whether it holds as much as it should.

No peer: nothing else builds this city. Bounds: 6 s at scale 0.02, 120 s at scale 1.0, for what is built: registry and
three years, by the clock on the wall or, on a machine with other work, of the processor. The whole command, which
starts, makes the tables and ends with the daily flow, is printed beside it.
Run: python bench/demo.py [scale …]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

BOUNDS = {0.02: 6.0, 1.0: 120.0}
LEAST = {"samples": 60_000, "items": 400_000, "failures": 4_000, "corrections of records": 5_000}
"""What a city of full size holds; smaller ones hold their share."""


def main(scales: list[float]) -> int:
    return max(build(scale) for scale in scales)


def build(scale: float) -> int:
    """Build a city in an empty folder, print what it took, and give 1 where a bound is missed."""
    folder = tempfile.mkdtemp(prefix="banyan-bench-")
    environment = {**os.environ, "BANYAN_DATA_DIR": folder}
    environment.pop("BANYAN_DATABASE_URL", None)
    command = [sys.executable, "-m", "banyan", "demo", "--seed", "7", "--scale", str(scale), "--json"]
    started = time.perf_counter()
    try:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
            answer = json.loads(process.stdout.read())  # type: ignore[union-attr]
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        size = sum(os.path.getsize(os.path.join(at, name)) for at, _dirs, names in os.walk(folder) for name in names)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    processor = usage.ru_utime + usage.ru_stime
    rows = {name: answer["counts"].get(name, 0) for name in LEAST}
    short = [name for name, least in LEAST.items() if scale >= 1 and rows[name] < least]
    bound = BOUNDS.get(scale, 120.0 * max(scale, 0.05))
    built = min(answer["seconds"], answer["processor"])
    print(f"scale {scale}: built in {answer['seconds']} s, {answer['processor']} s of processor (at most {bound:g})")
    print(f"  daily flow {answer['daily_seconds']} s; whole command {wall:.1f} s, {processor:.1f} s of processor")
    print("  " + ", ".join(f"{number:,} {name}" for name, number in rows.items()))
    print(f"  peak memory {usage.ru_maxrss / 2**10:,.0f} MB; {size / 2**20:,.0f} MB on disk")
    for name in short:
        print(f"  too few {name}: at least {LEAST[name]:,}")
    return int(bool(process.returncode or answer["errors"] or short) or built > bound)


if __name__ == "__main__":
    sys.exit(main([float(word) for word in sys.argv[1:]] or list(BOUNDS)))
