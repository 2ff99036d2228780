package io.bulwark.lab.proof;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.ChildProcess;
import io.bulwark.cli.terminal.CommandFailure;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The table: what is done to the cluster while traffic runs, and what has to hold afterwards, which was written down
 * first. In every one no record may be lost, no verdict, decision, dead letter or hour doubled, and nothing be left
 * after an erasure: the oracle's rules. And no service may end that the experiment does not kill.
 */
enum Experiment {
    STEADY(
            "steady",
            "nothing is broken for five minutes: what a subscriber waits anyway",
            stage -> stage.outage(() -> ProofCluster.pause(Duration.ofMinutes(5)))),
    BROKER_KILL(
            "broker-kill",
            "SIGKILL of a random broker, a controller as well; it is back after 10 s",
            stage -> stage.outage(() -> killBroker(stage))),
    BROKER_KILLS(
            "broker-kills",
            "six times SIGKILL of a random broker, a minute apart; it is back after 10 s",
            Experiment::killBrokers),
    BROKER_ROLL(
            "broker-roll",
            "each broker is stopped and started, the next when all copies are in sync again",
            Experiment::rollBrokers),
    BROKER_CUT_20(
            "broker-cut-20",
            "a random broker is cut off from the network for 20 s",
            stage -> onAnyBroker(stage, broker -> cut(stage, broker, 20))),
    BROKER_PAUSE_20(
            "broker-pause-20",
            "SIGSTOP of a random broker for 20 s, after which others lead its partitions",
            stage -> onAnyBroker(stage, broker -> freeze(stage, broker, 20))),
    BROKER_PAUSE_600(
            "broker-pause-600",
            "SIGSTOP of a random broker for ten minutes",
            stage -> onAnyBroker(stage, broker -> freeze(stage, broker, 600))),
    BROKER_LOSSY_60(
            "broker-lossy-60",
            "of a random broker every tenth packet is lost for 60 s, each way",
            stage -> onAnyBroker(stage, broker -> filter(stage, broker, 60, network -> network.lose(broker, 10)))),
    BROKER_SLOW_60(
            "broker-slow-60",
            "all that reaches or leaves a random broker is 200 ms late for 60 s, by a relay",
            stage -> onAnyBroker(stage, broker -> slow(stage, broker, 60))),
    BROKER_DISK(
            "broker-disk",
            "a broker's disk is full for 20 s; then it is freed, and the broker started again",
            stage -> {
                fillDisk(stage, ProofCluster.SMALL);
                awaitCopies(stage);
            }),
    STREAM_CUT_10(
            "stream-cut-10",
            "a moderation-stream is cut off from the network for 10 s",
            stage -> cut(stage, ProofCluster.STREAM, 10)),
    STREAM_CUT_20(
            "stream-cut-20",
            "a moderation-stream is cut off for 20 s, longer than its session",
            stage -> cut(stage, ProofCluster.STREAM, 20)),
    STREAM_CUT_60(
            "stream-cut-60",
            "a moderation-stream is cut off for 60 s, longer than session and transaction",
            stage -> cut(stage, ProofCluster.STREAM, 60)),
    STREAM_CUT_360(
            "stream-cut-360",
            "a moderation-stream is cut off for 360 s, longer than all its limits",
            stage -> cut(stage, ProofCluster.STREAM, 360)),
    STREAM_MUTE_20(
            "stream-mute-20",
            "for 20 s packets reach a moderation-stream and none leaves it",
            stage -> filter(stage, ProofCluster.STREAM, 20, network -> network.cutOutgoing(ProofCluster.STREAM))),
    STREAM_PAUSE_20(
            "stream-pause-20",
            "SIGSTOP of a moderation-stream for 20 s, longer than its session",
            stage -> freeze(stage, ProofCluster.STREAM, 20)),
    STREAM_PAUSE_600(
            "stream-pause-600",
            "SIGSTOP of a moderation-stream for ten minutes; its partitions are another's when it wakes",
            stage -> freeze(stage, ProofCluster.STREAM, 600)),
    STREAM_KILL(
            "stream-kill",
            "SIGKILL of a moderation-stream; it is started again at once",
            stage -> restartKilled(stage, ProofCluster.STREAM),
            ProofCluster.STREAM),
    STREAM_DISK(
            "stream-disk",
            "the disk with a moderation-stream's state is full for 20 s; then it is freed, and the service killed"
                    + " and started again",
            stage -> fillDisk(stage, ProofCluster.STREAM),
            ProofCluster.STREAM),
    WORKER_CUT_20(
            "worker-cut-20",
            "the worker is cut off for 20 s, longer than session and transaction",
            stage -> cut(stage, ProofCluster.WORKER, 20)),
    WORKER_CUT_60("worker-cut-60", "the worker is cut off for 60 s", stage -> cut(stage, ProofCluster.WORKER, 60)),
    WORKER_PAUSE_20(
            "worker-pause-20",
            "SIGSTOP of the worker and its decoders for 20 s",
            stage -> freeze(stage, ProofCluster.WORKER, 20)),
    WORKER_PAUSE_600(
            "worker-pause-600",
            "SIGSTOP of the worker and its decoders for ten minutes, in which no upload is answered",
            stage -> freeze(stage, ProofCluster.WORKER, 600)),
    WORKER_KILL(
            "worker-kill",
            "SIGKILL of the worker and its decoders; it is started again at once",
            stage -> restartKilled(stage, ProofCluster.WORKER),
            ProofCluster.WORKER),
    DATABASE_CUT_20("database-cut-20", "PostgreSQL is cut off for 20 s", stage -> cut(stage, database(stage), 20)),
    DATABASE_CUT_360("database-cut-360", "PostgreSQL is cut off for 360 s", stage -> cut(stage, database(stage), 360)),
    DATABASE_STOP("database-stop", "PostgreSQL is stopped, and started after 15 s", stage -> {
        ProofCluster cluster = stage.cluster();
        during(stage, 15, () -> cluster.stop(database(stage)), () -> cluster.startReady(database(stage)));
    }),
    DATABASE_KILL(
            "database-kill",
            "SIGKILL of every process of PostgreSQL; it is started again at once",
            stage -> restartKilled(stage, database(stage))),
    DATABASE_DISK(
            "database-disk",
            "the disk with PostgreSQL's data is full for 20 s; then it is freed, and PostgreSQL killed and started"
                    + " again",
            stage -> fillDisk(stage, database(stage))),
    DATABASE_PROMOTE(
            "database-promote",
            "SIGKILL of PostgreSQL's primary, whose host answers no more; its standby, with a clock 30 s behind, is"
                    + " promoted after 10 s",
            Experiment::promote),
    STREAM_AHEAD(
            "stream-ahead",
            "a moderation-stream runs for 60 s with its clock 31 days ahead, and is started again with the right one",
            stage -> runAhead(stage, ProofCluster.STREAM)),
    WORKER_AHEAD(
            "worker-ahead",
            "the worker runs for 60 s with its clock 31 days ahead, and is started again with the right one",
            stage -> runAhead(stage, ProofCluster.WORKER)),
    SERVICES_AWAY_600(
            "services-away-600",
            "a picture store, a receiver of webhooks and an OpenID Connect provider are cut off for ten minutes; after"
                    + " half of them a moderation-stream is started again",
            Experiment::servicesAway),
    REGISTRY_AWAY_60(
            "registry-away-60",
            "a schema registry is cut off for a minute; after half of it a moderation-stream and the worker are started"
                    + " again",
            stage -> registryAway(stage, 60)),
    REGISTRY_AWAY_600(
            "registry-away-600",
            "a schema registry is cut off for ten minutes; after half of them a moderation-stream and the worker are"
                    + " started again",
            stage -> registryAway(stage, 600)),
    ALL_ROLL("all-roll", "every process is stopped and started, the next when the one before is ready", stage -> {
        rollBrokers(stage);
        rollOthers(stage, stage.cluster().others());
    }),
    UPGRADE(
            "upgrade",
            "the services of an earlier version (--from) are replaced by this one's, then by the earlier ones, then by"
                    + " this one's, one after the other",
            stage -> {
                for (Checkout version : stage.cluster().versions()) {
                    stage.cluster().use(version);
                    rollOthers(stage, stage.cluster().services());
                }
            });

