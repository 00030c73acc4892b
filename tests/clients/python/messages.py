"""Messages that other programs read, and those of other programs, read: every case of `messages/cases.json`."""

import base64
import json
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from confluent_kafka.schema_registry import Schema, SchemaReference, header_schema_id_serializer
from confluent_kafka.serialization import MessageField, SerializationContext

from kit import equal

SHARED = json.loads((Path(__file__).parent.parent / "messages" / "cases.json").read_text())
CASES = {case["name"]: case for case in SHARED["cases"]}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NATIVE = {
    "uuid": uuid.UUID,
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "date": lambda days: (EPOCH + timedelta(days=days)).date(),
    "time-millis": lambda millis: clock(timedelta(milliseconds=millis)),
    "time-micros": lambda micros: clock(timedelta(microseconds=micros)),
    "timestamp-millis": lambda millis: EPOCH + timedelta(milliseconds=millis),
    "timestamp-micros": lambda micros: EPOCH + timedelta(microseconds=micros),
}


def clock(since_midnight):
    return (datetime(1970, 1, 1) + since_midnight).time()


def native(value, writing):
    """What stands in a case, as a Python program has it; a record in a union is named only to the one that writes."""
    if isinstance(value, list):
        return [native(item, writing) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("$") == "branch":
        inner = native(value["value"], writing)
        return (value["name"], inner) if writing else inner
    if "$" in value:
        return NATIVE[value["$"]](value["value"])
    return {key: native(item, writing) for key, item in value.items()}


async def write(kit, folder):
    """By id with a schema that is registered on the way, by guid with the latest; into a file of its own."""
    client, messages = kit.client(), []
    for of in SHARED["types"]:
        schema = Schema(kit.text(of["schema"]), "AVRO", references(of))
        await client.register_schema(f"messages-{of['name']}", schema)
    for case in SHARED["cases"]:
        part, topic = MessageField(case.get("part", "value")), f"messages-{kit.topic(case['name'])}"
        schema = Schema(kit.text(case["schema"]), "AVRO", references(case))
        by_guid = {
            "auto.register.schemas": False, "use.latest.version": True, "schema.id.serializer": header_schema_id_serializer
        }
        for conf in ({"auto.register.schemas": True}, by_guid):
            headers = []
            serialize = await kit.serializer(client, schema, conf=conf)
            payload = await serialize(native(case["value"], True), SerializationContext(topic, part, headers))
            messages.append({
                "case": case["name"], "topic": topic,
                "header": encoded(next((value for _, value in headers), None)), "payload": encoded(payload),
            })
    (folder / f"python-{kit.face.name}.json").write_text(json.dumps(messages))


async def read(kit, folder):
    """As they were written, and with the schema of a consumer where the case has one."""
    for file in sorted(folder.glob("*.json")):
        for message in json.loads(file.read_text()):
            case, what = CASES[message["case"]], f"{message['case']} of {file.stem}"
            part, payload = MessageField(case.get("part", "value")), decoded(message["payload"])
            if message["header"] and payload and len(payload) < 6:
                continue  # the client takes it to be cut, as if an id stood in it
            headers = [(f"__{part}_schema_id", decoded(message["header"]))] if message["header"] else []
            context = SerializationContext(message["topic"], part, headers)
            equal(what, await kit.read(payload, context), native(case["value"], False))
            if reader := case.get("reader"):
                found = await kit.read(payload, context, schema=kit.text(reader["schema"]))
                equal(f"{what}, to a consumer", found, native(reader["value"], False))


def references(of):
    return [SchemaReference(name, f"messages-{name}", 1) for name in of.get("refers_to", [])]


def encoded(octets):
    return None if octets is None else base64.b64encode(octets).decode()


def decoded(text):
    return None if text is None else base64.b64decode(text)
