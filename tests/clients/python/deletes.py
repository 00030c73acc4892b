"""Soft and permanent deletion of versions and subjects."""

from kit import equal, refused


async def delete(kit):
    client, subject = kit.client(), kit.subject("orders")
    equal("soft delete of a version", await client.delete_version(subject, 2), 2)
    equal("versions left", await client.get_versions(subject), [1])
    equal("deleted ones with them", await client.get_versions(subject, deleted=True), [1, 2])
    await refused("twice", 404, 40406, client.delete_version(subject, 2))
    await refused("not there", 404, 40402, kit.client().get_version(subject, 2))
    equal("there when asked for", (await kit.client().get_version(subject, 2, deleted=True)).version, 2)
    await refused("a live version for good", 404, 40407, client.delete_version(subject, 1, permanent=True))
    equal("for good", await client.delete_version(subject, 2, permanent=True), 2)
    await refused("a live subject for good", 404, 40405, client.delete_subject(subject, permanent=True))
    equal("soft delete of the subject", await client.delete_subject(subject), [1])
    await refused("the subject twice", 404, 40404, client.delete_subject(subject))
    equal("not listed", subject in await client.get_subjects(), False)
    equal("listed as deleted", subject in await client.get_subjects(deleted=True), True)
    equal("the subject, for good", await client.delete_subject(subject, permanent=True), [1])
    equal("gone", subject in await client.get_subjects(deleted=True), False)
    await refused("and again", 404, 40401, client.delete_subject(subject))
