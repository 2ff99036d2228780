package io.bulwark.lab.proof;

import io.bulwark.lab.experiment.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One measure of one process over time, and whether it is flat: the slope of its last third is below a bound. The slope
 * is the median of the slopes between any two samples (Theil, 1950; Sen, 1968), so that single peaks do not count, of
 * the same process and not of its first minutes: a restart is no growth. One thread.
 */
final class ProofSeries {

    private static final double HOUR = 3600;
    private static final int LEAST_SAMPLES = 6;
    private static final double THIRDS = 3;

    /** A series that ends before that share of the time is of what ended itself. */
    private static final double NEAR_THE_END = 0.9;

    private final String host;
    private final String name;
    private final Measure measure;
    private final double warmUp;
    private final List<Sample> samples = new ArrayList<>();

    /** @param warmUp seconds from the start of a process that do not count */
    ProofSeries(String host, String name, Measure measure, double warmUp) {
        this.host = host;
        this.name = name;
        this.measure = measure;
        this.warmUp = warmUp;
    }

    /** What is measured, and by how much it may grow in an hour. */
    enum Measure {
        /** In bytes. */
        MEMORY(0.15, 48e6),
        DESCRIPTORS(0.05, 24),
        THREADS(0.05, 12),

        /** In bytes; it grows by what traffic adds, so its bound follows from its slope in the middle third. */
        DATA(1.5, 32e6),

        /** In bytes, of what traffic only passes through: growth at a constant rate is growth as well. */
        PASSING(0.05, 4e6);

        private final double share;
        private final double least;

        /**
         * @param share of the level, or of the slope before
         * @param least growth in an hour that is not counted as one
         */
        Measure(double share, double least) {
            this.share = share;
            this.least = least;
        }

        /** In words. */
        String words() {
            return this == DATA
                    ? share + " times the slope of the middle third, or " + text(least) + " an hour"
                    : Fields.text("%.0f %% of its level an hour, or ", share * 100) + text(least);
        }

        String text(double value) {
            return this == DESCRIPTORS || this == THREADS
                    ? Fields.text("%.0f", value)
                    : Fields.text("%.1f MB", value / 1e6);
        }
    }

    /** @param process by which samples before and after a restart are told apart */
    private record Sample(double seconds, long process, double value) {}

    /**
     * What became of it.
     *
     * @param slope growth in an hour in the last third; empty where there are too few samples
     * @param bound of it
     */
    record Trend(
            String host,
            String name,
            Measure measure,
            double first,
            double middle,
            double last,
            OptionalDouble slope,
            double bound) {

        /** No more than its bound; without a slope there is no statement, which is not flat. */
        boolean isFlat() {
            return slope.isPresent() && slope.getAsDouble() <= bound;
        }

        /** Cells of a table. */
        List<String> cells() {
            return List.of(
                    host,
                    name,
                    measure.text(first),
                    measure.text(middle),
                    measure.text(last),
                    slope.isPresent() ? measure.text(slope.getAsDouble()) : "too few samples",
                    measure.text(bound),
                    rule());
        }

        private String rule() {
            if (slope.isEmpty()) {
                return "**not known**";
            }
            boolean isLittle = slope.getAsDouble() <= measure.least;
            return !isFlat() ? "**grows**" : measure == Measure.DATA && !isLittle ? "no faster than before" : "flat";
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "host", host,
                    "name", name,
                    "first", first,
                    "middle", middle,
                    "last", last,
                    "slopeAnHour", slope,
                    "boundAnHour", bound,
                    "flat", isFlat());
        }

        String text() {
            return String.join(" ", cells());
        }
    }

    /** @param seconds since the begin, no less than before */
    void add(double seconds, long process, double value) {
        samples.add(new Sample(seconds, process, value));
    }

    /** @param length of all, in seconds */
    Trend trend(double length) {
        OptionalDouble slope =
                lastAt() >= length * NEAR_THE_END ? slope(length * 2 / THIRDS, length) : OptionalDouble.empty();
        double reference = measure == Measure.DATA
                ? slope(length / THIRDS, length * 2 / THIRDS).orElse(0)
                : level();
        return new Trend(
                host,
                name,
                measure,
                at(0),
                at(length / 2),
                at(length),
                slope,
                Math.max(measure.least, measure.share * reference));
    }

    private double lastAt() {
        return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).seconds;
    }

    /** The median, which no peak lifts. */
    private double level() {
        double[] values = samples.stream().mapToDouble(Sample::value).sorted().toArray();
        return values.length == 0 ? 0 : values[values.length / 2];
    }

    private double at(double seconds) {
        return samples.stream()
                .filter(sample -> sample.seconds <= seconds)
                .reduce((before, after) -> after)
                .or(() -> samples.stream().findFirst())
                .map(Sample::value)
                .orElse(0.0);
    }

    private OptionalDouble slope(double from, double to) {
        Map<Long, Double> starts = new HashMap<>();
        List<Sample> counted = new ArrayList<>();
        for (Sample sample : samples) {
            double start = starts.computeIfAbsent(sample.process, none -> sample.seconds);
            if (sample.seconds >= from && sample.seconds <= to && sample.seconds - start >= warmUp) {
                counted.add(sample);
            }
        }
        if (counted.size() < LEAST_SAMPLES) {
            return OptionalDouble.empty();
        }
        List<Double> slopes = new ArrayList<>();
        for (Sample one : counted) {
            for (Sample other : counted) {
                if (one.process == other.process && other.seconds > one.seconds) {
                    slopes.add((other.value - one.value) / (other.seconds - one.seconds) * HOUR);
                }
            }
        }
        slopes.sort(null);
        return slopes.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(slopes.get(slopes.size() / 2));
    }
}