    /** How long a subscriber may wait in a bounded outage, at the 95th percentile of them. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Duration DEAD = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofMillis(200);
    private static final Duration BEHIND = Duration.ofSeconds(-30);
    private static final Duration AHEAD = Duration.ofDays(31);
    private static final Duration ONE_MINUTE = Duration.ofSeconds(60);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** In which a picture is fetched or given up, with its turn. */
    private static final Duration FETCHES = Duration.ofSeconds(20);

    private static final Duration COPIES_LIMIT = Duration.ofMinutes(3);

    private final String id;
    private final String words;
    private final Consumer<Stage> fault;
    private final Set<String> ending;

    /** @param ending services that may end by themselves */
    Experiment(String id, String words, Consumer<Stage> fault, String... ending) {
        this.id = id;
        this.words = words;
        this.fault = fault;
        this.ending = Set.of(ending);
    }

    /** Where it happens. */
    interface Stage {

        ProofCluster cluster();

        /** For what is left to chance. */
        Random random();

        /** Does something, and notes the longest wait of a subscriber from its begin until the next outage begins. */
        void outage(Runnable fault);

        /** From now on, the store of some pictures may not answer. */
        void storeAway(boolean away);

        void note(String text);
    }

    /** Does it; ends when all that was broken is whole. */
    void run(Stage stage) {
        fault.accept(stage);
    }

