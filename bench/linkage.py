"""Company names without a code against a register: precision and recall by kind, Splink beside ours, and a million.

Set A corrupts register names in documented ways (`bench/name_sets.py`); set B follows rules written down before the
matcher and, where the reference data lie beside the repository, published short names. Both are split by firm: three
firms in ten are left out of the register, and what their names are taken for is wrong. Registers of the reference
data are cut in two by firm; the matcher was looked at on one half, the other half is held back and is what counts.
Weights and thresholds are those of the pack. Splink 5 runs on the same sets twice, on whole names, as one would
begin, and on the parts that our matcher cuts, and is read at the threshold that suits it best on the set itself.
At the end a register of 1,000,000 is read once against 10,000 names on two processes; over 300 s it fails.
Run: python bench/linkage.py [--each 200] [--without-million] [--without-splink] [--million-alone] [--learn]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import multiprocessing
import os
import random as chance
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")

from bench import name_sets
from bench.name_sets import Asked, Firm, LabelledSet

from banyan.science import name_matching
from banyan.science.name_matching.finding import levels_of

SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
REGISTERS = ("fuzhou-company-register/fuzhou_companies.csv.gz", "cn-company-register-sample/companies_sample.csv.gz")
SHORT_NAMES = "cn-company-short-names/Company-Shorter-Form_28W.txt.gz"
ACCEPT, DECIDE = 0.8, 0.1
SHOWN = 5
BOUND_SECONDS = 300
Answer = list[tuple[str, float]]


def main() -> int:
    """Print the tables; 1 where a million names take longer than the bound."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--each", type=int, default=200, help="names of each kind of corruption")
    options.add_argument("--without-million", action="store_true", help="not 1,000,000 names against 10,000")
    options.add_argument("--million-alone", action="store_true", help="only 1,000,000 names against 10,000")
    options.add_argument("--learn", action="store_true", help="print weights learnt from invented names, and stop")
    options.add_argument("--without-splink", action="store_true")
    given = options.parse_args()
    places, weights = ready()
    if given.learn:
        learnt(places, weights)
        return 0
    if given.million_alone:
        return million(places, weights)
    sets = {"A, invented register": name_sets.corrupted(name_sets.invented(8000, seed=77), each=given.each, seed=9)}
    for half, said in ((0, "looked at"), (1, "held back")) if (SHARED / "data").is_dir() else ():
        firms = registered(half)
        sets[f"A, real registers, {said}"] = name_sets.corrupted(firms, each=given.each, seed=9 + half)
        sets[f"B, real registers, {said}"] = by_rules(firms, seed=3 + half)
    for name, labelled in sets.items():
        print(f"\n{name}: {len(labelled.asked):,} names against {len(labelled.register):,}")
        started = time.perf_counter()
        print_table(labelled, ours(labelled, places, weights), "ours", time.perf_counter() - started, by_kind=True)
        for parts in () if given.without_splink else (False, True):
            started = time.perf_counter()
            answers = splink(labelled, places, parts=parts)
            what = "Splink 5, our parts" if parts else "Splink 5, whole names"
            seconds, best = time.perf_counter() - started, best_threshold(labelled, answers)
            print_table(labelled, answers, f"{what}, from {best}", seconds, by_kind=False, accept=best)
    return 0 if given.without_million else million(places, weights)


def ready() -> tuple[name_matching.Places, name_matching.Weights]:
    """The places and weights that the house uses."""
    import django

    django.setup()
    from datetime import date

    from banyan.base.matching import queries

    return queries.places(), queries.weights(on=date(2026, 1, 1))


