package io.bulwark.perception.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Damaged files end in the one typed exception or read within their bounds; a failing seed is printed by jqwik. */
class SafetensorsFuzzTest {

    private static final String HEADER = """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
            "b":{"dtype":"F16","shape":[3],"data_offsets":[16,22]},"c":{"dtype":"U8","shape":[],"data_offsets":[22,23]}}""";

    private static void opensOrRefuses(byte[] bytes) {
        try (SafetensorsFile file = SafetensorsFile.of("fuzzed", bytes)) {
            long total = 0;
            for (TensorInfo tensor : file.tensors().values()) {
                total += file.bytes(tensor.name()).remaining();
                if (tensor.type().readsAsFloat()) {
                    assertThat((long) file.floats(tensor.name()).length).isEqualTo(tensor.elements());
                }
            }
            assertThat(total).isLessThanOrEqualTo(bytes.length);
        } catch (SafetensorsException e) {
            assertThat(e).hasMessageStartingWith("fuzzed: ");
        }
    }

    @Property(tries = 3000, shrinking = ShrinkingMode.BOUNDED)
    void aFileWithSomeBytesChangedOpensWithinItsBoundsOrIsRefused(
            @ForAll("damage") @Size(min = 1, max = 6) Map<Integer, Byte> damage) {
        byte[] bytes = SafetensorsFileTest.file(HEADER, 23);
        damage.forEach((at, value) -> bytes[at % bytes.length] = value);
        opensOrRefuses(bytes);
    }

    @Provide
    Arbitrary<Map<Integer, Byte>> damage() {
        Arbitrary<Byte> likely = Arbitraries.of((byte) '0', (byte) '9', (byte) '-', (byte) '"', (byte) '{', (byte) ',');
        return Arbitraries.maps(
                Arbitraries.integers().between(0, HEADER.length() + 30),
                Arbitraries.frequencyOf(Tuple.of(3, likely), Tuple.of(1, Arbitraries.bytes())));
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
    void aFileCutOffAnywhereIsRefused(@ForAll @IntRange(min = 0, max = 300) int length) {
        byte[] whole = SafetensorsFileTest.file(HEADER, 23);
        byte[] cut = Arrays.copyOf(whole, Math.min(length, whole.length - 1));
        try (SafetensorsFile file = SafetensorsFile.of("fuzzed", cut)) {
            throw new AssertionError("opened " + cut.length + " bytes of " + whole.length + ": " + file.tensors());
        } catch (SafetensorsException expected) {
            assertThat(expected).hasMessageStartingWith("fuzzed: ");
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.BOUNDED)
    void anyNumbersInAHeaderOpenWithinTheirBoundsOrAreRefused(
            @ForAll("numbers") long extent,
            @ForAll("numbers") long extent2,
            @ForAll("numbers") long begin,
            @ForAll("numbers") long end,
            @ForAll ElementType type) {
        opensOrRefuses(SafetensorsFileTest.file(
                "{\"w\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}}"
                        .formatted(type, extent, extent2, begin, end),
                16));
    }

    @Provide
    Arbitrary<Long> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(-2, 20),
                Arbitraries.longs(),
                Arbitraries.of(1L << 31, 1L << 32, 1L << 61, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE));
    }

    @Property(tries = 150)
    void whatTheWriterWritesTheReaderReads(
            @ForAll @Size(max = 8) List<@Size(max = 20) float[]> tensors, @ForAll String metadata) throws Exception {
        Path path = Files.createTempFile("fuzz", ".safetensors");
        try {
            SafetensorsWriter writer = new SafetensorsWriter().metadata("note", clean(metadata));
            for (int i = 0; i < tensors.size(); i++) {
                writer.add("t" + i, List.of((long) tensors.get(i).length), tensors.get(i));
                ByteBuffer odd = ByteBuffer.allocate(i).order(ByteOrder.LITTLE_ENDIAN);
                writer.add("odd" + i, ElementType.U8, List.of((long) i), odd);
            }
            writer.write(path);
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                assertThat(file.metadata()).containsEntry("note", clean(metadata));
                for (int i = 0; i < tensors.size(); i++) {
                    assertThat(file.floats("t" + i)).isEqualTo(tensors.get(i));
                    assertThat(file.tensor("odd" + i).elements()).isEqualTo(i);
                }
            }
        } finally {
            Files.delete(path);
        }
    }

    /** Lone surrogates have no UTF-8 form. */
    private static String clean(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
