package io.bulwark.lab.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a run of the whole pipeline gave.
 *
 * @param throughput with a backlog
 * @param cores of this machine
 * @param parts CPU time of the parts alone
 * @param pacedRate images a second at which the latencies were taken
 * @param latencies from produce to verdict at that rate
 */
record PipelineResult(Throughput throughput, int cores, PartCosts parts, double pacedRate, Latencies latencies) {

    static final double REQUIRED_RATIO = 0.90;
    static final double ALLOWED_GROWTH = 0.05;

    double imagesPerSecond() {
        return throughput.imagesPerSecond();
    }

    /** CPU time that the worker and its decoder processes spent on one image, all told. */
    double workerMillis() {
        return CpuUse.millis(throughput.each().worker());
    }

    long residentEnd() {
        return throughput.residentEnd();
    }

    double bound() {
        return parts.bound(cores);
    }

    /** Of the bound. */
    double ratio() {
        return imagesPerSecond() / bound();
    }

    /** Of the worker's own CPU time, what the parts alone would have taken. Other programs do not change it. */
    double efficiency() {
        return parts.sum() / workerMillis();
    }

    double growth() {
        long start = throughput.residentStart();
        return start == 0 ? 0 : (double) residentEnd() / start - 1;
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
                CPU       %s an image
                latency   p50 %.0f ms, p95 %.0f ms, p99 %.0f ms from produce to verdict at %.1f images/s
                memory    %d MiB resident after warm-up, %d MiB at the end: %+.1f %% (allowed %.0f %%)""",
                parts.text(),
                bound(),
                cores,
                imagesPerSecond(),
                throughput.images(),
                ratio(),
                REQUIRED_RATIO,
                workerMillis(),
                efficiency(),
                throughput.each().text(),
                latencies.p50(),
                latencies.p95(),
                latencies.p99(),
                pacedRate,
                throughput.residentStart() >> 20,
                residentEnd() >> 20,
                100 * growth(),
                100 * ALLOWED_GROWTH);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>(parts.fields());
        fields.put("cores", cores);
        fields.put("boundImagesPerSecond", bound());
        fields.put("images", throughput.images());
        fields.put("imagesPerSecond", imagesPerSecond());
        fields.put("ratio", ratio());
        fields.putAll(throughput.each().fields());
        fields.put("efficiency", efficiency());
        fields.put("pacedImagesPerSecond", pacedRate);
        fields.put("p50Millis", latencies.p50());
        fields.put("p95Millis", latencies.p95());
        fields.put("p99Millis", latencies.p99());
        fields.put("residentStartBytes", throughput.residentStart());
        fields.put("residentEndBytes", residentEnd());
        return fields;
    }
}
