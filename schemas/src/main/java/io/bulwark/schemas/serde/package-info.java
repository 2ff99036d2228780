/**
 * How events become bytes and back.
 *
 * <p>Two framings, told apart by the first byte. Readers take both, always.
 *
 * <dl>
 *   <dt>C3 01, the default
 *   <dd>Avro single-object encoding. The schemas travel with this library, so that neither side needs a registry.
 *   <dt>00, with {@code bulwark.schema-registry.url}
 *   <dd>The framing of schema registries: a zero byte, the schema's id (four bytes, big-endian), the record.
 * </dl>
 *
 * <p><b>From another language.</b> Take the {@code .avsc} file of the record from {@code io/bulwark/schemas/v1} in this
 * library's jar, or from a later release's folder; it is self-contained. The bytes of an event are then
 *
 * <ol>
 *   <li>the two bytes C3 01;
 *   <li>the CRC-64-AVRO fingerprint of the schema's parsing canonical form: eight bytes, little-endian. It is a
 *       constant of the schema: {@code headers.txt} beside it holds these ten bytes for each record, in the
 *       order in which they are written;
 *   <li>the record in Avro's binary encoding ("schemaless" in many libraries), with nothing behind it.
 * </ol>
 *
 * <pre>{@code
 * producer: new EventSerializer<>(ImageUploaded.class)
 * consumer: new EventDeserializer<>(Verdict.class)      // throws on a bad record
 * loop:     new EventDecoder<>(ImageUploaded.class)     // a bad record is a value
 * }</pre>
 *
 * <p><b>Releases of the schemas.</b> Each change of a record is a release, a folder {@code io/bulwark/schemas/v<n>}. A
 * writer writes the release that {@code bulwark.schemas.write} names; unset, the one before the newest. So writers and
 * readers may be updated in any order, one release at a time: what the new program writes, the old one reads. Once
 * every reader is new, {@code bulwark.schemas.write} is raised. It is a setting of a Kafka client's properties, like
 * {@code bulwark.schema-registry.url}.
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>One decoder for both framings, {@code BoundedDecoder}, instead of Avro's: Avro's allocates what a length claims
 *       before it looks whether the bytes are there, and its limits hold for a whole JVM.
 *   <li>Bytes behind the record are an error, although Avro would ignore them: they mean that the producer wrote
 *       something else than it believes, most often a newline.
 *   <li>An older release is written by encoding with the present schema and reading as the older one. It costs a second
 *       encoding, and nothing where the two are equal. Filling the older record field by field
 *       would be faster, but then we and not Avro would decide what becomes of a symbol that it lacks.
 *   <li>{@code EventDecoder} answers with values. Kafka's own interface can only throw, which takes a whole poll's
 *       records down with one bad one.
 * </ul>
 */
package io.bulwark.schemas.serde;
