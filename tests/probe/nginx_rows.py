"""nginx in front of a server: one server block a row. The names are those of the README's table.

``{listen}`` is the row's own port, ``{up}`` the server behind it (auth on), ``{old}`` one of before
3.6.14, ``{closed}`` a port where nothing listens, ``{silent}`` one that never answers, ``{tls}`` the
port of row f4, ``{pem}`` the folder of certificates, ``{basic}`` the Authorization that the server
wants, ``{htpasswd}`` the gate's password file.
"""

from __future__ import annotations

#: Upgrade and Connection as the documentation of nginx writes them.
UPGRADE = """
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_or_close;"""
PASS = """
      proxy_pass http://127.0.0.1:{up};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;"""
RIGHT = "    location / {" + PASS + UPGRADE + "\n    }"


def right(*more: str) -> str:
    """All that is right, and these lines besides."""
    return "    location / {" + PASS + UPGRADE + "".join(f"\n      {line}" for line in more) + "\n    }"


def tls(name: str, *more: str) -> str:
    lines = [f"    ssl_certificate {{pem}}/{name}.pem;", f"    ssl_certificate_key {{pem}}/{name}.key;"]
    return "\n".join([*lines, *(f"    {line}" for line in more), RIGHT])


ROWS: dict[str, str] = {
    "a": RIGHT,
    "b": "    location / {" + PASS + "\n    }",
    "b2": "    location / {" + PASS + '\n      proxy_set_header Connection "keep-alive";\n    }',
    "c": right('proxy_set_header Authorization "";'),
    "d": right("proxy_set_header Authorization $authorization_unless_upgrade;"),
    "e1": "    location /api/ {" + PASS.replace("{up};", "{up}/;") + UPGRADE + "\n    }\n" + RIGHT,
    "e2": "    location /api/ {" + PASS.replace("{up};", "{up}/api/api/;") + UPGRADE + "\n    }\n" + RIGHT,
    "e3": "    location /prefect/ {" + PASS.replace("{up};", "{up}/;") + UPGRADE + "\n    }",
    "e4": "    location ~ ^/api/(events|logs|task_runs)/ { return 404; }\n    location /api/ {" + PASS + "\n    }",
    "f1": tls("self-signed"),
    "f2": tls("other-host"),
    "f3": tls("expired"),
    "f4": tls("good"),
    "f5": tls("good", "ssl_verify_client on;", "ssl_client_certificate {pem}/client-ca.pem;"),
    "f8": tls("good", "ssl_protocols TLSv1.1;"),
    "g1": RIGHT.replace("{up}", "{closed}"),
    "g2": "    limit_req zone=few;\n    limit_req_status 429;\n" + RIGHT,
    "g2-503": "    limit_req zone=few;\n" + RIGHT,
    "g3": "    client_max_body_size 1k;\n" + RIGHT,
    "g4": right("proxy_read_timeout 2s;").replace("{up}", "{silent}"),
    "h1": '    auth_basic "gate";\n    auth_basic_user_file {htpasswd};\n' + RIGHT,
    "h2": '    auth_basic "gate";\n    auth_basic_user_file {htpasswd};\n'
    + right('proxy_set_header Authorization "{basic}";'),
    "i1": "    return 301 https://127.0.0.1:{tls}$request_uri;",
    "i2": "    return 308 https://127.0.0.1:{tls}$request_uri;",
    "i3": "    return 302 http://login.example.com/sign-in?next=$request_uri;",
    "i4": "    default_type text/html;\n"
    '    return 200 "<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>";',
    "j": right("proxy_read_timeout 5s;"),
    "k": "    location / {" + PASS.replace("proxy_http_version 1.1;", "") + UPGRADE + "\n    }",
    "l1": right('proxy_set_header Sec-WebSocket-Protocol "";'),
    "l2": right("proxy_hide_header Sec-WebSocket-Protocol;"),
    "m": "    if ($http_upgrade) { return 403; }\n" + RIGHT,
    "n": RIGHT.replace("{up}", "{old}"),
    "o": "    deny all;\n" + RIGHT,
}

TLS_ROWS = ("f1", "f2", "f3", "f4", "f5", "f8")

AROUND = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  map $http_upgrade $connection_or_close {{ default upgrade; "" close; }}
  map $http_upgrade $authorization_unless_upgrade {{ default ""; "" $http_authorization; }}
  limit_req_zone $server_port zone=few:1m rate=1r/m;
{rows}
}}
"""


def configuration(folder: str, ports: dict[str, int], names: dict[str, str]) -> str:
    """The whole file; ``ports`` by row, ``names`` what the placeholders stand for."""
    blocks = []
    for row, text in ROWS.items():
        for name, value in names.items():
            text = text.replace("{" + name + "}", value)
        secure = " ssl" if row in TLS_ROWS else ""
        blocks.append(f"  # {row}\n  server {{\n    listen 127.0.0.1:{ports[row]}{secure};\n{text}\n  }}")
    return AROUND.format(folder=folder, rows="\n".join(blocks))
