"""What Python producers, consumers and their operators do with a registry, through both faces of Confluent's client.

Usage: main.py URL SCHEMAS [write|read FOLDER]. With FOLDER, messages are written into it, or those in it are read.
"""

import asyncio
import sys
from pathlib import Path

import associations
import contexts
import contracts
import deletes
import enforcement
import messages
import pressure
import reading
import references
import registering
import serdes
import settings
from kit import BLOCKING, AWAITED, Kit

STEPS = [
    registering.register_and_read,
    registering.be_refused,
    reading.look_up,
    reading.turn_pages,
    settings.set_levels,
    settings.set_every_field,
    settings.change_modes,
    references.name_types_of_other_subjects,
    contracts.keep_metadata,
    contracts.follow_rules,
    contracts.migrate,
    serdes.round_trip,
    serdes.name_subjects,
    serdes.carry_the_id_in_a_header,
    serdes.be_checked_on_the_way,
    enforcement.meet_the_four_kinds_of_change,
    enforcement.be_watched_and_left_alone,
    contexts.live_apart,
    associations.follow_a_topic,
    deletes.delete,
    pressure.come_again,
    pressure.go_next_door,
]


async def main(url, schemas, exchange=None, folder=None):
    for face in (BLOCKING, AWAITED):
        kit = Kit(face, url, schemas)
        if exchange:
            await getattr(messages, exchange)(kit, Path(folder))
            print(f"  {face.name}: {exchange} messages")
            continue
        for step in STEPS:
            await step(kit)
            print(f"  {face.name}: {step.__name__.replace('_', ' ')}")


url, schemas, *exchange = sys.argv[1:]
asyncio.run(main(url, Path(schemas), *exchange))
