"""How the proxies are configured that terminate TLS in front of the plain server of the comparison."""

import textwrap

SUITES_12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"

NGINX = textwrap.dedent(
    """\
    daemon off; worker_processes 1; pid @KEYS@/nginx.pid; error_log /dev/null; load_module /usr/lib/nginx/modules/ngx_stream_module.so;
    events { worker_connections 8000; }
    stream { server {
      listen 127.0.0.1:@PORT@ ssl; proxy_pass 127.0.0.1:@BACKEND@; tcp_nodelay on;
      ssl_certificate @KEYS@/cert.pem; ssl_certificate_key @KEYS@/key.pem; ssl_protocols TLSv1.2 TLSv1.3;
      ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; ssl_ciphers @SUITES@;
    } }
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
      bind 127.0.0.1:@PORT@ ssl crt @COMBINED@ ciphersuites TLS_AES_128_GCM_SHA256 ciphers @SUITES@
      server plain 127.0.0.1:@BACKEND@
    """
)

HITCH = textwrap.dedent(
    """\
    frontend = "[127.0.0.1]:@PORT@"
    backend = "[127.0.0.1]:@BACKEND@"
    pem-file = "@COMBINED@"
    workers = 1
    daemon = off
    quiet = on
    user = "nobody"
    ciphers = "@SUITES@"
    ciphersuites = "TLS_AES_128_GCM_SHA256"
    """
)

STUNNEL = textwrap.dedent(
    """\
    foreground = yes
    pid =
    debug = 3
    socket = l:TCP_NODELAY=1
    socket = r:TCP_NODELAY=1
    [tls]
    accept = 127.0.0.1:@PORT@
    connect = 127.0.0.1:@BACKEND@
    cert = @COMBINED@
    curves = X25519
    ciphers = @SUITES@
    ciphersuites = TLS_AES_128_GCM_SHA256
    """
)


def configuration(text, name, port, keys):
    """Writes it for a port, and answers the file."""
    combined = keys / "combined.pem"
    combined.write_bytes((keys / "key.pem").read_bytes() + (keys / "cert.pem").read_bytes())
    values = {"PORT": port, "BACKEND": port + 1, "KEYS": keys, "COMBINED": combined, "SUITES": SUITES_12}
    for word, value in values.items():
        text = text.replace(f"@{word}@", str(value))
    file = keys / f"{name}.conf"
    file.write_text(text, encoding="utf-8")
    return file
