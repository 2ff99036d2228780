package io.bulwark.perception.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    @TempDir
    Path folder;

    /** Bytes of a file: header length, header, body. */
    static byte[] file(String header, int bodyBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + bodyBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static void refuses(byte[] bytes, String... words) {
        assertThatThrownBy(() -> SafetensorsFile.of("evil.safetensors", bytes))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith("evil.safetensors: ")
                .hasMessageContainingAll(words);
    }

    @Test
    void readsEveryFloatTypeAndLeavesTheRestAsBytes() {
        String header = """
                {"__metadata__":{"format":"pt"},
                 "half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
                 "brain":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},
                 "single":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},
                 "double":{"dtype":"F64","shape":[],"data_offsets":[12,20]},
                 "pixels":{"dtype":"U8","shape":[3],"data_offsets":[20,23]},
                 "nothing":{"dtype":"I64","shape":[0,5],"data_offsets":[23,23]}}
                """;
        byte[] bytes = file(header, 23);
        ByteBuffer body = ByteBuffer.wrap(bytes, bytes.length - 23, 23).order(ByteOrder.LITTLE_ENDIAN);
        body.putShort((short) 0x3c00).putShort((short) 0xc000);
        body.putShort((short) 0x3f80).putShort((short) 0xc000);
        body.putFloat(0.1f).putDouble(0.25);
        body.put((byte) 1).put((byte) 2).put((byte) 255);

        try (SafetensorsFile read = SafetensorsFile.of("good", bytes)) {
            assertThat(read.floats("half")).containsExactly(1f, -2f);
            assertThat(read.floats("brain")).containsExactly(1f, -2f);
            assertThat(read.floats("single")).containsExactly(0.1f);
            assertThat(read.floats("double")).containsExactly(0.25f);
            assertThat(read.bytes("pixels").get(2)).isEqualTo((byte) 255);
            assertThat(read.tensor("nothing").elements()).isZero();
            assertThat(read.metadata()).containsEntry("format", "pt");
            assertThatThrownBy(() -> read.floats("pixels"))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContainingAll("good", "'pixels'", "U8");
            assertThatThrownBy(() -> read.bytes("absent")).hasMessageContainingAll("good", "'absent'");
        }
    }

    @Test
    void givesReadOnlyLittleEndianBytesThatOutliveTheFile() throws Exception {
        Path path = folder.resolve("t.safetensors");
        new SafetensorsWriter().add("x", List.of(2L), new float[] {3, 4}).write(path);
        ByteBuffer bytes;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            bytes = file.bytes("x");
        }
        assertThat(bytes.isReadOnly()).isTrue();
        assertThat(bytes.isDirect()).isTrue();
        assertThat(bytes.getFloat(4)).isEqualTo(4f);
    }

    @Test
    void copiesATensorToAChannelByteForByte() throws Exception {
        byte[] body = {1, 2, 3, 4, 5};
        Path path = folder.resolve("t.safetensors");
        new SafetensorsWriter()
                .add("x", ElementType.U8, List.of(5L), ByteBuffer.wrap(body))
                .write(path);
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            file.copyTo("x", Channels.newChannel(copy));
        }
        assertThat(copy.toByteArray()).isEqualTo(body);
    }

    @Test
    void opensASparseFileBeyondTwoGibibytesWithoutTheHeapGrowingByIt() throws Exception {
        long elements = 3L << 30;
        String header =
                "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},".formatted(elements, elements)
                        + "\"last\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}}"
                                .formatted(elements, elements + 1);
        Path path = folder.resolve("sparse.safetensors");
        byte[] head = file(header, 0);
        Files.write(path, head);
        try (var sparse = FileChannel.open(path, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(new byte[] {42}), head.length + elements);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.bytes("last").get(0)).isEqualTo((byte) 42);
            assertThatThrownBy(() -> file.bytes("big")).hasMessageContainingAll("'big'", "one buffer holds");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void refusesAFileTooShortForItsLength(int length) {
        refuses(new byte[length], length + " bytes are too few");
    }

    @ParameterizedTest
    @CsvSource({"100, claims a header of 100 bytes", "-1, claims a header of 18446744073709551615 bytes"})
    void refusesAHeaderLongerThanTheFile(long length, String words) {
        byte[] bytes = file("{}", 0);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        refuses(bytes, words, "2 follow");
    }

    @Test
    void refusesAHeaderBeyondTheCapBeforeReadingIt() {
        refuses(file(" ".repeat(SafetensorsFile.MAX_HEADER_BYTES + 1), 0), "allowed are");
    }

    @Test
    void refusesAPickleInPlaceOfSafetensors() {
        byte[] zip = "PK\u0003\u0004 a checkpoint that torch.save wrote".getBytes(StandardCharsets.ISO_8859_1);
        refuses(zip, "not a safetensors file");
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() {
        byte[] bytes = file("{\"a\":\"b\"}", 0);
        bytes[10] = (byte) 0xff;
        refuses(bytes, "not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"a\":1}",
                "{\"a\":{}}",
                "{} {}",
                "{\"__metadata__\":{\"n\":1}}",
                "{\"__metadata__\":3}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}"
            })
    void refusesAHeaderOfAnotherForm(String header) {
        refuses(file(header, 0), "evil");
    }

    @Test
    void refusesJsonThatIsNestedWithoutEnd() {
        refuses(file("{\"a\":{\"shape\":" + "[".repeat(100_000), 0), "'a'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "F32 | [1] | [-4,0]   | data_offsets holds something else",
                "F32 | [1] | [4,0]    | claims bytes 4 to 0",
                "F32 | [2] | [0,8]    | claims bytes 0 to 8 of a body of 4 bytes",
                "F32 | [1] | [0]      | 1 data_offsets instead of 2",
                "F32 | [2] | [0,4]    | needs 8 bytes, its data_offsets span 4",
                "F16 | [1] | [0,4]    | needs 2 bytes, its data_offsets span 4",
                "F32 | [9223372036854775807] | [0,4] | exceeds 2^63-1 bytes",
                "F32 | [4294967296,4294967296,4294967296] | [0,4] | exceeds 2^63-1 bytes",
                "F32 | [9223372036854775808] | [0,4] | shape holds something else",
                "F32 | [-1] | [0,4]   | shape holds something else",
                "F32 | [1.0] | [0,4]  | shape holds something else",
                "F32 | 1 | [0,4]      | shape is not an array",
                "F31 | [1] | [0,4]    | unknown dtype 'F31'",
            })
    void refusesATensorWhoseNumbersDoNotFit(String type, String shape, String offsets, String words) {
        refuses(
                file("{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}".formatted(type, shape, offsets), 4),
                "tensor 'w'",
                words);
    }

    @Test
    void refusesAnUnknownKeyOfATensor() {
        refuses(
                file("{\"w\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1],\"run\":\"me\"}}", 1),
                "'w'",
                "'run'");
    }

    @Test
    void refusesTheSameNameTwice() {
        String tensor = "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
        refuses(file("{" + tensor + "," + tensor + "}", 4), "uplicate", "w");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4, 2, 6, 6, overlaps another tensor",
        "0, 4, 0, 4, 4, overlaps another tensor",
        "0, 4, 6, 10, 10, leaves a gap before it",
        "1, 5, 5, 9, 9, leaves a gap before it",
        "0, 4, 4, 8, 9, longer than its header says"
    })
    void refusesTensorsThatDoNotTileTheBody(int begin, int end, int begin2, int end2, int body, String words) {
        refuses(
                file(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]},".formatted(begin, end)
                                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}"
                                        .formatted(begin2, end2),
                        body),
                words);
    }

    @Test
    void closesTheFileThatItRefuses() throws Exception {
        Path path = folder.resolve("bad.safetensors");
        Files.write(path, new byte[3]);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining(path.toString());
    }

    @Test
    void messagesDoNotGrowWithNamesFromOutside() {
        String name = "n".repeat(50_000);
        assertThatThrownBy(() -> SafetensorsFile.of(
                        "f", file("{\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,9]}}", 1)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }
}
