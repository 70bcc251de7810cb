"""Drives learn_bench and the peers, row by row. See bench/run.sh."""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import peers

RELU, TANH = peers.torch.nn.ReLU, peers.torch.nn.Tanh
W16, W64 = (16, 16, 16, 1), (32, 64, 64, 64, 1)
W256, W1024 = (64, 256, 256, 256, 256, 1), (64, 1024, 1024, 1024, 1)


class Row:
    """name: the row of learn_bench. ours/theirs: units of work in one repetition of either side, so that seconds are
    per unit. check: repetitions after which both sides must agree, and how closely, relative; `worse` allows the peer's
    number to be larger (a worse optimum)."""

    def __init__(self, name, peer_name, peer, label=None, ours=1, theirs=1, check=1, tolerance=1e-4, worse=False):
        self.name, self.peer_name, self.peer, self.label = name, peer_name, peer, label or name
        self.ours, self.theirs, self.check, self.tolerance, self.worse = ours, theirs, check, tolerance, worse


def step(name, widths, adam):
    # Fifty steps in single precision: rounding grows, most under Adam, whose steps do not shrink with the gradient.
    return Row(name + ("_adam" if adam else "_sgd"), "PyTorch eager", lambda f: peers.Step(f, widths, adam), check=50,
               tolerance=2e-2 if adam else 1e-3)


ROWS = [step(*row) for row in (
    ("step_w16_b32", W16, False), ("step_w16_b32", W16, True), ("step_w64_b32", W64, False),
    ("step_w64_b32", W64, True), ("step_w64_b128", W64, False), ("step_w64_b128", W64, True),
    ("step_w256_b1000", W256, False), ("step_w1024_b256", W1024, False), ("step_w1024_b256", W1024, True))] + [
    Row("ensemble64_w64_b128", "PyTorch bmm", peers.EnsembleBmm, ours=20, theirs=20, tolerance=1e-3),
    Row("ensemble64_w64_b128", "PyTorch eager", peers.EnsembleEager, "ensemble64_w64_b128_eager", 20, 20,
        tolerance=1e-3),
    Row("empirical_ntk_n500_w512", "functorch jacrev", peers.NtkJacobian),
    Row("empirical_ntk_n500_w512", "PyTorch layer Grams", peers.NtkGrams, "empirical_ntk_n500_w512_grams"),
    Row("infinite_ntk_n2000", "NumPy", peers.InfiniteNtk, tolerance=1e-7),
    Row("hvp_w256_n1000", "double backward", lambda f: peers.HvpFresh(f, W256, RELU), tolerance=1e-3),
    Row("hvp_w256_n1000", "graph kept", lambda f: peers.HvpCached(f, W256, RELU), "hvp_w256_n1000_cached",
        tolerance=1e-3),
    Row("hvp_w64_b128", "double backward", lambda f: peers.HvpFresh(f, (64, 64, 64, 64, 1), TANH), tolerance=1e-3),
    Row("fit_chinchilla", "SciPy L-BFGS-B", peers.ChinchillaFits, ours=100, theirs=100, tolerance=1e-3, worse=True),
    # The peer's grid is its hundred fits, 45 times.
    Row("grid_4500", "SciPy L-BFGS-B", peers.ChinchillaFits, theirs=1 / 45, tolerance=1e-3, worse=True),
    Row("bootstrap_1000", "SciPy L-BFGS-B", peers.ChinchillaBootstrap, theirs=30 / 1000, tolerance=0.05),
    Row("cholesky_4000", "SciPy cho_solve", peers.Cholesky, tolerance=1e-6),
    Row("eigh_2000", "NumPy eigh", peers.Eigh, tolerance=1e-10),
    Row("top20_eig_2000", "SciPy eigsh", peers.Top20, tolerance=1e-8),
    Row("gemm_w1024", "NumPy (OpenBLAS)", peers.Gemm),
]