    /** As it is called on the command line. */
    String id() {
        return id;
    }

    /** What is done. */
    String words() {
        return words;
    }

    /** Of how many outages, from the first on, a subscriber's wait is bounded. */
    int boundedOutages() {
        return switch (this) {
            case BROKER_KILL, BROKER_KILLS -> Integer.MAX_VALUE;
            case REGISTRY_AWAY_60, REGISTRY_AWAY_600 -> 1; // the second is that of the restarts
            default -> 0;
        };
    }

    /** Hosts that it needs beside the hosts of every cluster. */
    Set<String> extraHosts() {
        return switch (this) {
            case DATABASE_PROMOTE -> Set.of(ProofCluster.STANDBY);
            case SERVICES_AWAY_600 -> Set.of(ProofCluster.WEB);
            case REGISTRY_AWAY_60, REGISTRY_AWAY_600 -> Set.of(ProofCluster.REGISTRY);
            default -> Set.of();
        };
    }

    /** Whether the service of that host may end by itself, because the experiment kills it or fills its disk. */
    boolean mayEnd(String host) {
        return ending.contains(host);
    }

    /** What must hold. */
    String acceptance() {
        String rules = "every rule of the oracle after 3 minutes of pauses between its looks at most (lost records;"
                + " doubled verdicts, decisions, dead letters and hours; what an erasure left; people's work that was"
                + " taken and lost), and no service ends that is not killed";
        return switch (this) {
            case BROKER_KILL, BROKER_KILLS ->
                rules + "; no subscriber waits longer than " + LONGEST_WAIT.toSeconds()
                        + " s at the 95th percentile of deaths";
            case REGISTRY_AWAY_60, REGISTRY_AWAY_600 ->
                rules + "; until the restarts no subscriber waits longer than " + LONGEST_WAIT.toSeconds()
                        + " s; each service stays live, and what is started meanwhile is ready once the registry is back";
            default -> rules;
        };
    }

