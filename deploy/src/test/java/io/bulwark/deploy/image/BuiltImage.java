package io.bulwark.deploy.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image as Jib left it: a tar in Docker's format.
 *
 * @param tar the file
 * @param config what the image says of itself, as in the OCI image specification
 * @param layers names of the layers in the tar, the lowest first
 */
record BuiltImage(Path tar, JsonNode config, List<String> layers) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The built one; where there is none the test is skipped. */
    static BuiltImage of(PlannedImage plan) {
        Path tar = Path.of(System.getProperty("bulwark.images"), plan.tar());
        assumeTrue(Files.exists(tar), tar + " is not built: mvn -Pimage verify");
        Map<String, JsonNode> texts = new TreeMap<>();
        each(tar, (entry, content) -> {
            if (entry.getName().endsWith(".json")) {
                texts.put(entry.getName(), JSON.readTree(content.readAllBytes()));
            }
        });
        JsonNode manifest = texts.get("manifest.json").get(0);
        return new BuiltImage(tar, texts.get(manifest.path("Config").asText()), texts(manifest.path("Layers")));
    }

    String user() {
        return config.at("/config/User").asText();
    }

    List<String> entrypoint() {
        return texts(config.at("/config/Entrypoint"));
    }

    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        for (String line : texts(config.at("/config/Env"))) {
            environment.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return environment;
    }

    /** Every file and folder, by its path; the layer above wins. */
    Map<String, TarArchiveEntry> entries() {
        Map<String, TarArchiveEntry> entries = new TreeMap<>();
        eachOfLayers((entry, content) -> entries.put(path(entry), entry));
        return entries;
    }

    /** The bytes of a file. */
    byte[] read(String path) {
        Map<String, byte[]> found = new TreeMap<>();
        eachOfLayers((entry, content) -> {
            if (path(entry).equals(path)) {
                found.put(path, content.readAllBytes());
            }
        });
        if (found.isEmpty()) {
            throw new AssertionError(tar + " has no " + path);
        }
        return found.get(path);
    }

    /** Lays the layers one over the other, with the permissions that they say. */
    void unpack(Path root) {
        eachOfLayers((entry, content) -> {
            Path target = root.resolve(path(entry).substring(1)).normalize();
            if (!target.startsWith(root)) {
                throw new AssertionError(entry.getName() + " leaves the image");
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else {
                Files.createDirectories(target.getParent());
                Files.copy(content, target);
            }
            Files.setPosixFilePermissions(target, permissions(entry.getMode()));
        });
    }

    private void eachOfLayers(Visitor visitor) {
        Set<String> wanted = Set.copyOf(layers);
        each(tar, (layer, content) -> {
            if (wanted.contains(layer.getName())) {
                entries(new GZIPInputStream(content), visitor);
            }
        });
    }

    private static void each(Path tar, Visitor visitor) {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(tar))) {
            entries(file, visitor);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(tar.toString(), unreadable);
        }
    }

    private static void entries(InputStream archive, Visitor visitor) throws IOException {
        TarArchiveInputStream entries = new TarArchiveInputStream(archive);
        for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            visitor.visit(entry, entries);
        }
    }

    private static String path(TarArchiveEntry entry) {
        String name = entry.getName();
        String rooted = name.startsWith("/") ? name : "/" + name;
        return rooted.endsWith("/") ? rooted.substring(0, rooted.length() - 1) : rooted;
    }

    /** The nine bits of a mode, from the owner's right to read to the others' right to execute. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & (1 << (all.length - 1 - bit))) != 0) {
                permissions.add(all[bit]);
            }
        }
        return permissions;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Sees an entry; what it leaves unread is passed over. */
    @FunctionalInterface
    private interface Visitor {

        void visit(TarArchiveEntry entry, InputStream content) throws IOException;
    }
}
