package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.data.PictureSource.Box;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.RetrievalSet.Protocol;
import io.bulwark.lab.data.RetrievalSet.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OxfordLayoutTest {

    @TempDir
    Path folder;

    @BeforeEach
    void pictures() {
        for (String name : List.of("all_souls_1", "all_souls_2", "balliol_1", "keble_1")) {
            TestPictures.write(folder.resolve("jpg").resolve(name + ".jpg"), 40, 30, name.hashCode());
        }
    }

    @Test
    void theRevisitedGroundTruthNamesGalleryQueriesBoxesAndAnswersByDifficulty() throws IOException {
        gnd("{\"bbx\": [1.5, 2.5, 30.4, 20], \"easy\": [1], \"hard\": [2], \"junk\": [3]}");

        RetrievalSet set = OxfordLayout.read(folder);

        assertThat(set.gallery()).hasSize(4);
        Query query = set.queries().get(0);
        PictureFile picture = (PictureFile) query.picture();
        assertThat(picture.file()).isEqualTo(folder.resolve("jpg/all_souls_1.jpg"));
        assertThat(picture.box()).contains(new Box(2, 2, 28, 18));
        assertThat(relevant(Protocol.EASY, query)).containsExactly(1);
        assertThat(ignored(Protocol.EASY, query)).containsExactly(2, 3);
        assertThat(relevant(Protocol.MEDIUM, query)).containsExactly(1, 2);
        assertThat(ignored(Protocol.MEDIUM, query)).containsExactly(3);
        assertThat(relevant(Protocol.HARD, query)).containsExactly(2);
        assertThat(ignored(Protocol.HARD, query)).containsExactly(1, 3);
    }

    @Test
    void theOriginalGroundTruthIsReadFromItsTextFiles() throws IOException {
        truth("all_souls_1", "oxc1_all_souls_1 1 2 30 20", "all_souls_2", "balliol_1", "keble_1");

        RetrievalSet set = OxfordLayout.read(folder);

        assertThat(set.gallery())
                .extracting(
                        picture -> ((PictureFile) picture).file().getFileName().toString())
                .containsExactly("all_souls_1.jpg", "all_souls_2.jpg", "balliol_1.jpg", "keble_1.jpg");
        Query query = set.queries().get(0);
        assertThat(query.id()).isEqualTo("all_souls_1");
        assertThat(query.easy()).containsExactly(1);
        assertThat(query.hard()).containsExactly(2);
        assertThat(query.junk()).containsExactly(3);
    }

    @Test
    void anAnswerBeyondTheGalleryIsNamedWithItsQuery() throws IOException {
        gnd("{\"bbx\": [1, 2, 30, 20], \"easy\": [4], \"hard\": [], \"junk\": []}");

        broken("query 'all_souls_1'", "easy names 4");
    }

    @Test
    void aQueryWithoutABoxIsNamed() throws IOException {
        gnd("{\"bbx\": [1, 2], \"easy\": [], \"hard\": [], \"junk\": []}");

        broken("all_souls_1", "bbx has 2");
    }

    @Test
    void aBoxThatHoldsNoPixelIsNamedWithItsQuery() throws IOException {
        gnd("{\"bbx\": [1, 2, 0, 20], \"easy\": [], \"hard\": [], \"junk\": []}");

        broken("gnd.json: query 'all_souls_1'", "holds no pixel");
    }

    @Test
    void aPictureThatIsListedTwiceIsNamed() throws IOException {
        Files.writeString(
                folder.resolve("gnd.json"), "{\"imlist\": [\"keble_1\", \"keble_1\"], \"qimlist\": [], \"gnd\": []}");

        broken("gnd.json", "imlist names 'keble_1' twice");
    }

    @Test
    void aGroundTruthWithoutItsListsIsNamed() throws IOException {
        Files.writeString(folder.resolve("gnd.json"), "{\"imlist\": []}");

        broken("gnd.json", "'qimlist'");
    }

    @Test
    void aPictureThatTheGroundTruthNamesAndTheFolderLacksIsNamed() throws IOException {
        gnd("{\"bbx\": [1, 2, 30, 20], \"easy\": [], \"hard\": [], \"junk\": []}");
        Files.delete(folder.resolve("jpg/keble_1.jpg"));

        broken("keble_1.jpg", "missing");
    }

    @Test
    void anAnswerThatIsNoPictureIsNamedWithItsFile() throws IOException {
        truth("all_souls_1", "oxc1_all_souls_1 1 2 30 20", "magdalen_9", "", "");

        broken("all_souls_1_good.txt", "magdalen_9");
    }

    @Test
    void aCornerThatIsNoNumberIsNamed() throws IOException {
        truth("all_souls_1", "oxc1_all_souls_1 1 2 thirty 20", "", "", "");

        broken("all_souls_1_query.txt", "'thirty'");
    }

    @Test
    void aFolderWithoutGroundTruthSaysBothThatWouldDo() {
        broken("gnd.json", "_query.txt");
    }

    private void broken(String where, String what) {
        assertThatThrownBy(() -> OxfordLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining(where)
                .hasMessageContaining(what);
    }

    private void gnd(String answer) throws IOException {
        Files.writeString(
                folder.resolve("gnd.json"),
                ("{\"imlist\": [\"all_souls_1\", \"all_souls_2\", \"balliol_1\", \"keble_1\"],"
                                + " \"qimlist\": [\"all_souls_1\"], \"gnd\": [%s]}")
                        .formatted(answer));
    }

    private void truth(String id, String query, String good, String ok, String junk) throws IOException {
        Path truths = Files.createDirectories(folder.resolve("gt"));
        Files.writeString(truths.resolve(id + "_query.txt"), query + "\n");
        Files.writeString(truths.resolve(id + "_good.txt"), good + "\n");
        Files.writeString(truths.resolve(id + "_ok.txt"), ok + "\n");
        Files.writeString(truths.resolve(id + "_junk.txt"), junk + "\n");
    }

    private static int[] relevant(Protocol protocol, Query query) {
        return IntStream.range(0, 4).filter(protocol.relevant(query)).toArray();
    }

    private static int[] ignored(Protocol protocol, Query query) {
        return IntStream.range(0, 4).filter(protocol.ignored(query)).toArray();
    }
}
