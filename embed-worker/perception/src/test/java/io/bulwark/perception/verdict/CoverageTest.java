package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.verdict.Coverage.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pictures are directions in a plane; two are near where they are less than ten degrees apart. */
class CoverageTest {

    private static final double FLOOR = Math.cos(Math.toRadians(10));

    @Test
    void aReferenceOfTheSameClusterCoversNothing() {
        Coverage coverage = new Coverage(
                List.of(reference("a", "one", 0), reference("a", "one", 1), reference("b", "one", 90)), FLOOR);
        assertThat(coverage.recall())
                .allSatisfy(recall -> assertThat(recall.recall()).isZero());
        Coverage apart = new Coverage(List.of(reference("a", "one", 0), reference("b", "one", 1)), FLOOR);
        assertThat(apart.recall()).singleElement().satisfies(recall -> {
            assertThat(recall.recall()).isEqualTo(1);
            assertThat(recall.clusters()).isEqualTo(2);
        });
    }

    @Test
    void aPictureCountsByItsWeightAndAClusterIsOneDraw() {
        List<Picture> pictures = new ArrayList<>(List.of(reference("bank", "one", 0)));
        pictures.add(drawn("near", "one", 5, 10));
        for (int copy = 0; copy < 50; copy++) {
            pictures.add(drawn("far", "two", 90, 0.6));
        }
        Coverage.Missing missing = new Coverage(pictures, FLOOR).missing(0.05);
        assertThat(missing.pictures()).isEqualTo(51);
        assertThat(missing.clusters()).isEqualTo(2);
        assertThat(missing.share()).isCloseTo(0.75, within(1e-9));
        assertThat(missing.effective()).isCloseTo(4 / 3.0, within(1e-9));
        assertThat(missing.bound()).isEqualTo(1);
    }

    @Test
    void anUncoveredCampaignOfMostUploadsIsMissing() {
        List<Picture> pictures = new ArrayList<>(List.of(reference("bank", "one", 0)));
        for (int i = 0; i < 140; i++) {
            pictures.add(i < 90 ? drawn("campaign", "two", 90, 10) : drawn("cluster " + i, "one", 5, 10));
        }
        Coverage.Missing missing = new Coverage(pictures, FLOOR).missing(0.05);
        assertThat(missing.share()).isCloseTo(90 / 140.0, within(1e-9));
        assertThat(missing.bound()).isGreaterThan(90 / 140.0);
    }

    /** 60 clusters of weight 1 and 10 of weight 20, of which those not covered all are heavy. */
    @Test
    void theBoundHoldsWhereTheUncoveredAreAmongTheHeavy() {
        var chance = new SplittableRandom(7);
        int held = 0;
        for (int trial = 0; trial < 400; trial++) {
            List<Picture> pictures = new ArrayList<>(List.of(reference("bank", "one", 0)));
            for (int i = 0; i < 70; i++) {
                boolean heavy = chance.nextInt(7) == 0;
                boolean open = heavy && chance.nextInt(5) == 0;
                pictures.add(drawn("cluster " + i, "one", open ? 90 : 5, heavy ? 20 : 1));
            }
            double truth = 20 / 7.0 / 5 / (20 / 7.0 + 6 / 7.0);
            held += new Coverage(pictures, FLOOR).missing(0.05).bound() >= truth ? 1 : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(380);
    }

    @Test
    void ofEqualDrawsTheBoundIsClopperAndPearsonsOfHalfTheProbability() {
        List<Picture> pictures = new ArrayList<>(List.of(reference("bank", "one", 0)));
        for (int i = 0; i < 100; i++) {
            pictures.add(drawn("cluster " + i, "one", i < 20 ? 90 : 5, 1000));
        }
        Coverage coverage = new Coverage(pictures, FLOOR);
        assertThat(coverage.missing(0.05).share()).isCloseTo(0.2, within(1e-9));
        assertThat(coverage.missing(0.05).bound()).isCloseTo(PacBound.promised(100, 20, 0.025), within(1e-9));
        assertThat(coverage.recallOfDrawn().get(0).recall()).isCloseTo(0.8, within(1e-9));
        assertThat(new Coverage(List.of(reference("bank", "one", 0)), FLOOR)
                        .missing(0.05)
                        .bound())
                .as("nothing was drawn")
                .isEqualTo(1);
    }

    @Test
    void whereDrawnPicturesAreReferencesWhatOneCoversAloneWidenTheBound() {
        List<Picture> pairs = new ArrayList<>();
        List<Picture> triples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            boolean alone = i < 6;
            pairs.add(new Picture("p", "one", "cluster " + i, row(alone ? 3 * i * 10 : 181 + i / 2 * 5), 1, true));
            triples.add(new Picture("p", "one", "cluster " + i, row(alone ? 3 * i * 10 : 181 + i / 3 * 5), 1, true));
        }
        double floor = Math.cos(Math.toRadians(0.1));
        Coverage.Missing ofPairs = new Coverage(pairs, floor).missing(0.05);
        Coverage.Missing ofTriples = new Coverage(triples, floor).missing(0.05);
        assertThat(ofPairs.share()).isEqualTo(ofTriples.share());
        assertThat(ofTriples.effective()).isCloseTo(60, within(1e-9));
        assertThat(ofPairs.effective()).isLessThan(10);
        assertThat(ofPairs.bound()).isGreaterThan(ofTriples.bound());
    }

