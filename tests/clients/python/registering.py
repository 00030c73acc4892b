"""Registering versions and reading them back; what is refused, and with which code."""

from confluent_kafka.schema_registry import Schema, SchemaReference

from kit import equal, refused


async def register_and_read(kit):
    client, subject = kit.client(), kit.subject("orders")
    made = await client.register_schema_full_response(subject, kit.schema("order_events_v1"))
    first = made.schema_id
    equal("the answer names the version", made.version, 1)
    equal("registering again", await kit.client().register_schema(subject, kit.schema("order_events_v1")), first)
    equal("a compatible one", await client.test_compatibility(subject, kit.schema("order_events_v2")), True)
    second = await client.register_schema(subject, kit.schema("order_events_v2"))
    latest = await client.get_latest_version(subject)
    equal("latest", (latest.subject, latest.version, latest.schema_id), (subject, 2, second))
    equal("latest by its word", (await client.get_version(subject, "latest")).version, 2)
    equal("version 1", (await client.get_version(subject, 1)).schema_id, first)
    equal("versions", await client.get_versions(subject), [1, 2])

    fresh = kit.client()
    equal("by id", (await fresh.get_schema(second)).schema_str, latest.schema.schema_str)
    equal("by id and subject", (await fresh.get_schema(first, subject)).schema_str, made.schema.schema_str)
    equal("by guid", (await fresh.get_schema_by_guid(latest.guid)).schema_str, latest.schema.schema_str)
    users = [(user.subject, user.version) for user in await client.get_schema_versions(first)]
    equal("versions with an id", (subject, 1) in users, True)
    equal("subjects with an id", subject in await client.get_subjects_by_schema_id(first), True)
    equal("types", await client.get_schema_types(), ["AVRO"])


async def be_refused(kit):
    client, subject = kit.client(), kit.subject("orders")
    bad = kit.schema("order_events_v3")
    equal("test of an incompatible schema", await client.test_compatibility(subject, bad), False)
    equal("test, with reasons", await client.test_compatibility(subject, bad, verbose=True), False)
    equal("test against one version", await client.test_compatibility(subject, bad, version=1), False)
    equal("test against all", await client.test_compatibility_all_versions(subject, bad, verbose=True), False)
    message = await refused("incompatible", 409, 409, client.register_schema(subject, bad))
    equal("the refusal names the cause", "READER_FIELD_MISSING_DEFAULT_VALUE" in message, True)

    nothing = Schema('{"type": "nothing"}', "AVRO")
    await refused("no schema", 422, 42201, client.register_schema(subject, nothing))
    await refused("an empty text", 422, 42201, client.register_schema(kit.subject("empty"), Schema("", "AVRO")))
    lost = Schema('"string"', "AVRO", [SchemaReference("Lost", kit.subject("nobody"), 1)])
    await refused("a reference to nothing", 422, 42201, client.register_schema(kit.subject("lost"), lost))
    await refused("a reserved subject", 422, 42208, client.register_schema("__GLOBAL", kit.schema("country")))
    await refused("version 0", 422, 42202, client.get_version(subject, 0))
    await refused("unknown subject", 404, 40401, client.get_latest_version(kit.subject("nobody")))
    await refused("unknown version", 404, 40402, client.get_version(subject, 99))
    await refused("unknown id", 404, 40403, client.get_schema(1_000_000))
    await refused("unknown guid", 404, 40403, client.get_schema_by_guid("00000000-0000-0000-0000-000000000000"))
    await refused("subjects of an unknown id", 404, 40403, client.get_subjects_by_schema_id(1_000_000))
    await refused("test against an unknown version", 404, 40402, client.test_compatibility(subject, bad, version=99))
