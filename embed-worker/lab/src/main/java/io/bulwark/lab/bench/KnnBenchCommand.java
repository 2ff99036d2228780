package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.bank.KnnBenchmark;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bench knn}. */
@Command(
        name = "knn",
        description = {
            "A query's time in banks of growing size, beside a plain loop over the same rows in the same run; what a"
                    + " changed",
            "reference takes until it is found, and what memory the bank takes.",
            "Fails where the two do not name the same neighbours in the same order."
        })
final class KnnBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final long SEED = 1;
    private static final Duration WARM_UP = Duration.ofMillis(1500);

    @Option(names = "--references", paramLabel = "N", split = ",", description = "References of each bank.")
    private List<Integer> references = List.of(1000, 10000, 50000);

    @Option(names = "--dimension", paramLabel = "D", description = "Length of an embedding.")
    private int dimension = 512;

    @Option(
            names = "--alike",
            paramLabel = "SHARE",
            description =
                    "Share of the references whose cosines to each other and to all queries are about 0.99; else all"
                            + " are random directions.")
    private double alike;

    @Option(
            names = "--between",
            paramLabel = "FILE",
            description =
                    "Embeddings of pictures, as 'bulwark embed' writes them: each reference and query is one of these,"
                            + " moved up to half of the way to another. Equal ones are taken once.")
    private Path between;

    @Option(
            names = "--matrix",
            description = "Also measure the fp32 product of the same rows, in turn with the bank: up to 2 GiB of them.")
    private boolean matrix;

    @Option(names = "--batch", description = "Queries a search.")
    private int batch = 32;

    @Option(names = "--k", paramLabel = "K", description = "Neighbours.")
    private int k = 11;

    @Option(names = "--searches", description = "Timed searches of each bank.")
    private int searches = 50;

    @Option(names = "--changes", description = "Timed changes of each bank.")
    private int changes = 20;

    @Override
    public Integer call() throws IOException {
        Output output = output();
        output.note(Machine.describe());
        List<float[]> pictures = between == null ? List.of() : pictures();
        int length = pictures.isEmpty() ? dimension : pictures.get(0).length;
        boolean agree = true;
        for (int size : references) {
            KnnBenchmark.Result result = KnnBenchmark.run(new KnnBenchmark.Case(
                    size, length, alike, pictures, matrix, batch, k, WARM_UP, searches, changes, SEED));
            print(result, output);
            agree &= result.agreeing() == batch;
        }
        return agree ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private List<float[]> pictures() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(between)) {
            int rows = Math.toIntExact(file.tensor("embeddings").shape().get(0));
            float[] values = file.floats("embeddings");
            Set<FloatBuffer> different = new LinkedHashSet<>();
            for (int row = 0; row < rows; row++) {
                int length = values.length / rows;
                different.add(FloatBuffer.wrap(Arrays.copyOfRange(values, row * length, (row + 1) * length)));
            }
            return different.stream().map(FloatBuffer::array).toList();
        }
    }

    private static void print(KnnBenchmark.Result result, Output output) {
        String peer = result.measured().matrix()
                ? Fields.text(
                        "%n                    the fp32 product %.3f ms, CPU %.3f",
                        result.matrixMillis(), result.matrixCpuMillis())
                : "";
        Map<String, Object> fields = Fields.of(
                "references",
                result.measured().references(),
                "dimension",
                result.measured().dimension(),
                "alike",
                result.measured().alike(),
                "batch",
                result.measured().batch(),
                "buildMillis",
                result.buildMillis(),
                "changeMillis",
                result.changeMillis(),
                "slowestChangeMillis",
                result.slowestChangeMillis(),
                "fastestMillis",
                result.fastestMillis(),
                "medianMillis",
                result.medianMillis(),
                "p95Millis",
                result.p95Millis(),
                "cpuMillis",
                result.cpuMillis(),
                "matrixMillis",
                result.matrixMillis(),
                "matrixCpuMillis",
                result.matrixCpuMillis(),
                "openRows",
                result.openRows(),
                "plainMillis",
                result.plainMillis(),
                "agreeing",
                result.agreeing(),
                "nativeBytes",
                result.nativeBytes(),
                "heapBytes",
                result.heapBytes());
        output.print(
                Fields.text(
                        "%7d references: %.3f ms a query (%.3f to p95 %.3f, CPU %.3f), plain loop %.3f ms, %d of %d"
                                + " queries agree, each leaves %.0f rows open%n                    built in %.1f s, a"
                                + " change is found after %.1f ms (slowest %.1f), %.3f GB native, %d MB heap%s",
                        result.measured().references(),
                        result.medianMillis(),
                        result.fastestMillis(),
                        result.p95Millis(),
                        result.cpuMillis(),
                        result.plainMillis(),
                        result.agreeing(),
                        result.measured().batch(),
                        result.openRows(),
                        result.buildMillis() / 1e3,
                        result.changeMillis(),
                        result.slowestChangeMillis(),
                        result.nativeBytes() / 1e9,
                        result.heapBytes() / 1_000_000,
                        peer),
                fields);
    }
}
