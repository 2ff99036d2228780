package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.torch.FloatMatrix;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnnBenchmarkTest {

    @Test
    void measuresBothSearchesAndFindsThemInAgreement() {
        KnnBenchmark.Case measured = new KnnBenchmark.Case(500, 32, 0, List.of(), true, 7, 11, Duration.ZERO, 3, 2, 1);

        KnnBenchmark.Result result = KnnBenchmark.run(measured);

        assertThat(result.measured()).isEqualTo(measured);
        assertThat(result.agreeing()).isEqualTo(7);
        assertThat(result.buildMillis()).isPositive();
        assertThat(result.changeMillis()).isPositive().isLessThanOrEqualTo(result.slowestChangeMillis());
        assertThat(result.nativeBytes()).isBetween(500L * (2 * 32 + 3 * 4 + 8), 2 * 500L * (2 * 32 + 3 * 4 + 8));
        assertThat(result.heapBytes()).isPositive();
        assertThat(result.fastestMillis()).isPositive().isLessThanOrEqualTo(result.medianMillis());
        assertThat(result.medianMillis()).isPositive().isLessThanOrEqualTo(result.p95Millis());
        assertThat(result.plainMillis()).isPositive();
        assertThat(result.matrixMillis()).isPositive();
    }

    @Test
    void rowsThatAreMuchAlikeStayOpenAndAreFoundAllTheSame() {
        KnnBenchmark.Result apart =
                KnnBenchmark.run(new KnnBenchmark.Case(3000, 64, 0, List.of(), false, 3, 11, Duration.ZERO, 1, 1, 1));
        KnnBenchmark.Result alike =
                KnnBenchmark.run(new KnnBenchmark.Case(3000, 64, 0.9, List.of(), false, 3, 11, Duration.ZERO, 1, 1, 1));

        assertThat(apart.agreeing()).isEqualTo(3);
        assertThat(alike.agreeing()).isEqualTo(3);
        assertThat(apart.openRows()).isBetween(11.0, alike.openRows() / 2);
        assertThat(alike.openRows()).isLessThan(3000);
    }

    @Test
    void placesBetweenPicturesAreNearThem() {
        Random random = new Random(1);
        List<float[]> pictures =
                Stream.generate(() -> Rows.random(random, 64)).limit(20).toList();

        KnnBenchmark.Result result =
                KnnBenchmark.run(new KnnBenchmark.Case(3000, 64, 0, pictures, false, 3, 11, Duration.ZERO, 1, 1, 1));

        assertThat(result.agreeing()).isEqualTo(3);
        assertThat(result.openRows()).isBetween(11.0, 1000.0);
        assertThat(result.cpuMillis()).isNotNegative();
    }

    @Test
    void theMatrixFindsWhatAPlainLoopFinds() {
        Random random = new Random(2);
        List<LabelledEmbedding> references = Rows.references(random, 300, 24);
        float[] query = Rows.random(random, 24);
        try (FloatMatrix matrix =
                new FloatMatrix(300, 24, row -> references.get(row).embedding())) {
            assertThat(matrix.nearest(query, 1, 5))
                    .containsExactly(Rows.slowNearest(references, query, 5).stream()
                            .mapToLong(
                                    found -> Long.parseLong(found.referenceId().substring(2)))
                            .toArray());
        }
    }
}
