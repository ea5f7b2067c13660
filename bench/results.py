"""All that a run has measured, and what it could not measure and why."""

import collections
import dataclasses
import statistics


class Results:
    def __init__(self):
        self.measured = collections.defaultdict(list)  # Results of (peer, metric), one for each round
        self.scalings = collections.defaultdict(list)  # Scalings by metric
        self.gone = {}  # why (peer, metric) was not run

    def value(self, peer, metric):
        """The median, or None."""
        found = self.measured.get((peer, metric))
        return statistics.median(result.value for result in found) if found else None

    def seen(self, peer, metric, name):
        """The median of what the load has seen, or None."""
        found = self.measured.get((peer, metric))
        return statistics.median(result.seen[name] for result in found) if found else None

    def scaling(self, metric, name):
        found = self.scalings.get(metric)
        return statistics.median(getattr(scaling, name) for scaling in found) if found else None

    def rate(self, metric, loops):
        return statistics.median(getattr(scaling, loops).a_second for scaling in self.scalings[metric])

    def reasons(self, peers, metrics):
        """Lines that say what was not run, the metrics of a peer with the same reason together."""
        lines = []
        for peer in peers:
            by_reason = collections.defaultdict(list)
            for metric in metrics:
                if (peer.name, metric) in self.gone:
                    by_reason[self.gone[(peer.name, metric)]].append(metric)
            for reason, names in by_reason.items():
                lines.append(f"{peer.name}{'' if len(names) == len(metrics) else ', ' + ', '.join(names)}: {reason}")
        return lines

    def as_json(self):
        measured = [
            {"peer": peer, "metric": metric, "rounds": [dataclasses.asdict(one) for one in found]}
            for (peer, metric), found in self.measured.items()
        ]
        scalings = [
            {"metric": metric, "rounds": [dataclasses.asdict(one) for one in found]} for metric, found in self.scalings.items()
        ]
        gone = [{"peer": peer, "metric": metric, "reason": reason} for (peer, metric), reason in self.gone.items()]
        return {"results": measured, "loops": scalings, "notRun": gone}
