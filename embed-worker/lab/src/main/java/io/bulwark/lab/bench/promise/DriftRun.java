package io.bulwark.lab.bench.promise;

import io.bulwark.schemas.promise.DriftReference;
import io.bulwark.schemas.promise.DriftScales;
import io.bulwark.schemas.promise.FalseAlarmBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * Many simulated first tenants whose SAFE traffic is watched for drift as moderation-stream watches it. Pictures lie
 * round centres of unequal weight, each uploader of a day has one, and features are made rather than projected. What
 * stands beside it is a chi-squared test at 5 % of the day's clusters against the reference's, at each day.
 */
record DriftRun(Scenario scenario, int streams, int days) {

    static final double EFFECT = 0.05;
    private static final int PER_DAY = 200;
    private static final int REFERENCE_DAYS = 14;
    private static final int CENTRES = 24;
    private static final double SPREAD = 0.06;
    private static final double LENGTH = 0.8;
    private static final int CLUSTERS = DriftReference.CELLS / 2;

    /** 5 % of a chi-squared distribution with 31 degrees of freedom lie above. */
    private static final double CHI_SQUARED = 44.985;

    /**
     * Who uploads.
     *
     * @param uploaders of a day, each with one picture
     * @param loyal share of them who come every day and whose pictures are all of one kind; the others come once
     * @param leave chance that a loyal one does not come any more, and another takes the place
     * @param apart whether those who come once have other kinds than loyal ones: what is rare among these is frequent
     */
    record Uploaders(int uploaders, double loyal, double leave, boolean apart) {

        static Uploaders once(int count) {
            return new Uploaders(count, 0, 0, false);
        }
    }

    /**
     * What is simulated.
     *
     * @param who of whom the traffic is
     * @param unlike share of the traffic that is round a centre of which nothing was approved, by day from 1 on
     * @param like share that is added to one approved centre, likewise
     * @param flood near copies of one picture that one uploader adds each day
     * @param kept whether an alarm is false
     */
    record Scenario(
            String name,
            Uploaders who,
            IntToDoubleFunction unlike,
            IntToDoubleFunction like,
            int flood,
            boolean kept) {}

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
        Uploaders once = Uploaders.once(200);
        all.add(new Scenario("traffic as approved", once, none, none, 0, true));
        all.add(new Scenario("traffic with 500 near copies a day", once, none, none, 500, true));
        all.add(new Scenario("traffic of which 4 % is new", once, day -> 0.04, none, 0, true));
        for (int count : new int[] {30, 100, 1000}) {
            String loyal = "traffic as approved of " + count + " loyal uploaders";
            all.add(new Scenario(loyal, new Uploaders(count, 1, 0, false), none, none, 0, true));
            all.add(new Scenario(
                    loyal + ", 2 % leave a day", new Uploaders(count, 1, 0.02, false), none, none, 0, true));
            all.add(new Scenario(
                    loyal + ", half come once with other kinds",
                    new Uploaders(count, 0.5, 0.02, true),
                    none,
                    none,
                    0,
                    true));
        }
        for (double share : new double[] {0.1, 0.2, 0.4}) {
            String part = "traffic of which " + Math.round(100 * share) + " % is ";
            all.add(new Scenario(part + "new", once, day -> share, none, 0, false));
            all.add(new Scenario(part + "more of a known kind", once, none, day -> share, 0, false));
            for (int count : new int[] {100, 1000, 10_000}) {
                Uploaders who = new Uploaders(count, count == 10_000 ? 0 : 1, 0.02, false);
                String whose = count == 10_000 ? " uploaders who come once" : " loyal uploaders";
                all.add(new Scenario(part + "new, of " + count + whose, who, day -> share, none, 0, false));
            }
        }
        all.add(new Scenario("traffic of which slowly 40 % is new", once, day -> 0.4 * day / days, none, 0, false));
        return all;
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
        var crowd = new Crowd(scenario.who(), traffic, chance);
        List<Upload> approved = new ArrayList<>();
        for (int day = 1; day <= REFERENCE_DAYS; day++) {
            approved.addAll(crowd.sample(day, 0, 0));
        }
        List<float[]> fitted =
                approved.stream().filter(Upload::fitted).map(Upload::features).toList();
        List<float[]> counted = DriftScales.onceEach(
                        approved.stream().filter(each -> !each.fitted()).toList())
                .stream()
                .map(Upload::features)
                .toList();
        DriftReference reference = DriftReference.of(fitted, counted);
        var evidence = new DriftScales(
                reference,
                EFFECT,
                FalseAlarmBudget.share(FalseAlarmBudget.ERRORS, 1),
                FalseAlarmBudget.share(FalseAlarmBudget.EVIDENCE, 1));
        long[] before = new long[CLUSTERS];
        approved.forEach(picture -> before[reference.cell(picture.features()) % CLUSTERS]++);
        var result = new Stream();
        for (int day = 1; day <= days && result.alarm == 0; day++) {
            List<Upload> pictures = new ArrayList<>(crowd.sample(
                    REFERENCE_DAYS + day,
                    scenario.unlike().applyAsDouble(day),
                    scenario.like().applyAsDouble(day)));
            float[] copied = traffic.next(1, 0, false);
            if (scenario.flood() > 0) {
                Upload first = pictures.get(0); // one a day of the flood's uploader
                pictures.set(0, new Upload(first.sampledOn(), first.scale(), first.fitted(), traffic.near(copied)));
            }
            long[][] exact = new long[DriftScales.SCALES.size()][DriftReference.CELLS];
            long[] seen = new long[CLUSTERS];
            for (Upload picture : pictures) {
                int cell = reference.cell(picture.features());
                seen[cell % CLUSTERS]++;
                if (!picture.fitted()) {
                    exact[DriftScales.SCALES.indexOf(picture.scale())][cell]++;
                }
            }
            evidence.add(day, exact, new long[exact.length]);
            if (evidence.isAlarm()) {
                result.alarm = day;
                boolean unlike = scenario.unlike().applyAsDouble(day) > 0;
                result.named = evidence.lead().region().far() == unlike;
            }
            seen[reference.cell(copied) % CLUSTERS] += Math.max(0, scenario.flood() - 1); // it knows no uploaders
            result.naive |= chiSquared(before, seen) > CHI_SQUARED;
        }
        return result;
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

