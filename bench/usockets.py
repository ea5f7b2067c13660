"""Builds the comparison's server on a checkout of uSockets, with the system's libssl."""

import pathlib
import shutil
import subprocess

from metrics import NotRun

SERVER = pathlib.Path(__file__).resolve().parent / "servers/usockets_server.c"
FLAGS = ["-O3", "-w", "-DLIBUS_USE_OPENSSL"]


def build(folder, out):
    """Answers the program."""
    source = folder / "src"
    if not (source / "libusockets.h").exists():
        raise NotRun(f"{folder} is no checkout of uSockets: it has no src/libusockets.h")
    objects = out / "usockets"
    shutil.rmtree(objects, ignore_errors=True)
    objects.mkdir(parents=True)
    # As its own Makefile chooses them.
    files = [file for kind in ("*.c", "eventing/*.c", "crypto/*.c", "crypto/*.cpp") for file in sorted(source.glob(kind))]
    for number, file in enumerate([*files, SERVER]):
        language = ["g++", "-std=c++20"] if file.suffix == ".cpp" else ["gcc", "-std=gnu11"]
        run([*language, *FLAGS, f"-I{source}", "-c", str(file), "-o", str(objects / f"{number}.o")])
    program = objects / "bench_usockets"
    run(["g++", *map(str, sorted(objects.glob("*.o"))), "-lssl", "-lcrypto", "-o", str(program)])
    return program


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        line = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr[:200])
        raise NotRun(f"the checkout does not build: {line}")
