package io.bulwark.lab.bench;

import io.bulwark.lab.bench.promise.PromiseBenchCommand;
import picocli.CommandLine.Command;

/** {@code bulwark bench}: the parent of all benchmarks. */
@Command(
        name = "bench",
        description = "Measures this machine against bounds taken in the same run.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PipelineBenchCommand.class,
            LatencyBenchCommand.class,
            StartBenchCommand.class,
            ReviewBenchCommand.class,
            TeamBenchCommand.class,
            MatchBenchCommand.class,
            EncoderBenchCommand.class,
            PreprocessBenchCommand.class,
            IsolationBenchCommand.class,
            KnnBenchCommand.class,
            DecisionsBenchCommand.class,
            AttackBenchCommand.class,
            PromiseBenchCommand.class
        })
public final class BenchCommand {}
