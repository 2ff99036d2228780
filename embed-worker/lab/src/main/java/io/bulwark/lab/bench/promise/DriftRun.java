package io.bulwark.lab.bench.promise;

import io.bulwark.schemas.promise.DriftEvidence;
import io.bulwark.schemas.promise.DriftReference;
import io.bulwark.schemas.promise.FalseAlarmBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * Many simulated first tenants whose SAFE traffic is watched for drift as moderation-stream watches it. Pictures lie
 * round centres of unequal weight, each uploader has one a day, and features are made rather than projected. What
 * stands beside it is a chi-squared test at 5 % of the day's clusters against the reference's, at each day.
 */
final class DriftRun {

    static final double EFFECT = 0.05;
    static final int UPLOADERS = 200;
    private static final int REFERENCE_DAYS = 14;
    private static final int CENTRES = 24;
    private static final double SPREAD = 0.06;
    private static final double LENGTH = 0.8;
    private static final int CLUSTERS = DriftReference.CELLS / 2;

    /** 5 % of a chi-squared distribution with 31 degrees of freedom lie above. */
    private static final double CHI_SQUARED = 44.985;

    private final Scenario scenario;
    private final int streams;
    private final int days;

    /**
     * What is simulated.
     *
     * @param unlike share of the traffic that is round a centre of which nothing was approved, by day from 1 on
     * @param like share that is added to one approved centre, likewise
     * @param flood near copies of one picture that one uploader adds each day
     * @param kept whether an alarm is false
     */
    record Scenario(String name, IntToDoubleFunction unlike, IntToDoubleFunction like, int flood, boolean kept) {}

    /**
     * What became of the streams.
     *
     * @param alarmed streams with an alarm
     * @param delays days until the alarm, of the alarmed streams
     * @param named of them, those whose cluster is named rightly: unlike all that was approved, or not
     * @param naive streams in which the chi-squared test alarms on some day
     */
    record Counts(int alarmed, List<Integer> delays, int named, int naive) {}

    /** All that are simulated. */
    static List<Scenario> scenarios(int days) {
        IntToDoubleFunction none = day -> 0;
        List<Scenario> all = new ArrayList<>();
        all.add(new Scenario("traffic as approved", none, none, 0, true));
        all.add(new Scenario("traffic with 500 near copies a day", none, none, 500, true));
        all.add(new Scenario("traffic of which 4 % is new", day -> 0.04, none, 0, true));
        for (double share : new double[] {0.1, 0.2, 0.4}) {
            String part = "traffic of which " + Math.round(100 * share) + " % is ";
            all.add(new Scenario(part + "new", day -> share, none, 0, false));
            all.add(new Scenario(part + "more of a known kind", none, day -> share, 0, false));
        }
        all.add(new Scenario("traffic of which slowly 40 % is new", day -> 0.4 * day / days, none, 0, false));
        return all;
    }

    DriftRun(Scenario scenario, int streams, int days) {
        this.scenario = scenario;
        this.streams = streams;
        this.days = days;
    }

    /** @param seed the same seed has the same streams */
    Counts run(long seed) {
        var chances = new SplittableRandom(seed);
        List<Integer> delays = new ArrayList<>();
        int named = 0;
        int naive = 0;
        for (int i = 0; i < streams; i++) {
            Stream stream = stream(chances.split());
            if (stream.alarm > 0) {
                delays.add(stream.alarm);
                named += stream.named ? 1 : 0;
            }
            naive += stream.naive ? 1 : 0;
        }
        return new Counts(delays.size(), delays, named, naive);
    }

    /** The day of the alarm, 0 where there was none. */
    private static final class Stream {
        private int alarm;
        private boolean named;
        private boolean naive;
    }

