"""What was measured, as tables of Markdown."""

import statistics

LATENCIES = ["full 1.3 ECDSA", "resumed 1.2", "echo 64 B"]


def others_share(results):
    """Of the two cores, what other programs had in the middle of the measurements."""
    return statistics.median([result.others for result in results] or [0])


def conditions(machine, arguments, results):
    """Under which the figures were made; who reads them has to know what else the machine did."""
    others = [result.others for result in results] or [0]
    busy = f"Other programs had {others_share(results):.0%} of the two cores meanwhile, {max(others):.0%} at worst"
    return f"{machine}; medians of {arguments.rounds}, {arguments.seconds:g} s each. {busy}."


def markdown(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"


def costs(results, peers, metrics):
    """The server's CPU time for a unit; in brackets what the library's takes of it."""

    def cell(peer, metric):
        value, own = results.value(peer.name, metric.name), results.value("securepair", metric.name)
        if not own or not value or value < 0.1 or peer.name == "securepair":
            return number(value)
        return f"{number(value)} ({own / value:.2f})"

    shown = [peer for peer in peers if any(results.value(peer.name, metric.name) for metric in metrics)]
    rows = [[peer.name, *[cell(peer, metric) for metric in metrics]] for peer in shown]
    return markdown(["server", *[f"{metric.name}, {metric.unit}" for metric in metrics]], rows)


def latencies(results, peers, metrics):
    """Units a second of the server's CPU, and how long the load waited for one, in the middle and at worst but 1 %."""
    chosen = [metric.name for metric in metrics if metric.name in LATENCIES]
    if not chosen:
        return ""
    head = ["server"]
    for name in chosen:
        head += [f"{name}, a s of CPU", "p50, ms", "p99, ms"]
    rows = []
    for peer in peers:
        cells = []
        for name in chosen:
            value = results.value(peer.name, name)
            cells.append(number(1e6 / value) if value else "–")
            for part in ("p50", "p99"):
                waited = results.seen(peer.name, name, part)
                cells.append("–" if waited is None else f"{waited / 1000:.2f}")
        if any(cell != "–" for cell in cells):
            rows.append([peer.name, *cells])
    return markdown(head, rows)


def loops(results):
    """Two loops on two cores against one on one."""
    if not results.scalings:
        return ""
    head = ["securepair", "one loop, a s", "two loops, a s", "times", "times, by CPU", "two processes, times"]
    rows = [
        [
            metric,
            number(results.rate(metric, "one")),
            number(results.rate(metric, "two")),
            f"{results.scaling(metric, 'by_clock'):.2f}",
            f"{results.scaling(metric, 'by_cpu'):.2f}",
            f"{results.scaling(metric, 'apart_by_clock'):.2f}",
        ]
        for metric in results.scalings
    ]
    return markdown(head, rows)
