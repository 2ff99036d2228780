/**
 * The JSON that this application answers with, as records: one document for each thing that is asked for. Names are
 * those of the Avro records, from which {@link io.bulwark.stream.document.RecordDocuments} fills them by name; instants
 * are ISO 8601 in UTC, what is unknown is null. A field may be added in any version; none is renamed or removed.
 */
package io.bulwark.stream.document;
