package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedDecoderTest {
    private static final Schema EVERYTHING = new Schema.Parser().parse("""
                    {"type": "record", "name": "Everything", "fields": [
                      {"name": "nothing", "type": "null"},
                      {"name": "flag", "type": "boolean"},
                      {"name": "int", "type": "int"},
                      {"name": "long", "type": "long"},
                      {"name": "float", "type": "float"},
                      {"name": "double", "type": "double"},
                      {"name": "string", "type": "string"},
                      {"name": "bytes", "type": "bytes"},
                      {"name": "fixed", "type": {"type": "fixed", "name": "Five", "size": 5}},
                      {"name": "enum", "type": {"type": "enum", "name": "Colour", "symbols": ["RED", "GREEN"]}},
                      {"name": "union", "type": ["null", "string", "long"]},
                      {"name": "array", "type": {"type": "array", "items": {"type": "array", "items": "long"}}},
                      {"name": "map", "type": {"type": "map", "values": {"type": "map", "values": "bytes"}}}
                    ]}
                    """);

    /** Avro's own decoder is the obviously right version. */
    @Test
    void itReadsWhatAvrosDecoderReads() throws IOException {
        var reader = new GenericDatumReader<Object>(EVERYTHING);
        for (int seed = 0; seed < 300; seed++) {
            byte[] bytes = RandomEvents.bytes(EVERYTHING, seed);
            Object expected = reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
            var decoder = new BoundedDecoder(bytes, 0);
            assertThat(reader.read(null, decoder)).as("seed %d", seed).isEqualTo(expected);
            assertThat(decoder.remaining()).isZero();
        }
    }

    @Test
    void itSkipsWhatAReaderDoesNotWant() throws IOException {
        Schema none = SchemaBuilder.record("Everything").fields().endRecord();
        var reader = new GenericDatumReader<Object>(EVERYTHING, none);
        for (int seed = 0; seed < 300; seed++) {
            var decoder = new BoundedDecoder(RandomEvents.bytes(EVERYTHING, seed), 0);
            reader.read(null, decoder);
            assertThat(decoder.remaining()).as("seed %d", seed).isZero();
        }
    }

    /** A writer may put a block's size behind a negative count, so that readers can skip it at once. */
    @Test
    void itReadsAndSkipsBlocksThatSayHowLongTheyAre() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().blockingBinaryEncoder(bytes, null);
        encoder.writeArrayStart();
        encoder.setItemCount(1_000);
        for (int i = 0; i < 1_000; i++) {
            encoder.startItem();
            encoder.writeLong(i);
        }
        encoder.writeArrayEnd();
        encoder.flush();

        var reading = new BoundedDecoder(bytes.toByteArray(), 0);
        long next = 0;
        for (long block = reading.readArrayStart(); block > 0; block = reading.arrayNext()) {
            for (long i = 0; i < block; i++) {
                assertThat(reading.readLong()).isEqualTo(next++);
            }
        }
        assertThat(next).isEqualTo(1_000);

        var skipping = new BoundedDecoder(bytes.toByteArray(), 0);
        for (long block = skipping.skipArray(); block > 0; block = skipping.skipArray()) {
            for (long i = 0; i < block; i++) {
                skipping.readLong();
            }
        }
        assertThat(skipping.remaining()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 1_000, Integer.MAX_VALUE, 1L << 31, Long.MAX_VALUE})
    void aLengthBeyondTheEndIsRefused(long claimed) {
        assertThatThrownBy(() -> claim(claimed, 10).readBytes(null))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("claims " + claimed)
                .hasMessageContaining("10 bytes are left");
        assertThatThrownBy(() -> claim(claimed, 10).readString()).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> claim(claimed, 10).readArrayStart()).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> claim(claimed, 10).readMapStart()).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Integer.MIN_VALUE, Long.MIN_VALUE})
    void aNegativeLengthIsRefused(long claimed) {
        assertThatThrownBy(() -> claim(claimed, 10).readBytes(null))
                .isInstanceOf(AvroRuntimeException.class)
                .hasMessageContaining("negative length");
        assertThatThrownBy(() -> claim(claimed, 10).skipString()).isInstanceOf(AvroRuntimeException.class);
    }

    /** {@code -Long.MIN_VALUE} is negative again; the zero behind it is the block's size. */
    @Test
    void aBlockWhoseNegativeCountCannotBeTurnedIsRefused() {
        assertThatThrownBy(() -> claim(Long.MIN_VALUE, 20).readArrayStart())
                .isInstanceOf(AvroRuntimeException.class)
                .hasMessageContaining("negative");
    }

    @Test
    void aNumberWithoutEndIsRefused() {
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0xFF);
        assertThatThrownBy(() -> new BoundedDecoder(endless, 0).readLong())
                .isInstanceOf(AvroRuntimeException.class)
                .hasMessageContaining("ten bytes");
    }

    @Test
    void aNumberThatNoIntHoldsIsRefused() {
        assertThatThrownBy(() -> claim(1L << 40, 0).readInt())
                .isInstanceOf(AvroRuntimeException.class)
                .hasMessageContaining(Long.toString(1L << 40));
    }

    @Test
    void aBooleanIsZeroOrOne() {
        assertThatThrownBy(() -> new BoundedDecoder(new byte[] {2}, 0).readBoolean())
                .isInstanceOf(AvroRuntimeException.class);
    }

    /** The claim of two gigabytes of inline image in a message of some twenty bytes. */
    @Test
    void aHostileUploadAllocatesNoMoreThanItsSizeAllows() {
        byte[] hostile = hostile(ImageUploaded.getClassSchema(), encoder -> {
            encoder.writeString("i");
            encoder.writeString("u");
            encoder.writeString("t");
            encoder.writeLong(0);
            encoder.writeIndex(0);
            encoder.writeLong(Integer.MAX_VALUE - 16);
        });
        var decoder = new EventDecoder<>(ImageUploaded.class);
        var answer = (Undecodable<ImageUploaded>) decoder.decode("t", hostile);
        assertThat(answer.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(answer.detail()).contains("claims " + (Integer.MAX_VALUE - 16));

        assertThat(allocatedBy(() -> decoder.decode("t", hostile))).isLessThan(1 << 20);
    }

    @Test
    void aHostileCollectionAllocatesNoMoreThanItsSizeAllows() {
        byte[] hostile = hostile(AttackCampaign.getClassSchema(), encoder -> {
            encoder.writeString("c");
            encoder.writeEnum(0);
            encoder.writeLong(-(1L << 30));
            encoder.writeLong(3);
            encoder.writeLong(0);
            encoder.writeLong(0);
            encoder.writeLong(0);
        });
        var decoder = new EventDecoder<>(AttackCampaign.class);
        var answer = (Undecodable<AttackCampaign>) decoder.decode("t", hostile);
        assertThat(answer.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(answer.detail()).contains("claims " + (1L << 30));

        assertThat(allocatedBy(() -> decoder.decode("t", hostile))).isLessThan(1 << 20);
    }

    /** Four bytes an attribute, of which the heap would make a hundred and fifty. */
    @Test
    void attributesWithoutNumberAllocateNoMoreThanTheirSizeAllows() {
        byte[] hostile = hostile(ImageUploaded.getClassSchema(), encoder -> {
            writeHead(encoder);
            encoder.writeMapStart();
            encoder.setItemCount(1_000_000);
            for (int i = 0; i < 1_000_000; i++) {
                encoder.writeString(Integer.toString(i, Character.MAX_RADIX));
                encoder.writeString("");
            }
            encoder.writeMapEnd();
        });
        var decoder = new EventDecoder<>(ImageUploaded.class);
        var answer = (Undecodable<ImageUploaded>) decoder.decode("t", hostile);
        assertThat(answer.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(answer.detail()).contains("1000000", "65536");

        assertThat(allocatedBy(() -> decoder.decode("t", hostile))).isLessThan(1 << 20);
    }

    /** Each block is small; together they are as many. */
    @Test
    void attributesInManyBlocksAreCountedTogether() {
        byte[] hostile = hostile(ImageUploaded.getClassSchema(), encoder -> {
            writeHead(encoder);
            encoder.writeMapStart();
            for (int block = 0; block < 1_000; block++) {
                encoder.setItemCount(1_000);
                for (int i = 0; i < 1_000; i++) {
                    encoder.writeString(Integer.toString(block * 1_000 + i, Character.MAX_RADIX));
                    encoder.writeString("");
                }
            }
            encoder.writeMapEnd();
        });
        var decoder = new EventDecoder<>(ImageUploaded.class);
        var answer = (Undecodable<ImageUploaded>) decoder.decode("t", hostile);
        assertThat(answer.reason()).isEqualTo(Reason.MALFORMED);

        assertThat(allocatedBy(() -> decoder.decode("t", hostile))).isLessThan(24 << 20);
    }

    /** Five gigabytes of name, and two to the 31st attributes: dead letters, and nothing is allocated. */
    @ParameterizedTest
    @ValueSource(longs = {5L << 30, 1L << 31, -(1L << 31), Long.MAX_VALUE, Long.MIN_VALUE})
    void whateverAnUploadClaimsOfItsAttributesIsMalformed(long claimed) {
        byte[] entries = hostile(ImageUploaded.getClassSchema(), encoder -> {
            writeHead(encoder);
            encoder.writeLong(claimed);
            encoder.writeLong(3);
        });
        byte[] name = hostile(ImageUploaded.getClassSchema(), encoder -> {
            writeHead(encoder);
            encoder.writeLong(1);
            encoder.writeLong(claimed);
        });
        var decoder = new EventDecoder<>(ImageUploaded.class);
        for (byte[] hostile : new byte[][] {entries, name}) {
            assertThat(((Undecodable<ImageUploaded>) decoder.decode("t", hostile)).reason())
                    .isEqualTo(Reason.MALFORMED);
            assertThat(allocatedBy(() -> decoder.decode("t", hostile))).isLessThan(1 << 20);
        }
    }

    @Test
    void asManyAttributesAsAreAllowedAreRead() {
        byte[] upload = hostile(ImageUploaded.getClassSchema(), encoder -> {
            writeHead(encoder);
            encoder.writeMapStart();
            encoder.setItemCount(65_536);
            for (int i = 0; i < 65_536; i++) {
                encoder.writeString(Integer.toString(i));
                encoder.writeString("");
            }
            encoder.writeMapEnd();
        });

        assertThat(new EventDecoder<>(ImageUploaded.class).decode("t", upload)).isInstanceOf(DecodedEvent.Event.class);
    }

    /** All of an upload up to its attributes. */
    private static void writeHead(BinaryEncoder encoder) throws IOException {
        encoder.writeString("i");
        encoder.writeString("u");
        encoder.writeString("t");
        encoder.writeLong(0);
        encoder.writeIndex(0);
        encoder.writeBytes(new byte[0]);
    }

    private interface Body {
        void writeTo(BinaryEncoder encoder) throws IOException;
    }

    private static byte[] hostile(Schema schema, Body body) {
        byte[] written = written(body);
        return ByteBuffer.allocate(SingleObject.HEADER_BYTES + written.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(SingleObject.FIRST_BYTE)
                .put(SingleObject.SECOND_BYTE)
                .putLong(SchemaNormalization.parsingFingerprint64(schema))
                .put(written)
                .array();
    }

    /** A length prefix and that number of zero bytes behind it. */
    private static BoundedDecoder claim(long length, int present) {
        byte[] prefix = written(encoder -> encoder.writeLong(length));
        return new BoundedDecoder(Arrays.copyOf(prefix, prefix.length + present), 0);
    }

    private static byte[] written(Body body) {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            body.writeTo(encoder);
            encoder.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static long allocatedBy(Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