    /**
     * The experiment of that name.
     *
     * @throws CommandFailure naming all experiments
     */
    static Experiment named(String id) {
        return Arrays.stream(values())
                .filter(experiment -> experiment.id.equals(id))
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage("there is no experiment '" + id + "'; there are "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Experiment::id).toList())));
    }

    private static String anyBroker(Stage stage) {
        String broker = ProofCluster.BROKERS.get(stage.random().nextInt(ProofCluster.BROKERS.size()));
        stage.note("the broker is " + broker);
        return broker;
    }

    /** And waits until all copies are in sync again. */
    private static void onAnyBroker(Stage stage, Consumer<String> outage) {
        outage.accept(anyBroker(stage));
        awaitCopies(stage);
    }

    /** Drops packets of a host for some seconds. */
    private static void filter(Stage stage, String host, int seconds, Consumer<ProofNetwork> rule) {
        requireNft();
        ProofNetwork network = stage.cluster().network();
        during(stage, seconds, () -> rule.accept(network), () -> network.heal(host));
    }

    private static void requireNft() {
        if (!ProofNetwork.filters()) {
            throw CommandFailure.unavailable("packets are dropped or redirected by the program nft (Debian: nftables)");
        }
    }

    private static void slow(Stage stage, String broker, int seconds) {
        requireNft();
        stage.outage(() -> {
            try (ChildProcess relay = stage.cluster().slow(broker, LATE)) {
                ProofCluster.pause(Duration.ofSeconds(seconds));
                stage.note("the relay " + (relay.isAlive() ? "runs" : "ended" + relay.tail()));
            } finally {
                stage.cluster().network().heal(broker);
            }
        });
    }

    /** Leaves a host no room for 20 s, and starts its process again once there is. */
    private static void fillDisk(Stage stage, String host) {
        stage.outage(() -> {
            stage.cluster().disk(host).fill();
            ProofCluster.pause(Duration.ofSeconds(20));
            stage.note(host + " with the full disk " + (stage.cluster().isAlive(host) ? "runs" : "ended"));
            stage.cluster().disk(host).free();
            stage.cluster().kill(host);
            stage.cluster().startReady(host);
        });
    }

    private static void killBrokers(Stage stage) {
        for (int kill = 0; kill < 6; kill++) {
            long begin = System.nanoTime();
            stage.outage(() -> killBroker(stage));
            Duration spent = Duration.ofNanos(System.nanoTime() - begin);
            Duration rest = Duration.ofMinutes(1).minus(spent);
            ProofCluster.pause(rest.isNegative() ? Duration.ZERO : rest);
        }
    }

    private static void rollBrokers(Stage stage) {
        for (String broker : ProofCluster.BROKERS) {
            stage.outage(() -> {
                restart(stage, broker);
                awaitCopies(stage);
            });
        }
    }

    private static void rollOthers(Stage stage, List<String> hosts) {
        for (String host : hosts) {
            stage.outage(() -> restart(stage, host));
        }
    }

    private static void killBroker(Stage stage) {
        String broker = anyBroker(stage);
        stage.cluster().kill(broker);
        ProofCluster.pause(DEAD);
        stage.cluster().startReady(broker);
        awaitCopies(stage);
    }

    /** Two copies are needed for each record: another may go only when all three are in sync. */
    private static void awaitCopies(Stage stage) {
        long deadline = System.nanoTime() + COPIES_LIMIT.toNanos();
        long behind = stage.cluster().underReplicated();
        while (behind > 0) {
            if (System.nanoTime() > deadline) {
                throw CommandFailure.failed(
                        behind + " partitions have no three copies in sync after " + COPIES_LIMIT.toMinutes() + " min");
            }
            ProofCluster.pause(Duration.ofSeconds(1));
            behind = stage.cluster().underReplicated();
        }
    }

    private static void cut(Stage stage, String host, int seconds) {
        ProofNetwork network = stage.cluster().network();
        during(stage, seconds, () -> network.cut(host), () -> network.heal(host));
    }

    private static void freeze(Stage stage, String host, int seconds) {
        ProofNetwork network = stage.cluster().network();
        during(stage, seconds, () -> network.signal(host, "STOP"), () -> network.signal(host, "CONT"));
    }

    /** One outage of some seconds. */
    private static void during(Stage stage, int seconds, Runnable begin, Runnable end) {
        stage.outage(() -> {
            begin.run();
            ProofCluster.pause(Duration.ofSeconds(seconds));
            end.run();
        });
    }

    private static String database(Stage stage) {
        return stage.cluster().database();
    }

    /** Nothing refuses a connection to the host that is gone, as no host does that lost its power. */
    private static void promote(Stage stage) {
        ProofCluster cluster = stage.cluster();
        String gone = database(stage);
        String standby = cluster.startStandby(BEHIND);
        stage.note("the standby follows");
        ProofCluster.pause(DEAD);
        stage.outage(() -> {
            cluster.network().cut(gone);
            cluster.kill(gone);
            ProofCluster.pause(DEAD);
            cluster.promote(standby);
            ProofCluster.pause(ONE_MINUTE);
        });
        cluster.network().heal(gone);
    }

    /** A located upload before the cut may be fetched after it, so what is uploaded a little earlier may be refused. */
    private static void servicesAway(Stage stage) {
        ProofCluster cluster = stage.cluster();
        requireLogin(stage);
        stage.storeAway(true);
        ProofCluster.pause(FETCHES);
        stage.outage(() -> {
            cluster.network().cut(ProofCluster.WEB);
            ProofCluster.pause(FIVE_MINUTES);
            requireLogin(stage);
        });
        stage.outage(() -> {
            restart(stage, ProofCluster.STREAM);
            ProofCluster.pause(FIVE_MINUTES);
            cluster.network().heal(ProofCluster.WEB);
        });
        ProofCluster.pause(FETCHES);
        stage.storeAway(false);
        // The longest pause of an instance between two attempts at a webhook, and a little more.
        ProofCluster.pause(FIVE_MINUTES.plus(FETCHES));
        requireLogin(stage);
    }

    /** Half of it nothing is restarted. An instance that starts has to ask the registry, and cannot. */
    private static void registryAway(Stage stage, int seconds) {
        ProofCluster cluster = stage.cluster();
        Duration half = Duration.ofSeconds(seconds / 2);
        List<String> restarted = List.of(ProofCluster.STREAM, ProofCluster.WORKER);
        Set<String> notLive = new TreeSet<>();
        // Until here each process has met the schemas of all topics that it writes and reads.
        ProofCluster.pause(FETCHES);
        stage.outage(() -> {
            cluster.network().cut(ProofCluster.REGISTRY);
            ProofCluster.pause(half);
            notLive.addAll(notLive(cluster));
        });
        stage.outage(() -> {
            restarted.forEach(cluster::stop);
            restarted.forEach(cluster::start);
            ProofCluster.pause(half);
            restarted.forEach(host -> stage.note(
                    host + ", started without the registry, is " + (cluster.isReady(host) ? "ready" : "not ready")));
            notLive.addAll(notLive(cluster));
            cluster.network().heal(ProofCluster.REGISTRY);
            restarted.forEach(cluster::awaitReady);
        });
        if (!notLive.isEmpty()) {
            throw CommandFailure.failed("while the registry was away, an orchestrator would have replaced " + notLive);
        }
    }

    private static List<String> notLive(ProofCluster cluster) {
        return cluster.services().stream()
                .filter(service -> !cluster.isLive(service))
                .toList();
    }

    private static void requireLogin(Stage stage) {
        long deadline = System.nanoTime() + ONE_MINUTE.toNanos();
        while (stage.cluster().loginStatus(ProofCluster.STREAM) != 200) {
            if (System.nanoTime() > deadline) {
                throw CommandFailure.failed("no token is taken for " + ONE_MINUTE.toSeconds() + " s");
            }
            ProofCluster.pause(Duration.ofSeconds(1));
        }
    }

    private static void runAhead(Stage stage, String host) {
        for (Duration ahead : List.of(AHEAD, Duration.ZERO)) {
            stage.outage(() -> {
                stage.cluster().clocks().set(host, ahead);
                restart(stage, host);
                ProofCluster.pause(ONE_MINUTE);
            });
        }
    }

    private static void restart(Stage stage, String host) {
        stage.cluster().stop(host);
        stage.cluster().startReady(host);
    }

    private static void restartKilled(Stage stage, String host) {
        stage.outage(() -> {
            stage.cluster().kill(host);
            stage.cluster().startReady(host);
        });
    }
}
