"""What the applications of check_hazards.py are connected to: an echo on TCP, on a Unix socket, on UDP, and gRPC.

Run in their environment: `python peers.py SOCKET`. Prints the ports, then serves until its input ends, and prints what
somebody wrote on a connection that another process had opened: whoever writes says its process number in each line,
and the first line is of the one that connected.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any


async def main(path: str) -> None:
    """Serve until the input ends."""
    strangers: list[str] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        owner = b""
        while line := await reader.readline():
            owner = owner or line.split()[0]
            if line.split()[0] != owner:
                strangers.append(f"{line.decode().strip()} on a connection of {owner.decode()}")
            writer.write(line)
        writer.close()

    ports = {}
    for name, server in (
        ("tcp", await asyncio.start_server(echo, "127.0.0.1", 0)),
        ("unix", await asyncio.start_unix_server(echo, path)),
    ):
        ports[name] = server.sockets[0].getsockname()[1] if name == "tcp" else path
    ports["grpc"] = await serve_grpc()
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps(strangers), flush=True)
    os._exit(0)  # the server of gRPC would complain of a loop that is closed


async def serve_grpc() -> int:
    """Serve one method that answers what it was sent; return the port."""
    import grpc

    async def answer(request: bytes, context: Any) -> bytes:
        return request

    handler = grpc.unary_unary_rpc_method_handler(answer)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("peer.Peer", {"Echo": handler}),))
    port: int = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    kept.append(server)
    return port


kept: list[Any] = []

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
