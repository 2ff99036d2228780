package io.bulwark.lab.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a run of the whole pipeline gave.
 *
 * @param images measured, after the warm-up
 * @param cores of this machine
 * @param parts CPU time of the parts alone
 * @param imagesPerSecond from the broker to the commit
 * @param workerMillis CPU time that the worker and its decoder processes spent on one image, all told
 * @param pacedRate images a second at which the latencies were taken
 * @param latencies from produce to verdict at that rate
 * @param residentStart bytes after the warm-up; 0 where unknown
 * @param residentEnd bytes at the end; 0 where unknown
 */
record PipelineResult(
        int images,
        int cores,
        PartCosts parts,
        double imagesPerSecond,
        double workerMillis,
        double pacedRate,
        Latencies latencies,
        long residentStart,
        long residentEnd) {

    static final double REQUIRED_RATIO = 0.90;
    static final double ALLOWED_GROWTH = 0.05;

    double bound() {
        return parts.bound(cores);
    }

    /** Of the bound. */
    double ratio() {
        return imagesPerSecond / bound();
    }

    /** Of the worker's own CPU time, what the parts alone would have taken. Other programs do not change it. */
    double efficiency() {
        return parts.sum() / workerMillis;
    }

    double growth() {
        return residentStart == 0 ? 0 : (double) residentEnd / residentStart - 1;
    }

    boolean holds() {
        return ratio() >= REQUIRED_RATIO && growth() <= ALLOWED_GROWTH;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                """
                %s
                bound     %.1f images/s (%d cores)
                pipeline  %.1f images/s over %d images: %.2f of the bound (wanted %.2f)
                worker    %.2f ms of CPU an image: the parts are %.2f of it
                latency   p50 %.0f ms, p95 %.0f ms, p99 %.0f ms from produce to verdict at %.1f images/s
                memory    %d MiB resident after warm-up, %d MiB at the end: %+.1f %% (allowed %.0f %%)""",
                parts.text(),
                bound(),
                cores,
                imagesPerSecond,
                images,
                ratio(),
                REQUIRED_RATIO,
                workerMillis,
                efficiency(),
                latencies.p50(),
                latencies.p95(),
                latencies.p99(),
                pacedRate,
                residentStart >> 20,
                residentEnd >> 20,
                100 * growth(),
                100 * ALLOWED_GROWTH);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>(parts.fields());
        fields.put("cores", cores);
        fields.put("boundImagesPerSecond", bound());
        fields.put("images", images);
        fields.put("imagesPerSecond", imagesPerSecond);
        fields.put("ratio", ratio());
        fields.put("workerMillis", workerMillis);
        fields.put("efficiency", efficiency());
        fields.put("pacedImagesPerSecond", pacedRate);
        fields.put("p50Millis", latencies.p50());
        fields.put("p95Millis", latencies.p95());
        fields.put("p99Millis", latencies.p99());
        fields.put("residentStartBytes", residentStart);
        fields.put("residentEndBytes", residentEnd);
        return fields;
    }
}
