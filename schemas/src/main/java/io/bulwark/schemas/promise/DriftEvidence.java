package io.bulwark.schemas.promise;

import io.bulwark.schemas.promise.DriftReference.Region;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence that traffic has moved by more than a share of it. For each region R of a reference, whose share there is at
 * most q, the null is that a picture lies in R with at most a = q + &epsilon; given all before it. A bet on a larger
 * share b multiplies by b / a where it lies in R and by (1 - b) / (1 - a) where it does not. With day j begins a
 * further round of all bets, with 1 / (j (j + 1)) of the money, so that a change after a long good time is found as
 * well:
 *
 * <pre>M(j) = (M(j - 1) + 1 / (j (j + 1))) * b<sup>k</sup> (1 - b)<sup>n - k</sup> / (a<sup>k</sup> (1 - a)<sup>n - k</sup>)</pre>
 *
 * <p>The mean over regions and bets, together with the money of rounds to come, is a test supermartingale, and reaches
 * 1 / &alpha; with probability &alpha; at most while the null holds (Ville's inequality; for bets of this form arXiv
 * 2010.09686, section 4). It is a function of the counts of each day, so the order within a day does not matter. One
 * thread.
 */
public final class DriftEvidence {

    /** Shares of 1 - a by which bets lie above a. */
    private static final double[] BETS = {0.02, 0.05, 0.1, 0.2, 0.4, 0.7};

    private static final double MOST = 1e250;
    private static final double MOST_FACTOR = 500;

    private static final List<Region> REGIONS = Region.all();

    private final DriftReference reference;
    private final double[] allowed;
    private final double[][] money = new double[REGIONS.size()][BETS.length];
    private final double[][] best = new double[REGIONS.size()][BETS.length]; // the largest of the rounds in money
    private final long[][] start = new long[REGIONS.size()][BETS.length]; // and the day on which that began
    private int days;
    private double log;

    /**
     * Without a day.
     *
     * @param effect &epsilon;, the share of traffic that may move, in (0, 1)
     * @param delta chance that the reference's own counts mislead, in (0, 1)
     */
    public DriftEvidence(DriftReference reference, double effect, double delta) {
        this(reference, new double[REGIONS.size()]);
        if (!(effect > 0 && effect < 1)) {
            throw new IllegalArgumentException("A share that may move is above 0 and below 1, not " + effect + ".");
        }
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = Math.min(1, reference.most(REGIONS.get(i), delta / allowed.length) + effect);
        }
    }

    private DriftEvidence(DriftReference reference, double[] allowed) {
        this.reference = reference;
        this.allowed = allowed;
    }

    /** Another one against the same shares. */
    DriftEvidence withoutDays() {
        return new DriftEvidence(reference, allowed);
    }

    /**
     * Takes the next day.
     *
     * @param day by which {@link Lead#since} names it, 1 or more
     * @param counts pictures by cell
     * @param unplaced pictures whose cell is not known: they count as outside of every region
     */
    public void add(long day, long[] counts, long unplaced) {
        days++;
        double round = 1 / ((double) days * (days + 1));
        long all = Arrays.stream(counts).sum() + unplaced;
        double mean = 0;
        for (int i = 0; i < allowed.length; i++) {
            long inside = inside(REGIONS.get(i), counts);
            for (int bet = 0; bet < BETS.length && allowed[i] < 1; bet++) {
                double a = allowed[i];
                double b = a + (1 - a) * BETS[bet];
                double gain = inside * Math.log(b / a) + (all - inside) * Math.log((1 - b) / (1 - a));
                double factor = Math.exp(Math.min(MOST_FACTOR, gain));
                if (round >= best[i][bet]) {
                    best[i][bet] = round;
                    start[i][bet] = day;
                }
                best[i][bet] = Math.min(MOST, best[i][bet] * factor);
                money[i][bet] = Math.min(MOST, (money[i][bet] + round) * factor);
                mean += money[i][bet] / (allowed.length * BETS.length);
            }
        }
        log = Math.log(mean + 1.0 / (days + 1)); // what later rounds will begin with
    }

    private static long inside(Region region, long[] counts) {
        long inside = 0;
        for (int cell = 0; cell < counts.length; cell++) {
            inside += region.has(cell) ? counts[cell] : 0;
        }
        return inside;
    }

    /** The natural logarithm of the evidence now. */
    public double log() {
        return log;
    }

    /** The region against which most speaks; before the first day any. */
    public Lead lead() {
        int region = 0;
        int bet = 0;
        for (int i = 0; i < allowed.length; i++) {
            for (int j = 0; j < BETS.length; j++) {
                if (money[i][j] > money[region][bet]) {
                    region = i;
                    bet = j;
                }
            }
        }
        int counted = reference.counted();
        return new Lead(
                REGIONS.get(region),
                Math.max(1, start[region][bet]),
                counted == 0 ? 0 : reference.counted(REGIONS.get(region)) / (double) counted);
    }

    /**
     * What moved most.
     *
     * @param region with more traffic than in the reference
     * @param since the day on which it began
     * @param before the region's share in the reference, in [0, 1]
     */
    public record Lead(Region region, long since, double before) {}
}
