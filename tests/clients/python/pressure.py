"""A registry that has too much to do says so, and clients come again; one that is away has a neighbour."""

import asyncio
import json
import socket
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from urllib.parse import urlsplit

from kit import equal

# What one body and all bodies under way may hold.
ONE, ALL = 10 << 20, 256 << 20
# Less than any registration needs.
ROOM_LEFT = 64
HELD = "sluicegate_http_body_bytes "
# Seconds; a body that does not go on is given up after 30.
PATIENCE = 60


async def come_again(kit):
    subject, schema = kit.subject("patient"), kit.schema("country")
    client = kit.client(**{"max.retries": 20, "retries.wait.ms": 50, "retries.max.wait.ms": 200})
    with ExitStack() as crowd:
        await asyncio.to_thread(fill, kit.url, crowd)
        equal("a full registry, and when to come again", await asyncio.to_thread(refusal, kit.url), (429, "1"))
        registering = asyncio.create_task(asyncio.to_thread(asyncio.run, register(client, subject, schema)))
        await asyncio.sleep(0.3)
        equal("registered while there is no room", registering.done(), False)
    await registering
    equal("registered once there is", await kit.client().get_versions(subject), [1])


async def go_next_door(kit):
    away = "http://127.0.0.1:9"  # nobody listens at the port for discarding
    client = kit.client(url=f"{away},{kit.url}", **{"max.retries": 0})
    equal("the second address", await client.get_versions(kit.subject("patient")), [1])


async def register(client, subject, schema):
    await client.register_schema(subject, schema)


def fill(url, crowd):
    """Sends bodies that do not end, until hardly any room is left; they are gone with `crowd`."""
    room = ALL - ROOM_LEFT
    while room > 0:
        connection = crowd.enter_context(socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)))
        connection.sendall(b"POST /subjects/crowd/versions HTTP/1.1\r\nHost: registry\r\n")
        connection.sendall(f"Content-Type: application/json\r\nContent-Length: {ONE}\r\n\r\n".encode())
        body = min(ONE - 1, room)
        connection.sendall(bytes(body))
        room -= body
    # A request with a body before all is read would take the room that one of the crowd is about to take.
    until = time.monotonic() + PATIENCE
    while held(url) != ALL - ROOM_LEFT and time.monotonic() < until:
        time.sleep(0.05)
    equal("bytes of bodies that the registry holds", held(url), ALL - ROOM_LEFT)


def held(url):
    """How many bytes of bodies the registry holds."""
    with urllib.request.urlopen(f"{url}/metrics") as page:
        (value,) = (line.split()[1] for line in page.read().decode().splitlines() if line.startswith(HELD))
    return int(value)


def refusal(url):
    """How a registration is refused."""
    body = json.dumps({"schema": '"string"', "schemaType": "AVRO", "references": [], "metadata": {}}).encode()
    request = urllib.request.Request(f"{url}/subjects/crowd/versions", body, {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Retry-After"]
    return "nothing refused"
