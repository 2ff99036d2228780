package io.bulwark.perception.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.pickle.TorchFile.PickleException;
import io.bulwark.perception.pickle.TorchFile.TorchTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Files of PyTorch, damaged: they end in the one typed exception or are read within their bounds. */
class TorchFileFuzzTest {

    private static final Path REAL = Path.of("src/test/resources/pickle/lightning.ckpt");
    private static final byte[] WHOLE = bytes();
    private static final byte[] PICKLE = entry("data.pkl");
    private static final Map<String, byte[]> STORAGES = storages();

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void aFileWithSomeBytesChangedIsReadWithinItsBoundsOrRefused(
            @ForAll @Size(min = 1, max = 5) Map<@IntRange(min = 0, max = 1 << 20) Integer, Byte> damage)
            throws IOException {
        byte[] file = WHOLE.clone();
        damage.forEach((at, value) -> file[at % file.length] = value);
        readsOrRefuses(path -> Files.write(path, file));
    }

    @Property(tries = 600, shrinking = ShrinkingMode.BOUNDED)
    void aPickleWithSomeBytesChangedIsReadWithinItsBoundsOrRefused(
            @ForAll @Size(min = 1, max = 5) Map<@IntRange(min = 0, max = 1 << 20) Integer, Byte> damage)
            throws IOException {
        byte[] pickle = PICKLE.clone();
        damage.forEach((at, value) -> pickle[at % pickle.length] = value);
        readsOrRefuses(path -> Pickle.write(path, false, pickle, STORAGES));
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void aPickleWhoseEndIsAnothersIsReadWithinItsBoundsOrRefused(
            @ForAll @IntRange(min = 0, max = 5000) int end, @ForAll @IntRange(min = 0, max = 5000) int start)
            throws IOException {
        byte[] head = Arrays.copyOf(PICKLE, end % PICKLE.length);
        byte[] tail = Arrays.copyOfRange(PICKLE, start % PICKLE.length, PICKLE.length);
        byte[] pickle = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, pickle, head.length, tail.length);
        readsOrRefuses(path -> Pickle.write(path, false, pickle, STORAGES));
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void anyBytesAreReadWithinTheirBoundsOrRefused(@ForAll @Size(max = 60) byte[] pickle) throws IOException {
        readsOrRefuses(path -> Pickle.write(path, true, pickle, STORAGES));
    }

    /** Writes a file. */
    private interface Writing {
        void to(Path path) throws IOException;
    }

    private static void readsOrRefuses(Writing writing) throws IOException {
        Path path = Files.createTempFile("fuzzed", ".pt");
        try {
            writing.to(path);
            try (TorchFile file = TorchFile.open(path)) {
                for (Map.Entry<String, TorchTensor> tensor : file.tensors().entrySet()) {
                    assertThat((long) file.bytes(tensor.getKey()).remaining())
                            .isEqualTo(tensor.getValue().elements()
                                    * tensor.getValue().type().bytes())
                            .isLessThanOrEqualTo(1L << 20);
                }
            } catch (PickleException e) {
                assertThat(e).hasMessageStartingWith(path.toString());
            }
        } finally {
            Files.delete(path);
        }
    }

    private static byte[] bytes() {
        try {
            return Files.readAllBytes(REAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] entry(String name) {
        try (ZipFile zip = new ZipFile(REAL.toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(found -> found.getName().endsWith("/" + name))
                    .findFirst()
                    .orElseThrow();
            return zip.getInputStream(entry).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> storages() {
        Map<String, byte[]> storages = new HashMap<>();
        try (ZipFile zip = new ZipFile(REAL.toFile())) {
            zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.contains("/data/"))
                    .forEach(name -> {
                        String key = name.substring(name.lastIndexOf('/') + 1);
                        storages.put(key, entry("data/" + key));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return storages;
    }
}
