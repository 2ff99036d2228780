package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.TorchFile.PickleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What Jazzer calls with every pickle that it makes, and what writes it pickles of PyTorch to begin with. Anything but a
 * {@link PickleException} is a find.
 *
 * <pre>{@code mvn -Pfuzz-pickle -pl embed-worker/perception -am process-test-classes -Dfuzz.seconds=600}</pre>
 */
public final class PickleFuzzer {

    private static final List<String> FILES = List.of("tensors.pt", "protocol4.pt", "lightning.ckpt");
    private static final Path FOLDER = Path.of("src/test/resources/pickle");

    /** Storages as the files have them: tensors are made of them and checked against them. */
    static final Map<String, Long> STORAGES =
            Map.of("0", 48L, "1", 10L, "2", 12L, "3", 16L, "4", 32L, "5", 48L, "6", 240L, "7", 4L, "8", 384L, "9", 4L);

    private PickleFuzzer() {}

    /** The name and the signature are Jazzer's. */
    public static void fuzzerTestOneInput(byte[] pickle) {
        try {
            PickleReader.read(new PickleInput("fuzzed", pickle), new Rebuilding(STORAGES));
        } catch (PickleException expected) {
            // Refused, as it should be.
        }
    }

    /** Writes the pickles of {@link #FILES} into a folder. */
    public static void main(String[] arguments) throws IOException {
        Path seeds = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, byte[]> pickle : pickles().entrySet()) {
            Files.write(seeds.resolve(pickle.getKey()), pickle.getValue());
        }
    }

    static Map<String, byte[]> pickles() throws IOException {
        Map<String, byte[]> pickles = new HashMap<>();
        for (String name : FILES) {
            try (ZipFile zip = new ZipFile(FOLDER.resolve(name).toFile())) {
                ZipEntry entry = zip.stream()
                        .filter(found -> found.getName().endsWith("/data.pkl"))
                        .findFirst()
                        .orElseThrow();
                pickles.put(name, zip.getInputStream(entry).readAllBytes());
            }
        }
        return pickles;
    }
}
