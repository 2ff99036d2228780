package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException.Problem;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LabelledEmbeddingTest {

    private static final byte[] UNIT = HalfFloats.encode(new float[] {0.6f, 0.8f});

    @Test
    void aReferenceIsReadFromHalfPrecision() {
        LabelledEmbedding reference = LabelledEmbedding.ofHalf("r-1", "safe", UNIT);

        assertThat(reference.id()).isEqualTo("r-1");
        assertThat(reference.embedding()[0]).isCloseTo(0.6f, org.assertj.core.data.Offset.offset(1e-3f));
    }

    /** The bytes that moderation-stream's outbox publishes for an approved picture and its variant. */
    @Test
    void aReferenceThatReviewersApprovedIsReadWithItsVariants() {
        LabelledEmbedding reference = LabelledEmbedding.ofHalf(
                        "review/7", "porn", new byte[] {0, 0x3c, 0, 0, 0, 0, 0, 0})
                .with(List.of(ReferenceVariant.ofHalf("review/7", "tile-2", new byte[] {0, 0, 0, 0, 0, 0x3c, 0, 0})));

        assertThat(reference.label()).isEqualTo("porn");
        assertThat(reference.embedding()).containsExactly(1, 0, 0, 0);
        assertThat(reference.variants()).extracting(ReferenceVariant::name).containsExactly("tile-2");
        assertThat(reference.variants().get(0).embedding()).containsExactly(0, 0, 1, 0);
    }

    @Test
    void anythingButAUnitRowIsRefusedByTheReferencesName() {
        refused(Problem.DIMENSION, () -> LabelledEmbedding.ofHalf("r-7", "safe", new byte[0]));
        refused(Problem.DIMENSION, () -> LabelledEmbedding.ofHalf("r-7", "safe", new byte[3]));
        refused(Problem.NOT_UNIT, () -> LabelledEmbedding.ofHalf("r-7", "safe", new byte[4]));
        refused(
                Problem.NOT_UNIT,
                () -> LabelledEmbedding.ofHalf("r-7", "safe", HalfFloats.encode(new float[] {0.6f, 0.9f})));
        refused(
                Problem.NOT_FINITE,
                () -> LabelledEmbedding.ofHalf("r-7", "safe", HalfFloats.encode(new float[] {1, Float.NaN})));
        refused(
                Problem.NOT_FINITE,
                () -> LabelledEmbedding.ofHalf("r-7", "safe", HalfFloats.encode(new float[] {1e9f, 0})));
        refused(Problem.BLANK_LABEL, () -> LabelledEmbedding.ofHalf("r-7", " ", UNIT));
    }

    @Test
    void aReferenceNeedsAName() {
        assertThatThrownBy(() -> LabelledEmbedding.ofHalf("", "safe", UNIT))
                .isInstanceOfSatisfying(
                        InvalidReferenceException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.BLANK_ID));
    }

    private static void refused(Problem problem, ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .hasMessageContaining("\"r-7\"")
                .isInstanceOfSatisfying(InvalidReferenceException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(problem);
                    assertThat(refusal.referenceId()).isEqualTo("r-7");
                });
    }
}