    private Stream stream(SplittableRandom chance) {
        var traffic = new Traffic(chance);
        List<float[]> fitted = new ArrayList<>();
        List<float[]> counted = new ArrayList<>();
        for (int i = 0; i < REFERENCE_DAYS * UPLOADERS; i++) {
            (chance.nextBoolean() ? fitted : counted).add(traffic.next(0, 0));
        }
        DriftReference reference = DriftReference.of(fitted, counted);
        var evidence = new DriftEvidence(reference, EFFECT, FalseAlarmBudget.share(FalseAlarmBudget.ERRORS, 1));
        double needed = -Math.log(FalseAlarmBudget.share(FalseAlarmBudget.EVIDENCE, 1));
        long[] before = clusters(cells(reference, counted));
        var result = new Stream();
        for (int day = 1; day <= days && result.alarm == 0; day++) {
            List<float[]> pictures = new ArrayList<>();
            for (int i = 0; i < UPLOADERS; i++) {
                pictures.add(traffic.next(
                        scenario.unlike().applyAsDouble(day), scenario.like().applyAsDouble(day)));
            }
            float[] copied = traffic.next(1, 0);
            if (scenario.flood() > 0) {
                pictures.set(0, traffic.near(copied)); // one a day of the flood's uploader
            }
            long[] cells = cells(reference, pictures);
            evidence.add(cells, 0);
            if (evidence.log() >= needed) {
                result.alarm = day;
                boolean unlike = scenario.unlike().applyAsDouble(day) > 0;
                result.named = evidence.lead().region().far() == unlike;
            }
            long[] seen = clusters(cells);
            seen[reference.cell(copied) % CLUSTERS] += Math.max(0, scenario.flood() - 1); // it knows no uploaders
            result.naive |= chiSquared(before, seen) > CHI_SQUARED;
        }
        return result;
    }

    private static long[] cells(DriftReference reference, List<float[]> pictures) {
        long[] cells = new long[DriftReference.CELLS];
        pictures.forEach(picture -> cells[reference.cell(picture)]++);
        return cells;
    }

    private static long[] clusters(long[] cells) {
        long[] clusters = new long[CLUSTERS];
        for (int cell = 0; cell < cells.length; cell++) {
            clusters[cell % CLUSTERS] += cells[cell];
        }
        return clusters;
    }

    /** Of two samples. */
    private static double chiSquared(long[] before, long[] now) {
        double all = Arrays.stream(before).sum();
        double today = Arrays.stream(now).sum();
        double sum = 0;
        for (int cluster = 0; cluster < CLUSTERS; cluster++) {
            double both = before[cluster] + now[cluster];
            if (both > 0) {
                double apart = before[cluster] * Math.sqrt(today / all) - now[cluster] * Math.sqrt(all / today);
                sum += apart * apart / both;
            }
        }
        return sum;
    }

    /** Pictures as features. */
    private static final class Traffic {

        private final SplittableRandom chance;
        private final float[][] centres = new float[CENTRES + 1][DriftReference.DIMENSIONS];
        private final double[] until = new double[CENTRES];

        Traffic(SplittableRandom chance) {
            this.chance = chance;
            double all = 0;
            for (int centre = 0; centre <= CENTRES; centre++) {
                double squares = 0;
                for (int i = 0; i < centres[centre].length; i++) {
                    centres[centre][i] = (float) chance.nextGaussian();
                    squares += centres[centre][i] * centres[centre][i];
                }
                for (int i = 0; i < centres[centre].length; i++) {
                    centres[centre][i] *= (float) (LENGTH / Math.sqrt(squares));
                }
                if (centre < CENTRES) {
                    all += 1.0 / (centre + 1);
                    until[centre] = all;
                }
            }
            for (int centre = 0; centre < CENTRES; centre++) {
                until[centre] /= all;
            }
        }

        float[] next(double unlike, double like) {
            double drawn = chance.nextDouble();
            if (drawn < unlike) {
                return near(centres[CENTRES]);
            }
            if (drawn < unlike + like) {
                return near(centres[CENTRES - 1]);
            }
            double place = chance.nextDouble();
            int centre = 0;
            while (centre < CENTRES - 1 && until[centre] < place) {
                centre++;
            }
            return near(centres[centre]);
        }

        float[] near(float[] centre) {
            float[] picture = new float[centre.length];
            for (int i = 0; i < picture.length; i++) {
                picture[i] = (float) (centre[i] + SPREAD * chance.nextGaussian());
            }
            return picture;
        }
    }
}
