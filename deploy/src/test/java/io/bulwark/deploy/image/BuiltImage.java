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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** An image as Jib left it: a tar in Docker's format. Its layers are read once, when they are first asked for. */
final class BuiltImage {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Enough of a file for the machine in an ELF's header. */
    private static final int START_BYTES = 20;

    private static final Map<Path, BuiltImage> OPENED = new ConcurrentHashMap<>();

    private final Path tar;
    private final JsonNode config;
    private final List<String> layers;
    private Map<String, Kept> files;

    private BuiltImage(Path tar) {
        this.tar = tar;
        Map<String, JsonNode> texts = new TreeMap<>();
        each(tar, (entry, content) -> {
            if (entry.getName().endsWith(".json")) {
                texts.put(entry.getName(), JSON.readTree(content.readAllBytes()));
            }
        });
        JsonNode manifest = texts.get("manifest.json").get(0);
        this.config = texts.get(manifest.path("Config").asText());
        this.layers = texts(manifest.path("Layers"));
    }

    /** The built one; where there is none the test is skipped. */
    static BuiltImage of(PlannedImage plan) {
        Path tar = Path.of(System.getProperty("bulwark.images"), plan.tar());
        assumeTrue(Files.exists(tar), tar + " is not built: mvn -Pimage verify");
        return OPENED.computeIfAbsent(tar, BuiltImage::new);
    }

    /** What the image says of itself, as in the OCI image specification. */
    JsonNode config() {
        return config;
    }

    /** Every file and folder by its path, as the highest layer that has it left it. */
    synchronized Map<String, Kept> files() {
        if (files == null) {
            Map<String, Map<String, Kept>> read = new TreeMap<>();
            eachLayer((layer, archive) -> {
                Map<String, Kept> kept = new TreeMap<>();
                entries(archive, (entry, content) -> kept.put(path(entry), Kept.of(entry, content)));
                read.put(layer.getName(), kept);
            });
            Map<String, Kept> merged = new TreeMap<>();
            layers.forEach(layer -> merged.putAll(read.get(layer)));
            files = Collections.unmodifiableMap(merged);
        }
        return files;
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

    /** The bytes of a file that is kept whole. */
    byte[] read(String path) {
        Kept file = files().get(path);
        if (file == null || file.bytes().length != file.entry().getSize()) {
            throw new AssertionError(tar + (file == null ? " has no " : ": not kept whole is ") + path);
        }
        return file.bytes();
    }

    /** Lays the layers one over the other, with the permissions that they say. */
    void unpack(Path root) {
        eachLayer((layer, archive) -> entries(archive, (entry, content) -> unpack(entry, content, root)));
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path root) throws IOException {
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
    }

    private void eachLayer(Visitor visitor) {
        Set<String> wanted = Set.copyOf(layers);
        each(tar, (layer, content) -> {
            if (wanted.contains(layer.getName())) {
                visitor.visit(layer, new GZIPInputStream(content));
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

    /**
     * A file or folder of an image.
     *
     * @param entry its name, owner, mode and size
     * @param bytes all of a bill of materials and of a jar of native libraries, the first ones of any other file
     */
    record Kept(TarArchiveEntry entry, byte[] bytes) {

        private static final Pattern WHOLE =
                Pattern.compile(".*/sbom\\.json|.*-(linux|macosx|osx)-[^/]+\\.jar|.*[./]onnxruntime-[0-9.]+\\.jar");

        static Kept of(TarArchiveEntry entry, InputStream content) throws IOException {
            boolean whole = WHOLE.matcher(entry.getName()).matches();
            return new Kept(entry, content.readNBytes(whole ? Math.toIntExact(entry.getSize()) : START_BYTES));
        }
    }

    /** Sees an entry; what it leaves unread is passed over. */
    @FunctionalInterface
    private interface Visitor {

        void visit(TarArchiveEntry entry, InputStream content) throws IOException;
    }
}
