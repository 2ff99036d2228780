package io.bulwark.lab.concepts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LabelFindingTest {

    private static final String MODEL = "model";

    @Test
    void aReferenceAmongThoseOfAnotherLabelIsOutOfPlaceAndTheNearestConflict() {
        List<LabelFinding> findings = LabelFinding.of(MODEL, withAStray(), 3);

        assertThat(findings).extracting(LabelFinding::label).containsExactly("east", "north");
        LabelFinding east = findings.get(0);
        assertThat(east.references()).isEqualTo(9);
        assertThat(east.outOfPlace()).singleElement().satisfies(stray -> {
            assertThat(stray.id()).isEqualTo("east/stray.png");
            assertThat(stray.support()).isZero();
            assertThat(stray.nearestLabel()).isEqualTo("north");
        });
        assertThat(east.conflicts().get(0).own()).isEqualTo("east/stray.png");
        assertThat(east.conflicts().get(0).otherLabel()).isEqualTo("north");
        assertThat(east.conflicts().get(0).similarity()).isGreaterThan(0.99);
        assertThat(findings.get(1).outOfPlace()).isEmpty();
    }

    @Test
    void theMeanIsThatOfItsReferencesAndTypicalIsWhatLiesNearIt() {
        LabelFinding north = LabelFinding.of(MODEL, withAStray(), 2).get(1);

        assertThat(north.mean().direction()[1]).isCloseTo(1, within(0.02f));
        assertThat(north.typical()).hasSize(2).allMatch(id -> id.startsWith("north/"));
    }

    /** Otherwise a copy would vouch for itself. */
    @Test
    void aPicturesOtherGroundAndACopyOfItsFileDoNotSupportIt() {
        List<LabelledEmbedding> references = withAStray();
        Sha256 file = Sha256.digest(new byte[] {1});
        references.removeIf(reference -> reference.id().equals("east/stray.png"));
        references.add(reference("east/stray.png@white", "east", 88).from(Optional.of(file)));
        references.add(reference("east/stray.png@black", "east", 88.1).from(Optional.of(file)));
        references.add(reference("east/copy.png", "east", 88).from(Optional.of(file)));

        LabelFinding east = LabelFinding.of(MODEL, references, 5).get(0);

        assertThat(east.outOfPlace())
                .extracting(LabelFinding.Stray::id)
                .containsExactlyInAnyOrder("east/stray.png@white", "east/stray.png@black", "east/copy.png");
    }

    private static List<LabelledEmbedding> withAStray() {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            references.add(reference("east/" + i + ".png", "east", i));
            references.add(reference("north/" + i + ".png", "north", 85 + i));
        }
        references.add(reference("east/stray.png", "east", 88.4));
        return references;
    }

    private static LabelledEmbedding reference(String id, String label, double degrees) {
        double angle = Math.toRadians(degrees);
        return new LabelledEmbedding(id, label, new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
    }
}