def registered(half: int) -> list[Firm]:
    """The firms of one half of the reference registers, cut in two by the hash of the name."""
    found = []
    for file in REGISTERS:
        with gzip.open(SHARED / "data" / file, "rt", encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                name, province = row["企业名称"], row["所在省份"]
                if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == half:
                    level = "市" if province in "北京上海天津重庆" else "省"
                    found.append(Firm(f"{file[:2]}{number}", name, (province + level, row["地区"] + "市")))
    return found


def by_rules(firms: Sequence[Firm], *, seed: int, most: int = 600) -> LabelledSet:
    """Set B: how people shorten and write names, rule by rule, and short names that were published.

    A published short name of three characters or more means the one firm of the register whose name, behind the words
    for its region, begins with it; where two begin so, or none, no firm is meant.
    """
    random = chance.Random(seed)
    order = sorted(firms, key=lambda one: hashlib.sha256(one.key.encode()).digest())
    inside = order[int(len(order) * 0.3) :]
    cuts = {one.key: name_sets.cut(one) for one in order}
    names, found = {one.name for one in inside}, LabelledSet(register=list(inside))
    rules = {
        "city in short, no form": lambda r, c, f: r.replace("省", "").replace("市", "") + c if r and f else None,
        "half-width, spaces": lambda r, c, f: f"{r} {c} {f}" if r and f else None,
        "region behind, no form": lambda r, c, f: f"{c}({r.rstrip('省市')})" if r and len(c) >= 4 else None,
        "core and 公司": lambda r, c, f: f"{c}公司" if r and f.endswith("有限公司") and len(c) >= 4 else None,
        "traditional, no region": lambda r, c, f: in_traditional(c + f) if r and len(c) >= 4 else None,
        "group": lambda r, c, f: f"{r}{c}集团" if f == "集团公司" else None,
        "digits for numerals": lambda r, c, f: r + in_digits(c) + f if "第" in c else None,
    }  # fmt: skip
    for kind, rule in rules.items():
        for group in (inside, order[: int(len(order) * 0.3)]):
            made = [(rule(*cuts[one.key]), one) for one in random.sample(group, len(group))]
            fits = [(name, one) for name, one in made if name and name not in names and name != one.name]
            for name, one in fits[: most if group is inside else most // 3]:
                found.asked.append(
                    Asked(name, kind if group is inside else "outside", one.key if group is inside else None)
                )
    begins: dict[str, list[Firm]] = {}
    for one in inside:
        core = cuts[one.key][1]
        for size in range(3, min(len(core), 8) + 1):
            begins.setdefault(core[:size], []).append(one)
    with gzip.open(SHARED / "data" / SHORT_NAMES, "rt", encoding="utf-8") as lines:
        published = [line.strip() for line in lines if 3 <= len(line.strip()) <= 8]
    shorts = [
        (one, begins[one]) for one in random.sample(published, len(published)) if one in begins and one not in names
    ]
    alone = [(one, firms[0]) for one, firms in shorts if len(firms) == 1]
    for short, firm in alone[:most]:
        found.asked.append(Asked(cuts[firm.key][0] + short, "published short name", firm.key))
    for short in [one for one in published if one not in begins and one not in names][:most]:
        found.asked.append(Asked(short, "outside", None))
    return found


def in_traditional(text: str) -> str:
    """A text in traditional characters."""
    return "".join(name_sets.TRADITIONAL_OF.get(one, one) for one in text)


def in_digits(text: str) -> str:
    """A text with 第1 for 第一."""
    for numeral, digit in zip("一二三四五", "12345", strict=True):
        text = re.sub(f"第{numeral}(?![一二三四五六七八九十百])", f"第{digit}", text)
    return text


def ours(labelled: LabelledSet, places: Any, weights: Any) -> list[Answer]:
    """What our matcher answers: key and probability of the candidates that a person is shown, the best first."""
    rows = [(one.key, one.name) for one in labelled.register]
    sample = [name for _key, name in chance.Random(1).sample(rows, min(len(rows), 20_000))]
    search = name_matching.Search([one.name for one in labelled.asked], places=places, weights=weights, sample=sample)
    search.read(rows)
    return [[(one.key, one.probability) for one in found[:SHOWN]] for found in search.found()]


def splink(labelled: LabelledSet, places: Any, *, parts: bool) -> list[Answer]:
    """What Splink answers, its weights estimated on the set itself by expectation maximisation."""
    import logging

    import pandas
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)

    def rows(names: list[tuple[str, str]]) -> Any:
        found = [(key, name_matching.parts_of(name, places)) for key, name in names]
        return pandas.DataFrame(
            {
                "unique_id": [key for key, _one in found],
                "name": [one.name.replace("福建", "").replace("有限公司", "") for _key, one in found],
                "trade_name": [one.trade_name or None for _key, one in found],
                "trade": [one.trade or None for _key, one in found],
                "region": [",".join(sorted(one.region)) or None for _key, one in found],
                "branch": [one.branch for _key, one in found],
                "form": [one.form_kind or None for _key, one in found],
                "begins": [one.core[:3] for _key, one in found],
                "ends": [one.name[-6:] for _key, one in found],
            }
        )

    api = DuckDBAPI()
    left = api.register(
        rows([(str(number), one.name) for number, one in enumerate(labelled.asked)]), dataset_display_name="asked"
    )
    right = api.register(rows([(one.key, one.name) for one in labelled.register]), dataset_display_name="register")
    if parts:
        comparisons = [
            compare.JaroWinklerAtThresholds("trade_name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("trade", [0.8]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("region"), compare.ExactMatch("form"), compare.ExactMatch("branch"),
        ]  # fmt: skip
        rules = [block_on("trade_name"), block_on("begins"), block_on("trade", "region", "substr(trade_name, 1, 1)")]
        training = [block_on("trade_name"), block_on("trade", "region")]
    else:
        comparisons = [compare.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8, 0.7])]
        rules = [block_on("begins"), block_on("substr(name, 1, 4)"), block_on("ends")]
        training = []
    settings = SettingsCreator(
        link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules
    )
    linker = Linker([left, right], settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in training or [block_on("begins")]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=DECIDE).as_pandas_dataframe()
    best: dict[int, tuple[str, float]] = {}
    for row in found.itertuples():
        pair = {row.source_dataset_l: row.unique_id_l, row.source_dataset_r: row.unique_id_r}
        number, key = int(pair[min(pair)]), pair[max(pair)]
        if number not in best or row.match_probability > best[number][1]:
            best[number] = key, row.match_probability
    return [[best[number]] if number in best else [] for number in range(len(labelled.asked))]


