package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.Sizes;
import io.bulwark.lab.evaluate.photograph.Photograph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceSplitTest {

    @TempDir
    private Path folder;

    private final Map<String, List<Path>> files = new TreeMap<>();

    @Test
    void halfOfTheFilesBecomeTheBankAFifthCalibratesAndTheRestTests() {
        add("weapons", 1000);
        add("cats", 1000);

        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));

        assertThat(split.bank().size()).isCloseTo(1000, within(100));
        assertThat(split.calibration().size()).isCloseTo(400, within(80));
        assertThat(split.test().size()).isCloseTo(600, within(90));
        assertThat(all(split)).hasSize(2000).doesNotHaveDuplicates();
        assertThat(split.test()).allMatch(file -> file.flagged() == file.label().equals("weapons"));
    }

    @Test
    void aFileThatIsAddedMovesNoOther() {
        add("weapons", 60);
        add("cats", 60);
        AcceptanceSplit before = AcceptanceSplit.of(files, Set.of("weapons"));

        add("cats", 40);
        add("dogs", 30);
        AcceptanceSplit after = AcceptanceSplit.of(files, Set.of("weapons"));

        assertThat(after.bank()).containsAll(before.bank());
        assertThat(after.calibration()).containsAll(before.calibration());
        assertThat(after.test()).containsAll(before.test());
    }

    @Test
    void filesOfTheSameBytesCountOnce() {
        add("weapons", 60);
        add("cats", 60);
        files.get("cats").add(copyOf(files.get("cats").get(7), "copy.jpg"));

        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));

        assertThat(split.copies()).isEqualTo(1);
        assertThat(all(split)).hasSize(120);
    }

    @Test
    void filesUnderTwoLabelsAreLeftOutAndNamed() {
        add("weapons", 60);
        add("cats", 60);
        Path original = files.get("cats").get(7);
        Path copy = copyOf(original, "copy.jpg");
        files.get("weapons").add(copy);

        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));

        assertThat(split.contradictory()).containsExactlyInAnyOrder(original, copy);
        assertThat(split.copies()).isZero();
        assertThat(all(split)).hasSize(119).noneMatch(file -> file.file().equals(original));
    }

    @Test
    void partsOfTheBankAreNestedAndHoldEveryLabel() {
        add("weapons", 200);
        add("cats", 400);
        add("dogs", 12);
        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));

        List<LabelledFile> smallest = List.of();
        for (double share : new double[] {0.125, 0.25, 0.5, 1}) {
            List<LabelledFile> part = split.bankPart(share);
            assertThat(part).containsAll(smallest);
            assertThat((double) part.size() / split.bank().size()).isCloseTo(share, within(0.02));
            assertThat(part.stream().map(LabelledFile::label)).contains("weapons", "cats", "dogs");
            smallest = part;
        }
        assertThat(smallest).isEqualTo(split.bank());
        assertThatThrownBy(() -> split.bankPart(0)).hasMessageContaining("above 0 up to 1");
    }

    @Test
    void theSizesNameFlaggedLabelsFirst() {
        add("weapons", 80);
        add("cats", 80);
        add("axes", 80);

        List<Sizes> sizes = AcceptanceSplit.of(files, Set.of("weapons", "axes")).sizes();

        assertThat(sizes).extracting(Sizes::label).containsExactly("axes", "weapons", "cats");
        assertThat(sizes)
                .allSatisfy(row ->
                        assertThat(row.bank() + row.calibration() + row.test()).isEqualTo(80));
    }

    @Test
    void aFlaggedLabelWithoutFilesIsNamedWithTheLabelsThatThereAre() {
        add("cats", 3);

        assertThatThrownBy(() -> AcceptanceSplit.of(files, Set.of("weapon")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'weapon'")
                .hasMessageContaining("[cats]");
    }

    @Test
    void aSideWithoutFlaggedFilesIsNamedWithTheSizes() {
        add("weapons", 1);
        add("cats", 100);

        assertThatThrownBy(() -> AcceptanceSplit.of(files, Set.of("weapons")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("files is flagged")
                .hasMessageContaining("20 or more");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        files.put("cats", List.of(folder.resolve("gone.jpg")));

        assertThatThrownBy(() -> AcceptanceSplit.of(files, Set.of("cats")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("gone.jpg");
    }

    @Test
    void noContributorIsOnTwoSidesAndTheGivenQuestionsAreDecided() {
        List<Photograph> references = photographs("taker", 140);
        List<Photograph> questions = photographs("asker", 30);

        AcceptanceSplit split = AcceptanceSplit.of(references, questions, Set.of("weapons"));

        assertThat(split.test()).extracting(LabelledFile::file).containsExactlyInAnyOrderElementsOf(files(questions));
        assertThat(all(split)).hasSize(2 * 170);
        assertThat(takers(split.bank())).doesNotContainAnyElementsOf(takers(split.calibration()));
        assertThat(takers(split.calibration()).size()).isCloseTo(40, within(20));
        assertThat(split.isByContributor()).isTrue();
        assertThat(AcceptanceSplit.contributors(split.test())).isEqualTo(30);
    }

    @Test
    void aContributorThatIsAddedMovesNoOther() {
        List<Photograph> references = photographs("taker", 40);
        List<Photograph> questions = photographs("asker", 3);
        AcceptanceSplit before = AcceptanceSplit.of(references, questions, Set.of("weapons"));

        AcceptanceSplit after = AcceptanceSplit.of(photographs("taker", 60), questions, Set.of("weapons"));

        assertThat(after.bank()).containsAll(before.bank());
        assertThat(after.calibration()).containsAll(before.calibration());
    }

    @Test
    void aQuestionWithTheBytesOfAReferenceIsACopy() {
        List<Photograph> references = photographs("taker", 40);
        List<Photograph> questions = new ArrayList<>(photographs("asker", 3));
        questions.add(new Photograph(copyOf(references.get(0).file(), "copy.jpg"), "weapons", "asker9"));

        AcceptanceSplit split = AcceptanceSplit.of(references, questions, Set.of("weapons"));

        assertThat(split.copies()).isEqualTo(1);
        assertThat(split.test()).hasSize(6);
    }

    @Test
    void aSideWithoutFlaggedFilesOfKnownContributorsIsNamedToo() {
        List<Photograph> references = photographs("taker", 40);
        List<Photograph> safe = photographs("asker", 3).stream()
                .filter(one -> one.label().equals("cats"))
                .toList();

        assertThatThrownBy(() -> AcceptanceSplit.of(references, safe, Set.of("weapons")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of the 3 test files is flagged")
                .hasMessageContaining("a contributor's name");
    }

    /** A flagged and a safe one of each contributor. */
    private List<Photograph> photographs(String name, int contributors) {
        return IntStream.range(0, 2 * contributors)
                .mapToObj(i -> {
                    String label = i % 2 == 0 ? "weapons" : "cats";
                    String contributor = name + i / 2;
                    return new Photograph(
                            write(folder.resolve(contributor + label + ".jpg"), contributor + label),
                            label,
                            contributor);
                })
                .toList();
    }

    private static List<Path> files(List<Photograph> photographs) {
        return photographs.stream().map(Photograph::file).toList();
    }

    private static Set<String> takers(List<LabelledFile> files) {
        return files.stream().map(file -> file.contributor().orElseThrow()).collect(Collectors.toSet());
    }

    private static List<LabelledFile> all(AcceptanceSplit split) {
        return Stream.of(split.bank(), split.calibration(), split.test())
                .flatMap(List::stream)
                .toList();
    }

    private void add(String label, int count) {
        List<Path> ofLabel = files.computeIfAbsent(label, name -> new ArrayList<>());
        int first = ofLabel.size();
        for (int i = first; i < first + count; i++) {
            ofLabel.add(write(folder.resolve(label + "-" + i + ".jpg"), label + i));
        }
    }

    private Path copyOf(Path file, String name) {
        try {
            return Files.copy(file, folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
