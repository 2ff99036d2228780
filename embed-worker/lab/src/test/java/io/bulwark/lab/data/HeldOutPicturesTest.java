package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.data.HeldOutPictures.Layout;
import io.bulwark.lab.data.HeldOutPictures.Pool;
import io.bulwark.lab.data.HeldOutPictures.Target;
import io.bulwark.lab.data.HeldOutPictures.Written;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.lab.picture.PictureSet.HeldOutOptions.HeldOutSplit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutPicturesTest {

    private static final int SIDE = 20;
    private static final HeldOutSplit HALF = new HeldOutSplit(2);

    @TempDir
    Path folder;

    @Test
    void whatTheSplitHoldsOutBecomesQueriesAndTheRestReferences() throws IOException {
        drawings(12);

        Layout layout = layOut("one", 1, 100, 100);

        Set<String> heldOut = new HashSet<>();
        Set<String> kept = new HashSet<>();
        for (Path file : files(folder.resolve("drawings"))) {
            (HALF.holdsOut(file) ? heldOut : kept).add(stem(file));
        }
        assertThat(heldOut).as("the drawings are of both sides").isNotEmpty();
        assertThat(kept).isNotEmpty();
        assertThat(stems("one/queries")).isEqualTo(heldOut);
        assertThat(stems("one/references")).isEqualTo(kept);
        assertThat(layout).isEqualTo(new Layout(every(kept.size()), every(heldOut.size()), 0, 0));
    }

    @Test
    void theSameSeedTakesTheSamePicturesAndAnotherSeedOthers() throws IOException {
        drawings(24);

        layOut("one", 1, 4, 4);
        layOut("again", 1, 4, 4);
        layOut("other", 2, 4, 4);

        assertThat(contents("one")).hasSize(8).isEqualTo(contents("again"));
        assertThat(stems("one/references")).isNotEqualTo(stems("other/references"));
    }

    @Test
    void largePhotographsAreCutIntoAsManySquaresAsAreMissingAndNoneGivesToBothSides() throws IOException {
        int number = 0;
        while (!bothSides("photographs")) {
            TestPictures.write(folder.resolve("photographs/" + number + ".jpg"), 640, 601, number++);
        }

        Layout layout = layOut("cut", pools("photographs"), 1, 7, 5);

        assertThat(layout.references().pictures()).isEqualTo(7);
        assertThat(layout.queries().pictures()).isEqualTo(5);
        assertThat(stems("cut/queries")).doesNotContainAnyElementsOf(stems("cut/references"));
        for (Path square : files(folder.resolve("cut"))) {
            BufferedImage image = ImageIO.read(square.toFile());
            assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(SIDE, SIDE);
        }
        assertThat(new HashSet<>(contents("cut").values()))
                .as("no square twice")
                .hasSize(12);
    }

    @Test
    void whatFilesWithoutSquaresAreShortOfTheOtherFilesGive() throws IOException {
        drawings(3);
        for (int i = 0; i < 2; i++) {
            TestPictures.write(folder.resolve("drawings/wall" + i + ".jpg"), 640, 601, i);
        }
        List<Pool> all = List.of(new Pool(listed("drawings"), new HeldOutSplit(0)));

        int most = 0;
        for (int seed = 1; seed <= 20; seed++) {
            Written written = layOut("mixed" + seed, all, seed, 10, 1).references();
            assertThat(written.pictures()).isBetween(7, 10);
            most = Math.max(most, written.pictures());
        }

        assertThat(most).as("a photograph that comes last makes up the number").isEqualTo(10);
    }

    private boolean bothSides(String name) throws IOException {
        if (!Files.exists(folder.resolve(name))) {
            return false;
        }
        Set<Boolean> sides = new HashSet<>();
        for (Path file : files(folder.resolve(name))) {
            sides.add(HALF.holdsOut(file));
        }
        return sides.size() == 2;
    }

    @Test
    void otherPicturesStayWholeAndAreShrunkWhereTheyAreLarge() throws IOException {
        TestPictures.write(folder.resolve("drawings/small.png"), 30, 12, 1);
        TestPictures.write(folder.resolve("drawings/large.png"), 400, 100, 2);

        layOut("whole", List.of(new Pool(listed("drawings"), new HeldOutSplit(0))), 1, 9, 9);

        Map<String, List<Integer>> sizes = new TreeMap<>();
        for (Path file : files(folder.resolve("whole"))) {
            BufferedImage image = ImageIO.read(file.toFile());
            sizes.put(stem(file), List.of(image.getWidth(), image.getHeight()));
        }
        assertThat(sizes).containsEntry("small", List.of(30, 12)).containsEntry("large", List.of(2 * SIDE, SIDE / 2));
    }

    @Test
    void equalFilesCountOnceEvenInAnotherClassAndFilesThatAreNoPicturesAreCounted() throws IOException {
        Path original = TestPictures.write(folder.resolve("drawings/a.png"), 30, 30, 1);
        Files.copy(original, folder.resolve("drawings/b.png"));
        Files.writeString(folder.resolve("drawings/c.png"), "no picture");
        Path elsewhere = TestPictures.write(folder.resolve("more/d.png"), 30, 30, 2);
        Files.copy(original, elsewhere.resolveSibling("e.png"));
        HeldOutSplit none = new HeldOutSplit(0);
        HeldOutPictures pictures = new HeldOutPictures(SIDE, 1);

        Layout first = pictures.layOut(
                List.of(new Pool(listed("drawings"), none)), target("x/references", 9), target("x/queries", 9));
        Layout second = pictures.layOut(
                List.of(new Pool(listed("more"), none)), target("y/references", 9), target("y/queries", 9));

        assertThat(first).isEqualTo(new Layout(every(1), every(0), 1, 1));
        assertThat(second).isEqualTo(new Layout(every(1), every(0), 1, 0));
    }

    @Test
    void poolsOfOneClassKeepTheirOwnSplits() throws IOException {
        drawings(6);
        TestPictures.write(folder.resolve("more/z.png"), 30, 30, 99);

        Layout layout = layOut(
                "pools",
                List.of(new Pool(listed("drawings"), new HeldOutSplit(0)), new Pool(listed("more"), HALF)),
                1,
                9,
                9);

        assertThat(layout.references().files() + layout.queries().files()).isEqualTo(7);
        assertThat(stems("pools/queries")).isSubsetOf("z");
    }

    @Test
    void numbersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new HeldOutPictures(0, 1)).hasMessageContaining("0 pixels");
        assertThatThrownBy(() -> target("x", 0)).hasMessageContaining("0 pictures");
    }

    private void drawings(int count) {
        for (int i = 0; i < count; i++) {
            TestPictures.write(folder.resolve("drawings/number" + i + ".png"), 24, 24, i);
        }
    }

    private static Written every(int files) {
        return new Written(files, files);
    }

    private Layout layOut(String name, long seed, int references, int queries) throws IOException {
        return layOut(name, pools("drawings"), seed, references, queries);
    }

    private Layout layOut(String name, List<Pool> pools, long seed, int references, int queries) throws IOException {
        return new HeldOutPictures(SIDE, seed)
                .layOut(pools, target(name + "/references", references), target(name + "/queries", queries));
    }

    private Target target(String name, int wanted) {
        return new Target(folder.resolve(name), wanted);
    }

    private List<Pool> pools(String name) throws IOException {
        return List.of(new Pool(listed(name), HALF));
    }

    private List<PictureFiles> listed(String name) throws IOException {
        return PictureFiles.of(List.of(folder.resolve(name)), List.of());
    }

    private static List<Path> files(Path below) throws IOException {
        try (Stream<Path> walk = Files.walk(below)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private Set<String> stems(String below) throws IOException {
        return files(folder.resolve(below)).stream()
                .map(HeldOutPicturesTest::stem)
                .collect(Collectors.toSet());
    }

    /** The name of the file that a picture was made of. */
    private static String stem(Path file) {
        return file.getFileName().toString().replaceAll("[-.].*", "");
    }

    private Map<String, String> contents(String below) throws IOException {
        Path root = folder.resolve(below);
        return files(root).stream()
                .collect(Collectors.toMap(file -> root.relativize(file).toString(), HeldOutPicturesTest::content));
    }

    private static String content(Path file) {
        try {
            return Arrays.toString(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
