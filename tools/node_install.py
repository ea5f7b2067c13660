"""The npm package as a user gets it: packed by npm, and installed in an empty folder by somebody whose HOME is empty."""

import os
import pathlib
import shutil
import tempfile

from node_results import run

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECONDS = 900

SCRIPT = """
const tls = require('tls');
const { key, cert } = process.env;
const server = tls.createServer({ key, cert }, (stream) => stream.pipe(stream));
server.listen(0, '127.0.0.1', () => {
  const client = tls.connect(server.address().port, { ca: cert }, () => client.end(`authorized ${client.authorized}`));
  client.pipe(process.stdout);
  client.on('close', () => server.close());
});
"""


def install(build, nodes, results):
    """Of each way by which the addon comes, and on each of `nodes` as far as it is the same addon there."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        prebuilt = build / "node" / "node_modules" / "securepair" / "build" / "Release" / "securepair.node"
        for name, addon in {"prebuilt": prebuilt, "node-gyp": None}.items():
            folder, why = install_in(scratch / name, addon)
            if folder is None:
                results.add(f"install.{name}", why)
                continue
            for version, node in nodes.items():
                results.add(f"install.{name}.{version}", use(node, folder, scratch))


def install_in(folder, addon):
    """A folder with the package in its node_modules; else None, and why."""
    tree = folder / "tree"
    for part in ("include", "src", "bindings/node"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("core", "node_modules", "prebuilds", "build"))
    shutil.copy(ROOT / "LICENSE", tree)
    if addon is not None:
        place = tree / "bindings/node/prebuilds" / f"linux-{'arm64' if os.uname().machine == 'aarch64' else 'x64'}"
        place.mkdir(parents=True)
        shutil.copy(addon, place)
    home, user = folder / "home", folder / "user"
    home.mkdir()
    user.mkdir()
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--offline"]
    status, said = run(["npm", "pack", "--pack-destination", folder], SECONDS, cwd=tree / "bindings/node", env=environment)
    if status != 0:
        return None, f"npm pack: {said}"
    archive = next(folder.glob("securepair-*.tgz"))
    shutil.rmtree(tree)
    status, said = run(["npm", "install", "--foreground-scripts", *quiet, archive], SECONDS, cwd=user, env=environment)
    if status != 0:
        return None, f"npm install: {said}"
    return user, None


def use(node, folder, scratch):
    """None, or what went wrong."""
    key, cert = scratch / "key.pem", scratch / "cert.pem"
    if not cert.exists():
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, "-keyout", key, "-out", cert], 60)
    (folder / "script.js").write_text(SCRIPT)
    environment = {**os.environ, "key": key.read_text(), "cert": cert.read_text()}
    status, said = run([node, "-r", "securepair/register", "script.js"], 60, cwd=folder, env=environment)
    return None if (status, said) == (0, "authorized true") else f"it ended with {status} and said: {said}"
