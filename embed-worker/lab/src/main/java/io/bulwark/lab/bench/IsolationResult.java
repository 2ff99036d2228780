package io.bulwark.lab.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What isolation costs.
 *
 * @param by what isolated the processes
 * @param isolated images a second of each turn
 * @param plain the same of processes that nothing confines; turn by turn beside the others
 * @param fileMillis CPU time of one image in an isolated process that runs for long
 * @param plainFileMillis the same in a plain one; other programs on the machine change it less than the rates
 * @param isolatedStarts fresh processes
 * @param plainStarts the same without isolation
 */
record IsolationResult(
        String by,
        List<Double> isolated,
        List<Double> plain,
        double fileMillis,
        double plainFileMillis,
        List<Fresh> isolatedStarts,
        List<Fresh> plainStarts) {

    static final double REQUIRED_RATIO = 0.97;

    /** Uploads a process, for the page's table. */
    private static final int[] UPLOADS = {100, 1_000, 5_000, 20_000};

    /**
     * A process that was started for this.
     *
     * @param wallMillis until it could work
     * @param startMillis CPU time until then
     * @param warmMillis CPU time that its first images took beyond {@link #fileMillis}
     */
    record Fresh(double wallMillis, double startMillis, double warmMillis) {}

    /** The median of the turns' ratios. */
    double ratio() {
        return median(IntStream.range(0, isolated.size())
                .mapToDouble(turn -> isolated.get(turn) / plain.get(turn))
                .toArray());
    }

    boolean holds() {
        return ratio() >= REQUIRED_RATIO;
    }

    /** CPU time of replacing a process after a number of images, as a share of the CPU time that reading them takes. */
    double share(int uploads) {
        double fresh = median(isolatedStarts, Fresh::startMillis) + median(isolatedStarts, Fresh::warmMillis);
        return fresh / (uploads * fileMillis);
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                """
                isolated  %.1f images/s, %.2f ms of CPU each, by %s
                plain     %.1f images/s, %.2f ms of CPU each
                ratio     %.3f, the median of %d turns (wanted %.2f)
                fresh     isolated %.0f ms until it works, %.0f ms of CPU, and %.0f ms more for its first images
                          plain    %.0f ms until it works, %.0f ms of CPU, and %.0f ms more for its first images""",
                median(isolated),
                fileMillis,
                by,
                median(plain),
                plainFileMillis,
                ratio(),
                isolated.size(),
                REQUIRED_RATIO,
                median(isolatedStarts, Fresh::wallMillis),
                median(isolatedStarts, Fresh::startMillis),
                median(isolatedStarts, Fresh::warmMillis),
                median(plainStarts, Fresh::wallMillis),
                median(plainStarts, Fresh::startMillis),
                median(plainStarts, Fresh::warmMillis)));
        for (int uploads : UPLOADS) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nreplaced  after %d images: %.1f %% more CPU time than the %.2f ms an image that reading takes",
                    uploads,
                    100 * share(uploads),
                    fileMillis));
        }
        return text.toString();
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("isolatedBy", by);
        fields.put("isolatedImagesPerSecond", median(isolated));
        fields.put("plainImagesPerSecond", median(plain));
        fields.put("ratio", ratio());
        fields.put("turns", isolated.size());
        fields.put("fileCpuMillis", fileMillis);
        fields.put("plainFileCpuMillis", plainFileMillis);
        fields.put("isolatedStartMillis", median(isolatedStarts, Fresh::wallMillis));
        fields.put("isolatedStartCpuMillis", median(isolatedStarts, Fresh::startMillis));
        fields.put("isolatedWarmCpuMillis", median(isolatedStarts, Fresh::warmMillis));
        fields.put("plainStartMillis", median(plainStarts, Fresh::wallMillis));
        fields.put("plainStartCpuMillis", median(plainStarts, Fresh::startMillis));
        fields.put("plainWarmCpuMillis", median(plainStarts, Fresh::warmMillis));
        return fields;
    }

    private static double median(List<Fresh> starts, ToDoubleFunction<Fresh> of) {
        return median(starts.stream().mapToDouble(of).toArray());
    }

    private static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
