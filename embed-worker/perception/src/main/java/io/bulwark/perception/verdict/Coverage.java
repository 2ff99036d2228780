package io.bulwark.perception.verdict;

import io.bulwark.perception.metric.Cosine;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How much of what is flagged lies near a bank's flagged references. A picture is covered where a reference of another
 * cluster has a cosine of at least the floor with it; references of the same cluster would not be there of the next one.
 *
 * <p>The chance that the next flagged picture is not covered is estimated in the manner of Good and Turing (Good,
 * Biometrika 40, 1953): by the share of drawn pictures that the references without their own cluster do not cover. Each
 * cluster is one draw, of the weight of all its pictures together: a campaign of which much was drawn is much of what
 * comes next. The bound is Clopper and Pearson's for the effective number of draws, as of Korn and Graubard (Survey
 * Methodology 24, 1998). That number is the weight of all over the weight of the heaviest cluster, which is less than
 * Kish's: his is too large where what is not covered is among the heavy. Where drawn pictures are references it is
 * smaller again, since the chance itself then varies with the draw, by what one drawn cluster alone covers (Esty, Annals of
 * Statistics 11, 1983; these are the doubletons of Good and Turing). Half of what the bound may fail with is kept for what
 * is approximate in that; {@link #resplit} tries whether it is enough.
 *
 * <p>Immutable. Takes time and memory with the square of the pictures: 5,000 of 1,280 numbers some 20 s and 3 MB.
 */
public final class Coverage {

    private final List<Picture> pictures;
    private final BitSet[] near;
    private final Map<String, BitSet> clusters = new TreeMap<>();
    private final BitSet references = new BitSet();
    private final BitSet drawn = new BitSet();

    /**
     * A flagged picture.
     *
     * @param id for people
     * @param label its class
     * @param cluster of near-duplicates that it belongs to
     * @param embedding of the whole, any length
     * @param weight 1 / probability of its draw; 0 for one that was not drawn
     * @param isReference whether it is in the bank
     */
    public record Picture(
            String id, String label, String cluster, float[] embedding, double weight, boolean isReference) {}

    /** @param floor cosine from which on a reference is near, the policy's floor */
    public Coverage(List<Picture> pictures, double floor) {
        this.pictures = List.copyOf(pictures);
        near = new BitSet[pictures.size()];
        for (int i = 0; i < near.length; i++) {
            near[i] = new BitSet();
            Picture picture = pictures.get(i);
            clusters.computeIfAbsent(picture.cluster(), cluster -> new BitSet()).set(i);
            references.set(i, picture.isReference());
            drawn.set(i, picture.weight() > 0);
            for (int other = 0; other <= i; other++) {
                if (Cosine.similarity(picture.embedding(), pictures.get(other).embedding()) >= floor) {
                    near[i].set(other);
                    near[other].set(i);
                }
            }
        }
    }

    /**
     * The chance that the next flagged picture has no reference near.
     *
     * @param pictures drawn ones
     * @param clusters that they fall into
     * @param effective draws of equal weight that say at least as little
     * @param share of the weight that is not covered, in [0, 1]; 1 without any draw
     * @param bound that the chance is at most, in [0, 1]
     */
    public record Missing(int pictures, int clusters, double effective, double share, double bound) {}

    /** @param delta probability that the bound is too small, in (0, 1) */
    public Missing missing(double delta) {
        return missing(references, drawn, delta);
    }

    private Missing missing(BitSet among, BitSet of, double delta) {
        double weights = 0;
        double heaviest = 0;
        double uncovered = 0;
        double single = 0;
        int count = 0;
        for (BitSet cluster : clusters.values()) {
            int[] members = cluster.stream().filter(of::get).toArray();
            if (members.length > 0) {
                double weight = weight(members, i -> true);
                weights += weight;
                heaviest = Math.max(heaviest, weight);
                uncovered += weight(members, i -> !isCovered(i, among));
                single += weight(members, i -> isCoveredByOneDraw(i, among, of));
                count++;
            }
        }
        if (count == 0) {
            return new Missing(0, 0, 0, 1, 1);
        }
        double share = uncovered / weights;
        double atLeast = Math.max(share, 1.0 / (count + 1)); // so that none uncovered is not taken for no variance
        double more = 1 + single / weights / (atLeast * (1 - Math.min(atLeast, 0.5)));
        double effective = weights / heaviest / more;
        return new Missing(of.cardinality(), count, effective, share, bound(share, effective, delta / 2));
    }

    /** Whether it is covered by one cluster alone, and that one is here by a draw. */
    private boolean isCoveredByOneDraw(int picture, BitSet among, BitSet of) {
        BitSet covers = covers(picture, among);
        if (covers.isEmpty()) {
            return false;
        }
        BitSet cluster = clusters.get(pictures.get(covers.nextSetBit(0)).cluster());
        covers.andNot(cluster);
        return covers.isEmpty() && cluster.intersects(of);
    }

    private static double bound(double share, double effective, double delta) {
        int draws = (int) Math.floor(effective + 1e-9);
        int errors = (int) Math.ceil(share * draws - 1e-9);
        return errors >= draws ? 1 : PacBound.promised(draws, errors, delta);
    }

    private double weight(int[] members, IntPredicate which) {
        return IntStream.of(members)
                .filter(which)
                .mapToDouble(i -> pictures.get(i).weight())
                .sum();
    }

    private boolean isCovered(int picture, BitSet among) {
        return !covers(picture, among).isEmpty();
    }

    /** The references of other clusters that are near. */
    private BitSet covers(int picture, BitSet among) {
        BitSet covers = (BitSet) near[picture].clone();
        covers.and(among);
        covers.andNot(clusters.get(pictures.get(picture).cluster()));
        return covers;
    }

    /**
     * What is covered of a label.
     *
     * @param clusters of its pictures
     * @param recall mean share of a cluster's pictures that is covered, in [0, 1]
     */
    public record Recall(String label, int clusters, double recall) {}

    /** Of the references, each cluster left out once, by label; what needs pictures most comes first. */
    public List<Recall> recall() {
        return recall(references);
    }

    /** Of the drawn pictures, in the same order. */
    public List<Recall> recallOfDrawn() {
        return recall(drawn);
    }

    private List<Recall> recall(BitSet of) {
        Map<String, List<Integer>> labels = of.stream()
                .boxed()
                .collect(Collectors.groupingBy(i -> pictures.get(i).label(), TreeMap::new, Collectors.toList()));
        return labels.entrySet().stream()
                .map(label -> {
                    Map<String, Double> shares = label.getValue().stream()
                            .collect(Collectors.groupingBy(
                                    i -> pictures.get(i).cluster(),
                                    Collectors.averagingDouble(i -> isCovered(i, references) ? 1 : 0)));
                    return new Recall(
                            label.getKey(),
                            shares.size(),
                            shares.values().stream()
                                    .mapToDouble(share -> share)
                                    .average()
                                    .orElseThrow());
                })
                .sorted(Comparator.comparingDouble((Recall recall) -> recall.clusters() * (1 - recall.recall()))
                        .reversed())
                .toList();
    }

    /**
     * A drawn picture that would help as a reference.
     *
     * @param gain share of all drawn weight that it would cover and none before it did, in (0, 1]
     */
    public record Help(Picture picture, double gain) {}

    /**
     * The drawn pictures that would help most, each given those before it: the greedy cover. One of no gain is none, and
     * so is one that is in the bank already: what has any reference near, its own too, needs no other.
     */
    public List<Help> helpful(int most) {
        double all = weight(drawn.stream().toArray(), i -> true);
        BitSet open = new BitSet();
        drawn.stream().filter(i -> !near[i].intersects(references)).forEach(open::set);
        List<Help> chosen = new ArrayList<>();
        while (chosen.size() < most && !open.isEmpty()) {
            int best = drawn.stream()
                    .filter(i -> !pictures.get(i).isReference())
                    .boxed()
                    .max(Comparator.comparingDouble(i -> gain(i, open)))
                    .orElse(-1);
            double gain = best < 0 ? 0 : gain(best, open);
            if (gain <= 0) {
                break;
            }
            chosen.add(new Help(pictures.get(best), gain / all));
            open.andNot(near[best]);
        }
        return chosen;
    }

    private double gain(int picture, BitSet open) {
        return weight(near[picture].stream().toArray(), open::get);
    }

    /**
     * A trial of the bound.
     *
     * @param missing by half of the clusters, which are references and draws at once
     * @param chance share of the other clusters' pictures that this half does not cover
     */
    public record Resplit(Missing missing, double chance) {

        /** Whether the bound held. */
        public boolean held() {
            return chance <= missing.bound();
        }
    }

    /**
     * Draws half of the clusters as bank and draw, and looks at the other half, all with the weight 1.
     *
     * @param delta as of {@link #missing}
     */
    public Resplit resplit(RandomGenerator chance, double delta) {
        List<BitSet> order = new ArrayList<>(clusters.values());
        for (int i = order.size() - 1; i > 0; i--) {
            int other = chance.nextInt(i + 1);
            BitSet swapped = order.get(i);
            order.set(i, order.get(other));
            order.set(other, swapped);
        }
        BitSet half = new BitSet();
        order.subList(0, order.size() / 2).forEach(half::or);
        double others = IntStream.range(0, pictures.size())
                .filter(i -> !half.get(i))
                .mapToDouble(i -> isCovered(i, half) ? 0 : 1)
                .average()
                .orElseThrow();
        return new Resplit(missing(half, half, delta), others);
    }
}
