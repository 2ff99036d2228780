package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Reference;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/**
 * References in a file: an Avro object container of records with a {@code key}, as the topic has it, and a
 * {@code value} in single-object encoding and in the newest release of the schemas, whatever framing and release the
 * topic has. So a file lacks nothing, outlives the registry, and a later version reads it as it reads the topic. How
 * many there are stands in the header: Avro's reader takes a file that was cut off for one that ends.
 */
public final class BankFile {

    private static final Schema SCHEMA = SchemaBuilder.record("KeptReference")
            .namespace("io.bulwark.lab.bank")
            .fields()
            .requiredString("key")
            .requiredBytes("value")
            .endRecord();

    private static final String COUNT = "bulwark.references";

    private BankFile() {}

    /**
     * Writes a file in one go: it is there whole or, if anything fails, as it was.
     *
     * @throws CommandFailure if it cannot be written
     */
    static void write(Path file, List<StoredReference> references) {
        Path target = file.toAbsolutePath();
        Path unfinished = target.resolveSibling(target.getFileName() + ".part");
        try (EventSerializer<Reference> serializer = new EventSerializer<>(Reference.class)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
                writer.setCodec(CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL));
                writer.setMeta(COUNT, references.size());
                writer.create(SCHEMA, unfinished.toFile());
                for (StoredReference reference : references) {
                    byte[] value = serializer.serialize(TopicNames.UNPREFIXED.of(Topics.REFERENCES), reference.value());
                    writer.append(new GenericRecordBuilder(SCHEMA)
                            .set("key", reference.key().toString())
                            .set("value", ByteBuffer.wrap(value))
                            .build());
                }
            }
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw CommandFailure.failed(file + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
    }

    /**
     * Reads all of a file.
     *
     * @throws CommandFailure if it is no such file, or holds anything that cannot be read
     */
    public static List<StoredReference> read(Path file) {
        List<StoredReference> references = new ArrayList<>();
        try (DataFileReader<GenericRecord> reader =
                        new DataFileReader<>(file.toFile(), new GenericDatumReader<>(null, SCHEMA));
                EventDecoder<Reference> decoder = new EventDecoder<>(Reference.class)) {
            String count = reader.getMetaString(COUNT);
            while (reader.hasNext()) {
                references.add(stored(file, reader.next(), decoder));
            }
            if (!Integer.toString(references.size()).equals(count)) {
                throw new IOException("it has " + references.size() + " references and should have " + count);
            }
        } catch (IOException | AvroRuntimeException unreadable) {
            throw CommandFailure.failed(
                    file + " is no file that `bulwark bank export` wrote, or is damaged: " + unreadable.getMessage(),
                    unreadable);
        }
        return references;
    }

    private static StoredReference stored(Path file, GenericRecord entry, EventDecoder<Reference> decoder) {
        String text = entry.get("key").toString();
        Optional<ReferenceKey> key = ReferenceKey.parse(text);
        ByteBuffer content = (ByteBuffer) entry.get("value");
        byte[] value = new byte[content.remaining()];
        content.get(value);
        if (key.isPresent()
                && decoder.decode(TopicNames.UNPREFIXED.of(Topics.REFERENCES), value)
                        instanceof DecodedEvent.Event<Reference> event) {
            return new StoredReference(key.get(), event.value());
        }
        throw CommandFailure.failed(file + " holds a reference that cannot be read, with the key " + text, null);
    }

    /**
     * A reference as the topic holds it.
     *
     * @param key its place
     * @param value its content
     */
    public record StoredReference(ReferenceKey key, Reference value) {

        /** Whether it does not vote at that moment. */
        public boolean isDisabledAt(Instant now) {
            return value.getDisabledUntil() != null && value.getDisabledUntil().isAfter(now);
        }

        /** The id of the picture that a reference's id belongs to: a transparent one has two references. */
        public static String picture(String referenceId) {
            return referenceId.replaceFirst("@(white|black)$", "");
        }

        /** Dimensions of the embedding. */
        int dimension() {
            return value.getEmbedding().remaining() / Short.BYTES;
        }

        /**
         * @throws io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException if a row is no unit row, or it
         *     has no label
         */
        public LabelledEmbedding embedding() {
            String id = key.referenceId();
            return LabelledEmbedding.ofHalf(id, value.getLabel(), bytes(value.getEmbedding()))
                    .from(Optional.ofNullable(value.getSourceSha256()).flatMap(Sha256::find))
                    .with(value.getVariants().stream()
                            .map(variant ->
                                    ReferenceVariant.ofHalf(id, variant.getName(), bytes(variant.getEmbedding())))
                            .toList());
        }

        private static byte[] bytes(ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }
    }
}
