"""Writes what the targets start from into FOLDER/<target>: the cases, recorded answers and examples of the project.

Usage: seeds.py PROJECT FOLDER
"""

import gzip
import json
import sys
from pathlib import Path

CUT = "\n----\n"  # as in src/lib.rs
CODECS = ["null", "deflate", "snappy", "bzip2", "xz", "zstandard"]
# A record of schemas/0-all.avsc.
ALL = bytes([1, 2, 4, *[0] * 12, 2, 7, 2, 97, 0, 1, 2, 3, 2, 2, 0, 2, 2, 97, 2, 98, 0, 0])
TREES = b"""{"children":[],"next":null}
{"children":[],"next":{"Tree":{"children":[],"next":null}}}
"""
OWN_REQUESTS = [
    'PUT /policy/s\n{"enforcement":"enforce","profile":"strict","rules":{"field-removed":"allowed"}}',
    'POST /exemptions\n{"subject":"s","rule":"field-removed","path":"a","fingerprint":"680b18e3744adc3e",'
    '"reason":"r","expires":"2099-01-01"}',
    'POST /classification/subjects/s/versions/latest?witness=true\n{"schema":"\\"string\\""}',
    'POST /subjects/s/versions/latest/validate\n{"records":[{"json":"x"},{"wire":"AAAAAAEC"}]}',
    'POST /validate/wire\n{"records":["AAAAAAEC"]}',
]


def seeds(project):
    """Pairs of a target's name and an input."""
    data = project / "tests/data"
    for case in sorted((project / "compat-cases/avro").rglob("*.json")):
        case = json.loads(case.read_text())
        texts = [json.dumps(version) for version in case.get("versions") or [case["old"], case["new"]]]
        yield from (("schema", text) for text in texts)
        yield from (("pair", old + CUT + new) for old, new in zip(texts, texts[1:]))
    for vector in json.loads((data / "avro-vectors.json").read_text()):
        yield "pair", vector["writer"] + CUT + vector["reader"]
    for vector in lines(data / "avro/texts.jsonl.gz"):
        yield "schema", vector["text"]
    for file in sorted((data / "exchanges").iterdir()):
        yield from (("request", part) for part in conversations(lines(file)))
    first = 'POST /subjects/s/versions\n{"schema":"\\"string\\""}'
    yield from (("request", first + CUT + own) for own in OWN_REQUESTS)
    records = [r["key"] + CUT + r["value"] for r in lines(data / "topics.jsonl.gz") if r["key"] and r["value"]]
    yield from (("fact", CUT.join(records[at : at + 6])) for at in range(0, len(records), 6))
    for fact in map(json.loads, (data / "store-format-1-governance.jsonl").read_text().splitlines()):
        yield "fact", fact["key"] + CUT + (fact["value"] or "")
    for file in sorted([*(project / "examples").rglob("*"), *(data / "gate").rglob("*")]):
        if file.suffix in (".toml", ".yaml", ".yml"):
            yield "configuration", file.read_text()
    yield from (("record", record) for record in single_records())
    yield from (("input", content) for content in inputs(project / "tests/fuzz/schemas"))


def conversations(steps):
    """Each recorded scenario, cut where it gets long."""
    requests = []
    for step in steps:
        if step.get("start") or len(requests) == 8:
            yield CUT.join(requests)
            requests = []
        if "method" in step:
            requests.append(f"{step['method']} {step['path']}\n{step['request_body'] or ''}")
    yield CUT.join(requests)


def single_records():
    """The first byte chooses the schema."""
    yield b"\0" + ALL
    yield b"\1" + bytes([2, 0, 0, 0, 0])
    yield b"\3" + bytes([2, 8])
    yield bytes([0, 0, 0, 0, 1, 2, 97])
    yield from (b"\1" + tree for tree in TREES.splitlines())
    yield b"\3" + rb'{"map":{"k":[null,{"bytes":"\u00ff"}]}}'


def inputs(schemas):
    """The first byte chooses the form, the second the schema."""
    for codec in CODECS:
        yield bytes([3, 0]) + container(codec, (schemas / "0-all.avsc").read_bytes(), ALL)
        yield bytes([0, 4]) + container(codec, (schemas / "4-bytes.avsc").read_bytes(), b"\2a")
    messages = {
        1: TREES,
        2: TREES,
        4: bytes([0, 0, 0, 0, 1, 0, 0]),
        5: b"AAAAAAEAAA==\n",
        6: b"00000000010000\n",
        7: b"\\x00\\x00\\x00\\x00\\x01\\x00\\x00\n",
        8: bytes([0, 0, 0, 7, 0, 0, 0, 0, 1, 0, 0]),
    }
    for form, message in messages.items():
        yield bytes([form, 1]) + message
        yield bytes([0, 1]) + message


def container(codec, schema, block):
    """A container file of one block, which nobody has compressed."""
    metadata = [b"avro.codec", codec.encode(), b"avro.schema", schema]
    sync = bytes([7] * 16)
    head = b"Obj\1\4" + b"".join(length(len(part)) + part for part in metadata) + b"\0" + sync
    return head + b"\2" + length(len(block)) + block + sync


def length(count):
    """A length as Avro writes it."""
    rest, written = count * 2, []
    while rest >= 128:
        written.append(rest % 128 + 128)
        rest //= 128
    return bytes([*written, rest])


def lines(file):
    with gzip.open(file, "rt") as text:
        return [json.loads(line) for line in text]


project, folder = map(Path, sys.argv[1:])
for number, (target, content) in enumerate(seeds(project)):
    (folder / target).mkdir(parents=True, exist_ok=True)
    (folder / target / f"seed-{number}").write_bytes(content.encode() if isinstance(content, str) else content)
