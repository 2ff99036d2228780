package io.bulwark.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {

    @TempDir
    Path folder;

    @Test
    void a_folder_means_what_lies_below_it_and_is_named_like_an_image() throws Exception {
        Path deep = file("b/deep/two.WEBP");
        Path shallow = file("a.jpeg");
        file("notes.txt");
        file("png");

        assertThat(ImageFiles.under(List.of(folder))).containsExactly(shallow, deep);
    }

    @Test
    void a_file_is_taken_whatever_it_is_called() throws Exception {
        Path odd = file("upload.bin");

        assertThat(ImageFiles.under(List.of(odd))).containsExactly(odd);
    }

    @Test
    void a_path_that_is_missing_is_named() {
        assertThatThrownBy(() -> ImageFiles.under(List.of(folder.resolve("gone"))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("gone");
    }

    @Test
    void a_folder_without_images_is_no_silent_success() {
        assertThatThrownBy(() -> ImageFiles.under(List.of(folder)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("holds no image")
                .hasMessageContaining("webp");
    }

    private Path file(String name) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