def best_threshold(labelled: LabelledSet, answers: list[Answer]) -> float:
    """The threshold at which precision and recall of a peer are best together (F1), chosen on the set itself."""

    def f1(threshold: float) -> float:
        accepted = [(one, answer[0]) for one, answer in zip(labelled.asked, answers, strict=True) if answer]
        accepted = [(one, answer) for one, answer in accepted if answer[1] >= threshold]
        right = sum(answer[0] == one.truth for one, answer in accepted)
        return 2 * right / (len(accepted) + sum(one.truth is not None for one in labelled.asked))

    return max((0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999), key=f1)


def print_table(
    labelled: LabelledSet, answers: list[Answer], who: str, seconds: float, *, by_kind: bool, accept: float = ACCEPT,
) -> None:  # fmt: skip
    """Precision and recall of what is joined by itself, how much a person is asked, and the recall with that.

    A name goes to a person where its best firm lies between the thresholds; all that is shown beside it is offered.
    """
    kinds: dict[str, Counter[str]] = {}
    for asked, answer in zip(labelled.asked, answers, strict=True):
        _count(kinds.setdefault(asked.kind, Counter()), asked, answer, accept)
    whole = sum(kinds.values(), Counter[str]())
    kinds = {**(kinds if by_kind else {}), f"all ({who})": whole}
    if by_kind:
        print(f"{'':26}{'names':>7}{'precision':>11}{'recall':>9}{'to a person':>13}{'recall with that':>18}")
    for kind, counts in kinds.items():
        precision = f"{counts['right'] / counts['accepted']:.3f}" if counts["accepted"] else "-"
        meant = counts["meant"]
        recall = f"{counts['right'] / meant:.3f}" if meant else f"{counts['accepted']} wrong"
        with_them = f"{(counts['right'] + counts['offered']) / meant:.3f}" if meant else "-"
        print(f"{kind:26}{counts['names']:7,}{precision:>11}{recall:>9}{counts['desk']:13,}{with_them:>18}")
    print(f"{'':26}{seconds:.1f} s")


