"""`bench.py`: rounds of every metric with every peer, one after the other, so that what slows the machine down for a
while slows all of them."""

import json
import sys

import document
import musts
import plots
import tables
from measure import measure
from metrics import METRICS, NotRun
from peers import all_peers
from progress import Progress
from results import Results
from threads import SCALING_METRICS, measure_scaling

IN_PLOT = ["full 1.3 ECDSA", "resumed 1.3", "resumed 1.2", "echo 64 B", "send MB", "receive MB", "bulk echo MB", "idle"]
MOST_BY_OTHERS = 0.2  # of the two cores
PEERS_IN_PLOT = ["raw libssl", "Asio", "Node 20", "Node newest", "Bun node:tls", "Bun.listen", "Deno", "nginx"]


def chosen(items, names, kind):
    """Those that `names` asks for, all where it is empty."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in [item.name for item in items]]
    if unknown:
        sys.exit(f"there is no {kind} {', '.join(unknown)}; there are: {', '.join(item.name for item in items)}")
    return [item for item in items if not wanted or item.name in wanted]


def compare(arguments, setting, machine):
    peers = chosen(all_peers(arguments.bin, arguments.fetched, arguments.out, arguments.usockets), arguments.peers, "peer")
    asked = chosen([*METRICS, *SCALING_METRICS], arguments.metrics, "metric")
    metrics = [metric for metric in asked if metric in METRICS]
    scalings = [metric for metric in asked if metric in SCALING_METRICS and "securepair" in [peer.name for peer in peers]]
    results = Results()
    progress = Progress(arguments.rounds * (len(metrics) * len(peers) + len(scalings)))
    for number in range(1, arguments.rounds + 1):
        # Nobody is always the first after others' load has ended.
        ordered = peers if number % 2 else peers[::-1]
        for metric in metrics:
            for peer in ordered:
                one(results, peer, metric, setting, progress, f"round {number}  {metric.name:24}")
        for metric in scalings:
            scale(results, peers[0], metric, setting, progress, f"round {number}  {metric.name:24}")
    return report(arguments, machine, results, peers, metrics, scalings)


def one(results, peer, metric, setting, progress, label):
    where, label = (peer.name, metric.name), f"{label} {peer.name:22}"
    if where in results.gone and where not in results.measured:
        return progress.finish(f"{label} not run: {results.gone[where]}")
    try:
        result = measure(peer, metric, setting, progress.step(label, metric.scale))
    except NotRun as reason:
        results.gone[where] = f"one round of it failed: {reason}" if where in results.measured else str(reason)
        return progress.finish(f"{label} not run: {reason}")
    results.measured[where].append(result)
    progress.finish(f"{label} {result.value:10.1f} {metric.unit}")


def scale(results, peer, metric, setting, progress, label):
    progress.step(label)
    try:
        scaling = measure_scaling(peer, metric, setting)
    except NotRun as reason:
        results.gone[(peer.name, metric.name)] = str(reason)
        return progress.finish(f"{label} not run: {reason}")
    results.scalings[metric.name].append(scaling)
    progress.finish(f"{label} {scaling.by_clock:.2f} times one by the clock, {scaling.by_cpu:.2f} by CPU time")


def report(arguments, machine, results, peers, metrics, scalings):
    """Prints and writes everything; answers how many musts are not known to be met."""
    names = [metric.name for metric in [*metrics, *scalings]]
    lines, unmet = musts.judge(results, names)
    measured = [result for found in results.measured.values() for result in found]
    reasons = [line for some in (metrics, scalings) for line in results.reasons(peers, [metric.name for metric in some])]
    versions = [f"{peer.name} {peer.what}" for peer in peers if peer.is_runtime]
    parts = [
        tables.conditions(machine, arguments, measured),
        f"The server's CPU time for a unit; in brackets what securepair takes of it:\n\n{tables.costs(results, peers, metrics)}" if metrics else "",
        tables.latencies(results, peers, metrics),
        tables.loops(results),
        "Goals:\n\n" + "\n".join(lines) if lines else "",
        "Not run:\n\n" + "\n".join(f"- {reason}" for reason in reasons) if reasons else "",
        f"Runtimes: {', '.join(versions)}." if versions else "",
    ]
    text = "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"
    print("\n" + text)
    picture = plots.bars(
        "What others take where securepair takes 1: CPU time; idle: memory",
        [name for name in IN_PLOT if results.value("securepair", name)],
        [peer.name for peer in peers if peer.name in PEERS_IN_PLOT],
        lambda peer, metric: ratio(results, peer, metric),
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "table.md").write_text(text, encoding="utf-8")
    (arguments.out / "comparison.svg").write_text(picture, encoding="utf-8")
    whole = {"machine": machine, "rounds": arguments.rounds, "seconds": arguments.seconds, **results.as_json(), "goals": lines}
    (arguments.out / "results.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    if arguments.document and tables.others_share(measured) > MOST_BY_OTHERS:
        sys.exit("docs/ stays as it is: a machine that does so much else cannot measure")
    if arguments.document:
        document.write("comparison", text, {"comparison": picture})
    return unmet


def ratio(results, peer, metric):
    other, own = results.value(peer, metric), results.value("securepair", metric)
    return other / own if other and own else None
