package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Files of a golden set; each is held to its SHA-256 before it is first read. */
public final class GoldenFiles {

    private final Path folder;
    private final Map<String, String> checksums;
    private final Set<String> verified = ConcurrentHashMap.newKeySet();

    GoldenFiles(Path folder, Map<String, String> checksums) {
        this.folder = folder;
        this.checksums = Map.copyOf(checksums);
    }

    /** A file, verified. */
    Path path(String name) throws IOException {
        String wanted = checksums.get(name);
        if (wanted == null) {
            throw new IOException("'" + name + "' is not in the manifest's file_index");
        }
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize())) {
            throw new IOException("'" + name + "' lies outside the golden set");
        }
        if (!verified.contains(name)) {
            String found = sha256(file);
            if (!found.equals(wanted)) {
                throw new IOException(
                        "'%s' has SHA-256 %s, the manifest says %s: the set is damaged".formatted(name, found, wanted));
            }
            verified.add(name);
        }
        return file;
    }

    /** A file that lies beside others but is not in the index. */
    Path unlisted(String name) {
        return folder.resolve(name);
    }

    GoldenTensors tensors(String name) throws IOException {
        return new GoldenTensors(SafetensorsFile.open(path(name)));
    }

    JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(path(name).toFile());
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (InputStream stream = new DigestInputStream(Files.newInputStream(file), digest)) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