def _count(counts: Counter[str], asked: Asked, answer: Answer, accept: float) -> None:
    counts["names"] += 1
    counts["meant"] += asked.truth is not None
    if answer and answer[0][1] >= accept:
        counts["accepted"] += 1
        counts["right"] += answer[0][0] == asked.truth
    elif answer and answer[0][1] >= DECIDE:
        counts["desk"] += 1
        counts["offered"] += asked.truth in [key for key, _probability in answer]


# ---------------------------------------------------------------- a million


def million(places: Any, weights: Any, *, count: int = 1_000_000, asked: int = 10_000) -> int:
    """1,000,000 invented names read once against 10,000, on two processes; 1 where it takes longer than the bound."""
    firms = name_sets.invented(count, seed=2)
    labelled = name_sets.corrupted(firms[: 4 * asked], each=asked // 18, seed=3, outside=0.1)
    names = [one.name for one in labelled.asked][:asked]
    rows = [(one.key, one.name) for one in labelled.register + firms[4 * asked :]]
    sample = [name for _key, name in chance.Random(1).sample(rows, 20_000)]
    started = time.perf_counter()
    context = multiprocessing.get_context("fork")
    halves = [rows[::2], rows[1::2]]
    del firms
    with context.Pool(2, initializer=_prepare, initargs=(names, places, weights, sample)) as pool:
        first, second = pool.map(_read, halves, chunksize=1)
    first.join(second)
    found = first.found()
    seconds = time.perf_counter() - started
    counts = Counter[str]()
    for one, candidates in zip(labelled.asked, found, strict=False):
        _count(counts, one, [(each.key, each.probability) for each in candidates[:SHOWN]], ACCEPT)
    right, meant = counts["right"], counts["meant"]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"\n1 M: {len(names):,} names against {len(rows):,} in {seconds:.0f} s on two processes"
        f" (bound {BOUND_SECONDS} s), {memory:.0f} MB the larger process;"
        f" precision {right / max(counts['accepted'], 1):.3f}, recall {right / meant:.3f},"
        f" {(right + counts['offered']) / meant:.3f} with the {counts['desk']:,} that a person is asked;"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return int(seconds > BOUND_SECONDS)


_search: list[Any] = []


def _prepare(names: list[str], places: Any, weights: Any, sample: list[str]) -> None:
    _search[:] = [name_matching.Search(names, places=places, weights=weights, sample=sample)]


def _read(rows: list[tuple[str, str]]) -> Any:
    _search[0].read(rows)
    return _search[0]


# ---------------------------------------------------------------- learning


def learnt(places: Any, weights: Any) -> None:
    """Print m, counted on corrupted names of an invented register, and u, on pairs of two firms drawn at random."""
    labelled = name_sets.corrupted(name_sets.invented(8000, seed=5), each=200, seed=1)
    register = {one.key: name_matching.parts_of(one.name, places) for one in labelled.register}
    frequencies = name_matching.Frequencies()
    for parts in register.values():
        frequencies.add(parts)
    asked = [(name_matching.parts_of(one.name, places), one.truth) for one in labelled.asked]
    same = [
        levels_of(name_matching.judge(parts, register[truth], weights, frequencies))
        for parts, truth in asked
        if truth
    ]
    random, others = chance.Random(1), list(register.values())
    outside = [parts for parts, truth in asked if truth is None]
    shares = {name: Counter[str]() for name in name_matching.FEATURES}
    pairs = 100_000
    for _turn in range(pairs):
        judged = name_matching.judge(random.choice(outside), random.choice(others), weights, frequencies)
        for name, level in zip(shares, levels_of(judged), strict=True):
            shares[name][level] += 1
    u = {
        name: {level: (shares[name][level] + 0.05) / pairs for level in levels}
        for name, levels in name_matching.FEATURES.items()
    }
    m = name_matching.learn(same, u).m
    print("feature,level,m,u")
    for name, levels in name_matching.FEATURES.items():
        for level in levels:
            print(f"{name},{level},{m[name][level]:.6f},{u[name][level]:.6f}")


if __name__ == "__main__":
    sys.exit(main())
