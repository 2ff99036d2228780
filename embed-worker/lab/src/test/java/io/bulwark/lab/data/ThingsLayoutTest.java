package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.data.ThingsLayout.OddOneOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThingsLayoutTest {

    private static final String TRIPLETS = "triplets_large_final_correctednc_correctedorder.csv";

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        PublishedSets.things(folder, 4, 0, 3);
    }

    private void triplets(String... lines) throws IOException {
        Files.writeString(
                folder.resolve(TRIPLETS), "image1\timage2\timage3\tchoice\n" + String.join("\n", lines) + "\n");
    }

    @Test
    void threeLinesOfTheListAndTheOneLeftOutAreCountedFromOne() throws IOException {
        triplets("4\t1\t2\t3\tP1\t12.5", "1\t2\t3\t1");

        List<OddOneOut> read = ThingsLayout.read(folder);

        assertThat(read).extracting(OddOneOut::id).containsExactly("1", "2");
        assertThat(read).extracting(OddOneOut::odd).containsExactly(2, 0);
        assertThat(read.get(0).pictures())
                .extracting(PictureSource::name)
                .allSatisfy(name -> assertThat(name).endsWith("_01b.png"))
                .element(0)
                .asString()
                .endsWith("object3_01b.png");
    }

    @Test
    void aLineThatIsNoTripletIsNamedWithItsNumber() throws IOException {
        assertBroken("line 3", "3 fields", "1\t2\t3\t1", "1\t2\t3");
        assertBroken("line 2", "'x' is no number", "1\t2\tx\t1");
        assertBroken("line 2", "5 is out of range, allowed are 1 to 4", "1\t2\t5\t1");
        assertBroken("line 2", "0 is out of range, allowed are 1 to 3", "1\t2\t3\t0");
        assertBroken("line 2", "names a picture twice", "1\t2\t1\t1");
    }

    @Test
    void aHeadingAloneIsNoAnswer() throws IOException {
        Files.writeString(folder.resolve(TRIPLETS), "image1\timage2\timage3\tchoice\n");

        assertThatThrownBy(() -> ThingsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("no triplet");
    }

    @Test
    void aPictureOfTheListThatIsMissingIsNamedWithItsLine() throws IOException {
        triplets("1\t2\t3\t1");
        Files.delete(folder.resolve("Images/object1/object1_01b.png"));

        assertThatThrownBy(() -> ThingsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("things_first_imgs_idx.txt: line 2: 'object1/object1_01b.png'");
    }

    @Test
    void aNameThatNoFileCanHaveIsNamedWithItsLine() throws IOException {
        triplets("1\t2\t3\t1");
        Files.writeString(folder.resolve("things_first_imgs_idx.txt"), "object\0.png\n");

        assertThatThrownBy(() -> ThingsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("things_first_imgs_idx.txt: line 1: ");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Files.delete(folder.resolve(TRIPLETS));
        assertThatThrownBy(() -> ThingsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining(TRIPLETS);
        assertThatThrownBy(() -> ThingsLayout.read(folder.resolve("nothing")))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("things_first_imgs_idx.txt");
    }

    private void assertBroken(String line, String because, String... lines) throws IOException {
        triplets(lines);
        assertThatThrownBy(() -> ThingsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining(TRIPLETS + ": " + line)
                .hasMessageContaining(because);
    }
}
