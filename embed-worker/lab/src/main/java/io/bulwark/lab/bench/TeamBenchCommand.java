package io.bulwark.lab.bench;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.PostgresProcess;
import io.bulwark.cli.local.ReviewApi;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Decision;
import io.bulwark.lab.bench.TeamShift.TeamCases;
import io.bulwark.lab.experiment.Results.Machine;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bench team}. */
@Command(
        name = "team",
        description = {
            "A team at work over the API: twelve reviewers and two seniors, who look at each picture for --think"
                    + " milliseconds, decide the items of four queues with deadlines, each within a limit an hour, and a"
                    + " lead watches, beside as many cases as --cases says, once for each number of both. For each"
                    + " number of cases a broker, a PostgreSQL and a moderation-stream run as in the local node, and"
                    + " the team works in them in ten turns, so that what else the machine does slows all alike. Items"
                    + " come from verdicts, and cases are copied into PostgreSQL as the intake writes them.",
            "Fails where an item was decided twice or not at all, fewer than 95 of 100 are decided"
                    + " within their queue's deadline, a person was given more than the limit, or a claim or decision"
                    + " takes more than 1.5 times as long (95th percentiles) among the most cases as among the fewest."
        })
final class TeamBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final Duration READY_LIMIT = Duration.ofSeconds(180);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration NOTED_EACH = Duration.ofSeconds(15);
    private static final int REVIEWERS = 12;
    private static final int SENIORS = 2;
    private static final int TURNS = 10;
    private static final double MOST_GROWTH = 1.5;

    /** Scores of the made-up items, each with its queue's deadline in seconds. */
    private static final Map<Double, Integer> QUEUES = new TreeMap<>(Map.of(0.2, 600, 0.4, 900, 0.6, 1800, 0.8, 3600));

    private static final String PASSWORD = "a team at work";

    /** Of {@link #PASSWORD}, by bcrypt. */
    private static final String HASH = "$2a$12$vNouJXD78b4RXm1HO26AV.tw47X1QYtQrtmZuuqCtUeocKulDGYxS";

    /** How many times the items that are theirs on average a person may be given in an hour. */
    private static final double LIMIT = 1.2;

    /** Items, ones decided before their deadline, ones never decided, and ones decided twice, of those ids. */
    private static final String OUTCOME = """
            WITH firsts AS (
                SELECT item_id, count(*) AS times, min(decided_at) AS at FROM decision WHERE kind = 'DECIDED' GROUP BY item_id)
            SELECT count(*), count(*) FILTER (WHERE firsts.at <= due_at), count(*) FILTER (WHERE firsts.at IS NULL),
                count(*) FILTER (WHERE firsts.times > 1)
            FROM queue_item LEFT JOIN firsts USING (item_id) WHERE image_id LIKE ?""";

    /** The most that one person was given within an hour. */
    private static final String GIVEN = """
            SELECT coalesce(max(given), 0) FROM (SELECT count(*) OVER (PARTITION BY person ORDER BY at
                RANGE BETWEEN INTERVAL '1 hour' PRECEDING AND CURRENT ROW) AS given FROM wellness_exposure) hours""";

    @Option(
            names = "--items",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Items in the four queues, for each --think (default: ${DEFAULT-VALUE}).")
    private int items;

    @Option(
            names = "--cases",
            paramLabel = "N[,N...]",
            split = ",",
            defaultValue = "10000,1000000",
            description = "Cases in the casebook, the fewest first (default: ${DEFAULT-VALUE}).")
    private int[] cases;

    @Option(
            names = "--think",
            paramLabel = "MS[,MS...]",
            split = ",",
            defaultValue = "0,1000",
            description = "How long a person looks at a picture on average, the --items for each"
                    + " (default: ${DEFAULT-VALUE}).")
    private int[] think;

    @Override
    public Integer call() throws Exception {
        if (Arrays.stream(think).anyMatch(millis -> millis < 0)) {
            throw CommandFailure.usage("--think has to be 0 or more");
        }
        if (items < QUEUES.size()) {
            throw CommandFailure.usage("--items has to be " + QUEUES.size() + " or more");
        }
        Checkout checkout = Checkout.find();
        Output output = output();
        output.note(Machine.describe());
        return holds(inWorkplaces(checkout, new ArrayList<>(), output), output) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** Opens a workplace for each number of cases that has none yet, and works in all of them. */
    private List<TeamShift> inWorkplaces(Checkout checkout, List<Workplace> opened, Output output) throws Exception {
        return opened.size() == cases.length
                ? work(opened, output)
                : WorkerBenchOptions.Scratch.in(scratch -> open(checkout, scratch, opened, output));
    }

    private List<TeamShift> open(Checkout checkout, Path scratch, List<Workplace> opened, Output output)
            throws Exception {
        int count = cases[opened.size()];
        Path users = Files.write(scratch.resolve("users"), users());
        var phases = new Phases(output, count);
        phases.note("a broker, PostgreSQL and moderation-stream start");
        try (KafkaProcess kafka = KafkaProcess.start(scratch.resolve("kafka"), Ports.free());
                PostgresProcess database = PostgresProcess.start(scratch.resolve("postgres"), Ports.free())) {
            Topology.create(kafka.bootstrapServers());
            ServiceSpec spec = ServiceSpec.stream(checkout, kafka.bootstrapServers(), Ports.free(), scratch)
                    .with(database.settings())
                    .with(Map.of(
                            "bulwark.access.users-file", users.toString(),
                            "bulwark.access.limits.requests-per-second", "100000",
                            "bulwark.review.sample", "0",
                            "bulwark.review.second.sample", "0"));
            try (ServiceProcess stream = ServiceProcess.ready(spec, READY_LIMIT)) {
                ReviewApi lead = ReviewApi.login(stream.url(), "lead", PASSWORD);
                awaitTables(lead);
                phases.note("cases are copied");
                TeamCases.copy(database, count, REVIEWERS, phases::note);
                QUEUES.forEach((score, seconds) -> lead.putQueue(
                        "within-" + seconds,
                        Map.of(
                                "position",
                                seconds,
                                "scoreFrom",
                                score - 0.1,
                                "scoreTo",
                                score + 0.1,
                                "deadlineSeconds",
                                seconds)));
                lead.putWellness(Map.of("limits", List.of(Map.of("perHour", limit()))));
                opened.add(new Workplace(
                        count, phases, Broker.at(kafka.bootstrapServers()), database, stream.url(), lead));
                return inWorkplaces(checkout, opened, output);
            }
        }
    }

    /** The items of each pause in turns, so that what else the machine does slows all workplaces alike. */
    private List<TeamShift> work(List<Workplace> workplaces, Output output) throws InterruptedException, SQLException {
        List<TeamShift> shifts = new ArrayList<>();
        for (int i = 0; i < think.length; i++) {
            List<Workplace> order = new ArrayList<>(workplaces);
            for (Workplace workplace : order) {
                workplace.fill(i);
            }
            for (int turn = 1; turn <= TURNS; turn++) {
                for (Workplace workplace : order) {
                    workplace.work(think[i], items * turn / TURNS);
                }
                Collections.reverse(order);
            }
            for (Workplace workplace : workplaces) {
                TeamShift shift = workplace.shift(i);
                shift.print(output);
                shifts.add(shift);
            }
        }
        return shifts;
    }

    /** Items that a person may be given in an hour; all shifts may lie within one. */
    private int limit() {
        return (int) Math.ceil(LIMIT * items * think.length / (REVIEWERS + SENIORS));
    }

    /** The people who decide, and their roles. */
    private static Map<String, String> people() {
        Map<String, String> people = new LinkedHashMap<>();
        for (int i = 1; i <= REVIEWERS; i++) {
            people.put("reviewer-" + i, "reviewer");
        }
        for (int i = 1; i <= SENIORS; i++) {
            people.put("senior-" + i, "reviewer,senior");
        }
        return people;
    }

    private static List<String> users() {
        List<String> lines = new ArrayList<>();
        people().forEach((name, roles) -> lines.add(name + ":" + HASH + ":default:" + roles));
        lines.add("lead:" + HASH + ":default:admin");
        return lines;
    }

    private static void awaitTables(ReviewApi lead) throws InterruptedException {
        long begin = System.nanoTime();
        while (!lead.isThere()) {
            if (System.nanoTime() - begin > READY_LIMIT.toNanos()) {
                throw CommandFailure.unavailable("moderation-stream did not open its database");
            }
            TimeUnit.MILLISECONDS.sleep(200); // readiness does not wait for the database
        }
    }

    /** What the command is at, on standard error, with the seconds since it began with that number of cases. */
    private static final class Phases {

        private final Output output;
        private final int cases;
        private final long begin = System.nanoTime();

        Phases(Output output, int cases) {
            this.output = output;
            this.cases = cases;
        }

        void note(String phase) {
            output.note(String.format(
                    Locale.ROOT, "%d cases, %.0f s: %s", cases, (System.nanoTime() - begin) / 1e9, phase));
        }
    }

    /** Broker, PostgreSQL and moderation-stream with their cases, and the people who are logged in there. */
    private final class Workplace {

        private final int count;
        private final Phases phases;
        private final Broker broker;
        private final PostgresProcess database;
        private final ReviewApi lead;
        private final Map<String, ReviewApi> people = new LinkedHashMap<>();
        private Timings timings;
        private double seconds;

        Workplace(int count, Phases phases, Broker broker, PostgresProcess database, URI stream, ReviewApi lead) {
            this.count = count;
            this.phases = phases;
            this.broker = broker;
            this.database = database;
            this.lead = lead;
            people().keySet().forEach(name -> people.put(name, ReviewApi.login(stream, name, PASSWORD)));
        }

        /** The items of a shift come into the queues. */
        void fill(int shift) throws SQLException, InterruptedException {
            timings = new Timings(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>(), new AtomicInteger());
            seconds = 0;
            phases.note(items + " items come into the queues");
            DecisionLatency.doubt(broker, prefix(shift), items, List.copyOf(QUEUES.keySet()));
            awaitItems((shift + 1L) * items);
            phases.note("people decide, " + think[shift] + " ms a picture");
        }

        private String prefix(int shift) {
            return "doubtful-" + shift + "-";
        }

        private void awaitItems(long most) throws SQLException, InterruptedException {
            try (Connection owner = database.connectAsOwner();
                    Statement statement = owner.createStatement()) {
                long begin = System.nanoTime();
                for (long there = 0; there < most; ) {
                    if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                        throw CommandFailure.failed(there + " of " + most + " items came into the queue");
                    }
                    TimeUnit.MILLISECONDS.sleep(200); // rows that are counted, not a condition that could be waited for
                    try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM queue_item")) {
                        rows.next();
                        there = rows.getLong(1);
                    }
                }
            }
        }

        /** All decide until as many items of the shift are decided. */
        void work(int millis, int most) throws InterruptedException {
            long begin = System.nanoTime();
            ExecutorService desks = Executors.newFixedThreadPool(people.size() + 1);
            try {
                List<Future<?>> sitting = new ArrayList<>();
                people.forEach((name, api) ->
                        sitting.add(desks.submit(() -> sit(api, name.hashCode() + most, millis, most, timings))));
                Future<?> watching = desks.submit(() -> watch(lead));
                for (Future<?> person : sitting) {
                    await(person, begin);
                }
                watching.cancel(true);
            } catch (ExecutionException failed) {
                throw CommandFailure.failed(
                        "a reviewer could not go on: " + failed.getCause().getMessage(), failed.getCause());
            } catch (TimeoutException slow) {
                throw CommandFailure.failed("a turn is not done after " + PATIENCE.toMinutes() + " minutes", slow);
            } finally {
                desks.shutdownNow();
            }
            seconds += (System.nanoTime() - begin) / 1e9;
        }

        private void await(Future<?> person, long begin)
                throws InterruptedException, ExecutionException, TimeoutException {
            while (true) {
                try {
                    person.get(NOTED_EACH.toSeconds(), TimeUnit.SECONDS);
                    return;
                } catch (TimeoutException atWork) {
                    phases.note(timings.decided().get() + " of " + items + " items decided");
                    if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                        throw atWork;
                    }
                }
            }
        }

        TeamShift shift(int shift) throws SQLException {
            try (Connection owner = database.connectAsOwner();
                    PreparedStatement outcome = owner.prepareStatement(OUTCOME);
                    Statement given = owner.createStatement()) {
                outcome.setString(1, prefix(shift) + "%");
                ResultSet rows = outcome.executeQuery();
                rows.next();
                ResultSet most = given.executeQuery(GIVEN);
                most.next();
                return new TeamShift(
                        count,
                        think[shift],
                        seconds,
                        latencies(timings.claims()),
                        latencies(timings.decisions()),
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getLong(4),
                        most.getLong(1),
                        limit());
            }
        }
    }

    /** Decides until as many items are decided; one of twenty is skipped, which leaves it to the others. */
    private static void sit(ReviewApi api, int seed, int millis, int most, Timings timings) {
        var random = new SplittableRandom(seed);
        while (timings.decided().get() < most) {
            Optional<ReviewApi.Item> claimed = timed(timings.claims(), api::claim);
            if (claimed.isEmpty()) {
                pause(100); // others hold the rest, or the limit is reached
                continue;
            }
            ReviewApi.Item item = claimed.get();
            api.seen(item);
            pause(random.nextInt(2 * millis + 1));
            if (random.nextInt(20) == 0) {
                api.skip(item, "left to others");
            } else {
                boolean flagged = random.nextBoolean();
                timed(
                        timings.decisions(),
                        () -> api.decide(
                                item,
                                flagged ? Decision.NSFW : Decision.SAFE,
                                flagged ? List.of("flagged") : List.of()));
                timings.decided().incrementAndGet();
            }
        }
    }

    private static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted at work", interrupted);
        }
    }

    /** What all people measure. */
    private record Timings(
            ConcurrentLinkedQueue<Long> claims, ConcurrentLinkedQueue<Long> decisions, AtomicInteger decided) {}

    /** What a lead's page asks for, once a second. */
    private static void watch(ReviewApi api) {
        try {
            while (api.isThere()) {
                TimeUnit.SECONDS.sleep(1); // the pace of the page
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T timed(ConcurrentLinkedQueue<Long> nanos, Supplier<T> step) {
        long begin = System.nanoTime();
        T result = step.get();
        nanos.add(System.nanoTime() - begin);
        return result;
    }

    private static BenchTraffic.Latencies latencies(ConcurrentLinkedQueue<Long> nanos) {
        return BenchTraffic.Latencies.of(
                nanos.stream().mapToLong(Long::longValue).toArray());
    }

    /** Each pause apart, the most cases beside the fewest. */
    private boolean holds(List<TeamShift> shifts, Output output) {
        boolean all = shifts.stream().allMatch(TeamShift::holds);
        for (int i = 0; i < think.length; i++) {
            TeamShift few = shifts.get(i * cases.length);
            TeamShift many = shifts.get((i + 1) * cases.length - 1);
            double claim = many.claims().p95() / few.claims().p95();
            double decision = many.decisions().p95() / few.decisions().p95();
            boolean holds = few.holds() && many.holds() && claim <= MOST_GROWTH && decision <= MOST_GROWTH;
            all &= holds;
            output.print(
                    String.format(
                            Locale.ROOT,
                            "think=%d ms: among %d cases a claim takes %.2f and a decision %.2f times as long as among"
                                    + " %d (limit %.1f): %s",
                            few.think(),
                            many.cases(),
                            claim,
                            decision,
                            few.cases(),
                            MOST_GROWTH,
                            holds ? "holds" : "does not hold"),
                    Map.of(
                            "thinkMillis",
                            few.think(),
                            "claimGrowth",
                            claim,
                            "decisionGrowth",
                            decision,
                            "holds",
                            holds));
        }
        return all;
    }
}
