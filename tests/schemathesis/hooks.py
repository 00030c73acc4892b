"""What Schemathesis cannot know: names and texts with which requests get somewhere, and which answers bear no type."""

import json
import zlib

import schemathesis
from schemathesis.checks import CHECKS

SUBJECTS = ["a", "b", "a/b", ":.c:a", ":.c:"]
KEPT = ["kept", "kept", ":.c:kept"]  # never deleted or configured, so that something is always there
RESOURCES = {"resourceName": ["t", "u"], "resourceNamespace": ["n", "c"], "resourceId": ["r1", "r2", "r3"]}
FINGERPRINTS = ["0123456789abcdef", "0123456789ABCDEF", "00000000000000aa"]
CHANGES = ["field-removed", "doc-changed"]
VERSIONS = ["1", "2", "latest", "-1"]
RECORD = '{"type":"record","name":"R","fields":[{"name":"a","type":"string"}%s]}'
TEXTS = [
    '"string"',
    '["null","int"]',
    RECORD % "",
    RECORD % ',{"name":"b","type":"long","default":1}',
    RECORD % ',{"name":"b","type":{"type":"enum","name":"E","symbols":["X","Y"]}}',
    RECORD % ',{"name":"r","type":["null","R"],"default":null}',
    '{"type":"fixed","name":"F","size":8}',
]


def draw(given, choices):
    """One of the choices, or in one case of four None: the same for the same input, so that a seed means a run."""
    number = zlib.crc32(json.dumps(given, sort_keys=True, default=str).encode())
    return None if number % 4 == 0 else choices[number // 4 % len(choices)]


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    """Subjects and versions that exist are met by design: by chance they never would be."""
    subjects = SUBJECTS + KEPT if ctx.operation.method in ("get", "post") else SUBJECTS
    pools = {"subject": subjects, "version": VERSIONS, "id": [1, 2, 3], "fingerprint": FINGERPRINTS, **RESOURCES}
    for name, choices in pools.items():
        if path_parameters and name in path_parameters:
            path_parameters[name] = draw(path_parameters, choices) or path_parameters[name]
    return path_parameters


@schemathesis.hook
def map_body(ctx, body):
    """Schemas that parse and resources that are named, on every level of the body. The mode of everything stays: a
    registry that is read-only answers the same to all else."""
    if isinstance(body, list):
        return [map_body(ctx, item) for item in body]
    if isinstance(body, dict):
        if isinstance(body.get("associations"), list):
            body = {**{name: None for name in RESOURCES}, **body}
            body["associations"] = [
                {"subject": None, **item} if isinstance(item, dict) else item for item in body["associations"]
            ]
        is_schema = isinstance(body.get("schema"), (str, type(None)))
        pools = {"schemaType": ["AVRO"], "subject": SUBJECTS + KEPT, **({"schema": TEXTS} if is_schema else {}), **RESOURCES}
        pools.update({"fingerprint": FINGERPRINTS, "change": CHANGES, "expires": ["2999-12-31"]})
        drawn = {name: draw([body, name], choices) for name, choices in pools.items() if name in body}
        body = {name: map_body(ctx, value) for name, value in body.items()}
        body.update((name, value) for name, value in drawn.items() if value is not None)
        if "mode" in body and ctx.operation.path == "/mode":
            body["mode"] = "READWRITE"
    return body


@schemathesis.check
def as_described(ctx, response, case):
    """Type and body are those of the description. What routing refuses bears no type, which its introduction says."""
    if "content-type" not in response.headers and response.status_code in (400, 404, 405, 406):
        is_silent = not response.content and case.method.upper() in ("PUT", "DELETE")
        assert is_silent or list(response.json()) == ["error_code", "message"]
        return
    for check in CHECKS.get_by_names(["content_type_conformance", "response_schema_conformance"]):
        check(ctx, response, case)
