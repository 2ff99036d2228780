package io.bulwark.lab.bench;

import com.sun.management.OperatingSystemMXBean;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an image costs several encoders, measured by turns in one process, so that whatever else the machine does
 * disturbs all alike. Counted is the CPU time of the process. One thread; holds native memory.
 */
record EncoderTurns(List<Contender> contenders, int batch) implements AutoCloseable {

    private static final int ROUNDS = 9;
    private static final int WARM_UP_CALLS = 3;

    /** Between the packages of a pair, both of which see every image. */
    private static final String JOINED = "\\+";

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * Opens.
     *
     * @param locations of packages, those of a pair joined by a plus
     * @param batch images of a call
     */
    static EncoderTurns of(List<String> locations, EncoderOptions options, int batch) {
        List<Contender> opened = new ArrayList<>();
        EncoderTurns turns = new EncoderTurns(opened, batch);
        try {
            for (String location : locations) {
                Contender contender = new Contender(new ArrayList<>());
                opened.add(contender);
                for (String each : location.split(JOINED)) {
                    contender.encoders.add(ModelPackage.open(each).openEncoder(options));
                }
            }
            return turns;
        } catch (RuntimeException e) {
            turns.close();
            throw e;
        }
    }

    /** Encoders that each see every image. */
    private record Contender(List<Encoder> encoders) {

        private String name() {
            return encoders.stream()
                    .map(encoder -> encoder.description().name())
                    .collect(Collectors.joining(" + "));
        }

        private void embed(int count) {
            for (Encoder encoder : encoders) {
                EncoderDescription seen = encoder.description();
                int bytes = seen.preprocess().height() * seen.preprocess().width() * 3;
                encoder.embed(ByteBuffer.allocateDirect(count * bytes), count);
            }
        }

        /** CPU milliseconds of an image, over at least so much CPU time. */
        private double millis(int count, Duration atLeast) {
            long begin = PROCESS.getProcessCpuTime();
            int calls = 0;
            long spent;
            do {
                embed(count);
                calls++;
                spent = PROCESS.getProcessCpuTime() - begin;
            } while (spent < atLeast.toNanos());
            return spent / 1e6 / ((double) calls * count);
        }
    }

    /**
     * What an image cost.
     *
     * @param name of the encoder, or of a pair
     * @param millis of CPU
     */
    record Cost(String name, RoundMedian millis) {

        String text() {
            return Fields.text("%s: %.2f ms of CPU an image, %s", name, millis.median(), millis.text());
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = Fields.of("model", name, "cpuMillis", millis.median());
            fields.putAll(millis.fields());
            return fields;
        }
    }

    /**
     * Measures all, {@value #ROUNDS} times each by turns.
     *
     * @param each CPU time for each encoder in all
     */
    List<Cost> measure(Duration each) {
        for (Contender contender : contenders) {
            for (int call = 0; call < WARM_UP_CALLS; call++) {
                contender.embed(batch);
            }
        }
        double[][] millis = new double[contenders.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < millis.length; i++) {
                millis[i][round] = contenders.get(i).millis(batch, each.dividedBy(ROUNDS));
            }
        }
        List<RoundMedian> medians = RoundMedian.of(millis);
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < millis.length; i++) {
            costs.add(new Cost(contenders.get(i).name(), medians.get(i)));
        }
        return costs;
    }

    @Override
    public void close() {
        contenders.forEach(contender -> contender.encoders.forEach(Encoder::close));
    }

    /**
     * What one of several contenders came to that ran by turns, so that whatever else the machine does disturbs all
     * alike.
     *
     * @param median of the rounds
     * @param times of the first contender's, the median round
     * @param least of the rounds' times
     * @param most of the rounds' times
     */
    record RoundMedian(double median, double times, double least, double most) {

        /** Of each contender. @param rounds {@code [contenders, rounds]}; not modified */
        static List<RoundMedian> of(double[][] rounds) {
            return Stream.of(rounds).map(own -> of(own, rounds[0])).toList();
        }

        private static RoundMedian of(double[] own, double[] first) {
            double[] sorted = own.clone();
            double[] times = new double[own.length];
            Arrays.setAll(times, round -> own[round] / first[round]);
            Arrays.sort(sorted);
            Arrays.sort(times);
            int middle = own.length / 2;
            return new RoundMedian(sorted[middle], times[middle], times[0], times[own.length - 1]);
        }

        /** For people: {@code 0.98 times the first [0.95, 1.01]}. */
        String text() {
            return Fields.text("%.2f times the first [%.2f, %.2f]", times, least, most);
        }

        /** For machines. */
        Map<String, Object> fields() {
            return Fields.of("timesFirst", times, "leastTimes", least, "mostTimes", most);
        }
    }
}