    @Test
    void thePicturesThatHelpMostComeFirstAndNoneThatAddsNothing() {
        List<Picture> pictures = new ArrayList<>(List.of(reference("bank", "one", 0)));
        pictures.add(drawn("known", "one", 2, 1));
        for (int i = 0; i < 6; i++) {
            pictures.add(drawn("crowd " + i, "two", 90 + 3 * i, 1)); // the middle ones see all of them
        }
        pictures.add(drawn("alone", "three", 200, 1));
        List<Coverage.Help> helpful = new Coverage(pictures, FLOOR).helpful(5);
        assertThat(helpful).hasSize(2);
        assertThat(helpful.get(0).picture().cluster()).isIn("crowd 2", "crowd 3");
        assertThat(helpful.get(0).gain()).isCloseTo(6 / 8.0, within(1e-9));
        assertThat(helpful.get(1).picture().cluster()).isEqualTo("alone");
    }

    @Test
    void aPictureThatIsInTheBankAlreadyWouldNotHelp() {
        List<Picture> pictures = List.of(
                reference("campaign", "two", 90), // made of the first upload
                drawn("campaign", "two", 90, 1),
                drawn("campaign", "two", 91, 1),
                drawn("other", "two", 200, 2));
        assertThat(new Coverage(pictures, FLOOR).helpful(5)).singleElement().satisfies(help -> {
            assertThat(help.picture().cluster()).isEqualTo("other");
            assertThat(help.gain()).isCloseTo(0.5, within(1e-9));
        });
    }

    /** Directions of the whole circle, crowded around some: what half of them leave open, the bound has to hold. */
    @Test
    void theBoundHoldsInNineteenOfTwentyResplits() {
        var chance = new SplittableRandom(4);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            double degrees = chance.nextInt(3) == 0 ? 360 * chance.nextDouble() : 60 * chance.nextInt(6);
            for (int copy = 0; copy <= chance.nextInt(5); copy++) {
                double at = degrees + 3 * chance.nextDouble();
                pictures.add(new Picture("copy", "one", "cluster " + i, row(at), 1, true));
            }
        }
        Coverage coverage = new Coverage(pictures, Math.cos(Math.toRadians(2)));
        int held = 0;
        double open = 0;
        for (int trial = 0; trial < 200; trial++) {
            Coverage.Resplit resplit = coverage.resplit(chance, 0.05);
            held += resplit.held() ? 1 : 0;
            open += resplit.chance() / 200;
        }
        assertThat(held).isGreaterThanOrEqualTo(190);
        assertThat(open).isBetween(0.05, 0.5);
    }

    private static Picture reference(String cluster, String label, double degrees) {
        return new Picture(cluster, label, cluster, row(degrees), 0, true);
    }

    private static Picture drawn(String cluster, String label, double degrees, double weight) {
        return new Picture(cluster, label, cluster, row(degrees), weight, false);
    }

    private static float[] row(double degrees) {
        return new float[] {(float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees))};
    }
}
