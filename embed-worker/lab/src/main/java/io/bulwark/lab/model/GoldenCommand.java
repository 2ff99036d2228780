package io.bulwark.lab.model;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult.Status;
import io.bulwark.lab.golden.GoldenManifest;
import io.bulwark.lab.golden.GoldenRunner;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model golden}. */
@Command(
        name = "golden",
        description = {
            "Holds this version to numbers that the original Python code gave.",
            "Runs every case of DIR/manifest.json and fails if one of them does."
        })
public final class GoldenCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Parameters(paramLabel = "DIR", description = "The folder of a golden set.")
    private Path folder;

    @Option(
            names = "--vocabulary",
            paramLabel = "FILE",
            description = "CLIP's vocabulary, as tokenizer.json or bpe_simple_vocab_16e6.txt.gz"
                    + " (default: the file that lies beside the tokenizer's case).")
    private Path vocabulary;

    @Override
    public Integer call() {
        Output output = options.output();
        List<GoldenResult> results = new GoldenRunner(
                        manifest(), EncoderOptions.defaults(), Optional.ofNullable(vocabulary))
                .run(result -> print(output, result));
        long passed = count(results, Status.PASSED);
        long failed = count(results, Status.FAILED);
        long skipped = count(results, Status.SKIPPED);
        output.print(
                "passed=%d failed=%d skipped=%d".formatted(passed, failed, skipped),
                Map.of("passed", passed, "failed", failed, "skipped", skipped));
        return failed == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private GoldenManifest manifest() {
        try {
            return GoldenManifest.read(folder);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private static void print(Output output, GoldenResult result) {
        output.print(
                result.toString(),
                Map.of(
                        "case", result.id(),
                        "kind", result.kind(),
                        "status", result.status().name().toLowerCase(Locale.ROOT),
                        "maxError", result.maxError(),
                        "detail", result.detail()));
    }

    private static long count(List<GoldenResult> results, Status status) {
        return results.stream().filter(result -> result.status() == status).count();
    }
}
