package io.bulwark.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {

    private static final String KIND = "scratch-test-";

    @TempDir
    Path parent;

    @Test
    void allThatItHoldsIsDeletedAndNothingThatLinksLeadTo() throws IOException {
        Path outside = Files.createDirectory(parent.resolve("outside"));
        Path kept = Files.writeString(outside.resolve("kept"), "kept");
        try (ScratchFolder folder = ScratchFolder.open(parent, KIND)) {
            Path below = Files.createDirectories(folder.path().resolve("a/b/c"));
            Files.createSymbolicLink(below.resolve("link"), outside);
            Files.writeString(below.resolve("file"), "text");
        }

        assertThat(kept).exists();
        assertThat(parent).isDirectoryNotContaining("glob:**/" + KIND + "*");
    }

    /** In a container each start of a program has the same process id. */
    @Test
    void oneOfAnEarlierProcessWithTheSameIdIsSwept() throws IOException {
        long own = ProcessHandle.current().pid();
        Path earlier = Files.createDirectories(parent.resolve(KIND + own + "-1-77/below"));

        try (ScratchFolder living = ScratchFolder.open(parent, KIND);
                ScratchFolder another = ScratchFolder.open(parent, KIND)) {
            assertThat(earlier).doesNotExist();
            assertThat(living.path()).exists();
            assertThat(another.path()).exists();
        }
    }

    @Test
    void whatCannotBeDeletedKeepsNothingElse() throws IOException {
        ScratchFolder folder = ScratchFolder.open(parent, KIND);
        Path shut = Files.createDirectory(folder.path().resolve("shut"));
        Path locked = Files.createFile(shut.resolve("locked"));
        List<Path> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(Files.createFile(folder.path().resolve("other-" + i)));
        }
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("r-x------"));
        assumeThat(Files.isWritable(shut)).as("root may delete it").isFalse();

        try {
            assertThatThrownBy(folder::close).isInstanceOf(IOException.class).hasMessageContaining("locked");

            assertThat(others).noneMatch(Files::exists);
            assertThat(locked).exists();
        } finally {
            Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
