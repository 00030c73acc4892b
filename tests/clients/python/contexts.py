"""A context is a registry of its own behind the same address."""

from confluent_kafka.schema_registry import Schema, ServerConfig

from kit import equal, refused


async def live_apart(kit):
    context = f".python-{kit.face.name}"
    inside, outside = kit.client(f"/contexts/{context}"), kit.client()
    subject, qualified = kit.subject("apart"), f":{context}:{kit.subject('apart')}"
    equal("ids start anew", await inside.register_schema(subject, Schema('"int"', "AVRO")), 1)
    equal("seen from inside", (await inside.get_latest_version(subject)).subject, qualified)
    equal("seen from outside", (await outside.get_version(qualified, 1)).schema_id, 1)
    equal("subjects inside", await inside.get_subjects(), [qualified])
    equal("subjects everywhere", qualified in await outside.get_subjects(), True)
    equal("by id inside", (await inside.get_schema(1)).schema_str, '"int"')
    equal("by id with the subject", (await outside.get_schema(1, qualified)).schema_str, '"int"')
    equal("contexts", context in await outside.get_contexts(), True)
    equal("a page of them", await outside.get_contexts(offset=0, limit=1), ["."])
    await refused("nothing outside", 404, 40401, outside.get_versions(subject))

    equal("the other way round", await outside.register_schema(qualified, Schema('"long"', "AVRO")), 2)
    await inside.set_config(None, ServerConfig(compatibility_group="major"))
    equal("a configuration of the context", (await outside.get_config(f":{context}:")).compatibility_group, "major")
    equal("none of everything", (await outside.get_config()).compatibility_group, None)
    await inside.update_global_mode("READONLY")
    await refused("the mode of the context", 422, 42205, outside.register_schema(qualified, Schema('"double"', "AVRO")))
    await inside.update_global_mode("READWRITE")

    serialize = await kit.serializer(inside, '"long"')
    payload = await serialize(7, kit.context("apart"))
    equal("the prefix has the id of the context", payload[:5], b"\x00\x00\x00\x00\x02")
    deserialize = await kit.deserializer(kit.client(f"/contexts/{context}"))
    equal("round trip", await deserialize(payload, kit.context("apart")), 7)
    equal("deleted inside", await inside.delete_subject(subject), [1, 2])
    equal("and for good", await inside.delete_subject(subject, permanent=True), [1, 2])
