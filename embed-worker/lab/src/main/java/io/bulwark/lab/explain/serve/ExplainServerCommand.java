package io.bulwark.lab.explain.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.policy.PoliciesInForce;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.lab.explain.ExplainedModeration.ExplainedEncoder;
import io.bulwark.lab.explain.ImportanceMap.MapOptions;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Explained;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Refused;
import io.bulwark.lab.explain.serve.Explaining.RestrictedPictures;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import java.io.IOException;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
public final class ExplainServerCommand extends OutputCommand implements Callable<Integer> {

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
        Output output = output();
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

    /**
     * A desk over HTTP, with the health paths that the worker's program has. {@link #close} may be called by any
     * thread.
     */
    static final class ExplainServer implements AutoCloseable {

        private static final String HEALTH = "/q/health";
        private static final int FOR_OTHERS = 4;
        private static final int BACKLOG = 16;
        private static final String SLOWEST_SECONDS = "30";

        private final HttpServer http;
        private final ExplainDesk desk;
        private final ThreadPoolExecutor threads;
        private final ScheduledExecutorService forgetting = Executors.newSingleThreadScheduledExecutor();

        private ExplainServer(HttpServer http, ExplainDesk desk, ThreadPoolExecutor threads) {
            this.http = http;
            this.desk = desk;
            this.threads = threads;
        }

        /**
         * Begins to answer.
         *
         * @param address to listen at; port 0 takes a free one
         * @param waiting questions that may wait, beside the one that is answered
         * @param desk closed with this
         * @throws CommandFailure if the port is taken
         */
        static ExplainServer start(InetSocketAddress address, int waiting, ExplainDesk desk) {
            // The JDK's server reads this once; without it a slow client keeps a thread.
            System.setProperty("sun.net.httpserver.maxReqTime", SLOWEST_SECONDS);
            ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newFixedThreadPool(1 + waiting + FOR_OTHERS);
            try {
                ExplainServer server = new ExplainServer(HttpServer.create(address, BACKLOG), desk, threads);
                server.http.setExecutor(threads);
                server.http.createContext(ExplanationQuestion.PATH, server::explain);
                server.http.createContext(HEALTH, server::health);
                server.http.start();
                server.forgetting.scheduleAtFixedRate(desk::forgetOld, 1, 1, TimeUnit.MINUTES);
                return server;
            } catch (IOException taken) {
                threads.shutdownNow();
                throw CommandFailure.unavailable("nothing can listen at " + address + ": " + taken.getMessage(), taken);
            }
        }

        /** Where it listens. */
        int port() {
            return http.getAddress().getPort();
        }

        private void explain(HttpExchange exchange) throws IOException {
            try (exchange) {
                if (!exchange.getRequestMethod().equals("POST")) {
                    send(exchange, 405, "text/plain", new byte[0]);
                    return;
                }
                ExplainDesk.ExplainAnswer answer = desk.ask(
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst(PreviewTokens.HEADER),
                        exchange.getRequestBody());
                if (answer instanceof Explained explained) {
                    send(exchange, 200, "application/json", explained.json());
                } else {
                    refuse(exchange, (Refused) answer);
                }
            }
        }

        private static void refuse(HttpExchange exchange, Refused refused) throws IOException {
            if (refused.retrySeconds() > 0) {
                exchange.getResponseHeaders().set("Retry-After", Long.toString(refused.retrySeconds()));
            }
            byte[] problem = new ObjectMapper().writeValueAsBytes(refused.kind().body(refused.detail()));
            send(exchange, refused.kind().status(), "application/problem+json", problem);
        }

        /**
         * It listens once the model is open and the bank was read, so who gets an answer has a server that is ready.
         */
        private void health(HttpExchange exchange) throws IOException {
            try (exchange) {
                send(exchange, 200, "application/json", "{\"status\":\"UP\"}".getBytes());
            }
        }

        private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", type);
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }

        @Override
        public void close() {
            forgetting.shutdownNow();
            http.stop(1);
            desk.close();
            threads.shutdownNow();
        }
    }
}
