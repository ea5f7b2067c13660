#!/usr/bin/env python3
"""Counts what the library's echo server does for its clients, and fails where that is more than it may be.

gates.py BUILD NAME   NAME is one of GATES; server and library are those of the build folder BUILD

Exits 0 when all is within its limits, 1 when something is not, 2 when nothing could be counted, 77 where this machine
has not what it takes.
"""

import collections
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import traceback

sys.dont_write_bytecode = True  # the sources stay as they are
from callgrind import instructions
from clients import come_and_go, connect, echo, echo_bulk
from echo_process import Broken, EchoProcess

TLS13, TLS12 = ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2
CLIENTS = 32  # at a time
MESSAGE = 64  # bytes of an echo
MEGABYTE = 1_000_000

SYSTEM_CALLS_AN_ECHO = 2.2
SYSTEM_CALLS_A_MEGABYTE = 20
SYSTEM_CALLS_A_HANDSHAKE = 16
INSTRUCTIONS_AN_ECHO = {TLS13: 15_500, TLS12: 13_000}
READS_AN_ECHO = 1.01
ALLOCATIONS_OF_ALL_ECHOES = 0
OPENSSL_BYTES_OF_AN_IDLE_CONNECTION = {TLS13: 13_900, TLS12: 13_100}
OWN_BYTES_OF_AN_IDLE_CONNECTION = 1_000


class CannotCount(Exception):
    """This machine has not what it takes."""


def judge(what, count, most, advice, least=0.0):
    """Says how much of what was counted, and whether that is within the limits."""
    if count < least:
        raise Broken(f"{what}: {count:,.2f} were counted, which cannot be: what counts does not see them")
    if count <= most:
        print(f"{what}: {count:,.2f}, at most {most:,}")
        return True
    print(f"FAILED: {what}: expected at most {most:,}, counted {count:,.2f}\n{advice}")
    return False


# ---- System calls ----


def traced(build, scratch):
    """The echo server, whose system calls go into the file scratch/trace."""
    try:
        answer = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        raise CannotCount("there is no program strace") from None
    if answer.returncode != 0:
        raise CannotCount(f"strace may not trace: {' '.join(answer.stdout.split())}")
    return EchoProcess(build, "gate_marks", ["strace", "-f", "-o", scratch / "trace"])


def judge_system_calls(what, scratch, units, most):
    """Those between the two marks in the trace."""
    parts = (scratch / "trace").read_text(encoding="utf-8", errors="replace").split("--- SIGUSR1 ")
    if len(parts) != 3:
        raise Broken(f"{len(parts) - 1} marks in {scratch / 'trace'} in place of two")
    calls = collections.Counter(re.findall(r"^\d+ +(\w+)\(", parts[1], re.MULTILINE))
    del calls["rt_sigreturn"]  # the mark's own
    print(", ".join(f"{name} {count / units:.2f}" for name, count in calls.most_common()))
    return judge(f"system calls {what}", sum(calls.values()) / units, most,
                 f"Look for those that are new between the two lines of SIGUSR1 in {scratch / 'trace'}.", least=1)


def system_calls_an_echo(build, scratch):
    rounds = 20
    with traced(build, scratch) as server:
        clients = connect(server, CLIENTS, TLS13)
        echo(server, clients, rounds=2)
        server.mark()
        echo(server, clients, rounds)
        server.mark()
    return judge_system_calls("an echo", scratch, CLIENTS * rounds, SYSTEM_CALLS_AN_ECHO)


def system_calls_a_megabyte(build, scratch):
    with traced(build, scratch) as server:
        clients = connect(server, CLIENTS, TLS13)
        echo(server, clients, rounds=2)
        server.mark()
        echo_bulk(clients, 2 * MEGABYTE)
        server.mark()
    return judge_system_calls("a MB of echo", scratch, CLIENTS * 2, SYSTEM_CALLS_A_MEGABYTE)


def system_calls_a_handshake(build, scratch):
    waves = 3
    with traced(build, scratch) as server:
        come_and_go(server, CLIENTS, TLS13)
        server.mark()
        for _ in range(waves):
            come_and_go(server, CLIENTS, TLS13)
        server.mark()
    return judge_system_calls("a full handshake, from accept() to close()", scratch, CLIENTS * waves,
                              SYSTEM_CALLS_A_HANDSHAKE)


# ---- Instructions ----


def instructions_an_echo(build, scratch):
    if shutil.which("valgrind") is None:
        raise CannotCount("there is no program valgrind")
    rounds = 20
    within = []
    for version, most in INSTRUCTIONS_AN_ECHO.items():
        profile = profiled(build, scratch / version.name, version, rounds)
        libraries = instructions(profile)
        print(", ".join(f"{name} {count / (CLIENTS * rounds):,.0f}" for name, count in libraries.most_common()))
        within.append(judge(
            f"instructions an echo, {version.name}", libraries.total() / (CLIENTS * rounds), most,
            f"callgrind_annotate {profile}\n"
            f"tells the functions of {CLIENTS * rounds} echoes; with --tree=caller, who calls them. Compare with the\n"
            "library as it was before.", least=1000))
    return all(within)


