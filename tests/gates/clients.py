"""TLS clients of the echo server, many at a time: what each has to say is sent before any answer is awaited."""

import contextlib
import selectors
import socket
import ssl

PATIENCE = 60  # seconds, for an answer
PIECE = 1 << 20


class Client:
    def __init__(self, port, version):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        self.come, self.going = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.come, self.going)
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self):
        self.socket.sendall(self.going.read())

    def receive(self):
        piece = self.socket.recv(PIECE)
        if not piece:
            raise EOFError("the echo server has ended a connection")
        self.come.write(piece)

    def shake_hands(self):
        """Until there is something to send, or all is done. True where there is something to send."""
        while True:
            try:
                self.tls.do_handshake()
                return self.going.pending > 0
            except ssl.SSLWantReadError:
                if self.going.pending > 0:
                    return True
                self.receive()

    def read(self, size):
        whole = bytearray()
        while len(whole) < size:
            try:
                whole += self.tls.read(size - len(whole))
            except ssl.SSLWantReadError:
                self.receive()
        return bytes(whole)

    def say_goodbye(self):
        """A close_notify, for which the server's is not awaited."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        self.send()

    def await_end(self):
        while self.socket.recv(PIECE):
            pass
        self.socket.close()


def say_hello(server, count, version):
    with server.held():
        clients = [Client(server.port, version) for _ in range(count)]
        for client in clients:
            client.shake_hands()
            client.send()
    return clients


def connect(server, count, version):
    clients = say_hello(server, count, version)
    while speakers := [client for client in clients if client.shake_hands()]:
        with server.held():
            for client in speakers:
                client.send()
    return clients


def come_and_go(server, count, version):
    """Clients that say goodbye with the last message of the handshake."""
    clients = say_hello(server, count, version)
    for client in clients:
        client.shake_hands()
    with server.held():
        for client in clients:
            client.say_goodbye()
    for client in clients:
        client.await_end()


def echo(server, clients, rounds=1, size=64):
    for number in range(rounds):
        message = bytes([number % 256]) * size
        with server.held():
            for client in clients:
                client.tls.write(message)
                client.send()
        for client in clients:
            if client.read(size) != message:
                raise ValueError("the echo is not what was sent")


def echo_bulk(clients, size):
    """Each client sends so many bytes, and takes them back meanwhile. All records are made before, and read after: the
    server does not wait for a client that encrypts."""
    message = bytes(range(250)) * (size // 250)
    with selectors.DefaultSelector() as selector:
        for client in clients:
            client.tls.write(message)
            client.socket.setblocking(False)
            selector.register(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, Bulk(client))
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError("the echo server sends and takes nothing")
            for key, events in ready:
                key.data.go_on(events)
                if key.data.wanted() == 0:
                    selector.unregister(key.fileobj)
                elif key.data.wanted() != key.events:
                    selector.modify(key.fileobj, key.data.wanted(), key.data)
    for client in clients:
        client.socket.settimeout(PATIENCE)
        if client.read(len(message)) != message:
            raise ValueError("the echo is not what was sent")


class Bulk:
    """The records of a client on their way. What comes back has as many bytes, but for those of the session's ticket,
    which came before."""

    def __init__(self, client):
        self.client = client
        self.left = memoryview(client.going.read())
        self.awaited = len(self.left)

    def wanted(self):
        return (selectors.EVENT_WRITE if self.left else 0) | (selectors.EVENT_READ if self.awaited > 0 else 0)

    def go_on(self, events):
        if events & selectors.EVENT_WRITE:
            self.left = self.left[self.client.socket.send(self.left[:PIECE]):]
        if events & selectors.EVENT_READ:
            before = self.client.come.pending
            self.client.receive()
            self.awaited -= self.client.come.pending - before
