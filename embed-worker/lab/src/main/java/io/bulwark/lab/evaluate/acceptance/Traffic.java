package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.report.Share;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What the shares of the test files come to in traffic where only some uploads are flagged ones. It takes the flagged
 * uploads to be such as the flagged test files are, and the safe ones such as the safe test files.
 *
 * @param prevalence share of the uploads that are flagged ones, in (0, 1)
 * @param reviews uploads in {@value #UPLOADS} that a person has to look at
 * @param falseFlags safe uploads in {@value #UPLOADS} that are decided NSFW
 * @param missed flagged uploads in {@value #UPLOADS} that are decided SAFE
 * @param precision share of the uploads decided NSFW that are flagged ones; empty where none is decided so
 */
record Traffic(
        double prevalence, Estimate reviews, Estimate falseFlags, Estimate missed, Optional<Estimate> precision) {

    /** Uploads that loads are counted in. */
    public static final int UPLOADS = 10_000;

    /**
     * Weighs outcomes by a prevalence.
     *
     * @param prevalence in (0, 1)
     * @param flagged outcomes of flagged files, at least one
     * @param safe outcomes of safe files, at least one
     */
    public static Traffic of(double prevalence, Judged.Outcomes flagged, Judged.Outcomes safe) {
        if (!(prevalence > 0 && prevalence < 1)) {
            throw new IllegalArgumentException(
                    "prevalence is %s, allowed is a share between 0 and 1, such as 0.01".formatted(prevalence));
        }
        Share recall = share(flagged, Decision.NSFW);
        Share falseFlags = share(safe, Decision.NSFW);
        double unflagged = 1 - prevalence;
        return new Traffic(
                prevalence,
                perUploads(end -> prevalence * end.applyAsDouble(share(flagged, Decision.REVIEW))
                        + unflagged * end.applyAsDouble(share(safe, Decision.REVIEW))),
                perUploads(end -> unflagged * end.applyAsDouble(falseFlags)),
                perUploads(end -> prevalence * end.applyAsDouble(share(flagged, Decision.SAFE))),
                recall.value() + falseFlags.value() == 0
                        ? Optional.empty()
                        : Optional.of(Estimate.of(
                                precision(prevalence, recall.value(), falseFlags.value()),
                                precision(prevalence, recall.low(), falseFlags.high()),
                                precision(prevalence, recall.high(), falseFlags.low()))));
    }

    private static double precision(double prevalence, double recall, double falseFlags) {
        return prevalence * recall / (prevalence * recall + (1 - prevalence) * falseFlags);
    }

    /** @param load share of the uploads, given which end of a proportion to take */
    private static Estimate perUploads(ToDoubleFunction<ToDoubleFunction<Share>> load) {
        return Estimate.of(
                UPLOADS * load.applyAsDouble(Share::value),
                UPLOADS * load.applyAsDouble(Share::low),
                UPLOADS * load.applyAsDouble(Share::high));
    }

    private static Share share(Judged.Outcomes outcomes, Decision decision) {
        return outcomes.share(decision)
                .orElseThrow(() -> new IllegalArgumentException("no files, needed are flagged and safe ones"));
    }

    /**
     * A number that was not counted but follows from what was, with bounds that hold with 95 % or more.
     *
     * @param value what the files say
     * @param low no more than the value
     * @param high no less than the value
     */
    record Estimate(double value, double low, double high) {

        public Estimate {
            if (!(low <= value && value <= high)) {
                throw new IllegalArgumentException(
                        "an estimate of %s does not lie between %s and %s".formatted(value, low, high));
            }
        }

        /**
         * From sums whose last bits may have put a bound on the wrong side of the value; the bound is then the value.
         */
        static Estimate of(double value, double low, double high) {
            return new Estimate(value, Math.min(low, value), Math.max(high, value));
        }
    }
}
