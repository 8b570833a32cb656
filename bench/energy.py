"""Daily energy baselines (CalTRACK form) of 100 meters: `energy.baseline` beside eemeter 2.10.11 on the same data.

The peer needs older numpy and pandas than ours, so it runs in an environment of its own under build/, made by pip on
the first run. It takes seconds a meter, so it fits the first few meters only (an argument says how many) and both are
compared per meter, by processor time. Bound: at least 1,000 × faster, with the same models.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from banyan.science import energy

METERS, DAYS, PEER_METERS, BOUND, ROUNDS = 100, 365, 3, 1000.0, 5
FOLDER = Path(__file__).resolve().parents[1] / "build" / "peers" / "eemeter"
PINS = ("eemeter==2.10.11", "pandas==1.5.3", "numpy==1.26.4", "statsmodels==0.15.0", "scipy==1.17.1")
PEER = """
import json, sys, time
import numpy as np, pandas as pd, eemeter
usage, temperature = np.load(sys.argv[1])
days = usage.shape[1]
index = pd.date_range("2014-01-01", periods=days + 1, freq="D", tz="UTC")
found = []
for y, t in zip(usage, temperature):
    columns = {"meter_value": y}
    columns.update({f"cdd_{b}": np.maximum(t - b, 0) for b in range(30, 91)})
    columns.update({f"hdd_{b}": np.maximum(b - t, 0) for b in range(30, 91)})
    design = pd.DataFrame(columns, index=index[:-1]).reindex(index)
    start = time.process_time()
    fitted = eemeter.fit_caltrack_usage_per_day_model(design)
    taken = time.process_time() - start
    found.append({"seconds": taken, "model": fitted.model.model_type, **fitted.model.model_params})
print(json.dumps({"version": eemeter.get_version(), "python": sys.version.split()[0], "found": found}))
"""
COLUMNS = {
    "intercept": "intercept", "beta_hdd": "heating_slope", "beta_cdd": "cooling_slope",
    "heating_balance_point": "heating_point", "cooling_balance_point": "cooling_point",
}  # fmt: skip


def made_up(*, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Usage and temperature (°F) of meters that heat, cool, do both or neither, in weathers of their own."""
    random = np.random.default_rng(seed)
    t = 60 + 22 * np.sin(np.arange(DAYS) / 58.1) + random.normal(0, 6, (METERS, DAYS))
    heats, cools = random.gamma(2, 0.6, (2, METERS, 1)) * (random.random((2, METERS, 1)) < 0.7)
    bend = random.uniform(45, 60, (METERS, 1)), random.uniform(62, 75, (METERS, 1))
    usage = 15 + heats * np.maximum(bend[0] - t, 0) + cools * np.maximum(t - bend[1], 0)
    return np.maximum(usage + random.normal(0, 4, t.shape), 0), t


def peer_python() -> Path:
    """The interpreter of the peer's own environment; it is made on the first run."""
    python = FOLDER / "bin" / "python"
    if not (FOLDER / "ready").exists():
        base = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
        if base is None:
            raise OSError("it needs Python 3.11 (for pandas 1.5), and there is no python3.11 on the path")
        shutil.rmtree(FOLDER, ignore_errors=True)
        for command in ([base, "-m", "venv", FOLDER], [python, "-m", "pip", "install", "-q", *PINS]):
            done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
            if done.returncode:
                lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
                raise OSError(next((line for line in lines if "ERROR" in line), lines[-1]))
        (FOLDER / "ready").touch()
    return python


def run_peer(usage: np.ndarray, temperature: np.ndarray) -> dict:
    """Fit the meters by the peer in its environment."""
    python = peer_python()
    data = FOLDER / "data.npy"
    np.save(data, np.stack([usage, temperature]))
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), "-W", "ignore", "-c", PEER, str(data)], capture_output=True, text=True, check=False, env=clean
    )
    if done.returncode:
        raise OSError((done.stderr.strip().splitlines() or ["no message"])[-1])
    return json.loads(done.stdout)


def main() -> int:
    """Run both, compare their models, print the figures; return 1 when the bound is missed or the peer is absent."""
    meters = int(sys.argv[1]) if len(sys.argv) > 1 else PEER_METERS
    usage, temperature = made_up(seed=20121)
    try:
        peer = run_peer(usage[:meters], temperature[:meters])
    except OSError as error:
        print(f"eemeter 2.10.11 cannot be had beside us, so nothing is measured: {error}")
        return 1
    taken = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        found = energy.baseline(usage, temperature, unit="degF")
        taken.append((time.process_time() - start) / METERS)
    ours, theirs = median(taken[1:]), median(one["seconds"] for one in peer["found"])
    gap = 0.0
    for i, one in enumerate(peer["found"]):
        if found.model[i] != one["model"]:
            raise SystemExit(f"meter {i}: ours is {found.model[i]}, eemeter's {one['model']}: nothing is measured")
        gap = max(gap, *(abs(getattr(found, mine)[i] - one[name]) for name, mine in COLUMNS.items() if name in one))
    if gap > 5e-7:
        raise SystemExit(f"parameters differ by {gap:.1e}: the benchmark measures nothing")
    kinds = ", ".join(f"{(found.model == name).sum()} {name}" for name in sorted(set(found.model.tolist())))
    print(f"{METERS} meters × {DAYS} days, 61 × 61 balance points; numpy {np.__version__}; one thread, warm")
    print(f"  ours                 {ours * 1e3:9.2f} ms a meter   (all {METERS}, median of {ROUNDS}; {kinds})")
    print(
        f"  eemeter {peer['version']:<12} {theirs * 1e3:9.0f} ms a meter   (first {meters} of them, median; ", end=""
    )
    print(f"Python {peer['python']}, own environment, cold)")
    kept = theirs >= BOUND * ours
    print(f"same models and balance points, parameters within {gap:.0e}; {theirs / ours:,.0f} × per meter ", end="")
    print(f"(bound {BOUND:,.0f} ×): {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
