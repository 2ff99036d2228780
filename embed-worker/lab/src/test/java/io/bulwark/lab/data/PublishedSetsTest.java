package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The made-up sets: the same pictures and listings from the same seed. */
class PublishedSetsTest {

    /** Folder in which the sets are left, for a comparison with another implementation. */
    private static final String KEPT = "bulwark.sets";

    @TempDir
    Path folder;

    @Test
    void aSeedRepeatsASetByteByByte() throws IOException {
        for (String run : List.of("one", "two")) {
            write(folder.resolve(run), 1);
        }

        Map<String, byte[]> one = files(folder.resolve("one"));
        Map<String, byte[]> two = files(folder.resolve("two"));
        assertThat(two).containsOnlyKeys(one.keySet());
        one.forEach((name, bytes) -> assertThat(two.get(name)).as(name).isEqualTo(bytes));
    }

    /** The sets on which docs/checkpoints.md compares the authors' code. */
    @Test
    @EnabledIfSystemProperty(named = KEPT, matches = ".+")
    void theComparedSetsAreLeftInAFolder() throws IOException {
        Path sets = write(Path.of(System.getProperty(KEPT)), 10);

        assertThat(NightsLayout.read(sets.resolve("nights"), NightsLayout.Split.TEST))
                .hasSize(300);
        assertThat(BappsLayout.read(sets.resolve("bapps"))).hasSize(120);
        assertThat(ThingsLayout.read(sets.resolve("things"))).hasSize(501);
    }

    private static Path write(Path sets, int size) throws IOException {
        PublishedSets.nights(sets.resolve("nights"), 15 * size, 41);
        PublishedSets.bapps(sets.resolve("bapps"), 2 * size, 42);
        PublishedSets.things(sets.resolve("things"), 10 * size + 1, 50 * size + 1, 43);
        return sets;
    }

    private static Map<String, byte[]> files(Path set) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(set)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(set.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }
}
