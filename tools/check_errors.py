#!/usr/bin/env python3
"""Fails when docs/errors.md and the sources do not have the same error codes.

check_errors.py --self-test    mistakes that are planted into the document are found

A code of the sources is a literal that stands as one (ERR_..., WARN_..., what is assigned to `code`, what is returned as E...), a
name of src/crypto/verify_code.cc, a reason of OpenSSL's that is explained (SSL_R_...), or a status that src/net explains. A code of the
document stands in backticks in the first column of a table.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What looks like a code in a source and is none, or is told under another name.
ASIDE = {"ERR_", "ERR_X509_", "EAI_NONAME", "EAI_NODATA", "EVP", "ECDSA", "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"}
# OpenSSL's reasons for what the library explains by the peer's first bytes.
BESIDE = {"ERR_SSL_HTTP_REQUEST", "ERR_SSL_HTTPS_PROXY_REQUEST"}


def codes_of_sources():
    codes = set()
    for folder in ("src", "include"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".cc", ".h"):
                continue
            text = path.read_text(encoding="utf-8")
            codes |= set(re.findall(r'"((?:ERR|WARN)_[A-Z0-9_]+)"', text))
            codes |= set(re.findall(r'\bcode = "([A-Z][A-Z0-9_]+)"', text))
            codes |= set(re.findall(r'return "(E[A-Z]+)"', text))
            codes |= {f"ERR_SSL_{name}" for name in re.findall(r"\bSSL_R_([A-Z][A-Z0-9_]+)\b", text)}
            if path.parent.name == "net":
                codes |= set(re.findall(r"\bcase UV_(E[A-Z0-9_]+):", text))
    verify = (ROOT / "src/crypto/verify_code.cc").read_text(encoding="utf-8")
    codes |= set(re.findall(r"^\s+SECUREPAIR_AS_V06\((\w+)\)", verify, re.M))
    codes |= {f"ERR_X509_{name}" for name in re.findall(r"^\s+SECUREPAIR_NEWER\((\w+)\)", verify, re.M)}
    return codes - ASIDE | BESIDE


def codes_of(document):
    codes, twice = set(), []
    for line in document.splitlines():
        if not line.startswith("| `"):
            continue
        for code in re.findall(r"`([A-Z][A-Z0-9_]+)`", line.split("|")[1]):
            if code in codes:
                twice.append(code)
            codes.add(code)
    return codes, twice


def mistakes(sources, document):
    told, twice = codes_of(document)
    wrong = [f"docs/errors.md has no row for {code}" for code in sorted(sources - told)]
    wrong += [f"docs/errors.md has a row for {code}, which is in no source" for code in sorted(told - sources)]
    return wrong + [f"docs/errors.md has {code} twice" for code in twice]


def self_test(sources, document):
    row = next(line for line in document.splitlines() if line.startswith("| `ERR_TLS_TRUNCATED`"))
    planted = {
        "no row": document.replace(row, ""),
        "no source": document + row.replace("TRUNCATED", "SHORTENED") + "\n",
        "a row twice": document + row + "\n",
    }
    asleep = [name for name, text in planted.items() if len(mistakes(sources, text)) != 1]
    print(f"{len(planted)} mistakes planted, not found: {', '.join(asleep) or 'none'}")
    return 1 if asleep else 0


def main():
    sources = codes_of_sources()
    document = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    if sys.argv[1:] == ["--self-test"]:
        return self_test(sources, document)
    wrong = mistakes(sources, document)
    print("\n".join(wrong + [f"{len(sources)} codes, {len(wrong)} of them wrong"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
