package io.bulwark.lab.audit;

import io.bulwark.cli.report.Share.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How attacks fare on the same pictures at a worker without and with the index. Of several attacks the one counts that
 * wins with the fewest uploads.
 *
 * @param name of the attack, or of several
 * @param without one a picture
 * @param with of the same pictures in the same order
 */
record QueryTally(String name, List<QueryEntry> without, List<QueryEntry> with) {

    QueryTally {
        without = List.copyOf(without);
        with = List.copyOf(with);
        if (without.isEmpty() || without.size() != with.size()) {
            throw new IllegalArgumentException(
                    "%d pictures without the index and %d with it, wanted are as many, at least 1"
                            .formatted(without.size(), with.size()));
        }
    }

    /**
     * Of each picture the attack that did best. Uploads of the others are not added: no attacker knows the best one
     * beforehand.
     */
    static QueryTally best(String name, List<QueryTally> tallies) {
        return new QueryTally(
                name,
                best(tallies.stream().map(QueryTally::without).toList()),
                best(tallies.stream().map(QueryTally::with).toList()));
    }

    private static List<QueryEntry> best(List<List<QueryEntry>> byAttack) {
        List<QueryEntry> best = new ArrayList<>(byAttack.get(0));
        for (List<QueryEntry> attack : byAttack) {
            for (int i = 0; i < best.size(); i++) {
                QueryEntry other = attack.get(i);
                if (other.passed() && !best.get(i).passedWithin(other.queries())) {
                    best.set(i, other);
                }
            }
        }
        return best;
    }

    /** Share of the pictures that this many uploads got through. */
    static Proportion passed(List<QueryEntry> entries, long uploads) {
        return Proportion.of(
                entries.stream().filter(entry -> entry.passedWithin(uploads)).count(), entries.size());
    }

    /** Median of the uploads of passed pictures. */
    static OptionalLong median(List<QueryEntry> entries) {
        long[] queries = entries.stream()
                .filter(QueryEntry::passed)
                .mapToLong(QueryEntry::queries)
                .sorted()
                .toArray();
        return queries.length == 0 ? OptionalLong.empty() : OptionalLong.of(queries[queries.length / 2]);
    }

    /** Success with the index by that without. */
    PairedRatio ratio() {
        return ratio(Long.MAX_VALUE);
    }

    /**
     * The same where people stop an attacker at the index, after this many uploads.
     *
     * @param stopped the last upload that is judged
     */
    PairedRatio ratio(long stopped) {
        int both = 0;
        int guarded = 0;
        int unguarded = 0;
        for (int i = 0; i < with.size(); i++) {
            boolean passedWith = with.get(i).passedWithin(stopped);
            boolean passedWithout = without.get(i).passed();
            both += passedWith && passedWithout ? 1 : 0;
            guarded += passedWith && !passedWithout ? 1 : 0;
            unguarded += !passedWith && passedWithout ? 1 : 0;
        }
        return PairedRatio.of(both, guarded, unguarded);
    }

    /**
     * What one attack came to on one picture, at a worker without or with an index: a line of the ledger.
     *
     * @param picture SHA-256 of the file as it was given
     * @param attack its name
     * @param index whether the worker has the picture as an entry
     * @param passed whether an upload within the threat model was SAFE
     * @param queries the number of that upload, from 1; where none passed, how many were in vain
     * @param held of these, the ones that were answered with REVIEW
     * @param cpuSeconds of the whole process
     */
    record QueryEntry(
            String picture, String attack, boolean index, boolean passed, long queries, long held, double cpuSeconds) {

        /** What an entry is about; of each there is one. */
        record Key(String picture, String attack, boolean index) {}

        Key key() {
            return new Key(picture, attack, index);
        }

        /** Whether this many uploads were enough. */
        boolean passedWithin(long uploads) {
            return passed && queries <= uploads;
        }
    }

    /**
     * The ratio of two shares of the same questions, such as successes with and without a defence, with a 95 %
     * interval: Wilson intervals of the two, narrowed by as much as the questions agree (Bonett and Price, "Confidence
     * intervals for a ratio of binomial proportions based on paired data", Statistics in Medicine 25, 2006; the form of
     * Fagerland, Lydersen, Laake, Statistics in Medicine 33, 2014, section 5). It holds where one of the shares is 0,
     * too.
     *
     * @param value the first share by the second; infinite where only the second is 0, not a number where both are
     * @param low lower end of the interval, at least 0
     * @param high upper end; infinite where the second share may be 0
     */
    record PairedRatio(double value, double low, double high) {

        /** The standard normal's 0.975 quantile. */
        private static final double Z = 1.959963984540054;

        /**
         * Counts.
         *
         * @param both questions of both shares
         * @param first questions of the first alone
         * @param second questions of the second alone
         */
        public static PairedRatio of(int both, int first, int second) {
            int ofFirst = both + first;
            int ofSecond = both + second;
            if (both < 0 || first < 0 || second < 0) {
                throw new IllegalArgumentException(
                        "%d, %d and %d questions, allowed are 0 and more".formatted(both, first, second));
            }
            if (ofSecond == 0) {
                return new PairedRatio(
                        ofFirst == 0 ? Double.NaN : Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY);
            }
            int any = both + first + second;
            double a = Math.sqrt((first + second + 2.0) / ((ofFirst + 1.0) * (ofSecond + 1.0)));
            double b = Math.sqrt((1 - (ofFirst + 1.0) / (any + 2.0)) / (ofFirst + 1.0));
            double c = Math.sqrt((1 - (ofSecond + 1.0) / (any + 2.0)) / (ofSecond + 1.0));
            double z = a / (b + c) * Z;
            double least = end(ofFirst, any, z, -1) / end(ofSecond, any, z, 1);
            double lowest = end(ofSecond, any, z, -1);
            return new PairedRatio(
                    (double) ofFirst / ofSecond,
                    Math.max(0, least),
                    lowest <= 0 ? Double.POSITIVE_INFINITY : end(ofFirst, any, z, 1) / lowest);
        }

        /** An end of Wilson's interval. */
        private static double end(int count, int of, double z, int side) {
            double spread = z * Math.sqrt(z * z + 4.0 * count * (1 - (double) count / of));
            return (2 * count + z * z + side * spread) / (2 * (of + z * z));
        }

        /** {@code 0.080 [0.028, 0.214]}. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
        }
    }
}
