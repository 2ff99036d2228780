package io.bulwark.imaging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A temporary folder that only this user may read. It is deleted when it is closed; one whose process was killed is
 * deleted when the next of its kind is opened, so that hostile files do not fill the disk. What cannot be deleted keeps
 * nothing else. One thread uses it.
 */
public final class ScratchFolder implements AutoCloseable {

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

    /**
     * Deletes it with all that it holds; links are deleted and not followed.
     *
     * @throws IOException the first failure, with the others suppressed; all else is deleted
     */
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
                        // Another process deletes it at the same time, or a part is another user's: the rest is
                        // deleted.
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
        return ProcessStat.start(pid).orElse(0L);
    }

    private static void delete(Path folder) throws IOException {
        Deletion deletion = new Deletion();
        Files.walkFileTree(folder, deletion);
        if (deletion.first != null) {
            throw deletion.first;
        }
    }

    /** Deletes each file and folder on its own. One thread. */
    private static final class Deletion extends SimpleFileVisitor<Path> {

        private IOException first;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return deleted(file);
        }

        /** A folder that cannot be read can be deleted where it is empty. */
        @Override
        public FileVisitResult visitFileFailed(Path unreadable, IOException failure) {
            return deleted(unreadable);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path emptied, IOException failure) {
            return deleted(emptied);
        }

        private FileVisitResult deleted(Path path) {
            try {
                Files.delete(path);
            } catch (IOException failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
