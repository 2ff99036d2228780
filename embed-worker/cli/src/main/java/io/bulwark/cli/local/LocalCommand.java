package io.bulwark.cli.local;

import io.bulwark.cli.local.LocalNode.LocalNodeSettings;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark local}. */
@Command(
        name = "local",
        description = {
            "Runs Kafka, PostgreSQL, the worker and moderation-stream on this machine until interrupted.",
            "Each is a separate process as in production; everything listens on 127.0.0.1 and lies under one folder, "
                    + "which survives a restart. An empty bank is filled from the bundled samples."
        })
public final class LocalCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions node;

    @Override
    public Integer call() {
        Output output = output();
        Checkout checkout = Checkout.find();
        LocalNodeSettings settings = node.settings(checkout);
        try (LocalNode running =
                LocalNode.start(settings, checkout, SampleBank.of(checkout, settings, output), output::note)) {
            announce(running, output);
            stayUntilInterrupted(running);
        }
        return ExitCodes.OK;
    }

    /** Says where everything is. */
    public static void announce(LocalNode running, Output output) {
        Map<String, Object> fields = Output.fields(
                "kafka",
                running.bootstrapServers(),
                "console",
                running.consoleUrl().toString(),
                "worker",
                running.workerUrl().toString(),
                "streamManagement",
                running.streamManagementUrl().toString());
        running.databaseUrl().ifPresent(url -> fields.put("database", url));
        output.print(
                "Kafka    " + running.bootstrapServers() + "\nconsole  " + running.consoleUrl() + "\nworker   "
                        + running.workerUrl() + "/q/health  " + running.workerUrl() + "/q/metrics" + "\nstream   "
                        + running.streamManagementUrl() + "/q/health  " + running.streamManagementUrl() + "/q/metrics"
                        + running.databaseUrl().map(url -> "\ndatabase " + url).orElse("") + "\nCtrl-C stops.",
                fields);
    }

    /** Returns only by Ctrl-C, which ends the JVM and stops the node on the way. */
    public static void stayUntilInterrupted(LocalNode running) {
        while (running.isAlive()) {
            try {
                Thread.sleep(500);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        throw CommandFailure.failed(running.whatEnded());
    }
}
