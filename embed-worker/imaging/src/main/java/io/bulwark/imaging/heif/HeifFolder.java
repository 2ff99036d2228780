package io.bulwark.imaging.heif;

import io.bulwark.imaging.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for one file, its command's input and output. */
final class HeifFolder implements AutoCloseable {

    private static final String KIND = "bulwark-heif-";

    private final ScratchFolder folder;

    private HeifFolder(ScratchFolder folder) {
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
        return new HeifFolder(ScratchFolder.open(parent, KIND));
    }

    Path input() {
        return folder.path().resolve("in.heif");
    }

    /** The suffix tells the command what to write. */
    Path output() {
        return folder.path().resolve("out.png");
    }

    /** Bytes that may still be written there. */
    long usableBytes() throws IOException {
        return Files.getFileStore(folder.path()).getUsableSpace();
    }

    /** Bytes of the file system that it lies in; 0 where that does not say. */
    long totalBytes() throws IOException {
        return Files.getFileStore(folder.path()).getTotalSpace();
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
