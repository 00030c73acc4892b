"""What the steps share: the two faces of the client behind one, and how a disagreement is told."""

import inspect
import sys
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.schema_registry import AsyncSchemaRegistryClient, Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import (
    AsyncAvroDeserializer,
    AsyncAvroSerializer,
    AvroDeserializer,
    AvroSerializer,
)
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

OWN_SCHEMAS = Path(__file__).parent.parent / "schemas"


@dataclass
class Face:
    """One of the two ways in which Confluent's client can be called."""

    name: str
    client: type
    serializer: type
    deserializer: type


BLOCKING = Face("sync", SchemaRegistryClient, AvroSerializer, AvroDeserializer)
AWAITED = Face("async", AsyncSchemaRegistryClient, AsyncAvroSerializer, AsyncAvroDeserializer)


class Kit:
    """Makes clients, serializers and subjects of one face, so that no step knows which."""

    def __init__(self, face, url, schemas):
        self.face, self.url, self.schemas = face, url, schemas

    def client(self, path="", url=None, **conf):
        """A client that knows nothing from before."""
        return Awaitable(self.face.client({"url": url or self.url + path, **conf}))

    def topic(self, name):
        return f"python-{self.face.name}-{name}"

    def subject(self, name):
        return f"{self.topic(name)}-value"

    def context(self, name, headers=None):
        return SerializationContext(self.topic(name), MessageField.VALUE, headers)

    def text(self, name):
        """The text of a schema: the examples', or one that stands beside the clients."""
        path = self.schemas / f"{name}.avsc"
        return (path if path.exists() else OWN_SCHEMAS / f"{name}.avsc").read_text()

    def schema(self, name, **more):
        return Schema(self.text(name), "AVRO", **more)

    async def serializer(self, client, schema=None, **more):
        """To be called with an event and a context, and awaited."""
        return awaited(await whatever(self.face.serializer(client.raw, schema, **more)))

    async def deserializer(self, client, schema=None, **more):
        """To be called with a payload and a context, and awaited."""
        return awaited(await whatever(self.face.deserializer(client.raw, schema, **more)))

    async def read(self, payload, context, **more):
        """What a consumer that knows nothing from before makes of a payload."""
        return await (await self.deserializer(self.client(), **more))(payload, context)


class Awaitable:
    """A client whose calls can be awaited, whether they are blocking or not."""

    def __init__(self, raw):
        self.raw = raw

    def __getattr__(self, name):
        return awaited(getattr(self.raw, name))


def awaited(call):
    """The call as one that can be awaited, whether it is blocking or not."""

    async def made(*arguments, **named):
        return await whatever(call(*arguments, **named))

    return made


async def whatever(value):
    """The value, or what awaiting it gives."""
    return await value if inspect.isawaitable(value) else value


def equal(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, expected {wanted!r}")


async def refused(what, status, code, call):
    """Awaits `call`, which the registry must refuse in this way; returns its words."""
    try:
        found = await call
    except SchemaRegistryError as error:
        equal(f"{what}: status", error.http_status_code, status)
        equal(f"{what}: code", error.error_code, code)
        return error.error_message
    sys.exit(f"{what}: was answered {found!r}, expected {status} with {code}")


async def fails(what, error, words, call):
    """Awaits `call`, which must raise an error of this kind, its causes included, with these words in it."""
    try:
        found = await call
    except error as raised:
        told = f"{raised!r} {raised.__cause__!r}"
        equal(f"{what}: {told} speaks of {words!r}", words in told, True)
        return
    sys.exit(f"{what}: was {found!r}, expected {error.__name__}")