        /** @param apart with the centres' weights in the opposite order */
        float[] next(double unlike, double like, boolean apart) {
            int kind = kind(unlike, like);
            return near(centres[apart && kind < CENTRES ? CENTRES - 1 - kind : kind]);
        }

        /** The number of a centre; the last one is not in any approved traffic. */
        int kind(double unlike, double like) {
            double drawn = chance.nextDouble();
            if (drawn < unlike) {
                return CENTRES;
            }
            if (drawn < unlike + like) {
                return CENTRES - 1;
            }
            double place = chance.nextDouble();
            int centre = 0;
            while (centre < CENTRES - 1 && until[centre] < place) {
                centre++;
            }
            return centre;
        }

        float[] ofKind(int kind) {
            return near(centres[kind]);
        }

        float[] near(float[] centre) {
            float[] picture = new float[centre.length];
            for (int i = 0; i < picture.length; i++) {
                picture[i] = (float) (centre[i] + SPREAD * chance.nextGaussian());
            }
            return picture;
        }
    }

    /** A sampled upload of a day. */
    private record Upload(long sampledOn, int scale, boolean fitted, float[] features) implements DriftScales.Sampled {}

    /** Uploaders, and of each day the sampled ones: those whose turn it is first, then others by chance. */
    private static final class Crowd {

        private final Uploaders who;
        private final Traffic traffic;
        private final SplittableRandom chance;
        private final List<Account> loyal = new ArrayList<>();

        /**
         * A loyal one keeps its kind.
         *
         * @param changes when a loyal one changes to a new kind, in [0, 1): where less than that share of the traffic
         *     is new
         */
        private record Account(boolean loyal, int turn, boolean fitted, int kind, double changes) {}

        Crowd(Uploaders who, Traffic traffic, SplittableRandom chance) {
            this.who = who;
            this.traffic = traffic;
            this.chance = chance;
            for (int i = 0; i < Math.round(who.loyal() * who.uploaders()); i++) {
                loyal.add(account(true));
            }
        }

        private Account account(boolean stays) {
            return new Account(
                    stays,
                    chance.nextInt(DriftScales.TURNS),
                    chance.nextDouble() < DriftReference.FITTED,
                    traffic.kind(0, 0),
                    chance.nextDouble());
        }

        List<Upload> sample(int day, double unlike, double like) {
            List<Account> here = new ArrayList<>();
            for (int i = 0; i < loyal.size(); i++) {
                if (chance.nextDouble() < who.leave()) {
                    loyal.set(i, account(true));
                }
                here.add(loyal.get(i));
            }
            while (here.size() < who.uploaders()) {
                here.add(account(false));
            }
            for (int i = 0; i < here.size(); i++) {
                Collections.swap(here, i, i + chance.nextInt(here.size() - i));
            }
            here.sort(Comparator.comparing(account -> -DriftScales.scale(account.turn(), day)));
            return here.stream()
                    .limit(PER_DAY)
                    .map(account -> new Upload(
                            day,
                            DriftScales.scale(account.turn(), day),
                            account.fitted(),
                            account.loyal()
                                    ? traffic.ofKind(account.changes() < unlike ? CENTRES : account.kind())
                                    : traffic.next(unlike, like, who.apart())))
                    .toList();
        }
    }
}
