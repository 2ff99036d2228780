package io.bulwark.lab.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a twin costs a worker.
 *
 * @param alone the pipeline without it
 * @param withTwin the same images on the same machine with it
 */
record TwinCost(PipelineResult alone, PipelineResult withTwin) {

    /** Of the images a second without the twin, what is left. */
    double left() {
        return withTwin.imagesPerSecond() / alone.imagesPerSecond();
    }

    String text() {
        return String.format(
                Locale.ROOT,
                """
                with twin %.1f images/s over %d images: %.2f of those without
                worker    %.2f ms of CPU an image: %+.2f ms
                latency   p50 %.0f ms, p95 %.0f ms, p99 %.0f ms from produce to verdict at %.1f images/s
                memory    %d MiB resident: %+d MiB""",
                withTwin.imagesPerSecond(),
                withTwin.throughput().images(),
                left(),
                withTwin.workerMillis(),
                withTwin.workerMillis() - alone.workerMillis(),
                withTwin.latencies().p50(),
                withTwin.latencies().p95(),
                withTwin.latencies().p99(),
                withTwin.pacedRate(),
                withTwin.residentEnd() >> 20,
                (withTwin.residentEnd() - alone.residentEnd()) >> 20);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("twinImagesPerSecond", withTwin.imagesPerSecond());
        fields.put("twinShareLeft", left());
        fields.put("twinWorkerMillis", withTwin.workerMillis());
        fields.put("twinPacedImagesPerSecond", withTwin.pacedRate());
        fields.put("twinP50Millis", withTwin.latencies().p50());
        fields.put("twinP95Millis", withTwin.latencies().p95());
        fields.put("twinP99Millis", withTwin.latencies().p99());
        fields.put("twinResidentEndBytes", withTwin.residentEnd());
        return fields;
    }
}
