package io.bulwark.lab.proof;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
            stage -> stage.outage(() -> ProofFaults.killBroker(stage))),
    BROKER_KILLS(
            "broker-kills",
            "six times SIGKILL of a random broker, a minute apart; it is back after 10 s",
            ProofFaults::killBrokers),
    BROKER_ROLL(
            "broker-roll",
            "each broker is stopped and started, the next when all copies are in sync again",
            ProofFaults::rollBrokers),
    BROKER_CUT_20(
            "broker-cut-20",
            "a random broker is cut off from the network for 20 s",
            stage -> ProofFaults.onAnyBroker(stage, broker -> ProofFaults.cut(stage, broker, 20))),
    BROKER_PAUSE_20(
            "broker-pause-20",
            "SIGSTOP of a random broker for 20 s, after which others lead its partitions",
            stage -> ProofFaults.onAnyBroker(stage, broker -> ProofFaults.freeze(stage, broker, 20))),
    BROKER_PAUSE_600(
            "broker-pause-600",
            "SIGSTOP of a random broker for ten minutes",
            stage -> ProofFaults.onAnyBroker(stage, broker -> ProofFaults.freeze(stage, broker, 600))),
    BROKER_LOSSY_60(
            "broker-lossy-60",
            "of a random broker every tenth packet is lost for 60 s, each way",
            stage -> ProofFaults.onAnyBroker(
                    stage, broker -> ProofFaults.filter(stage, broker, 60, network -> network.lose(broker, 10)))),
    BROKER_SLOW_60(
            "broker-slow-60",
            "all that reaches or leaves a random broker is 200 ms late for 60 s, by a relay",
            stage -> ProofFaults.onAnyBroker(stage, broker -> ProofFaults.slow(stage, broker, 60))),
    BROKER_DISK(
            "broker-disk",
            "a broker's disk is full for 20 s; then it is freed, and the broker started again",
            stage -> {
                ProofFaults.fillDisk(stage, ProofCluster.SMALL);
                ProofFaults.awaitCopies(stage);
            }),
    STREAM_CUT_10(
            "stream-cut-10",
            "a moderation-stream is cut off from the network for 10 s",
            stage -> ProofFaults.cut(stage, ProofCluster.STREAM, 10)),
    STREAM_CUT_20(
            "stream-cut-20",
            "a moderation-stream is cut off for 20 s, longer than its session",
            stage -> ProofFaults.cut(stage, ProofCluster.STREAM, 20)),
    STREAM_CUT_60(
            "stream-cut-60",
            "a moderation-stream is cut off for 60 s, longer than session and transaction",
            stage -> ProofFaults.cut(stage, ProofCluster.STREAM, 60)),
    STREAM_CUT_360(
            "stream-cut-360",
            "a moderation-stream is cut off for 360 s, longer than all its limits",
            stage -> ProofFaults.cut(stage, ProofCluster.STREAM, 360)),
    STREAM_MUTE_20(
            "stream-mute-20",
            "for 20 s packets reach a moderation-stream and none leaves it",
            stage -> ProofFaults.mute(stage, ProofCluster.STREAM, 20)),
    STREAM_PAUSE_20(
            "stream-pause-20",
            "SIGSTOP of a moderation-stream for 20 s, longer than its session",
            stage -> ProofFaults.freeze(stage, ProofCluster.STREAM, 20)),
    STREAM_PAUSE_600(
            "stream-pause-600",
            "SIGSTOP of a moderation-stream for ten minutes; its partitions are another's when it wakes",
            stage -> ProofFaults.freeze(stage, ProofCluster.STREAM, 600)),
    STREAM_KILL(
            "stream-kill",
            "SIGKILL of a moderation-stream; it is started again at once",
            stage -> ProofFaults.restartKilled(stage, ProofCluster.STREAM),
            ProofCluster.STREAM),
    STREAM_DISK(
            "stream-disk",
            "the disk with a moderation-stream's state is full for 20 s; then it is freed, and the service killed"
                    + " and started again",
            stage -> ProofFaults.fillDisk(stage, ProofCluster.STREAM),
            ProofCluster.STREAM),
    WORKER_CUT_10(
            "worker-cut-10",
            "the worker is cut off for 10 s, shorter than its session",
            stage -> ProofFaults.cut(stage, ProofCluster.WORKER, 10)),
    WORKER_CUT_20(
            "worker-cut-20",
            "the worker is cut off for 20 s, longer than session and transaction",
            stage -> ProofFaults.cut(stage, ProofCluster.WORKER, 20)),
    WORKER_CUT_60(
            "worker-cut-60",
            "the worker is cut off for 60 s",
            stage -> ProofFaults.cut(stage, ProofCluster.WORKER, 60)),
    WORKER_CUT_360(
            "worker-cut-360",
            "the worker is cut off for 360 s, longer than all its limits",
            stage -> ProofFaults.cut(stage, ProofCluster.WORKER, 360)),
    WORKER_MUTE_20(
            "worker-mute-20",
            "for 20 s packets reach the worker and none leaves it",
            stage -> ProofFaults.mute(stage, ProofCluster.WORKER, 20)),
    WORKER_PAUSE_20(
            "worker-pause-20",
            "SIGSTOP of the worker and its decoders for 20 s",
            stage -> ProofFaults.freeze(stage, ProofCluster.WORKER, 20)),
    WORKER_PAUSE_600(
            "worker-pause-600",
            "SIGSTOP of the worker and its decoders for ten minutes, in which no upload is answered",
            stage -> ProofFaults.freeze(stage, ProofCluster.WORKER, 600)),
    WORKER_KILL(
            "worker-kill",
            "SIGKILL of the worker and its decoders; it is started again at once",
            stage -> ProofFaults.restartKilled(stage, ProofCluster.WORKER),
            ProofCluster.WORKER),
    DATABASE_CUT_10(
            "database-cut-10",
            "PostgreSQL is cut off for 10 s",
            stage -> ProofFaults.cut(stage, ProofFaults.database(stage), 10)),
    DATABASE_CUT_20(
            "database-cut-20",
            "PostgreSQL is cut off for 20 s",
            stage -> ProofFaults.cut(stage, ProofFaults.database(stage), 20)),
    DATABASE_CUT_60(
            "database-cut-60",
            "PostgreSQL is cut off for 60 s",
            stage -> ProofFaults.cut(stage, ProofFaults.database(stage), 60)),
    DATABASE_CUT_360(
            "database-cut-360",
            "PostgreSQL is cut off for 360 s",
            stage -> ProofFaults.cut(stage, ProofFaults.database(stage), 360)),
    DATABASE_MUTE_20(
            "database-mute-20",
            "for 20 s packets reach PostgreSQL and none leaves it",
            stage -> ProofFaults.mute(stage, ProofFaults.database(stage), 20)),
    DATABASE_PAUSE_20(
            "database-pause-20",
            "SIGSTOP of every process of PostgreSQL for 20 s",
            stage -> ProofFaults.freeze(stage, ProofFaults.database(stage), 20)),
    DATABASE_PAUSE_600(
            "database-pause-600",
            "SIGSTOP of every process of PostgreSQL for ten minutes",
            stage -> ProofFaults.freeze(stage, ProofFaults.database(stage), 600)),
    DATABASE_STOP("database-stop", "PostgreSQL is stopped, and started after 15 s", stage -> {
        ProofCluster cluster = stage.cluster();
        ProofFaults.during(
                stage,
                15,
                () -> cluster.stop(ProofFaults.database(stage)),
                () -> cluster.startReady(ProofFaults.database(stage)));
    }),
    DATABASE_KILL(
            "database-kill",
            "SIGKILL of every process of PostgreSQL; it is started again at once",
            stage -> ProofFaults.restartKilled(stage, ProofFaults.database(stage))),
    DATABASE_DISK(
            "database-disk",
            "the disk with PostgreSQL's data is full for 20 s; then it is freed, and PostgreSQL killed and started"
                    + " again",
            stage -> ProofFaults.fillDisk(stage, ProofFaults.database(stage))),
    DATABASE_PROMOTE(
            "database-promote",
            "SIGKILL of PostgreSQL's primary, whose host answers no more; its standby, with a clock 30 s behind, is"
                    + " promoted after 10 s",
            ProofFaults::promote),
    STREAM_AHEAD(
            "stream-ahead",
            "a moderation-stream runs for 60 s with its clock 31 days ahead, and is started again with the right one",
            stage -> ProofFaults.runAhead(stage, ProofCluster.STREAM)),
    WORKER_AHEAD(
            "worker-ahead",
            "the worker runs for 60 s with its clock 31 days ahead, and is started again with the right one",
            stage -> ProofFaults.runAhead(stage, ProofCluster.WORKER)),
    SERVICES_AWAY_600(
            "services-away-600",
            "a picture store, a receiver of webhooks and an OpenID Connect provider are cut off for ten minutes; after"
                    + " half of them a moderation-stream is started again",
            ProofFaults::servicesAway),
    REGISTRY_AWAY_60(
            "registry-away-60",
            "a schema registry is cut off for a minute; after half of it a moderation-stream and the worker are started"
                    + " again",
            stage -> ProofFaults.registryAway(stage, 60)),
    REGISTRY_AWAY_600(
            "registry-away-600",
            "a schema registry is cut off for ten minutes; after half of them a moderation-stream and the worker are"
                    + " started again",
            stage -> ProofFaults.registryAway(stage, 600)),
    ALL_ROLL("all-roll", "every process is stopped and started, the next when the one before is ready", stage -> {
        ProofFaults.rollBrokers(stage);
        ProofFaults.rollOthers(stage, stage.cluster().others());
    }),
    GROWTH(
            "growth",
            "verdicts on new images (--decisions) as fast as they are decided and listed; before and after them"
                    + " moderation-streams are killed, with a standby and without, with their state and without",
            ProofGrowth::run,
            ProofCluster.STREAM,
            "s2"),
    SOAK(
            "soak",
            "steady traffic for two hours (--minutes), and after each eighth of them a service is restarted",
            ProofSoak::run),
    UPGRADE(
            "upgrade",
            "the services of an earlier version (--from) are replaced by this one's, then by the earlier ones, then by"
                    + " this one's, one after the other",
            stage -> {
                for (Checkout version : stage.cluster().versions()) {
                    stage.cluster().use(version);
                    ProofFaults.rollOthers(stage, stage.cluster().services());
                }
            });

    /** How long a subscriber may wait in a bounded outage, at the 95th percentile of them. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final int DECISIONS_OF_A_MEBIBYTE = 150;
    private static final int SOAK_MEBIBYTES_A_MINUTE = 20;

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

        /** Begins every id, so that experiments on one cluster do not meet. */
        String name();

        /** How long, and how much, where an experiment leaves it open. */
        Lengths lengths();

        /** A file beside the ledger. */
        Path file(String name);

        /** Writes a table and the same as fields beside the ledger, and prints them. */
        void publish(String name, String markdown, Map<String, Object> fields);
    }

    /**
     * What the command line chooses.
     *
     * @param soak how long {@link #SOAK} runs
     * @param decisions of {@link #GROWTH}
     * @param starts of each kind that {@link #GROWTH} measures
     */
    record Lengths(Duration soak, int decisions, int starts) {}

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

    /** Whether it runs only where it is named, because it takes as long as the command line says. */
    boolean isLong() {
        return this == GROWTH || this == SOAK;
    }

    /** Whether others write meanwhile: what growth measures is about its images alone. */
    boolean hasTraffic() {
        return this != GROWTH;
    }

    /** What it writes to a disk, beside what every experiment does. */
    int mebibytes(Lengths lengths) {
        return switch (this) {
            case GROWTH -> lengths.decisions() / DECISIONS_OF_A_MEBIBYTE;
            case SOAK -> (int) lengths.soak().toMinutes() * SOAK_MEBIBYTES_A_MINUTE;
            default -> 0;
        };
    }

    /** Whether the service of that host may end by itself, because the experiment kills it or fills its disk. */
    boolean mayEnd(String host) {
        return ending.contains(host);
    }

    /**
     * Whether a moderation-stream may lose stores and read them again from their changelogs: where it is killed, or its
     * transactions run out because it does not reach the brokers or they change their leaders.
     */
    boolean mayRebuild(String stream) {
        return switch (this) {
            case STREAM_CUT_20,
                    STREAM_CUT_60,
                    STREAM_CUT_360,
                    STREAM_MUTE_20,
                    STREAM_PAUSE_20,
                    STREAM_PAUSE_600,
                    STREAM_KILL,
                    STREAM_DISK -> stream.equals(ProofCluster.STREAM);
            case ALL_ROLL, GROWTH -> true;
            default -> id.startsWith("broker-");
        };
    }

    /** What must hold. */
    String acceptance() {
        String rules = "every rule of the oracle after 3 minutes of pauses between its looks at most (lost records;"
                + " doubled verdicts, decisions, dead letters and hours; what an erasure left; people's work that was"
                + " taken and lost; what fenced instances wrote), no service ends that is not killed, and "
                + (mayRebuild(ProofCluster.OTHER_STREAM)
                        ? "any moderation-stream"
                        : mayRebuild(ProofCluster.STREAM)
                                ? "the moderation-stream that it is done to, alone,"
                                : "no moderation-stream")
                + " may read its stores again from their changelogs";
        return switch (this) {
            case BROKER_KILL, BROKER_KILLS ->
                rules + "; no subscriber waits longer than " + LONGEST_WAIT.toSeconds()
                        + " s at the 95th percentile of deaths";
            case REGISTRY_AWAY_60, REGISTRY_AWAY_600 ->
                rules + "; until the restarts no subscriber waits longer than " + LONGEST_WAIT.toSeconds()
                        + " s; each service stays live, and what is started meanwhile is ready once the registry is back";
            case SOAK ->
                rules + "; in the last third, memory, descriptors and threads of each process grow by less than their"
                        + " bounds, and data by no more than before";
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
}
