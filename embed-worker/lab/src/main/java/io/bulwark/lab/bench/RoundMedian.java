package io.bulwark.lab.bench;

import io.bulwark.lab.experiment.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one of several contenders came to that ran by turns, so that whatever else the machine does disturbs all alike.
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