class Ours:
    """learn_bench at the other end of two pipes."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("bench: learn_bench ended early")
        return [float(word) for word in answer.split()]


def time_peer(peer, repetitions):
    if hasattr(peer, "reset"):
        peer.reset()
    start = time.process_time()
    peer.run(repetitions)
    return time.process_time() - start


def repetitions_for(seconds, measure):
    """How often to repeat so that one round takes about `seconds`: growing, as the first calls are slow."""
    count = 1
    while True:
        took = measure(count)
        if took >= seconds / 4 or count >= 100_000:
            return max(1, round(count * seconds / max(took, 1e-9)))
        count *= 4


def measure_row(ours, row, rounds, seconds, peaks):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        flops, width = ours.ask("open", row.name, folder)
        peer = row.peer(folder)
    time_peer(peer, row.check)
    mine, theirs = ours.ask("check", row.check)[0], peer.check()
    close = abs(mine - theirs) <= row.tolerance * abs(theirs)
    if not (close or (row.worse and mine < theirs)):
        sys.exit(f"bench: {row.label}: ours ends at {mine!r}, {row.peer_name} at {theirs!r}: not the same work")
    my_count = repetitions_for(seconds, lambda n: ours.ask("time", n)[0])
    their_count = repetitions_for(seconds, lambda n: time_peer(peer, n))
    my_times, their_times = [], []
    for _ in range(rounds):
        my_times.append(ours.ask("time", my_count)[0] / my_count)
        their_times.append(time_peer(peer, their_count) / their_count)
    mine, theirs = statistics.median(my_times), statistics.median(their_times)
    limit = flops / mine / (peaks[1] if width == 8 else peaks[0]) / 1e9 if flops else None
    return {"name": row.label, "ours": mine / row.ours, "peer": theirs / row.theirs, "peer_name": row.peer_name,
            "ratio": theirs / row.theirs / (mine / row.ours), "limit_fraction": limit}


def busy_seconds():
    with open("/proc/stat") as file:
        fields = [int(word) for word in file.readline().split()[1:]]
    return (sum(fields[:8]) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def measure_tasks(ours, microseconds, rounds):
    """Wall time on two threads against one after the other, in many short rounds: those count in which other processes
    used less than a tenth of the machine. Without any, nothing is measured, and the line says so."""
    tasks = round(60e3 / microseconds)
    ours.ask("tasks", microseconds, tasks, 1)
    quiet = []
    for _ in range(40 * rounds):
        before, start = busy_seconds(), time.perf_counter()
        serial = ours.ask("tasks", microseconds, tasks, 0)[0]
        parallel = ours.ask("tasks", microseconds, tasks, 1)[0]
        wall = time.perf_counter() - start
        if busy_seconds() - before - serial - 2 * parallel < 0.1 * 2 * wall:
            quiet.append((parallel, serial))
        if len(quiet) == 3 * rounds:
            break
    name = f"efficiency_{microseconds}us"
    if len(quiet) < rounds:
        print(f"bench: {name}: {len(quiet)} quiet rounds, {rounds} needed: not measured", file=sys.stderr)
        return {"name": name, "ours": None, "peer": None, "peer_name": "one thread", "ratio": None,
                "limit_fraction": None}
    parallel = statistics.median(pair[0] for pair in quiet)
    serial = statistics.median(pair[1] for pair in quiet)
    ratio = statistics.median(pair[1] / pair[0] for pair in quiet)
    return {"name": name, "ours": parallel / tasks, "peer": serial / tasks, "peer_name": "one thread", "ratio": ratio,
            "limit_fraction": ratio / 2}


def scaled(seconds):
    if seconds is None:
        return "-"
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            break
    return f"{seconds / size:.3g} {unit}"


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def main():
    parser = argparse.ArgumentParser(prog="bench/run.sh", description="Measure the instrument against its peers.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="only rows whose name starts so")
    parser.add_argument("--quick", action="store_true", help="three short rounds instead of seven")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the table as JSON")
    program, *rest = sys.argv[1:]
    arguments = parser.parse_intermixed_args(rest)
    rounds, seconds = (3, 0.1) if arguments.quick else (7, 0.4)

    def wanted(name):
        return not arguments.rows or any(name.startswith(prefix) for prefix in arguments.rows)

    ours = Ours(program)
    peaks = ours.ask("peak")
    load = os.getloadavg()[0]
    print(f"{time.strftime('%Y-%m-%d')}, {processor()}, PyTorch {peers.torch.__version__}, load {load:.1f}")
    print(f"multiply-add peak of one core: {peaks[0]:.0f} GFLOP/s single, {peaks[1]:.0f} double precision\n")
    print(f"{'row':34}{'ours':>11}{'peer':>11}{'ratio':>9}{'of limit':>10}  peer is")
    table = []
    jobs = [(row.label, lambda row=row: measure_row(ours, row, rounds, seconds, peaks)) for row in ROWS]
    jobs += [(f"efficiency_{us}us", lambda us=us: measure_tasks(ours, us, rounds)) for us in (10, 100)]
    for name, job in jobs:
        if not wanted(name):
            continue
        line = job()
        table.append(line)
        share = "" if line["limit_fraction"] is None else f"{100 * line['limit_fraction']:.0f} %"
        ratio = "-" if line["ratio"] is None else f"{line['ratio']:.2f}"
        print(f"{line['name']:34}{scaled(line['ours']):>11}{scaled(line['peer']):>11}{ratio:>9}{share:>10}"
              f"  {line['peer_name']}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main()
