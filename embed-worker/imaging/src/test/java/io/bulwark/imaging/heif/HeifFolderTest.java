package io.bulwark.imaging.heif;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.heif.HeifDecoder.HeifFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeifFolderTest {

    /** No process has it: Linux numbers end at 2^22. */
    private static final long DEAD = 1L << 30;

    @TempDir
    Path parent;

    @Test
    void onlyTheOwnerMayReadItAndNothingIsLeft() throws IOException {
        Path kept = Files.writeString(parent.resolve("kept"), "of others");
        try (HeifFolder folder = HeifFolder.openIn(parent)) {
            Files.writeString(folder.input(), "in");
            Files.writeString(folder.output(), "out");
            Files.writeString(folder.output().resolveSibling("out-depth.png"), "more");
            Path deep = Files.createDirectories(folder.output().resolveSibling("a/b"));
            Files.writeString(deep.resolve("c"), "left by a command that a file took over");
            Files.createSymbolicLink(deep.resolve("link"), kept);

            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.input().getParent())))
                    .isEqualTo("rwx------");
        }

        assertThat(kept).exists();
        Files.delete(kept);
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void foldersOfProcessesThatWereKilledAreSweptAndNoOthers() throws IOException {
        Path orphan = Files.createDirectory(parent.resolve("bulwark-heif-" + DEAD + "-77-5"));
        Files.writeString(orphan.resolve("in.heif"), "in");
        Path foreign = Files.createDirectory(parent.resolve("bulwark-heif-notes"));

        try (HeifFolder living = HeifFolder.openIn(parent);
                HeifFolder another = HeifFolder.openIn(parent)) {
            assertThat(orphan).doesNotExist();
            assertThat(living.input().getParent()).exists();
            assertThat(another.input().getParent())
                    .exists()
                    .isNotEqualTo(living.input().getParent());
        }

        assertThat(foreign).exists();
    }
}
