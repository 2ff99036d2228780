// Avro's single-object encoding by the schemas' files: ten bytes that say which schema, then the record.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import avro from "avsc";

const RELEASES = join(import.meta.dirname, "../../src/main/resources/io/bulwark/schemas");

/** All releases' types of a record by their ten bytes, in hexadecimal. */
function types(record) {
  const types = new Map();
  for (const release of readdirSync(RELEASES).sort()) {
    for (const line of readFileSync(join(RELEASES, release, "headers.txt"), "utf8").split("\n")) {
      const [name, header] = line.split(" ");
      if (name === record) {
        const schema = JSON.parse(readFileSync(join(RELEASES, release, `${record}.avsc`), "utf8"));
        types.set(header, avro.Type.forSchema(schema, { wrapUnions: true }));
      }
    }
  }
  return types;
}

/** Bytes of a record, by its newest schema. */
export function encoder(record) {
  const [header, type] = [...types(record)].at(-1);
  return (value) => Buffer.concat([Buffer.from(header, "hex"), type.toBuffer(value)]);
}

/** The record that bytes hold, whichever release wrote it; a schema that is not here is on moderation.schemas. */
export function decoder(record) {
  const known = types(record);
  return (bytes) => {
    const header = bytes.subarray(0, 10).toString("hex");
    const type = known.get(header);
    if (!type) throw new Error(`no schema of ${record} begins with ${header}`);
    return type.fromBuffer(bytes.subarray(10));
  };
}
