package io.bulwark.schemas.promise;

import io.bulwark.schemas.promise.DriftReference.Region;
import io.bulwark.schemas.promise.DriftScales.DriftEvidence.Lead;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence of drift in which an uploader counts once, however loyal. Time since the approval is cut into blocks of
 * {@link #SCALES} days, and each block begins its own {@link DriftEvidence}. In a block an uploader counts on one day
 * at most: in a block of one day anyway, in longer ones on the day of their turn, which is drawn for them by a keyed
 * digest. So within a block pictures are of different uploaders, each as likely to count on one day as on another,
 * whatever they upload and however often.
 *
 * <p>Blocks are not independent of each other, since uploaders come back, nor of the reference. They need not be: of
 * block c of a scale evidence has to reach 3 c (c + 1) / &alpha;, and the chances of all blocks add up to &alpha; (the
 * union bound). The reference's bounds hold or mislead for all blocks at once, with the chance that is set apart for
 * it.
 *
 * <p>What is assumed: uploaders are independent of each other and are alike in law, in the approved time and since. One
 * thread.
 */
public final class DriftScales {

    /** Days of a block. Each divides the next. */
    public static final List<Integer> SCALES = List.of(1, 7, 28);

    /** Days of the longest block, and so the number of turns. */
    public static final int TURNS = 28;

    private final DriftEvidence empty;
    private final DriftEvidence[] blocks = new DriftEvidence[SCALES.size()];
    private final long[] numbers = new long[SCALES.size()]; // of the present block, from 1 on
    private final double needed;
    private Lead lead;
    private double log = Double.NEGATIVE_INFINITY;
    private double greatestLog;

    /**
     * Without a day.
     *
     * @param effect the share of traffic that may move, in (0, 1)
     * @param delta chance that the reference's own counts mislead, in (0, 1)
     * @param alpha chance of a false alarm while they do not, in (0, 1)
     */
    public DriftScales(DriftReference reference, double effect, double delta, double alpha) {
        needed = -Math.log(alpha);
        empty = new DriftEvidence(reference, effect, delta / 2); // either of two selections could have been counted
    }

    /** A picture by which uploaders are counted; {@code scale} as {@link #scale}. */
    public interface Sampled {

        /** Any numbering of days in which the next day has the next number. */
        long sampledOn();

        int scale();
    }

    /**
     * The longest scale at which an uploader counts on a day.
     *
     * @param turn of the uploader, always the same, in [0, {@value #TURNS})
     * @param day since any fixed day
     */
    public static int scale(int turn, long day) {
        int longest = 1;
        for (int scale : SCALES) {
            longest = Math.floorMod(day - turn, scale) == 0 ? scale : longest;
        }
        return longest;
    }

    /**
     * Of a time's pictures those of which no two are of one uploader: by turns of {@value #TURNS} days or, where that
     * is more, by turns of a week in the last week.
     *
     * @param pictures of at most {@value #TURNS} days
     */
    public static <T extends Sampled> List<T> onceEach(List<T> pictures) {
        long last = pictures.stream().mapToLong(Sampled::sampledOn).max().orElse(0);
        List<T> all = pictures.stream().filter(each -> each.scale() == TURNS).toList();
        List<T> week = pictures.stream()
                .filter(each -> each.scale() >= 7 && each.sampledOn() > last - 7)
                .toList();
        return all.size() >= week.size() ? all : week;
    }

    /**
     * Takes a day that is over.
     *
     * @param day since the approval, from 1 on; later than the one before, and days without a picture may be left out
     * @param counts by longest scale, in the order of {@link #SCALES}, the pictures by cell; each counts at its longest
     *     scale and at all shorter ones
     * @param unplaced by longest scale, pictures whose cell is not known
     */
    public void add(long day, long[][] counts, long[] unplaced) {
        boolean alarmed = isAlarm();
        log = Double.NEGATIVE_INFINITY;
        int best = 0;
        for (int i = 0; i < blocks.length; i++) {
            long number = (day - 1) / SCALES.get(i) + 1;
            if (number != numbers[i]) {
                numbers[i] = number;
                blocks[i] = empty.withoutDays();
            }
            blocks[i].add(
                    day,
                    sums(Arrays.asList(counts).subList(i, blocks.length)),
                    Arrays.stream(unplaced).skip(i).sum());
            double share = FalseAlarmBudget.share(1.0 / blocks.length, number);
            double weighed = blocks[i].log() + Math.log(share);
            if (weighed > log) {
                log = weighed;
                best = i;
            }
        }
        greatestLog = Math.max(greatestLog, log);
        lead = alarmed ? lead : blocks[best].lead();
    }

    /** Whether evidence has ever been enough: it is log(1 / &alpha;), with probability &alpha; at most. */
    public boolean isAlarm() {
        return greatestLog >= needed;
    }

    /** The most evidence now as a share of what alarms, 0 at least. */
    public double reached() {
        return Math.max(0, log / needed);
    }

    /** The greatest share that it has been; 1 is an alarm. */
    public double greatest() {
        return greatestLog / needed;
    }

    /** The region against which most speaks, of an alarm that which did; before the first day any. */
    public Lead lead() {
        return lead == null ? empty.lead() : lead;
    }

    /** By cell. */
    private static long[] sums(List<long[]> scales) {
        long[] sums = new long[DriftReference.CELLS];
        for (long[] scale : scales) {
            Arrays.setAll(sums, cell -> sums[cell] + scale[cell]);
        }
        return sums;
    }

    /**
     * Evidence that traffic has moved by more than a share of it. For each region R of a reference, whose share there
     * is at most q, the null is that a picture lies in R with at most a = q + &epsilon; given all before it. A bet on a
     * larger share b multiplies by b / a where it lies in R and by (1 - b) / (1 - a) where it does not. With day j
     * begins a further round of all bets, with 1 / (j (j + 1)) of the money, so that a change after a long good time is
     * found as well:
     *
     * <pre>M(j) = (M(j - 1) + 1 / (j (j + 1))) * b<sup>k</sup> (1 - b)<sup>n - k</sup> / (a<sup>k</sup> (1 - a)<sup>n - k</sup>)</pre>
     *
     * <p>The mean over regions and bets, together with the money of rounds to come, is a test supermartingale, and
     * reaches 1 / &alpha; with probability &alpha; at most while the null holds (Ville's inequality; for bets of this
     * form arXiv 2010.09686, section 4). It is a function of the counts of each day, so the order within a day does not
     * matter. One thread.
     */
    public static final class DriftEvidence {

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
}
