package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.InvalidReferenceException.Problem;
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
