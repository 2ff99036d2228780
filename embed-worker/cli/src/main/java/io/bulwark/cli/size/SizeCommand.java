package io.bulwark.cli.size;

import io.bulwark.cli.size.Sizing.Row;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark size}. */
@Command(
        name = "size",
        description = {
            "Computes pods, partitions, memory, disk, broker traffic and database for a number of uploads a day.",
            "Each figure says whether it rests on what was measured on our machines, on an assumption, or on what was"
                    + " given. Measure the CPU time of an upload with 'bench pipeline' on yours."
        })
public final class SizeCommand extends OutputCommand implements Callable<Integer> {

    @Option(names = "--uploads", paramLabel = "N", required = true, description = "Uploads a day.")
    private long uploads;

    @Option(
            names = "--image-bytes",
            paramLabel = "BYTES",
            defaultValue = "300000",
            description = "Mean size of an inline image; 0 where uploads name a location (default: ${DEFAULT-VALUE}).")
    private long imageBytes;

    @Option(
            names = "--references",
            paramLabel = "N",
            defaultValue = "10000",
            description = "References of the bank that a worker holds (default: ${DEFAULT-VALUE}).")
    private long references;

    @Option(
            names = "--tenants",
            paramLabel = "N",
            defaultValue = "1",
            description = "Tenants, for drift's samples (default: ${DEFAULT-VALUE}).")
    private long tenants;

    @Option(
            names = "--dimension",
            paramLabel = "N",
            defaultValue = "1280",
            description = "Numbers of an embedding (default: ${DEFAULT-VALUE}, the default model's).")
    private int dimension;

    @Option(
            names = "--twin",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "Whether workers hold the twin and its bank (default: ${DEFAULT-VALUE}).")
    private boolean twin;

    @Option(
            names = "--cpu-millis",
            paramLabel = "MS",
            defaultValue = "" + Sizing.CPU_MILLIS,
            description = "CPU time of an upload in the worker and its decoders (default: ${DEFAULT-VALUE}).")
    private double cpuMillis;

    @Option(
            names = "--peak",
            paramLabel = "F",
            defaultValue = "3",
            description = "Busiest second over the mean of the day (default: ${DEFAULT-VALUE}).")
    private double peak;

    @Option(
            names = "--review-share",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description = "Share of uploads that people decide (default: ${DEFAULT-VALUE}).")
    private double reviewShare;

    @Option(
            names = "--decision-days",
            paramLabel = "DAYS",
            defaultValue = "30",
            description =
                    "How long decisions are kept, bulwark.stream.decisions.retention (default: ${DEFAULT-VALUE}).")
    private int decisionDays;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "3",
            description = "Copies of each partition (default: ${DEFAULT-VALUE}).")
    private int replication;

    @Override
    public Integer call() {
        require(uploads > 0, "--uploads has to be above 0");
        require(imageBytes >= 0 && references >= 0, "--image-bytes and --references have to be 0 or more");
        require(tenants > 0 && dimension > 0, "--tenants and --dimension have to be above 0");
        require(cpuMillis > 0 && peak >= 1, "--cpu-millis has to be above 0, and --peak 1 or more");
        require(reviewShare >= 0 && reviewShare <= 1, "--review-share is between 0 and 1");
        require(decisionDays > 0 && replication > 0, "--decision-days and --replication have to be above 0");
        Output output = output();
        new Sizing(
                        uploads,
                        imageBytes,
                        references,
                        tenants,
                        dimension,
                        twin,
                        cpuMillis,
                        peak,
                        reviewShare,
                        decisionDays,
                        replication)
                .rows()
                .forEach(row -> print(row, output));
        return ExitCodes.OK;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw CommandFailure.usage(otherwise);
        }
    }

    private static void print(Row row, Output output) {
        Map<String, Object> fields = Output.fields(
                "part",
                row.part(),
                "what",
                row.what(),
                "value",
                row.value(),
                "unit",
                row.unit().word(),
                "basis",
                row.basis().word(),
                "from",
                row.from());
        output.print(
                String.format(
                        "%-18s %-34s %12s  %-8s  %s",
                        row.part(), row.what(), row.text(), row.basis().word(), row.from()),
                fields);
    }
}
