package io.bulwark.lab.explain.serve;

import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.policy.PoliciesInForce;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.lab.explain.ExplainedModeration.ExplainedEncoder;
import io.bulwark.lab.explain.MapOptions;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.preview.PreviewTokens;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark explain-server}. */
@Command(
        name = "explain-server",
        description = {
            "Shows reviewers where decisions come from: answers moderation-stream (bulwark.explain.url) with maps of the view",
            "that decided, until interrupted. One picture at a time; each takes some two hundred forward passes. Bank, model,",
            "views and policy are the workers': give it what they have."
        })
public final class ExplainServerCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private BankName bank;

    @Mixin
    private ModelOptions model;

    @Mixin
    private ViewOptions views;

    @Mixin
    private MapOptions maps;

    @Option(names = "--fast-decode", description = "The worker's bulwark.decode.fast is true.")
    private boolean fastDecode;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A properties file with the worker's bulwark.policy.*, for tenants without a policy on"
                    + " moderation.policies (default: the defaults of these settings).")
    private Path policy;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            required = true,
            defaultValue = "${env:BULWARK_PREVIEW_SECRET_FILE}",
            description = "The file of bulwark.preview.secret, with which moderation-stream signs its questions"
                    + " (environment BULWARK_PREVIEW_SECRET_FILE).")
    private Path secretFile;

    @Option(
            names = "--threads",
            description = "Threads within an operation, -1 for all cores. On cores that others use, more are slower.")
    private int threads = 1;

    @Option(names = "--host", description = "The address to listen at; 0.0.0.0 for all of this machine.")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "The port to listen at.")
    private int port = 8083;

    @Option(names = "--waiting", description = "Questions that may wait; others are told to come again.")
    private int waiting = 2;

    @Option(names = "--deadline", paramLabel = "SECONDS", description = "For an answer, waiting included.")
    private int deadline = 60;

    @Option(
            names = "--fresh",
            paramLabel = "SECONDS",
            description = "Read references and policies again after so long.")
    private int fresh = 600;

    @Override
    public Integer call() throws InterruptedException {
        maps.check();
        if (waiting < 1 || deadline < 1 || fresh < 1) {
            throw CommandFailure.usage("--waiting is %d, --deadline is %d, --fresh is %d; allowed are 1 and more"
                    .formatted(waiting, deadline, fresh));
        }
        Output output = terminal.output();
        PreviewTokens tokens = tokens();
        EncoderOptions options = encoderOptions();
        Broker broker = bank.broker();
        ModelPackage opened = model.open(output);
        ThreadPoolExecutor thread = ExplainDesk.thread(waiting);
        try {
            Explaining explaining = thread.submit(() -> explaining(opened, options, broker, output))
                    .get();
            ExplainServer server = ExplainServer.start(
                    new InetSocketAddress(host, port),
                    waiting,
                    new ExplainDesk(
                            tokens,
                            explaining::explain,
                            thread,
                            Duration.ofSeconds(deadline),
                            Clock.systemUTC(),
                            output));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            output.print(
                    "explanations at http://%s:%d. Ctrl-C stops.".formatted(host, server.port()),
                    Map.of("host", host, "port", server.port()));
            new CountDownLatch(1).await();
            return ExitCodes.OK;
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException(failed.getCause());
        } finally {
            thread.shutdownNow();
        }
    }

    private PreviewTokens tokens() {
        try {
            return PreviewTokens.of(Optional.empty(), Optional.of(secretFile), Clock.systemUTC())
                    .orElseThrow();
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.usage(wrong.getMessage());
        }
    }

    private EncoderOptions encoderOptions() {
        return CommandFailure.orUsage("--threads", () -> model.options().withThreads(threads));
    }

    /** On the thread that explains. */
    private Explaining explaining(ModelPackage opened, EncoderOptions options, Broker broker, Output output) {
        ExplainedEncoder encoder = ExplainedEncoder.open(opened, options, fastDecode);
        PlainRows plain = PlainRows.of(encoder.deciding());
        return new Explaining(
                encoder,
                views.views(),
                maps,
                () -> ground(broker, encoder.description(), plain),
                Duration.ofSeconds(fresh),
                output);
    }

    private Explaining.Ground ground(Broker broker, EncoderDescription description, PlainRows plain) {
        BankTopic.Content content = BankTopic.read(broker);
        Instant now = Clock.systemUTC().instant();
        BankAudit audit = BankAudit.of(content.enabledAt(now), bank.name(), description, plain);
        if (audit.usable().isEmpty()) {
            throw CommandFailure.failed(
                    "the bank %s has no reference of the model '%s': name the workers' bank with --bank, and their model with --model and --precision"
                            .formatted(bank.name(), description.name()));
        }
        PoliciesInForce policies = PoliciesInForce.read(broker, Optional.ofNullable(policy));
        return new Explaining.Ground(
                audit.usable(),
                policies::of,
                RestrictedPictures.of(content, bank.name(), broker.restrictedLabels(), now));
    }
}
