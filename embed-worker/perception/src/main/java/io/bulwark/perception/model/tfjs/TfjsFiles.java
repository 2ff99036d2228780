package io.bulwark.perception.model.tfjs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The files of a model, from a folder or from a .tgz as npm serves it, by path with forward slashes. */
final class TfjsFiles {

    /** No file of interest is larger: a guard against archives that inflate without end. */
    private static final long MAX_FILE_BYTES = 256L << 20;

    /** The folder that all of an npm archive lies in; an unpacked package lies in none. */
    private static final String NPM = "package/";

    private TfjsFiles() {}

    /**
     * Reads the files whose path is wanted.
     *
     * @throws IOException if the source is neither a folder nor a readable archive
     */
    static Map<String, byte[]> read(Path source, Predicate<String> wanted) throws IOException {
        return Files.isDirectory(source) ? folder(source, wanted) : archive(source, wanted);
    }

    private static Map<String, byte[]> folder(Path source, Predicate<String> wanted) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(source)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                String name = source.relativize(path).toString().replace('\\', '/');
                if (wanted.test(name)) {
                    check(name, Files.size(path));
                    files.put(name, Files.readAllBytes(path));
                }
            }
        }
        return files;
    }

    private static Map<String, byte[]> archive(Path source, Predicate<String> wanted) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream file = new BufferedInputStream(Files.newInputStream(source));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name =
                        entry.getName().startsWith(NPM) ? entry.getName().substring(NPM.length()) : entry.getName();
                if (entry.isFile() && wanted.test(name)) {
                    check(name, entry.getSize());
                    files.put(name, tar.readAllBytes());
                }
            }
        }
        return files;
    }

    private static void check(String name, long bytes) throws IOException {
        if (bytes > MAX_FILE_BYTES) {
            throw new IOException("%s has %d bytes, allowed are %d".formatted(name, bytes, MAX_FILE_BYTES));
        }
    }
}