def profiled(build, output, version, rounds):
    """The file that has what callgrind counts in so many rounds of echoes."""
    watch = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={output}"]
    with EchoProcess(build, "gate_marks", watch) as server:
        clients = connect(server, CLIENTS, version)
        echo(server, clients, rounds=2)
        server.mark()
        echo(server, clients, rounds)
        server.mark()
    between = pathlib.Path(f"{output}.2")
    if not between.exists():
        raise Broken(f"callgrind has not written {between}: build where valgrind/callgrind.h is")
    return between


# ---- Calls and memory, counted in the server ----


def counted(build):
    return EchoProcess(build, "gate_counters")


def counts_of_echoes(build, version, rounds):
    """What comes on top of the warm-up, and what a connection has taken."""
    with counted(build) as server:
        before = server.counts()
        clients = connect(server, CLIENTS, version)
        echo(server, clients, rounds=2)
        warm = server.counts()
        echo(server, clients, rounds)
        after = server.counts()
    return {name: after[name] - warm[name] for name in after}, {name: warm[name] - before[name] for name in warm}


def reads_an_echo(build, _scratch):
    rounds = 50
    within = []
    for version in (TLS13, TLS12):
        echoes, _ = counts_of_echoes(build, version, rounds)
        within.append(judge(
            f"calls of SSL_read an echo, {version.name}", echoes["reads"] / (CLIENTS * rounds), READS_AN_ECHO,
            "One that finds nothing costs more than one that finds a record: ask first whether anything is left.",
            least=1))
    return all(within)


def allocations_an_echo(build, _scratch):
    rounds = 50
    within = []
    for version in (TLS13, TLS12):
        echoes, start = counts_of_echoes(build, version, rounds)
        if start["allocations"] < CLIENTS or echoes["openssl_allocations"] < CLIENTS:
            raise Broken("connections and OpenSSL allocate, and that was not seen")
        print(f"{echoes['openssl_allocations'] / (CLIENTS * rounds):.2f} allocations an echo are OpenSSL's")
        within.append(judge(
            f"allocations beside OpenSSL's in {CLIENTS * rounds} echoes, {version.name}", echoes["allocations"],
            ALLOCATIONS_OF_ALL_ECHOES,
            "What an echo needs, its connection or its loop has to keep. Who calls malloc and operator new is shown\n"
            "by callgrind_annotate --tree=caller, of the profile that gates.instructions_an_echo leaves behind."))
    return all(within)


def memory_of_an_idle_connection(build, _scratch):
    few, more = 32, 200
    within = []
    for version, most in OPENSSL_BYTES_OF_AN_IDLE_CONNECTION.items():
        with counted(build) as server:
            clients = connect(server, few, version)
            echo(server, clients)
            before = server.counts()
            clients += connect(server, more, version)
            echo(server, clients)
            after = server.counts()
        within.append(judge(
            f"bytes of OpenSSL's in an idle connection, {version.name}",
            (after["openssl_bytes"] - before["openssl_bytes"]) / more, most,
            "SSL_MODE_RELEASE_BUFFERS frees the buffers of records; look then for what each SSL has of its own and\n"
            "could share, such as certificates, sessions and what is stored with them.", least=1000))
        within.append(judge(
            f"bytes of ours in an idle connection, {version.name}", (after["own_bytes"] - before["own_bytes"]) / more,
            OWN_BYTES_OF_AN_IDLE_CONNECTION,
            "Look for what socket and pair have gained, and for what could be made when it is needed.", least=100))
    return all(within)


GATES = {gate.__name__: gate for gate in (
    system_calls_an_echo, system_calls_a_megabyte, system_calls_a_handshake, instructions_an_echo, reads_an_echo,
    allocations_an_echo, memory_of_an_idle_connection)}


def main(arguments):
    if len(arguments) != 2 or arguments[1] not in GATES:
        print(__doc__, "\n", ", ".join(GATES), sep="", file=sys.stderr)
        return 2
    build, name = pathlib.Path(arguments[0]).resolve(), arguments[1]
    scratch = build / "tests" / "tmp" / "gates" / name
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        return 0 if GATES[name](build, scratch) else 1
    except CannotCount as lack:
        print(f"not run: {lack}")
        return 77
    except (Broken, EOFError, OSError) as error:
        print(f"nothing was counted: {error}")
        return 2
    except Exception:  # of which the interpreter would make a 1
        traceback.print_exc()
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
