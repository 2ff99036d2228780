package io.bulwark.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.picture.FileViewer.ChangedVersions;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.hash.Sha256;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangedVersionsTest {

    private static final UprightPicture PICTURE = new UprightPicture(16, 16, new byte[16 * 16 * 3]);
    private static final List<Sha256> FILES =
            IntStream.range(0, 100).mapToObj(ChangedVersionsTest::file).toList();

    @Test
    void collagesOfDifferentFilesShowDifferentOthersAndNeverTheFileItself() {
        ChangedVersions versions = new ChangedVersions(FILES.stream()
                .map(file -> new ChangedVersions.Other(file, () -> Optional.of(PICTURE)))
                .toList());

        Set<Sha256> shown = new HashSet<>();
        int collages = 0;
        for (Sha256 file : FILES) {
            ChangedVersions.Version version = versions.of(PICTURE, file);
            assertThat(version.shown())
                    .doesNotContain(file)
                    .isEqualTo(versions.of(PICTURE, file).shown());
            assertThat(version.shown().size()).isIn(0, 3);
            collages += version.shown().isEmpty() ? 0 : 1;
            shown.addAll(version.shown());
        }

        assertThat(collages).isBetween(3, 30);
        assertThat(shown.size()).isGreaterThan(2 * collages);
    }

    @Test
    void withoutEnoughOthersThereAreNoCollages() {
        ChangedVersions unreadable = new ChangedVersions(FILES.stream()
                .map(file -> new ChangedVersions.Other(file, Optional::empty))
                .toList());

        for (ChangedVersions versions : List.of(new ChangedVersions(List.of()), unreadable)) {
            assertThat(FILES)
                    .allMatch(file -> versions.of(PICTURE, file).shown().isEmpty());
        }
    }

    private static Sha256 file(int number) {
        return Sha256.digest(new byte[] {(byte) number});
    }
}
