package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The Square attack (Andriushchenko, Croce, Flammarion, Hein, ECCV 2020): random squares at random places, kept where
 * the loss rises. Sees scores and no gradients. A sample leaves off when it is fooled. Squares shrink along the budget
 * of queries.
 *
 * @param queries answers that each sample may ask for, at least 1
 * @param height of the pictures
 * @param width of the pictures
 * @param share of the picture that the first squares cover; 0.8 in AutoAttack
 * @param seed of the squares
 * @param adaptive whether squares grow where answers are held back, whose scores are not believed, as in OARS
 *     ({@link Pace})
 */
public record SquareAttack(int queries, int height, int width, double share, long seed, boolean adaptive)
        implements BlackBox {

    /** AutoAttack's share of the picture that the first squares cover. */
    public static final double DEFAULT_SHARE = 0.8;

    /** Of 10,000 queries, after which the share is halved again (section 4 of the paper's supplement). */
    private static final int[] HALVINGS = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

    private static final int SCHEDULE = 10_000;

    /** That of the paper, which does not adapt to what is held back. */
    public SquareAttack(int queries, int height, int width, double share, long seed) {
        this(queries, height, width, share, seed, false);
    }

    public SquareAttack {
        if (queries < 1 || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "%d queries, share %s; allowed are 1 and more, above 0 up to 1".formatted(queries, share));
        }
    }

    @Override
    public Attack.AttackResult query(Oracle oracle, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        int length = 3 * height * width;
        if (clean.length != count * length) {
            throw new IllegalArgumentException(
                    "wanted: %d pictures of %dx%d; found: %d values".formatted(count, width, height, clean.length));
        }
        List<SquareSearch> searches = new ArrayList<>();
        for (int sample = 0; sample < count; sample++) {
            float[] own = Arrays.copyOfRange(clean, sample * length, (sample + 1) * length);
            SplittableRandom random = oracle.random(seed, sample);
            SquareSearch.Squares squares = threat.norm() == Norm.LINF
                    ? new SquareSearch.LinfSquares(own, threat, height, width, random)
                    : new SquareSearch.L2Squares(own, threat, height, width, random);
            searches.add(new SquareSearch(sample, own, squares, adaptive ? Pace.adapting() : Pace.steady()));
        }
        long asked = 0;
        for (int query = 0; query < queries; query++) {
            watch.check();
            List<SquareSearch> active =
                    searches.stream().filter(search -> !search.fooled()).toList();
            if (active.isEmpty()) {
                break;
            }
            int side = side(query);
            active.forEach(search -> search.propose(side, Math.min(height, width)));
            ask(oracle, active, length);
            asked += active.size();
            int fooled = (int) searches.stream().filter(SquareSearch::fooled).count();
            watch.step(query + 1, queries, fooled);
        }
        float[] pixels = new float[clean.length];
        boolean[] fooled = new boolean[count];
        float[] losses = new float[count];
        for (SquareSearch search : searches) {
            System.arraycopy(search.best(), 0, pixels, search.sample() * length, length);
            fooled[search.sample()] = search.fooled();
            losses[search.sample()] = search.loss();
        }
        return new Attack.AttackResult(pixels, fooled, losses, 0, asked);
    }

    private static void ask(Oracle oracle, List<SquareSearch> active, int length) {
        float[] pixels = new float[active.size() * length];
        int[] samples = new int[active.size()];
        for (int row = 0; row < samples.length; row++) {
            System.arraycopy(active.get(row).proposal(), 0, pixels, row * length, length);
            samples[row] = active.get(row).sample();
        }
        Oracle.Scores scores = oracle.ask(pixels, samples);
        for (int row = 0; row < samples.length; row++) {
            active.get(row).heard(scores.losses()[row], scores.fooled()[row], scores.held()[row]);
        }
    }

    /** Side of the square of a query. */
    int side(int query) {
        int scaled = (int) ((long) query * SCHEDULE / queries);
        double current = share;
        for (int halving : HALVINGS) {
            current /= scaled > halving ? 2 : 1;
        }
        int side = (int) Math.round(Math.sqrt(current * height * width));
        return Math.max(1, Math.min(Math.min(height, width), side));
    }

    @Override
    public String describe() {
        return "square%s %d queries".formatted(adaptive ? " (OARS)" : "", queries);
    }
}
