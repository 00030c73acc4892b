"""Types that live in other subjects, one of them in a subject that refers to a third."""

from confluent_kafka.schema_registry import SchemaReference

from kit import equal, refused

PARCEL = {"parcel_id": "p-1", "to": {"street": "Lijnbaan 1", "country": "NL"}, "origin": "DK"}


async def name_types_of_other_subjects(kit):
    client = kit.client()
    country, address, parcel = kit.subject("country"), kit.subject("address"), kit.subject("parcels")
    to_country = SchemaReference("com.example.places.Country", country, 1)
    to_address = SchemaReference("com.example.places.Address", address, 1)
    await client.register_schema(country, kit.schema("country"))
    address_id = await client.register_schema(address, kit.schema("address", references=[to_country]))
    whole = kit.schema("parcel", references=[to_address, to_country])
    identifier = await client.register_schema(parcel, whole)

    fresh = kit.client()
    equal("the references come back", (await fresh.get_schema(identifier)).references, [to_address, to_country])
    equal("lookup", (await fresh.lookup_schema(parcel, whole)).schema_id, identifier)
    equal("compatible with itself", await fresh.test_compatibility(parcel, whole), True)
    equal("who refers to the address", await client.get_referenced_by(address, 1), [identifier])
    users = sorted(await client.get_referenced_by(country, "latest"))
    equal("who refers to the country", users, [address_id, identifier])
    equal("a page of them", len(await client.get_referenced_by(country, 1, offset=1, limit=5)), 1)
    resolved = (await kit.client().get_schema(identifier, fmt="resolved")).schema_str
    equal("resolved, the text is whole", '"symbols":["AT","BE","DK","NL"]' in resolved, True)

    serialize = await kit.serializer(client, whole)
    payload = await serialize(PARCEL, kit.context("parcels"))
    equal("round trip", await kit.read(payload, kit.context("parcels")), PARCEL)
    serialize = await kit.serializer(client, conf={"auto.register.schemas": False, "use.latest.version": True})
    equal("the same with the latest version", await serialize(PARCEL, kit.context("parcels")), payload)

    await refused("a version in use", 422, 42206, client.delete_version(address, 1))
    await refused("a subject in use", 422, 42206, client.delete_subject(country))
