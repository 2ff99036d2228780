package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bank that changed is the bank that is built of what it holds now, and both answer like the plain loop. */
class GrowingBankTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static final int K = 5;

    /** A reference as it was put, and when it votes. */
    private record Put(LabelledEmbedding reference, Instant until) {}

    private Instant now = NOON;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    @Property(tries = 40)
    void anyHistoryGivesTheBankOfWhatIsThereNow(
            @ForAll @IntRange(max = 1_000_000) int seed, @ForAll @IntRange(min = 2, max = 40) int dimension) {
        Random random = new Random(seed);
        now = NOON;
        Map<String, Put> model = new HashMap<>();
        // All rows lie near these few, many of them nearer to each other than 16 bits tell.
        float[][] centres = {Rows.random(random, dimension), Rows.random(random, dimension)};
        try (BankBuilder builder = new BankBuilder("model", dimension, clock)) {
            for (int step = 0; step < 160; step++) {
                change(random, builder, model, centres);
                if (step % 20 == 19) {
                    compare(random, builder, model, centres);
                }
            }
        }
    }

    private void change(Random random, BankBuilder builder, Map<String, Put> model, float[][] centres) {
        String id = "r-" + random.nextInt(60);
        Instant until = random.nextInt(3) == 0 ? now.plusSeconds(random.nextInt(200)) : Instant.MIN;
        switch (random.nextInt(8)) {
            case 0 -> assertThat(builder.remove(id)).isEqualTo(model.remove(id) != null);
            case 1 ->
                assertThat(builder.disable(id, until))
                        .isEqualTo(model.computeIfPresent(id, (key, put) -> new Put(put.reference(), until)) != null);
            case 2 -> now = now.plus(Duration.ofSeconds(random.nextInt(60)));
            default -> {
                LabelledEmbedding reference = reference(random, id, centres, model);
                builder.put(reference, until);
                model.put(id, new Put(reference, until));
            }
        }
    }

    private void compare(Random random, BankBuilder builder, Map<String, Put> model, float[][] centres) {
        List<LabelledEmbedding> voting = model.values().stream()
                .filter(put -> !put.until().isAfter(now))
                .map(Put::reference)
                .toList();
        float[] queries = new float[3 * centres[0].length];
        for (int query = 0; query < 3; query++) {
            float[] row = query == 0 || voting.isEmpty()
                    ? near(random, centres[0], 1e-4)
                    : voting.get(random.nextInt(voting.size())).embedding();
            System.arraycopy(row, 0, queries, query * row.length, row.length);
        }
        try (Bank grown = builder.snapshot();
                Bank built = MatrixBank.of("model", voting)) {
            assertThat(builder.size()).isEqualTo(model.size());
            assertThat(grown.version()).isEqualTo(built.version());
            assertThat(grown.size()).isEqualTo(voting.size());
            assertThat(grown.rows()).isEqualTo(built.rows());
            assertThat(grown.labels()).isEqualTo(built.labels());
            List<NearReferences> found = grown.near(queries, 3, K);
            assertThat(found).isEqualTo(built.near(queries, 3, K));
            for (int query = 0; query < 3; query++) {
                int from = query * centres[0].length;
                float[] row = java.util.Arrays.copyOfRange(queries, from, from + centres[0].length);
                assertThat(found.get(query).voting()).isEqualTo(Rows.slowNearest(voting, row, K));
                assertThat(found.get(query).alike())
                        .isEqualTo(Rows.slowNearest(voting, row, K, Neighbour::ownSimilarity));
            }
            for (LabelledEmbedding reference : voting) {
                ContentHashes source = new ContentHashes(reference.sourceSha256(), List.of());
                assertThat(grown.known(source)).isEqualTo(built.known(source));
            }
        }
    }

    private static LabelledEmbedding reference(Random random, String id, float[][] centres, Map<String, Put> model) {
        float[] row = near(random, centres[random.nextInt(centres.length)], Math.pow(10, -random.nextInt(8)));
        if (!model.isEmpty() && random.nextInt(4) == 0) {
            row = model.values().iterator().next().reference().embedding();
        }
        String label = random.nextBoolean() ? "safe" : "weapons";
        List<ReferenceVariant> variants = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4) - 1; i++) {
            variants.add(new ReferenceVariant("variant-" + i, near(random, row, 0.1)));
        }
        // Half of them as the topic brings them, in half precision.
        LabelledEmbedding made = random.nextBoolean()
                ? LabelledEmbedding.ofHalf(id, label, HalfFloats.encode(row))
                : new LabelledEmbedding(id, label, row);
        return made.from(
                        random.nextBoolean()
                                ? Optional.of(Sha256.ofText("file " + random.nextInt(5)))
                                : Optional.empty())
                .with(variants);
    }

    private static float[] near(Random random, float[] centre, double spread) {
        float[] row = centre.clone();
        for (int i = 0; i < row.length; i++) {
            row[i] += (float) (random.nextGaussian() * spread / Math.sqrt(row.length));
        }
        return UnitRow.normalised(row);
    }

    /**
     * What misleads bf16: the true nearest are rounded away from the query as far as can be, and many others towards it, so
     * that by estimates alone the others would be nearer. By libtorch, at the default encoder's dimension.
     */
    @Test
    void rowsThatBf16PutsInTheWrongOrderComeInTheRightOne() {
        Random random = new Random(1);
        int dimension = 1280;
        float[] query = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            // Just above and just below the middle of two bf16 numbers, alternately: rounded up and down.
            int bits = Float.floatToRawIntBits((float) (1 / Math.sqrt(dimension))) & 0xFFFF0000;
            query[i] = Float.intBitsToFloat(bits + 0x8000 + (i % 2 == 0 ? -9 : 9));
        }
        query = UnitRow.normalised(query);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            float[] row = query.clone();
            int turned = 1 + random.nextInt(3);
            for (int n = 0; n < turned * 40; n++) {
                int at = 2 * random.nextInt(dimension / 2) + i % 2;
                row[at] += (float) ((i % 2 == 0 ? 1e-6 : -1e-6) * random.nextInt(4));
            }
            references.add(new LabelledEmbedding(String.format("%03d", i), "safe", UnitRow.normalised(row)));
        }
        references.add(new LabelledEmbedding("other", "weapons", Rows.random(random, dimension)));
        try (Bank bank = MatrixBank.of("model", references)) {
            assertThat(bank.nearest(query, 1, 50).get(0)).isEqualTo(Rows.slowNearest(references, query, 50));
        }
    }

    /**
     * More than may stay open are nearer to each other than 16 bits tell, some with a variant, and come such that each is
     * nearer than those before: the worst order.
     */
    @Test
    void aDenseBankAnswersLikeThePlainLoop() {
        Random random = new Random(5);
        int dimension = 48;
        float[] query = Rows.random(random, dimension);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            float[] row = Rows.atCosine(random, query, 0.98 + 0.01 * i / 20_000);
            LabelledEmbedding reference = new LabelledEmbedding(String.format("%05d", 20_000 - i), "safe", row);
            references.add(
                    i % 50 == 0
                            ? reference.with(
                                    List.of(new ReferenceVariant("border", Rows.atCosine(random, query, 0.985))))
                            : reference);
        }
        try (MatrixBank bank = MatrixBank.of("model", references)) {
            NearReferences found = bank.near(query, 1, 11).get(0);
            assertThat(found.voting()).isEqualTo(Rows.slowNearest(references, query, 11));
            assertThat(found.alike()).isEqualTo(Rows.slowNearest(references, query, 11, Neighbour::ownSimilarity));
            assertThat(bank.opened()).isLessThan(2 * 20_400);
        }
    }

    /**
     * Far from 1 the product's own rounding is small, and hides neither the query's error nor the rows': each in turn lies
     * along what it is multiplied with, against the nearest rows and for all others.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void errorsThatAllPointOneWayMisleadNoSearch(boolean ofQuery) {
        Random random = new Random(9);
        int dimension = 1280;
        float ulp = 0x1p-13f; // of bf16 where all elements lie
        float[] query = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            // Rounded down and up alternately, by almost half.
            query[i] = ulp * (ofQuery ? 228.5f + (i % 2 == 0 ? -0.01f : 0.01f) : 229);
        }
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int n = 0; n < 400; n++) {
            boolean near = n < 5;
            float[] row = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                boolean positive = i % 2 == 0 == (near || !ofQuery);
                row[i] = positive ? 250 : -206;
                if (!ofQuery) {
                    row[i] += near ? 0.49f : 0.51f;
                }
            }
            for (int raised = near ? 70 + 2 * n : random.nextInt(20); raised > 0; raised--) {
                row[raised * 7]++;
            }
            for (int i = 0; i < dimension; i++) {
                row[i] *= ulp;
            }
            references.add(new LabelledEmbedding(String.format("%03d", 400 - n), "safe", row));
        }
        try (Bank bank = MatrixBank.of("model", references)) {
            List<Neighbour> found = bank.nearest(query, 1, 5).get(0);
            assertThat(found).isEqualTo(Rows.slowNearest(references, query, 5));
            assertThat(found).extracting(Neighbour::referenceId).allMatch(id -> id.compareTo("395") > 0);
            assertThat(found).allMatch(each -> each.similarity() < 0.11);
        }
    }

    /** Products beyond 1 count as 1, so that the lower id comes first though its row is shorter. */
    @Test
    void cosinesBeyondOneAreEqual() {
        float[] east = {1.0009f, 0};
        LabelledEmbedding longer = new LabelledEmbedding("b", "safe", east);
        LabelledEmbedding shorter = new LabelledEmbedding("a", "weapons", new float[] {0.9999f, 0});
        float[] query = {1.009f, 0};
        try (Bank bank = MatrixBank.of("model", List.of(longer, shorter))) {
            assertThat(bank.nearest(query, 1, 1).get(0))
                    .isEqualTo(Rows.slowNearest(List.of(longer, shorter), query, 1))
                    .extracting(Neighbour::referenceId)
                    .containsExactly("a");
        }
    }

    /** What was seen by one search is not what another snapshot shows, though both share memory. */
    @Test
    void olderSnapshotsAnswerAsBefore() {
        Random random = new Random(3);
        now = NOON;
        float[] query = Rows.random(random, 8);
        List<Bank> snapshots = new ArrayList<>();
        List<List<LabelledEmbedding>> contents = new ArrayList<>();
        try (BankBuilder builder = new BankBuilder("model", 8, clock)) {
            Map<String, LabelledEmbedding> model = new HashMap<>();
            for (int step = 0; step < 900; step++) {
                String id = "r-" + random.nextInt(200);
                if (random.nextInt(3) == 0) {
                    builder.remove(id);
                    model.remove(id);
                } else {
                    LabelledEmbedding reference = new LabelledEmbedding(id, "safe", Rows.random(random, 8));
                    builder.put(reference);
                    model.put(id, reference);
                }
                if (step % 100 == 99) {
                    snapshots.add(builder.snapshot());
                    contents.add(List.copyOf(model.values()));
                }
            }
        }
        for (int i = 0; i < snapshots.size(); i++) {
            try (Bank bank = snapshots.get(i)) {
                assertThat(bank.nearest(query, 1, 11).get(0)).isEqualTo(Rows.slowNearest(contents.get(i), query, 11));
            }
        }
    }
}
