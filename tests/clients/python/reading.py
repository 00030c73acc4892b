"""Finding what is registered: by content, with and without normal form, and in pages."""

from confluent_kafka.schema_registry import Schema

from kit import equal, refused

# The same but for what normal form sorts and drops.
UNTIDY = '{"type":"record","name":"R","doc":"","fields":[{"name":"a","type":"float","default":1,"z":1,"b":2}]}'
TIDY = '{"type":"record","name":"R","fields":[{"name":"a","type":"float","default":1.0,"b":2,"z":1}]}'


async def look_up(kit):
    client, subject = kit.client(), kit.subject("orders")
    found = await client.lookup_schema(subject, kit.schema("order_events_v1"))
    equal("lookup", (found.subject, found.version), (subject, 1))
    await refused("another content", 404, 40403, client.lookup_schema(subject, kit.schema("country")))
    nobody = kit.subject("nobody")
    await refused("another subject", 404, 40401, client.lookup_schema(nobody, kit.schema("country")))

    subject = kit.subject("untidy")
    made = await client.register_schema_full_response(subject, Schema(UNTIDY, "AVRO"), normalize_schemas=True)
    equal("normal form is what is kept", made.schema.schema_str, TIDY)
    found = await client.lookup_schema(subject, Schema(UNTIDY, "AVRO"), normalize_schemas=True)
    equal("lookup in normal form", found.schema_id, made.schema_id)
    await refused("lookup as it stands", 404, 40403, kit.client().lookup_schema(subject, Schema(UNTIDY, "AVRO")))
    compatible = await client.test_compatibility(subject, Schema(UNTIDY, "AVRO"), normalize=True)
    equal("test in normal form", compatible, True)


async def turn_pages(kit):
    client = kit.client()
    subjects = sorted(kit.subject(f"page{number}") for number in range(5))
    for subject in subjects:
        identifier = await client.register_schema(subject, Schema('"bytes"', "AVRO"))
    prefix = kit.topic("page")
    equal("the whole", await client.get_subjects(subject_prefix=prefix), subjects)
    equal("a page", await client.get_subjects(subject_prefix=prefix, offset=1, limit=2), subjects[1:3])
    equal("behind the end", await client.get_subjects(subject_prefix=prefix, offset=5, limit=2), [])
    users = [user for user in await client.get_subjects_by_schema_id(identifier) if user.startswith(prefix)]
    equal("the subjects of an id", sorted(users), subjects)
    equal("a page of them", len(await client.get_subjects_by_schema_id(identifier, offset=1, limit=2)), 2)
    equal("a page of its versions", len(await client.get_schema_versions(identifier, offset=1, limit=3)), 3)
    equal("a page of versions", await client.get_versions(kit.subject("orders"), offset=1, limit=1), [2])
