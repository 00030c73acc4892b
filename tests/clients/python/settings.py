"""Levels, the other fields of a configuration, and modes."""

from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel,
    Metadata,
    MetadataProperties,
    MetadataTags,
    Rule,
    RuleKind,
    RuleMode,
    RuleSet,
    ServerConfig,
)

from kit import equal, refused


async def set_levels(kit):
    client, subject = kit.client(), kit.subject("orders")
    equal("global level", await client.get_compatibility(), "BACKWARD")
    await refused("no level of its own", 404, 40408, client.get_compatibility(subject))
    answer = await client.set_compatibility(subject, "full_transitive")
    equal("what setting a level answers", answer, {"compatibility": "FULL_TRANSITIVE"})
    equal("level", await client.get_compatibility(subject), "FULL_TRANSITIVE")
    await refused("no level", 422, 42203, client.set_compatibility(subject, "sideways"))
    await client.set_config(subject, ServerConfig(compatibility=ConfigCompatibilityLevel.NONE))
    equal("config", (await client.get_config(subject)).compatibility_level, "NONE")
    equal("anything goes", await client.test_compatibility(subject, kit.schema("order_events_v3")), True)
    equal("what deleting answers", (await client.delete_config(subject)).compatibility_level, "NONE")
    await refused("no level of its own any more", 404, 40408, client.get_config(subject))
    await refused("nothing to delete", 404, 40401, client.delete_config(subject))


async def set_every_field(kit):
    client, subject = kit.client(), kit.subject("configured")
    rule = Rule("positive", None, RuleKind.CONDITION, RuleMode.WRITE, "CEL", None, None, "true", None, None, False)
    config = ServerConfig(
        compatibility=ConfigCompatibilityLevel.FORWARD,
        compatibility_group="major",
        default_metadata=Metadata(None, MetadataProperties({"owner": "nobody"}), []),
        override_metadata=Metadata(MetadataTags({"**.card": ["PII"]}), MetadataProperties({"team": "checkout"}), []),
        default_rule_set=RuleSet(None, [rule]),
        override_rule_set=RuleSet(None, [rule]),
    )
    await client.set_config(subject, config)
    found = await client.get_config(subject)
    equal("level", found.compatibility_level, "FORWARD")
    equal("group", found.compatibility_group, "major")
    equal("default metadata", found.default_metadata, config.default_metadata)
    equal("override metadata", found.override_metadata, config.override_metadata)
    equal("default rules", [each.name for each in found.default_rule_set.domain_rules], ["positive"])
    equal("override rules", [each.name for each in found.override_rule_set.domain_rules], ["positive"])

    await client.register_schema(subject, kit.schema("country"))
    made = (await client.get_latest_version(subject)).schema
    properties = {"owner": "nobody", "team": "checkout"}
    equal("what a version inherits", made.metadata.properties.properties, properties)
    equal("the rules it inherits", [each.name for each in made.rule_set.domain_rules], ["positive"])


async def change_modes(kit):
    client, subject = kit.client(), kit.subject("orders")
    equal("global mode", await client.get_global_mode(), "READWRITE")
    await refused("no mode of its own", 404, 40409, client.get_mode(subject))
    equal("what setting a mode answers", await client.update_mode(subject, "READONLY"), "READONLY")
    equal("mode", await client.get_mode(subject), "READONLY")
    await refused("a new version", 422, 42205, client.register_schema(subject, kit.schema("country")))
    await refused("a deletion", 422, 42205, client.delete_version(subject, 1))
    again = await kit.client().register_schema_full_response(subject, kit.schema("order_events_v1"))
    equal("what is there can be registered", again.version, 1)
    await refused("import beside what is there", 422, 42205, client.update_mode(subject, "IMPORT"))
    equal("import, by force", await client.update_mode(subject, "IMPORT", force=True), "IMPORT")
    await refused("import without an id", 422, 42205, client.register_schema(subject, kit.schema("country")))
    await refused("no mode", 422, 42204, client.update_mode(subject, "SIDEWAYS"))
    equal("what deleting a mode answers", await client.delete_mode(subject), "IMPORT")
    await refused("no mode of its own any more", 404, 40409, client.get_mode(subject))
    equal("the global mode can be set", await client.update_global_mode("READWRITE"), "READWRITE")
