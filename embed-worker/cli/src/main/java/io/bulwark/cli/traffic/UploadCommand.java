package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark upload}. */
@Command(
        name = "upload",
        description = "Announces image files on the topic images.uploaded, and waits for their verdicts if asked to.")
public final class UploadCommand extends BrokerCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Image files, and folders to search for them.")
    private List<Path> paths;

    @Option(names = "--uploader", paramLabel = "ID", description = "The pseudonymous account that uploads.")
    private String uploader = "command-line";

    @Option(names = "--wait", description = "Wait for the verdicts and print one line for each image.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the next verdict before giving up.")
    private int timeoutSeconds = 120;

    @Override
    public Integer call() {
        Output output = output();
        List<Path> files = ImageFiles.under(paths);
        Broker target = broker();
        if (!wait) {
            send(target, files, output)
                    .forEach((id, file) ->
                            output.print(file + " " + id, Map.of("file", file.toString(), "imageId", id)));
            return ExitCodes.OK;
        }
        try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(target)) {
            await(verdicts, send(target, files, output), output);
        }
        return ExitCodes.OK;
    }

    private Map<String, Path> send(Broker target, List<Path> files, Output output) {
        Map<String, Path> sent = new LinkedHashMap<>();
        try (ImageUploader uploads = new ImageUploader(target);
                Progress progress = Progress.of("uploading", files.size(), output)) {
            for (Path file : files) {
                ImageUploaded upload = uploads.send(file, uploader);
                sent.put(upload.getImageId(), file);
                progress.step();
            }
            uploads.flush();
        }
        return sent;
    }

    private void await(EventReader<Verdict> verdicts, Map<String, Path> waiting, Output output) {
        long patience = Duration.ofSeconds(timeoutSeconds).toNanos();
        long lastAnswer = System.nanoTime();
        while (!waiting.isEmpty()) {
            for (Verdict verdict : verdicts.poll(Duration.ofMillis(200))) {
                Path file = waiting.remove(verdict.getImageId());
                if (file != null) {
                    lastAnswer = System.nanoTime();
                    VerdictLine.print(output, file.toString(), verdict);
                }
            }
            if (System.nanoTime() - lastAnswer > patience) {
                throw CommandFailure.unavailable(waiting.size() + " images have no verdict, the last answer is "
                        + timeoutSeconds + " s old: is a worker running and ready? (--timeout waits longer)");
            }
        }
    }
}
