package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.data.PictureSource.Distorted;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.RetrievalSet.Query;
import io.bulwark.lab.data.Triplet.GeneratedTriplets;
import io.bulwark.perception.metric.Choice.Side;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneratedSetsTest {

    private final List<PictureFile> pictures = IntStream.range(0, 200)
            .mapToObj(i -> PictureFile.of(Path.of("picture-" + i + ".png")))
            .toList();

    @Test
    void ofEveryTripletTheSlighterCopyOfTheSameKindAndPlaceIsTheAnswer() {
        for (Triplet triplet : GeneratedTriplets.of(pictures, 7)) {
            Distorted left = (Distorted) triplet.left();
            Distorted right = (Distorted) triplet.right();
            assertThat(left.original()).isEqualTo(triplet.reference()).isEqualTo(right.original());
            assertThat(left.distortion()).isEqualTo(right.distortion());
            assertThat(left.seed()).isEqualTo(right.seed());
            assertThat(triplet.chosenByPeople()).isEqualTo(left.severity() < right.severity() ? Side.LEFT : Side.RIGHT);
        }
    }

    @Test
    void everyKindAndBothSidesOccur() {
        List<Triplet> triplets = GeneratedTriplets.of(pictures, 7);

        assertThat(triplets)
                .extracting(triplet -> ((Distorted) triplet.left()).distortion())
                .contains(Distortion.values());
        assertThat(triplets).extracting(Triplet::chosenByPeople).contains(Side.values());
    }

    @Test
    void aSeedRepeatsTheSetAndAnotherDoesNot() {
        assertThat(GeneratedTriplets.of(pictures, 7))
                .isEqualTo(GeneratedTriplets.of(pictures, 7))
                .isNotEqualTo(GeneratedTriplets.of(pictures, 8));
        assertThat(RetrievalSet.ofCopies(pictures, 7))
                .isEqualTo(RetrievalSet.ofCopies(pictures, 7))
                .isNotEqualTo(RetrievalSet.ofCopies(pictures, 8));
    }

    @Test
    void everyCopyIsAnsweredByThePictureAndItsOtherCopiesAlone() {
        RetrievalSet set = RetrievalSet.ofCopies(pictures, 7);

        assertThat(set.gallery()).hasSize(3 * pictures.size()).doesNotHaveDuplicates();
        for (Query query : set.queries()) {
            PictureFile original = ((Distorted) query.picture()).original();
            for (int item : query.easy()) {
                assertThat(set.gallery().get(item).name()).startsWith(original.name());
            }
            assertThat(query.hard())
                    .singleElement()
                    .satisfies(item -> assertThat(((Distorted) set.gallery().get(item)).original())
                            .isEqualTo(original));
            assertThat(set.gallery()).doesNotContain(query.picture());
        }
    }
}
