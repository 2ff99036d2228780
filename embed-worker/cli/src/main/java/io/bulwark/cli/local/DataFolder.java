package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one folder under which the local node keeps everything. Held by one node at a time; only a folder that a node
 * made is ever emptied.
 */
public final class DataFolder implements AutoCloseable {

    /** Marks the folder as a node's, and is locked while the node runs. */
    static final String MARK = "bulwark-local-node.lock";

    private final Path folder;
    private final FileChannel mark;

    private DataFolder(Path folder, FileChannel mark) {
        this.folder = folder;
        this.mark = mark;
    }

    /**
     * Takes hold of a folder, and makes it where it is missing.
     *
     * @param fresh whether what an earlier node left there goes
     * @throws CommandFailure if another node holds it, it cannot be written, or it holds something that no node made
     */
    public static DataFolder hold(Path folder, boolean fresh) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute) && !Files.exists(absolute.resolve(MARK)) && !isEmpty(absolute)) {
                throw CommandFailure.usage(absolute + " holds files that no local node made: choose an empty or a new "
                        + "folder with --data");
            }
            Files.createDirectories(absolute);
            FileChannel mark =
                    FileChannel.open(absolute.resolve(MARK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(mark)) {
                mark.close();
                throw CommandFailure.unavailable(
                        "another local node uses " + absolute + ": stop it, or choose another folder with --data");
            }
            if (fresh) {
                empty(absolute);
            }
            return new DataFolder(absolute, mark);
        } catch (IOException unwritable) {
            throw CommandFailure.failed(
                    "the data folder " + absolute + " cannot be used: " + unwritable + "; choose another with --data",
                    unwritable);
        }
    }

    public Path path() {
        return folder;
    }

    /** Lets go of it; what is in it stays. */
    @Override
    public void close() {
        try {
            mark.close();
        } catch (IOException unclosable) {
            throw CommandFailure.failed("the data folder " + folder + " could not be let go", unclosable);
        }
    }

    private static boolean isLocked(FileChannel mark) throws IOException {
        try {
            FileLock lock = mark.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static void empty(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(folder) && !file.endsWith(MARK))
                    .toList();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }
}
