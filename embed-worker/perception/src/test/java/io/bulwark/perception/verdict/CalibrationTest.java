package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Calibration.Promise;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class CalibrationTest {

    private static final CalibrationGoal GOAL = CalibrationGoal.flagging(Set.of("weapons"));

    @Test
    void kindsThatLieApartAreAllDecidedRight() {
        List<LabelledEmbedding> references = clouds(40, 0.1);

        Calibration calibration = Calibration.of(references, GOAL);

        assertThat(calibration.files()).isEqualTo(80);
        assertThat(calibration.flagged()).isEqualTo(40);
        assertThat(calibration.accuracy()).isEqualTo(1);
        assertThat(calibration.reviewRate()).isZero();
        assertThat(calibration.missRate()).isZero();
        assertThat(calibration.falseFlagRate()).isZero();
        assertThat(calibration.accuracyByLabel()).containsEntry("weapons", 1.0).containsEntry("flowers", 1.0);
    }

    @Test
    void kindsThatOverlapAreReportedAsTheyAreDecided() {
        Calibration calibration = Calibration.of(clouds(60, 2), GOAL);

        assertThat(calibration.accuracy()).isBetween(0.3, 0.97);
        assertThat(calibration.missRate()).isLessThanOrEqualTo(0.05);
        assertThat(calibration.falseFlagRate()).isLessThanOrEqualTo(0.05);
        assertThat(calibration.reviewRate()).isPositive();
        double wrong = (calibration.missRate() + calibration.falseFlagRate()) / 2 + calibration.reviewRate();
        assertThat(calibration.accuracy() + wrong).isEqualTo(1, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void labelsThatSayNothingAreNoBetterThanChanceAndGoToReview() {
        Random random = new Random(1);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (LabelledEmbedding reference : clouds(60, 0.3)) {
            String label = random.nextBoolean() ? "weapons" : "flowers";
            references.add(new LabelledEmbedding(reference.id(), label, reference.embedding()));
        }

        Calibration calibration = Calibration.of(references, GOAL);

        assertThat(calibration.accuracy()).isLessThan(0.3);
        assertThat(calibration.logLoss()).isGreaterThan(0.6);
    }

    @Test
    void theOrderOfTheReferencesChangesNothing() {
        List<LabelledEmbedding> references = clouds(40, 0.9);
        List<LabelledEmbedding> shuffled = new ArrayList<>(references);
        Collections.shuffle(shuffled, new Random(2));

        assertThat(Calibration.of(shuffled, GOAL)).isEqualTo(Calibration.of(references, GOAL));
    }

    @Test
    void aReferenceDoesNotVouchForItself() {
        List<LabelledEmbedding> references = clouds(20, 0.05);
        LabelledEmbedding stray = references.get(0);
        references.set(0, new LabelledEmbedding(stray.id(), other(stray.label()), stray.embedding()));

        Calibration calibration = Calibration.of(
                references, new CalibrationGoal(11, Set.of("weapons"), 0.1, 0.1, 0.01, OptionalDouble.empty()));

        assertThat(calibration.accuracy()).isEqualTo(39.0 / 40);
    }

    @Test
    void theFloorLeavesTheGoalsShareBelow() {
        CalibrationGoal goal = new CalibrationGoal(11, Set.of("weapons"), 0.05, 0.05, 0.2, OptionalDouble.empty());

        Calibration strict = Calibration.of(clouds(50, 0.5), goal);

        assertThat(strict.reviewRate()).isBetween(0.15, 0.25);
        assertThat(strict.floor())
                .isGreaterThan(Calibration.of(clouds(50, 0.5), GOAL).floor());
    }

    @Test
    void theNumbersBecomeSettings() {
        Calibration calibration = Calibration.of(clouds(40, 0.9), GOAL);

        PolicySettings settings = calibration.appliedTo(PolicySettings.flagging(Set.of("weapons")));

        assertThat(settings.temperature()).isEqualTo(calibration.temperature());
        assertThat(settings.floor()).isEqualTo(calibration.floor());
        assertThat(settings.thresholds()).isEqualTo(calibration.thresholds());
        assertThat(settings.k()).isEqualTo(11);
    }

    @Test
    void bothKindsAreNeeded() {
        List<LabelledEmbedding> references = clouds(10, 0.1);

        assertThatThrownBy(() -> Calibration.of(references, CalibrationGoal.flagging(Set.of("nsfw"))))
                .hasMessageContaining("None of the 20 files")
                .hasMessageContaining("bulwark.policy.flagged-labels");
        assertThatThrownBy(() -> Calibration.of(references, CalibrationGoal.flagging(Set.of("weapons", "flowers"))))
                .hasMessageContaining("All of the 20 files");
    }

    @Test
    void aGoalOutOfRangeIsRefused() {
        assertThatThrownBy(() -> new CalibrationGoal(0, Set.of("nsfw"), 0.1, 0.1, 0.1, OptionalDouble.empty()))
                .hasMessageContaining("k is 0");
        assertThatThrownBy(() -> new CalibrationGoal(1, Set.of("nsfw"), 1, 0.1, 0.1, OptionalDouble.empty()))
                .hasMessageContaining("falseFlags is 1.0");
        assertThatThrownBy(() -> new CalibrationGoal(1, Set.of("nsfw"), 0.1, Double.NaN, 0.1, OptionalDouble.empty()))
                .hasMessageContaining("misses is NaN");
        assertThatThrownBy(() -> new CalibrationGoal(1, Set.of("nsfw"), 0.1, 0.1, -0.1, OptionalDouble.empty()))
                .hasMessageContaining("unfamiliar is -0.1");
    }

    @Test
    void aFileOfManyViewsIsOneFileSoThatMoreViewsAreNoMoreFalseFlags() {
        Random random = new Random(3);
        List<CalibrationFile> fitted = manyViews(random, 400, 12);
        List<CalibrationFile> judged = manyViews(random, 400, 12);
        List<CalibrationFile> unseen = manyViews(random, 4000, 12);

        Calibration ofFiles = Calibration.of(fitted, judged, GOAL.promising(0.05));
        Calibration ofWholes = Calibration.of(wholes(fitted), wholes(judged), GOAL.promising(0.05));

        assertThat(ofFiles.falseFlags()).hasValueSatisfying(promise -> {
            assertThat(promise.kept()).isTrue();
            assertThat(promise.rate()).isEqualTo(0.02);
            assertThat(promise.files()).isEqualTo(200);
            assertThat(promise.errors()).isZero();
        });
        assertThat(ofFiles.views()).isEqualTo(12);
        assertThat(falseFlags(unseen, ofFiles)).isLessThanOrEqualTo(0.02);
        assertThat(falseFlags(unseen, ofWholes))
                .as("thresholds of single views")
                .isGreaterThan(0.02);
    }

    @Test
    void tooFewFilesPromiseWhatTheyCan() {
        Random random = new Random(4);

        Promise promise = Calibration.of(manyViews(random, 40, 1), manyViews(random, 40, 1), GOAL.promising(0.05))
                .falseFlags()
                .orElseThrow();

        assertThat(promise.kept()).isFalse();
        assertThat(promise.rate()).isBetween(0.13, 0.15);
    }

    /** The promises are over the draw of the files: of 100 draws, hardly more than a tenth may break one. */
    @Test
    @Tag("proof")
    void thePromisesAreBrokenNoMoreOftenThanSaid() {
        Random random = new Random(5);
        List<CalibrationFile> fitted = manyViews(random, 100, 3);
        List<CalibrationFile> unseen = manyViews(random, 4000, 3);
        CalibrationGoal goal = new CalibrationGoal(11, Set.of("weapons"), 0.05, 0.05, 0, OptionalDouble.of(0.1));
        int falselyFlagged = 0;
        int missed = 0;
        double rates = 0;
        for (int draw = 0; draw < 100; draw++) {
            Calibration calibration = Calibration.of(fitted, manyViews(random, 300, 3), goal);
            assertThat(calibration.misses())
                    .hasValueSatisfying(promise -> assertThat(promise.kept()).isTrue());
            falselyFlagged += falseFlags(unseen, calibration) > 0.05 ? 1 : 0;
            missed += share(unseen, calibration, true, Judgement.Outcome.SAFE) > 0.05 ? 1 : 0;
            rates += falseFlags(unseen, calibration);
        }

        // Bin(100, 0.1) is above 20 with a probability of 0.1 %.
        assertThat(falselyFlagged).isLessThanOrEqualTo(20);
        assertThat(missed).isLessThanOrEqualTo(20);
        assertThat(rates / 100)
                .as("thresholds that flag nothing would keep any promise")
                .isGreaterThan(0.005);
    }

    /** Of 100 draws of 100 pictures of each kind, each ten times: a rate of 5 % that may be broken in a tenth of them. */
    @Test
    void withCopiesOfEachPictureFileCalibrationBreaksItsRateAndClusterCalibrationKeepsIt(TestReporter reporter) {
        Random random = new Random(8);
        List<CalibrationFile> fitted = noisy(random, 100, 1);
        List<CalibrationFile> unseen = noisy(random, 2000, 1);
        CalibrationGoal goal = new CalibrationGoal(11, Set.of("weapons"), 0.05, 0.05, 0, OptionalDouble.of(0.1));
        int byFile = 0;
        int byCluster = 0;
        for (int draw = 0; draw < 100; draw++) {
            List<CalibrationFile> clustered = noisy(random, 100, 10);
            List<CalibrationFile> apart = clustered.stream()
                    .map(file -> new CalibrationFile(file.label(), file.views()))
                    .toList();
            byFile += falseFlags(unseen, Calibration.of(fitted, apart, goal)) > 0.05 ? 1 : 0;
            Calibration calibration = Calibration.of(fitted, clustered, goal);
            byCluster += falseFlags(unseen, calibration) > 0.05 ? 1 : 0;
            assertThat(calibration.falseFlags().orElseThrow().files()).isEqualTo(100);
            assertThat(calibration.misses().orElseThrow().files()).isEqualTo(100);
            assertThat(calibration.clusters()).isEqualTo(new NearDuplicates.Sizes(2000, 200, 10, 200));
            assertThat(calibration.files()).isEqualTo(2000);
        }
        reporter.publishEntry("rates broken in 100 draws", "by files " + byFile + ", by clusters " + byCluster);
        assertThat(byFile).as("broken by files").isGreaterThan(30);
        assertThat(byCluster).as("broken by clusters").isLessThanOrEqualTo(20);
    }

    @Test
    void aClusterIsAnErrorWhereOneOfItsFilesIsAndItsFilesOfTheOtherKindAreNone() {
        List<CalibrationFile> files = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            files.add(scored("weapons", 90 + i % 10).in("both " + i));
            files.add(scored("flowers", i % 10).in("both " + i));
        }
        files.add(scored("flowers", 99).in("both 0"));
        files.add(scored("flowers", 98).in("both 0"));

        Calibration calibration = Calibration.of(files, files, GOAL.promising(0.05));

        Promise promise = calibration.falseFlags().orElseThrow();
        assertThat(promise.files()).isEqualTo(40);
        assertThat(promise.errors()).isLessThanOrEqualTo(1);
        assertThat(calibration.clusters().clusters()).isEqualTo(40);
        assertThat(calibration.clusters().largest()).isEqualTo(4);
    }

    private static List<CalibrationFile> noisy(Random random, int each, int copies) {
        List<CalibrationFile> files = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            boolean flagged = i % 2 == 0;
            double score = (flagged ? 0.75 : 0.25) + 0.15 * random.nextGaussian();
            List<Neighbour> near = new ArrayList<>(List.of(
                    new Neighbour("r0", "weapons", (float) (0.5 + 0.1 * score)),
                    new Neighbour("r1", "flowers", (float) (0.6 - 0.1 * score))));
            near.sort(Comparator.comparing(Neighbour::similarity).reversed());
            CalibrationFile file = new CalibrationFile(flagged ? "weapons" : "flowers", List.of(view(near)));
            for (int copy = 0; copy < copies; copy++) {
                files.add(file.in("picture " + i));
            }
        }
        return files;
    }

    private static double falseFlags(List<CalibrationFile> files, Calibration calibration) {
        return share(files, calibration, false, Judgement.Outcome.NSFW);
    }

    /** Share of the files of a kind that are decided so. */
    private static double share(
            List<CalibrationFile> files, Calibration calibration, boolean flagged, Judgement.Outcome outcome) {
        VotingPolicy policy = new VotingPolicy(calibration.appliedTo(PolicySettings.flagging(Set.of("weapons"))));
        return files.stream()
                .filter(file -> file.label().equals("weapons") == flagged)
                .mapToInt(file -> policy.decide(file.views(), List.of()).outcome() == outcome ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static List<CalibrationFile> wholes(List<CalibrationFile> files) {
        return files.stream()
                .map(file -> new CalibrationFile(file.label(), file.views().subList(0, 1)))
                .toList();
    }

    @Test
    void falseFlagsKeepToTheirRateOnFilesAsTheyAreAndOnChangedOnes() {
        List<CalibrationFile> plain = manyViews(new Random(5), 600, 1);
        List<CalibrationFile> changed = manyViews(new Random(6), 600, 4);
        CalibrationGoal goal = GOAL.promising(0.05);

        Calibration without = Calibration.of(plain, plain, goal);
        Calibration with = Calibration.of(plain, plain, changed, goal);

        assertThat(without.changed()).isEmpty();
        assertThat(with.thresholds().flag()).isGreaterThan(without.thresholds().flag());
        assertThat(with.thresholds().safe()).isEqualTo(without.thresholds().safe());
        assertThat(with.reviewRate()).isGreaterThan(without.reviewRate());
        Calibration.Changed found = with.changed().orElseThrow();
        assertThat(found.files()).isEqualTo(600);
        assertThat(found.flagged()).isEqualTo(300);
        assertThat(found.falseFlagRate()).isLessThanOrEqualTo(0.02);
        assertThat(with.falseFlagRate()).isLessThanOrEqualTo(0.02);
        assertThat(found.falseFlags().orElseThrow().kept()).isTrue();
        assertThat(found.falseFlags().orElseThrow().files()).isEqualTo(300);
    }

    @Test
    void changedFilesThatAreToldApartWellLeaveTheThresholdsAsTheyAre() {
        List<CalibrationFile> files = manyViews(new Random(5), 200, 2);

        Calibration without = Calibration.of(files, files, GOAL);
        Calibration with = Calibration.of(files, files, files, GOAL);

        assertThat(with.thresholds()).isEqualTo(without.thresholds());
        assertThat(with.changed().orElseThrow().missRate()).isEqualTo(with.missRate());
        assertThat(with.changed().orElseThrow().reviewRate()).isEqualTo(with.reviewRate());
    }

    @Test
    void filesThatNothingIsNearAreCountedAsUnfamiliar() {
        List<CalibrationFile> files = new ArrayList<>(manyViews(new Random(5), 200, 1));
        List<CalibrationFile> strangers = new ArrayList<>(files);
        for (int i = 0; i < 50; i++) {
            strangers.add(new CalibrationFile("flowers", List.of(view(List.of(new Neighbour("r", "flowers", 0.1f))))));
        }

        Calibration calibration = Calibration.of(files, strangers, strangers, GOAL);

        assertThat(calibration.unfamiliarRate()).isBetween(0.2, 0.22);
        assertThat(calibration.changed().orElseThrow().unfamiliarRate()).isEqualTo(calibration.unfamiliarRate());
        assertThat(calibration.reviewRate()).isGreaterThanOrEqualTo(calibration.unfamiliarRate());
    }

    @Test
    void variantsOfFlaggedReferencesDoNotRaiseTheSimilarityOfCopies() {
        List<CalibrationFile> plain = manyViews(new Random(5), 200, 1);
        List<CalibrationFile> files = new ArrayList<>(plain);
        files.add(new CalibrationFile(
                "flowers",
                List.of(view(List.of(
                        new Neighbour("r", "weapons", 0.99f, Optional.of("corner"), 0.5f),
                        new Neighbour("s", "flowers", 0.9f))))));

        assertThat(Calibration.of(files, plain, GOAL).knownSimilarity())
                .isEqualTo(Calibration.of(plain, plain, GOAL).knownSimilarity());
    }

    @Test
    void ownPicturesRaiseTheSimilarityOfCopiesWhereAVariantIsNearer() {
        List<CalibrationFile> plain = manyViews(new Random(5), 200, 1);
        List<CalibrationFile> bare = new ArrayList<>(plain);
        bare.add(new CalibrationFile("flowers", List.of(view(List.of(new Neighbour("r", "weapons", 0.98f))))));
        List<CalibrationFile> varied = new ArrayList<>(plain);
        varied.add(new CalibrationFile(
                "flowers", List.of(view(List.of(new Neighbour("r", "weapons", 0.99f, Optional.of("text"), 0.98f))))));

        assertThat(Calibration.of(varied, plain, GOAL).knownSimilarity())
                .isEqualTo(Calibration.of(bare, plain, GOAL).knownSimilarity())
                .isGreaterThan(Calibration.of(plain, plain, GOAL).knownSimilarity());
    }

    @Test
    void coarseViewsLeaveFilesToAPersonAsInAWorker() {
        List<CalibrationFile> files = manyViews(new Random(5), 200, 1);
        List<CalibrationFile> coarse = new ArrayList<>();
        for (CalibrationFile file : files) {
            List<Opinion> views = new ArrayList<>(file.views());
            views.add(new Opinion(
                    "coarse-1",
                    view(List.of(new Neighbour("r", "flowers", 0.9f))).near(),
                    Map.of()));
            coarse.add(new CalibrationFile(file.label(), views));
        }

        Calibration calibration = Calibration.of(files, coarse, GOAL);

        assertThat(calibration.missRate()).isZero();
        assertThat(calibration.reviewRate())
                .isEqualTo((share(coarse, calibration, true, Judgement.Outcome.REVIEW)
                                + share(coarse, calibration, false, Judgement.Outcome.REVIEW))
                        / 2)
                .isGreaterThanOrEqualTo(0.5);
        assertThat(calibration.thresholds().flag())
                .as("misses that cannot be are no reason to flag less")
                .isEqualTo(Calibration.of(
                                files,
                                coarse,
                                new CalibrationGoal(
                                        GOAL.k(),
                                        GOAL.flaggedLabels(),
                                        GOAL.falseFlags(),
                                        0.5,
                                        GOAL.unfamiliar(),
                                        GOAL.delta()))
                        .thresholds()
                        .flag());
    }

    private static Opinion view(List<Neighbour> neighbours) {
        return new Opinion("view", neighbours, Map.of());
    }

    /** Half weapons, half flowers; in each view some of eleven equally near neighbours are of the other kind. */
    private static List<CalibrationFile> manyViews(Random random, int files, int views) {
        List<CalibrationFile> all = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            boolean flagged = i % 2 == 0;
            List<Opinion> seen = new ArrayList<>();
            for (int view = 0; view < views; view++) {
                double share = 0.7 * Math.pow(random.nextDouble(), 3);
                List<Neighbour> neighbours = new ArrayList<>();
                for (int n = 0; n < 11; n++) {
                    boolean weapon = flagged != (n > 0 && random.nextDouble() < share);
                    neighbours.add(
                            new Neighbour("r-" + n, weapon ? "weapons" : "flowers", 0.8f + 0.01f * random.nextFloat()));
                }
                neighbours.sort(Comparator.comparing(Neighbour::similarity).reversed());
                seen.add(view(neighbours));
            }
            all.add(new CalibrationFile(flagged ? "weapons" : "flowers", seen));
        }
        return all;
    }

    private static String other(String label) {
        return label.equals("weapons") ? "flowers" : "weapons";
    }

    /** Two labels around two directions a right angle apart, each row off by normal noise of this length. */
    private static List<LabelledEmbedding> clouds(int each, double noise) {
        Random random = new Random(7);
        int dimension = 12;
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            float[] row = new float[dimension];
            double squares = 0;
            for (int d = 0; d < dimension; d++) {
                row[d] = (float) (noise / Math.sqrt(dimension) * random.nextGaussian() + (d == i % 2 ? 1 : 0));
                squares += row[d] * row[d];
            }
            for (int d = 0; d < dimension; d++) {
                row[d] /= (float) Math.sqrt(squares);
            }
            references.add(new LabelledEmbedding("r-" + (1000 + i), i % 2 == 0 ? "weapons" : "flowers", row));
        }
        return references;
    }

    /** Two encoders with noise of their own: together they pass more harmless files at the same misses than either. */
    @Test
    void aPairKeepsToItsMissesAndPassesMoreThanTheEncoderAlone() {
        CalibrationGoal goal = GOAL.promising(0.05);
        List<List<CalibrationFile>> first = twoSights(11, 0.25);
        List<List<CalibrationFile>> second = twoSights(12, 0.15);

        Calibration alone = Calibration.of(first.get(0), first.get(1), goal);
        List<Calibration> pair = Calibration.ofPair(first, second, goal);

        assertThat(pair.get(0).missRate()).isLessThanOrEqualTo(0.02);
        assertThat(pair.get(0).misses().orElseThrow().kept()).isTrue();
        assertThat(pair.get(0).thresholds().flag()).isEqualTo(alone.thresholds().flag());
        assertThat(pair.get(0).falseFlagRate()).isEqualTo(alone.falseFlagRate());
        assertThat(pair.get(0).reviewRate()).isLessThan(0.8 * alone.reviewRate());
        assertThat(pair.get(1).knownSimilarity()).isEqualTo(PolicySettings.NEVER_KNOWN);
        assertThat(pair.get(1).missRate()).as("the other alone passes more").isGreaterThan(0.02);
    }

    /** One below all that the first half has: nothing but lower thresholds than these keeps it from passing. */
    @Test
    void aPairKeepsToItsMissesWhereAJudgedFileIsLowerThanAllThatItWasFittedOn() {
        CalibrationGoal none = new CalibrationGoal(11, Set.of("weapons"), 0.02, 0, 0.01, OptionalDouble.empty());
        List<List<CalibrationFile>> first = new ArrayList<>(twoSights(11, 0.1));
        List<List<CalibrationFile>> second = new ArrayList<>(twoSights(12, 0.1));
        for (List<List<CalibrationFile>> sight : List.of(first, second)) {
            List<CalibrationFile> judged = new ArrayList<>(sight.get(1));
            judged.add(scored("weapons", 2));
            sight.set(1, judged);
        }

        assertThat(Calibration.ofPair(first, second, none).get(0).missRate()).isZero();
    }

    @Test
    void aPairIsShownTheSameFiles() {
        List<List<CalibrationFile>> first = twoSights(11, 0.25);
        List<List<CalibrationFile>> fewer = List.of(first.get(0).subList(1, 900), first.get(1), first.get(2));

        assertThatThrownBy(() -> Calibration.ofPair(first, fewer, GOAL)).hasMessageContaining("different files");
    }

    /** Files of the same labels in each part, scored with an encoder's own noise: fitted, judged, none changed. */
    private static List<List<CalibrationFile>> twoSights(long seed, double noise) {
        Random random = new Random(seed);
        List<List<CalibrationFile>> parts = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            List<CalibrationFile> files = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                boolean flagged = i % 4 == 0;
                double score = (flagged ? 0.75 : 0.25) + noise * random.nextGaussian();
                files.add(scored(flagged ? "weapons" : "flowers", Math.round(100 * Math.max(0, Math.min(1, score)))));
            }
            parts.add(files);
        }
        parts.add(List.of());
        return parts;
    }

    /** A file of a hundred neighbours, all as near, of which that many are flagged. */
    private static CalibrationFile scored(String label, long ofFlagged) {
        List<Neighbour> near = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            near.add(new Neighbour("r" + n, n < ofFlagged ? "weapons" : "flowers", 0.8f));
        }
        return new CalibrationFile(label, List.of(view(near)));
    }
}
