"""What a Python producer and its operator do with a registry, through Confluent's own client.

Usage: client.py URL SCHEMAS
"""

import sys
from pathlib import Path

from confluent_kafka.schema_registry import ConfigCompatibilityLevel, Schema, SchemaRegistryClient, ServerConfig
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

URL, SCHEMAS = sys.argv[1], Path(sys.argv[2])
SUBJECT = "python-orders-value"


def schema(name):
    return Schema((SCHEMAS / f"{name}.avsc").read_text(), "AVRO")


def equal(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, expected {wanted!r}")


def refused(what, status, code, call):
    try:
        found = call()
    except SchemaRegistryError as error:
        equal(f"{what}: status", error.http_status_code, status)
        equal(f"{what}: code", error.error_code, code)
        return error.error_message
    sys.exit(f"{what}: was answered {found!r}, expected a refusal")


def register_and_read(client):
    first = client.register_schema(SUBJECT, schema("order_events_v1"))
    equal("registering again", client.register_schema(SUBJECT, schema("order_events_v1")), first)
    equal("test of a compatible schema", client.test_compatibility(SUBJECT, schema("order_events_v2")), True)
    second = client.register_schema(SUBJECT, schema("order_events_v2"))
    latest = client.get_latest_version(SUBJECT)
    equal("latest", (latest.subject, latest.version, latest.schema_id), (SUBJECT, 2, second))
    equal("version 1", client.get_version(SUBJECT, 1).schema_id, first)
    equal("versions", client.get_versions(SUBJECT), [1, 2])
    equal("lookup", client.lookup_schema(SUBJECT, schema("order_events_v1")).version, 1)
    fresh = SchemaRegistryClient({"url": URL})  # knows nothing from before
    equal("by id", fresh.get_schema(second).schema_str, latest.schema.schema_str)
    equal("by guid", fresh.get_schema_by_guid(latest.guid).schema_str, latest.schema.schema_str)
    users = [(user.subject, user.version) for user in client.get_schema_versions(first)]
    equal("subjects of an id", (SUBJECT, 1) in users, True)
    equal("types", client.get_schema_types(), ["AVRO"])


def be_refused(client):
    bad = schema("order_events_v3")
    equal("test of an incompatible schema", client.test_compatibility(SUBJECT, bad), False)
    equal("test against all", client.test_compatibility_all_versions(SUBJECT, bad, verbose=True), False)
    message = refused("incompatible", 409, 409, lambda: client.register_schema(SUBJECT, bad))
    equal("the refusal names the cause", "READER_FIELD_MISSING_DEFAULT_VALUE" in message, True)
    refused("no schema", 422, 42201, lambda: client.register_schema(SUBJECT, Schema('{"type": "nothing"}', "AVRO")))
    refused("unknown subject", 404, 40401, lambda: client.get_latest_version("python-nobody"))
    refused("unknown version", 404, 40402, lambda: client.get_version(SUBJECT, 99))
    refused("unknown id", 404, 40403, lambda: client.get_schema(1_000_000))


def set_levels(client):
    equal("global level", client.get_compatibility(), "BACKWARD")
    client.set_compatibility(SUBJECT, "full_transitive")
    equal("level", client.get_compatibility(SUBJECT), "FULL_TRANSITIVE")
    client.set_config(SUBJECT, ServerConfig(compatibility=ConfigCompatibilityLevel.NONE))
    equal("config", client.get_config(SUBJECT).compatibility_level, "NONE")
    equal("anything goes", client.test_compatibility(SUBJECT, schema("order_events_v3")), True)
    client.delete_config(SUBJECT)
    refused("no level of its own", 404, 40408, lambda: client.get_compatibility(SUBJECT))
    equal("mode", client.get_global_mode(), "READWRITE")


def round_trip(client):
    event = {
        "event_id": "0b7f", "event_type": "ORDER_PLACED", "order_id": "o-1", "customer_id": "c-1",
        "event_timestamp": 1_790_000_000_000_000, "order_total_cents": 4200, "currency_code": "EUR",
        "channel": "web", "metadata": {"gift": "yes"}, "coupon_code": None,
    }
    context = SerializationContext("python-orders", MessageField.VALUE)
    text = schema("order_events_v2").schema_str
    for conf in ({"auto.register.schemas": True}, {"auto.register.schemas": False, "use.latest.version": True}):
        payload = AvroSerializer(client, text, conf=conf)(event, context)
        back = AvroDeserializer(SchemaRegistryClient({"url": URL}))(payload, context)
        back["event_timestamp"] = int(back["event_timestamp"].timestamp() * 1_000_000)
        equal(f"round trip with {conf}", back, event)
    older = AvroDeserializer(SchemaRegistryClient({"url": URL}), schema("order_events_v1").schema_str)
    equal("an older reader", "coupon_code" in older(payload, context), False)


def delete(client):
    equal("soft delete of a version", client.delete_version(SUBJECT, 2), 2)
    equal("versions left", client.get_versions(SUBJECT), [1])
    equal("deleted ones", client.get_versions(SUBJECT, deleted=True), [1, 2])
    equal("hard delete", client.delete_version(SUBJECT, 2, permanent=True), 2)
    refused("for good at once", 404, 40405, lambda: client.delete_subject(SUBJECT, permanent=True))
    equal("soft delete of the subject", client.delete_subject(SUBJECT), [1])
    equal("not listed", SUBJECT in client.get_subjects(), False)
    equal("listed as deleted", SUBJECT in client.get_subjects(deleted=True), True)
    equal("delete of the subject, for good", client.delete_subject(SUBJECT, permanent=True), [1])
    equal("gone", SUBJECT in client.get_subjects(deleted=True), False)


def main():
    client = SchemaRegistryClient({"url": URL})
    for step in (register_and_read, be_refused, set_levels, round_trip, delete):
        step(client)
        print(f"  {step.__name__.replace('_', ' ')}")


main()
