package io.bulwark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.cli.everyday.Edit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EverydayCopyTest {

    @TempDir
    private Path folder;

    @Test
    void theFirstFlaggedSampleIsFramedWrittenOnAndPutIntoACollage() throws IOException {
        picture("safe/a.png", 0xFF0000);
        picture("safe/b.png", 0x00FF00);
        picture("safe/c.png", 0x0000FF);
        picture("weapons/d.png", 0x808080);
        picture("weapons/e.png", 0x404040);

        List<EverydayCopy> copies = EverydayCopy.of(Sample.under(folder, Set.of("weapons")));

        assertThat(copies).extracting(EverydayCopy::edit).containsExactly(Edit.FRAME, Edit.TEXT, Edit.COLLAGE);
        assertThat(copies).allSatisfy(copy -> {
            assertThat(copy.sample().name()).isEqualTo("weapons/d.png");
            assertThat(copy.name()).startsWith("weapons/d.png, ");
            assertThat(copy.file()).isNotEmpty();
        });
    }

    @Test
    void withoutAFlaggedSampleOrEnoughSafeOnesThereAreNone() throws IOException {
        picture("safe/a.png", 0xFF0000);
        picture("weapons/d.png", 0x808080);

        assertThat(EverydayCopy.of(Sample.under(folder, Set.of("weapons")))).isEmpty();
        assertThat(EverydayCopy.of(Sample.under(folder, Set.of("nothing")))).isEmpty();
    }

    private void picture(String name, int colour) throws IOException {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                image.setRGB(x, y, colour);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
