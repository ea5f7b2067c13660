"""`bench.py micro`: the micro-benchmarks, by Google Benchmark."""

import json
import subprocess
import sys

import document
import tables

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6}


def run(arguments, machine):
    program = arguments.bin / "bench_micro"
    if not program.exists():
        sys.exit(f"{program} is not built: Google Benchmark is missing (libbenchmark-dev)")
    out = arguments.out / "micro.json"
    arguments.out.mkdir(parents=True, exist_ok=True)
    command = ["taskset", "-c", arguments.cores.server, str(program), f"--benchmark_out={out}", "--benchmark_out_format=json"]
    command += [f"--benchmark_min_time={0.05 if arguments.quick else 0.5}"]
    subprocess.run(command, check=True)
    found = json.loads(out.read_text(encoding="utf-8"))["benchmarks"]
    broken = [f"{one['name']}: {one['error_message']}" for one in found if one.get("error_occurred")]
    if broken:
        sys.exit("\n".join(broken))
    rows = [[one["name"], tables.number(one["cpu_time"] * NANOSECONDS[one["time_unit"]])] for one in found]
    text = f"{machine}.\n\n" + tables.markdown(["what", "ns of CPU"], rows)
    (arguments.out / "micro.md").write_text(text, encoding="utf-8")
    if arguments.document:
        document.write("micro", text, {})
