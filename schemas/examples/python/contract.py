"""Avro's single-object encoding by the schemas' files: ten bytes that say which schema, then the record."""

import io
import pathlib

import avro.io
import avro.schema

RELEASES = pathlib.Path(__file__).parents[2] / "src/main/resources/io/bulwark/schemas"


def schemas(record):
    """All releases' schemas of a record by their ten bytes."""
    found = {}
    for release in sorted(RELEASES.glob("v*")):
        for line in (release / "headers.txt").read_text().splitlines():
            name, _, header = line.partition(" ")
            if name == record:
                found[bytes.fromhex(header)] = avro.schema.parse((release / f"{record}.avsc").read_text())
    return found


def encode(record, value):
    """Bytes of a record, by its newest schema."""
    header, schema = list(schemas(record).items())[-1]
    out = io.BytesIO()
    avro.io.DatumWriter(schema).write(value, avro.io.BinaryEncoder(out))
    return header + out.getvalue()


def decoder(record):
    """Reads a record, whichever release wrote it; a schema that is not here is on moderation.schemas."""
    known = schemas(record)

    def decode(data):
        schema = known[data[:10]]
        return avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(io.BytesIO(data[10:])))

    return decode
