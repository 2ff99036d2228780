package io.bulwark.imaging.heif;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for one file, that nobody else may read. It is deleted when it is closed; one whose process was killed is
 * deleted by the next that is opened, so that hostile files do not fill the disk.
 */
final class HeifFolder implements AutoCloseable {

    private static final String PREFIX = "bulwark-heif-";

    private final Path folder;

    private HeifFolder(Path folder) {
        this.folder = folder;
    }

    static HeifFolder open() throws IOException {
        return openIn(parent());
    }

    /** Where all of them lie. */
    static Path parent() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    static HeifFolder openIn(Path parent) throws IOException {
        sweep(parent);
        return new HeifFolder(Files.createTempDirectory(
                parent, PREFIX + ProcessHandle.current().pid() + "-"));
    }

    Path input() {
        return folder.resolve("in.heif");
    }

    /** The suffix tells the command what to write. */
    Path output() {
        return folder.resolve("out.png");
    }

    /** Bytes that may still be written there. */
    long usableBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** Bytes of the file system that it lies in; 0 where that does not say. */
    long totalBytes() throws IOException {
        return Files.getFileStore(folder).getTotalSpace();
    }

    /** Deletes it with all that a command has left there, folders too. */
    @Override
    public void close() throws IOException {
        delete(folder);
    }

    private static void sweep(Path parent) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                if (isOrphan(folder)) {
                    try {
                        delete(folder);
                    } catch (IOException another) {
                        // Another decoder process deletes it at the same time, or it is another user's.
                    }
                }
            }
        }
    }

    private static boolean isOrphan(Path folder) {
        String[] words =
                folder.getFileName().toString().substring(PREFIX.length()).split("-");
        try {
            return ProcessHandle.of(Long.parseLong(words[0])).isEmpty();
        } catch (NumberFormatException notOurs) {
            return false;
        }
    }

    /** Links are deleted, not followed. */
    private static void delete(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.walk(folder)) {
            found = all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        for (Path each : found) {
            Files.delete(each);
        }
    }
}
