"""Throw-away keys and certificates, by the openssl program: key.pem, cert.pem (with its chain) and ca.pem in a folder."""

import subprocess

KINDS = {
    "ec": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "rsa": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
}
DAYS = ["-days", "7"]
# Nothing of what the system's own file adds.
CONFIGURATION = "[req]\ndistinguished_name = name\n[name]\n"


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_keys(folder, kind):
    """A certificate for localhost that signs itself."""
    folder.mkdir(parents=True, exist_ok=True)
    key, cert = folder / "key.pem", folder / "cert.pem"
    openssl(*KINDS[kind], "-out", key)
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", *DAYS]
    openssl("req", "-x509", "-key", key, *subject, "-out", cert)
    (folder / "ca.pem").write_bytes(cert.read_bytes())
    return folder


def make_chain(folder, length):
    """A certificate for localhost under `length - 1` intermediate authorities, and the root that the client trusts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openssl.cnf").write_text(CONFIGURATION, encoding="ascii")
    certify = ["req", "-x509", "-config", folder / "openssl.cnf", *DAYS]
    authority = "basicConstraints=critical,CA:TRUE"
    openssl(*KINDS["ec"], "-out", folder / "0.key")
    openssl(*certify, "-key", folder / "0.key", "-subj", "/CN=root", "-addext", authority, "-out", folder / "0.pem")
    for number in range(1, length + 1):
        is_leaf = number == length
        key, cert = folder / f"{number}.key", folder / f"{number}.pem"
        openssl(*KINDS["ec"], "-out", key)
        name = "/CN=localhost" if is_leaf else f"/CN=authority {number}"
        issuer = ["-CA", folder / f"{number - 1}.pem", "-CAkey", folder / f"{number - 1}.key"]
        use = ["basicConstraints=critical,CA:FALSE", "subjectAltName=DNS:localhost"] if is_leaf else [authority]
        extensions = [argument for text in use for argument in ("-addext", text)]
        openssl(*certify, "-key", key, "-subj", name, *issuer, *extensions, "-out", cert)
    sent = [folder / f"{number}.pem" for number in range(length, 0, -1)]
    (folder / "cert.pem").write_bytes(b"".join(file.read_bytes() for file in sent))
    (folder / "key.pem").write_bytes((folder / f"{length}.key").read_bytes())
    (folder / "ca.pem").write_bytes((folder / "0.pem").read_bytes())
    return folder
