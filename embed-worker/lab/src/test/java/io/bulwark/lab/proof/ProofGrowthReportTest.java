package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputContract;
import io.bulwark.lab.proof.ProofGrowthReport.Latency;
import io.bulwark.lab.proof.ProofSeries.Measure;
import io.bulwark.lab.proof.ProofSeries.Trend;
import io.bulwark.lab.proof.ProofStarts.Kind;
import io.bulwark.lab.proof.ProofStarts.ProofStartsReport;
import io.bulwark.lab.proof.ProofStarts.Start;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ProofGrowthReportTest {

    private final ProofSizes empty =
            new ProofSizes(Map.of("decisions", 1e6), Map.of("moderation.decisions", 5e6), Map.of("casebook", 1e5));
    private final ProofSizes full = new ProofSizes(
            Map.of("decisions", 101e6, "evidence", 60e6),
            Map.of("moderation.decisions", 25e6, "x-decisions-changelog", 40e6, "images.uploaded", 9e6),
            Map.of("casebook", 70.1e6));

    @Test
    void a_decision_takes_what_came_with_it() {
        String page = report().markdown();

        assertThat(page)
                .contains("100,000 decisions on new images, decided and listed in 500 s: 200 a second.")
                .contains("| state, active and standby together: decisions | 1000 | measured |")
                .contains("| state, active and standby together: evidence | 600 | measured |")
                .contains("| topic, one copy, before compaction: moderation.decisions | 200 | measured |")
                .contains("| **topic, one copy, before compaction: all** | 600 | measured |")
                .contains("| not in the sum: images.uploaded | 90 | measured, not by decisions |")
                .contains("| PostgreSQL, with indexes: casebook | 700 | measured |");
    }

    @Test
    void ten_millions_and_a_billion_follow_by_the_printed_formula() {
        assertThat(report().markdown())
                .contains("| 10,000,000 | 8.0 GB | 4.0 GB | 7.0 GB | assumed: linear |")
                .contains("bytes(n) = n × bytes of a decision");
    }

    @Test
    void percentiles_are_those_of_the_answers() {
        Latency latency = new Latency(
                "claim", DoubleStream.iterate(1, n -> n + 1).limit(100).boxed().toList());

        assertThat(latency.percentile(0.5)).isEqualTo(50);
        assertThat(latency.percentile(0.95)).isEqualTo(95);
        assertThat(new Latency("none", List.of()).percentile(0.95)).isNaN();
    }

    /** No test of the build grows or soaks, so no printed line is held to the contract elsewhere. */
    @Test
    void what_growth_and_soak_print_for_machines_is_in_the_contract() {
        List<Latency> latencies = List.of(new Latency("claim", List.of(1.0)), new Latency("none", List.of()));
        Kind kind = new Kind(1, true);
        List<Start> starts = List.of(new Start(20, 30, 5_000));
        var memory = new Trend("s1", "memory", Measure.MEMORY, 1, 2, Double.NaN, OptionalDouble.empty(), 3);
        StringWriter lines = new StringWriter();
        Output output = new Output("proof run", true, new PrintWriter(lines), new PrintWriter(lines));

        output.print("", report().fields());
        output.print("", Latency.fields(latencies));
        output.print("", new ProofStartsReport(10, Map.of(kind, starts), Map.of(kind, starts)).fields());
        output.print("", ProofSoak.fields(45, List.of(memory)));

        assertThat(lines.toString().lines())
                .hasSize(4)
                .allSatisfy(line ->
                        assertThat(OutputContract.checkedIn().faults(line)).isEmpty());
    }

    private ProofGrowthReport report() {
        return new ProofGrowthReport(100_000, 500, 2, full.minus(empty));
    }
}
