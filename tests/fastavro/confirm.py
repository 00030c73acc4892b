"""Lets fastavro decode every record that `sluicegate diff --witness` shows for a pair of the case book.

A record said to be unreadable must not be read as it was written. Where only names are said to differ, either is fine:
that decoders differ is the point. Counts what it saw and fails if it saw nothing.
"""

import base64
import collections
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import fastavro


def main(program, cases):
    seen, wrong = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for case in sorted(pathlib.Path(cases, "avro").rglob("*.json")):
            pair = json.loads(case.read_text())
            if "old" in pair and "new" in pair:
                judge(program, pathlib.Path(folder), case, pair, seen, wrong)
    for what, count in sorted(seen.items()):
        print(f"{count:5} {what}")
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong or not seen["unreadable: fastavro fails"]:
        sys.exit(f"{len(wrong)} witnesses are not confirmed")
    print("every witness is confirmed")


def judge(program, folder, case, pair, seen, wrong):
    texts = {}
    for side in ("old", "new"):
        schema = pair[side]
        named = isinstance(schema, dict) and "file" in schema and "type" not in schema
        texts[side] = case.with_name(schema["file"]).read_text() if named else json.dumps(schema)
        (folder / f"{side}.avsc").write_text(texts[side])
    command = [pathlib.Path(program).resolve(), "diff", "--witness", "--level", "FULL", "--format", "json", "old.avsc", "new.avsc"]
    answer = json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout)
    for witness in answer["witnesses"]:
        reader, writer = ("new", "old") if witness["direction"] == "backward" else ("old", "new")
        told = verdict(texts[reader], texts[writer], witness)
        seen[f"{witness['outcome']}: {told}"] += 1
        if witness["outcome"] == "unreadable" and told not in ("fastavro fails", "fastavro gets something else"):
            wrong.append(f"{case}: {told}: {witness}")
        if told == "the writer's own schema does not decode it":
            wrong.append(f"{case}: {told}: {witness}")


def verdict(reader, writer, witness):
    if witness["avro"] is None:
        return "no record"
    data = base64.b64decode(witness["avro"])
    reader, writer = (fastavro.parse_schema(json.loads(text)) for text in (reader, writer))
    stream = io.BytesIO(data)
    try:
        written = fastavro.schemaless_reader(stream, writer)
    except Exception:
        return "the writer's own schema does not decode it"
    if stream.read():
        return "the writer's own schema does not decode it"
    try:
        read = fastavro.schemaless_reader(io.BytesIO(data), writer, reader)
    except Exception:
        return "fastavro fails"
    return "fastavro reads it" if same(written, read) else "fastavro gets something else"


def same(written, read):
    """Whether a reader got what was written; fields may be left out, numbers and texts promoted."""
    if isinstance(written, dict) and isinstance(read, dict):
        return all(key in written and same(written[key], value) for key, value in read.items())
    if isinstance(written, list) and isinstance(read, list):
        return len(written) == len(read) and all(map(same, written, read))
    if isinstance(written, str) and isinstance(read, bytes):
        return written.encode() == read
    if isinstance(written, bytes) and isinstance(read, str):
        return written == read.encode()
    if isinstance(written, bool) != isinstance(read, bool):
        return False
    return written == read


main(*sys.argv[1:])
