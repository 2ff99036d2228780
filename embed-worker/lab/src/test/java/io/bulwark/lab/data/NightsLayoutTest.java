package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.data.NightsLayout.Split;
import io.bulwark.perception.metric.Choice.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightsLayoutTest {

    private static final String HEADER =
            "id,left_vote,right_vote,votes,ref_path,left_path,right_path,prompt,split,is_imagenet";

    @TempDir
    Path folder;

    @Test
    void tripletsOfASplitComeInTheOrderOfTheListingWithPathsBelowTheFolder() throws IOException {
        listing(
                "1,1,0,7,ref/000/a.png,distort/000/a_0.png,distort/000/a_1.png,\"a fox, asleep\",test,True",
                "2,0,1,6,ref/000/b.png,distort/000/b_0.png,distort/000/b_1.png,an axe,test,False",
                "3,0,1,9,ref/000/c.png,distort/000/c_0.png,distort/000/c_1.png,a pier,train,False");

        var test = NightsLayout.read(folder, Split.TEST);

        assertThat(test).extracting(Triplet::id).containsExactly("1", "2");
        assertThat(test.get(0).reference().name())
                .isEqualTo(folder.resolve("ref/000/a.png").toString());
        assertThat(test.get(0).right().name())
                .isEqualTo(folder.resolve("distort/000/a_1.png").toString());
        assertThat(test).extracting(Triplet::chosenByPeople).containsExactly(Side.LEFT, Side.RIGHT);
        assertThat(NightsLayout.read(folder, Split.TEST_IMAGENET))
                .extracting(Triplet::id)
                .containsExactly("1");
        assertThat(NightsLayout.read(folder, Split.TEST_NO_IMAGENET))
                .extracting(Triplet::id)
                .containsExactly("2");
        assertThat(NightsLayout.read(folder, Split.TRAIN))
                .extracting(Triplet::id)
                .containsExactly("3");
    }

    @Test
    void tripletsOfTooFewVotesAreLeftOutAsInTheOriginal() throws IOException {
        listing("1,1,0,5,r.png,a.png,b.png,p,val,False", "2,1,0,6,r.png,a.png,b.png,p,val,False");

        assertThat(NightsLayout.read(folder, Split.VAL)).extracting(Triplet::id).containsExactly("2");
    }

    @Test
    void aMissingListingIsNamedWithTheFolder() {
        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("data.csv");
    }

    @Test
    void aMissingColumnIsNamed() throws IOException {
        Files.writeString(folder.resolve("data.csv"), "id,split,votes,ref_path\n1,test,7,r.png\n");

        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("line 2: has no column 'right_vote'");
    }

    @Test
    void aVoteThatIsNoVoteIsNamedWithItsTriplet() throws IOException {
        listing("17,0,0.5,7,r.png,a.png,b.png,p,test,False");

        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .hasMessageContaining("triplet 17")
                .hasMessageContaining("0.5");
    }

    @Test
    void aNumberThatIsNoneIsNamedWithItsColumn() throws IOException {
        listing("17,0,1,many,r.png,a.png,b.png,p,test,False");

        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("'votes'")
                .hasMessageContaining("'many'");
    }

    @Test
    void aSplitWithoutTripletsIsNoEmptyAnswer() throws IOException {
        listing("17,0,1,7,r.png,a.png,b.png,p,test,False");

        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TRAIN))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("split train");
    }

    @Test
    void aPictureThatIsMissingIsNamedWithTheLineThatNamesIt() throws IOException {
        listing(
                "17,0,1,7,r.png,a.png,b.png,\"a prompt, with a comma\",test,False",
                "18,0,1,7,r.png,a.png,c.png,p,test,False");
        Files.delete(folder.resolve("c.png"));

        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: line 3: column 'right_path' names 'c.png'");
    }

    @Test
    void aTripletThatIsOfNeitherHalfIsNamedWithItsLine() throws IOException {
        listing("17,0,1,7,r.png,a.png,b.png,p,test,False", "18,0,1,7,r.png,a.png,b.png,p,test,perhaps");

        assertThatThrownBy(() -> NightsLayout.halves(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: line 3: column 'is_imagenet' holds 'perhaps'");
    }

    @Test
    void theHalvesOfTheTestSplitAreReadApartAndOneOfThemIsEnough() throws IOException {
        listing("17,0,1,7,r.png,a.png,b.png,p,test,False", "18,0,1,7,r.png,a.png,b.png,p,train,True");

        assertThat(NightsLayout.halves(folder)).containsOnlyKeys(Split.TEST_NO_IMAGENET);

        listing("18,0,1,7,r.png,a.png,b.png,p,train,True");
        assertThatThrownBy(() -> NightsLayout.halves(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("test_imagenet or test_no_imagenet");
    }

    @Test
    void aListingThatIsNoCsvOrNoUtf8IsNamed() throws IOException {
        listing("17,0,1,7,r.png,a.png,b.png,\"p,test,False");
        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: cannot be read as CSV: Missing closing quote");

        Path listing = folder.resolve("data.csv");
        Files.write(listing, (HEADER + "\n17,0,1,7,r\u00e9.png").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: cannot be read as CSV: Invalid UTF-8");

        Files.writeString(listing, "");
        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: cannot be read as CSV: Empty header line")
                .hasMessageNotContaining("\n");
    }

    @Test
    void twoTripletsOfOneIdAreNamedWithBothLines() throws IOException {
        listing("17,0,1,7,r.png,a.png,b.png,p,test,False", "17,0,1,7,r.png,a.png,b.png,p,test,True");

        assertThatThrownBy(() -> NightsLayout.halves(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: line 3: has the id '17' of line 2");
    }

    @Test
    void aPathThatNoFileCanHaveIsNamedWithItsLine() throws IOException {
        listing("17,0,1,7,r.png,a.png,b.png,p,test,False");
        Files.writeString(
                folder.resolve("data.csv"), "18,0,1,7,r\0.png,a.png,b.png,p,test,False\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> NightsLayout.read(folder, Split.TEST))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("data.csv: line 3: column 'ref_path'");
    }

    private void listing(String... rows) throws IOException {
        Files.writeString(folder.resolve("data.csv"), HEADER + "\n" + String.join("\n", rows) + "\n");
        for (String row : rows) {
            for (String cell : row.split(",")) {
                if (cell.endsWith(".png")) {
                    TestPictures.write(folder.resolve(cell).toAbsolutePath(), 4, 4, 1);
                }
            }
        }
    }
}
