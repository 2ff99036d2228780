package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BallotTest {

    private static final Set<String> FLAGGED = Set.of("weapons", "alcohol");

    @Test
    void theScoreIsTheFlaggedShareOfTheWeight() {
        double temperature = 0.1;
        List<Neighbour> nearest = List.of(
                new Neighbour("a", "weapons", 0.9f),
                new Neighbour("b", "flowers", 0.8f),
                new Neighbour("c", "alcohol", 0.7f));

        double expected = (Math.exp(9) + Math.exp(7)) / (Math.exp(9) + Math.exp(8) + Math.exp(7));
        assertThat(Ballot.of(nearest, temperature).score(FLAGGED)).isEqualTo(expected, within(1e-6));
    }

    @Test
    void noNeighbourSpeaksForAView() {
        assertThat(Ballot.of(List.of(), 0.1).score(FLAGGED)).isEqualTo(1);
    }

    @Test
    void theLeastTemperatureLetsTheNearestDecideAndTheGreatestCountsHeads() {
        List<Neighbour> nearest = List.of(
                new Neighbour("a", "weapons", 0.9f),
                new Neighbour("b", "flowers", 0.8f),
                new Neighbour("c", "flowers", -0.9f));

        assertThat(Ballot.of(nearest, 1e-300).score(FLAGGED)).isEqualTo(1);
        assertThat(Ballot.of(nearest, 1e9).score(FLAGGED)).isEqualTo(1.0 / 3, within(1e-6));
    }

    @Property
    void theScoreIsAShareAndNeverNaN(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30) int k,
            @ForAll @IntRange(min = -6, max = 6) int log10) {
        double score =
                Ballot.of(neighbours(new Random(seed), k), Math.pow(10, log10)).score(FLAGGED);

        assertThat(score).isBetween(0.0, 1.0);
    }

    @Property
    void flaggingOneMoreNeighbourNeverLowersTheScore(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30) int k,
            @ForAll @IntRange(min = -3, max = 1) int log10) {
        Random random = new Random(seed);
        double temperature = Math.pow(10, log10);
        List<Neighbour> nearest = new ArrayList<>(neighbours(random, k));
        double before = Ballot.of(nearest, temperature).score(FLAGGED);
        int turned = random.nextInt(k);
        Neighbour neighbour = nearest.get(turned);
        nearest.set(turned, new Neighbour(neighbour.referenceId(), "weapons", neighbour.similarity()));

        assertThat(Ballot.of(nearest, temperature).score(FLAGGED)).isGreaterThanOrEqualTo(before);
    }

    @Property
    void movingAFlaggedNeighbourNearerNeverLowersTheScore(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 30) int k,
            @ForAll @IntRange(min = -3, max = 1) int log10) {
        Random random = new Random(seed);
        double temperature = Math.pow(10, log10);
        List<Neighbour> nearest = new ArrayList<>(neighbours(random, k));
        int moved = 1 + random.nextInt(k - 1);
        float similarity = nearest.get(moved).similarity();
        nearest.set(moved, new Neighbour("moved", "weapons", similarity));
        double before = Ballot.of(nearest, temperature).score(FLAGGED);
        float nearer = similarity + random.nextFloat() * (nearest.get(0).similarity() - similarity);
        nearest.set(moved, new Neighbour("moved", "weapons", nearer));

        assertThat(Ballot.of(nearest, temperature).score(FLAGGED)).isGreaterThanOrEqualTo(before - 1e-12);
    }

    @Property
    void withTheLabelsSidesExchangedTheScoreIsTheRest(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int k) {
        List<Neighbour> nearest = neighbours(new Random(seed), k);

        double flagged = Ballot.of(nearest, 0.07).score(FLAGGED);
        double safe = Ballot.of(nearest, 0.07).score(Set.of("flowers"));

        assertThat(flagged + safe).isEqualTo(1, within(1e-9));
    }

    private static List<Neighbour> neighbours(Random random, int k) {
        List<Neighbour> neighbours = new ArrayList<>();
        String[] labels = {"weapons", "alcohol", "flowers"};
        for (int i = 0; i < k; i++) {
            neighbours.add(new Neighbour("r-" + i, labels[random.nextInt(3)], random.nextFloat() * 2 - 1));
        }
        neighbours.sort(Comparator.comparing(Neighbour::similarity).reversed());
        return neighbours;
    }
}
