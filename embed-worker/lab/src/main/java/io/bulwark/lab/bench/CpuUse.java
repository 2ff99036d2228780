package io.bulwark.lab.bench;

import io.bulwark.imaging.ProcessStat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * CPU time of all that takes part in a run. Each is a separate process, but all share one machine: what broker and
 * driver take, the worker does not get.
 *
 * @param worker the worker and the processes that decode for it
 * @param broker the broker, logs included
 * @param driver this process, which sends images and reads verdicts
 */
public record CpuUse(Duration worker, Duration broker, Duration driver) {

    /** What they have used since they started, decoders that were replaced included; nothing for one that is gone. */
    public static CpuUse now(long workerPid, long brokerPid) {
        return new CpuUse(
                of(workerPid),
                of(brokerPid),
                ProcessStat.ownCpuTime(ProcessHandle.current()).orElse(Duration.ZERO));
    }

    private static Duration of(long pid) {
        return ProcessHandle.of(pid).flatMap(ProcessStat::cpuTime).orElse(Duration.ZERO);
    }

    /** What was used since an earlier moment. */
    public CpuUse since(CpuUse earlier) {
        return new CpuUse(worker.minus(earlier.worker), broker.minus(earlier.broker), driver.minus(earlier.driver));
    }

    /** The same for one of this many images. */
    public CpuUse each(int images) {
        return new CpuUse(worker.dividedBy(images), broker.dividedBy(images), driver.dividedBy(images));
    }

    /** For people, of one image: {@code worker 4.46 ms, broker 0.61 ms, driver 0.33 ms}. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "worker %.2f ms, broker %.2f ms, driver %.2f ms",
                millis(worker),
                millis(broker),
                millis(driver));
    }

    /** For machines, in milliseconds. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("workerMillis", millis(worker));
        fields.put("brokerMillis", millis(broker));
        fields.put("driverMillis", millis(driver));
        return fields;
    }

    static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
