package io.bulwark.imaging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A temporary folder that only this user may read. It is deleted when it is closed; one whose process was killed is deleted
 * when the next of its kind is opened, so that hostile files do not fill the disk. One thread uses it.
 */
public final class ScratchFolder implements AutoCloseable {

    /** When a process started, in ticks since the machine did, behind its name in {@link ProcessStat}. */
    private static final int START_FIELD = 19;

    private final Path folder;

    private ScratchFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes one.
     *
     * @param parent where
     * @param kind what its name begins with
     */
    public static ScratchFolder open(Path parent, String kind) throws IOException {
        sweep(parent, kind);
        long pid = ProcessHandle.current().pid();
        return new ScratchFolder(Files.createTempDirectory(parent, kind + pid + "-" + start(pid) + "-"));
    }

    public Path path() {
        return folder;
    }

    /** Deletes it with all that it holds; links are deleted and not followed. */
    @Override
    public void close() throws IOException {
        delete(folder);
    }

    private static void sweep(Path parent, String kind) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, kind + "*")) {
            for (Path folder : folders) {
                if (isOrphan(folder.getFileName().toString().substring(kind.length()))) {
                    try {
                        delete(folder);
                    } catch (IOException another) {
                        // Another process deletes it at the same time, or it is another user's.
                    }
                }
            }
        }
    }

    /** Process ids are used again; that of a container's first process with each start. */
    private static boolean isOrphan(String name) {
        String[] words = name.split("-");
        try {
            long pid = Long.parseLong(words[0]);
            return words.length > 1 && (ProcessHandle.of(pid).isEmpty() || Long.parseLong(words[1]) != start(pid));
        } catch (NumberFormatException notOurs) {
            return false;
        }
    }

    /** 0 where it is unknown. */
    private static long start(long pid) {
        return ProcessStat.of(pid)
                .map(fields -> Long.parseLong(fields.get(START_FIELD)))
                .orElse(0L);
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
