package io.bulwark.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class LabelledPictureTest {

    @TempDir
    Path folder;

    @Test
    void the_first_folder_is_the_label_and_the_path_is_the_id() throws IOException {
        picture("weapons/a.png");
        picture("weapons/old/b.jpg");
        picture("flowers/c.webp");
        picture(".git/d.png");
        Files.writeString(folder.resolve("README.md"), "not a picture");

        assertThat(LabelledPicture.below(folder))
                .extracting(picture -> picture.label() + " " + picture.referenceId())
                .containsExactly("flowers flowers/c.webp", "weapons weapons/a.png", "weapons weapons/old/b.jpg");
    }

    @Test
    void files_named_one_by_one_share_the_label_they_are_given() throws IOException {
        Path file = picture("anywhere/a.png");

        assertThat(LabelledPicture.allLabelled("weapons", List.of(file)))
                .containsExactly(new LabelledPicture(file, "weapons", "weapons/a.png"));
    }

    /** Banks, calibration, attacks, inversion and explanations all take their pictures here. */
    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void pictures_of_a_restricted_label_are_taken_by_no_command() throws IOException {
        Path file = picture("sealed/a.png");
        System.setProperty("bulwark.restricted.labels", "other,sealed");
        try {
            assertThatThrownBy(() -> LabelledPicture.below(folder)).hasMessageContaining("sealed is restricted");
            assertThatThrownBy(() -> LabelledPicture.allLabelled("sealed", List.of(file)))
                    .hasMessageContaining("sealed is restricted");
        } finally {
            System.clearProperty("bulwark.restricted.labels");
        }
    }

    @Test
    void a_folder_without_folders_is_refused_with_what_is_needed() throws IOException {
        picture("a.png");

        assertThatThrownBy(() -> LabelledPicture.below(folder))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("one folder of pictures for each label");
        assertThatThrownBy(() -> LabelledPicture.below(folder.resolve("missing")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is no folder");
    }

    @Test
    void a_label_without_pictures_is_refused_by_its_name() throws IOException {
        Files.createDirectories(folder.resolve("weapons"));

        assertThatThrownBy(() -> LabelledPicture.below(folder))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("weapons");
    }

    private Path picture(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[] {1});
    }
}
