package io.bulwark.perception.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

    @TempDir
    Path folder;

    @Test
    void writesTheSameBytesWhateverTheOrderOfAdding() throws Exception {
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        new SafetensorsWriter()
                .add("b", List.of(1L), new float[] {1})
                .add("a", List.of(1L), new float[] {2})
                .metadata("x", "1")
                .metadata("k", "2")
                .write(one);
        new SafetensorsWriter()
                .metadata("k", "2")
                .metadata("x", "1")
                .add("a", List.of(1L), new float[] {2})
                .add("b", List.of(1L), new float[] {1})
                .write(other);
        assertThat(one).hasSameBinaryContentAs(other);
    }

    @Test
    void putsWideElementsFirstAndStartsTheBodyAlignedTo8Bytes() throws Exception {
        Path path = folder.resolve("aligned");
        new SafetensorsWriter()
                .add("a", ElementType.U8, List.of(3L), ByteBuffer.allocate(3))
                .add("z", ElementType.I64, List.of(1L), ByteBuffer.allocate(8))
                .write(path);
        byte[] bytes = Files.readAllBytes(path);
        assertThat((bytes.length - 11) % 8).isZero();
        assertThat(new String(bytes, 8, bytes.length - 19, StandardCharsets.UTF_8))
                .startsWith("{\"z\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[8,11]}}");
    }

    @Test
    void replacesAnOldFileAndLeavesNoDraftBehind() throws Exception {
        Path path = folder.resolve("weights");
        Files.writeString(path, "old");
        new SafetensorsWriter().add("a", List.of(), new float[] {7}).write(path);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.floats("a")).containsExactly(7f);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void refusesBytesThatAreNotOfTheShape() {
        assertThatThrownBy(() -> new SafetensorsWriter().add("a", List.of(3L), new float[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'a'", "needs 12 bytes, got 8");
    }

    @Test
    void refusesANameTwice() {
        SafetensorsWriter writer = new SafetensorsWriter().add("a", List.of(), new float[1]);
        assertThatThrownBy(() -> writer.add("a", List.of(), new float[1])).hasMessageContaining("'a'");
    }

    @Test
    void aTensorThatIsMadeWhenItIsWrittenIsHeldToItsShape() throws Exception {
        Path path = folder.resolve("lazy");
        SafetensorsWriter right = new SafetensorsWriter()
                .add("a", ElementType.U8, List.of(3L), () -> ByteBuffer.wrap(new byte[] {1, 2, 3}));
        right.write(path);
        SafetensorsWriter wrong =
                new SafetensorsWriter().add("a", ElementType.U8, List.of(4L), () -> ByteBuffer.allocate(3));

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.bytes("a")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
        assertThatThrownBy(() -> wrong.write(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs 4 bytes, got 3");
        assertThat(Files.size(path)).as("the old file stays").isPositive();
    }
}
