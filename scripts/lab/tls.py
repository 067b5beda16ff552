"""TLS in front of an RTMP server, by an authority that is made for the occasion."""

import socket
import ssl
import subprocess
import threading
from pathlib import Path

from . import clients


class Tls:
    """Takes rtmps on a port of its own and hands it on as RTMP. `authority` is the file that a client has to trust."""

    def __init__(self, folder, port):
        self.behind = port
        folder = Path(folder)
        self.authority = folder / "authority.crt"

        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)

        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *new, "-days", "2", "-subj", "/CN=authority of image-check", "-addext", "basicConstraints=critical,CA:true",
                "-addext", "keyUsage=critical,keyCertSign", "-keyout", "authority.key", "-out", "authority.crt")
        openssl("req", *new, "-subj", "/CN=media server", "-keyout", "server.key", "-out", "server.csr")
        (folder / "server.ext").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2", "-extfile", "server.ext", "-out", "server.crt")
        self.authority.chmod(0o644)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "server.crt", folder / "server.key")
        self.secured = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        clients.each(self.listener, self.serve)

    def close(self):
        self.listener.close()

    def serve(self, client):
        try:
            client.settimeout(20)
            secured = self.context.wrap_socket(client, server_side=True)
        except OSError:
            client.close()
            return
        self.secured += 1
        secured.settimeout(None)
        try:
            plain = socket.create_connection(("127.0.0.1", self.behind))
        except OSError:
            secured.close()
            return
        back = threading.Thread(target=copy, args=(plain, secured), daemon=True)
        back.start()
        copy(secured, plain)
        back.join()
        secured.close()
        plain.close()


def copy(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
