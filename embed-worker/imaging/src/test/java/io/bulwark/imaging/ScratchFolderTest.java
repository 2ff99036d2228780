package io.bulwark.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
