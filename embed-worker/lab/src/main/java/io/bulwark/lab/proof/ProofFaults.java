package io.bulwark.lab.proof;

import io.bulwark.cli.local.ChildProcess;
import io.bulwark.cli.terminal.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What experiments do to the cluster, each with the end of what it broke. The experiment's thread.
 */
final class ProofFaults {

    private static final Duration DEAD = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofMillis(200);
    private static final Duration BEHIND = Duration.ofSeconds(-30);
    private static final Duration AHEAD = Duration.ofDays(31);
    private static final Duration ONE_MINUTE = Duration.ofSeconds(60);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** In which a picture is fetched or given up, with its turn. */
    private static final Duration FETCHES = Duration.ofSeconds(20);

    private static final Duration COPIES_LIMIT = Duration.ofMinutes(3);

    private ProofFaults() {}

    private static String anyBroker(Experiment.Stage stage) {
        String broker = ProofCluster.BROKERS.get(stage.random().nextInt(ProofCluster.BROKERS.size()));
        stage.note("the broker is " + broker);
        return broker;
    }

    /** And waits until all copies are in sync again. */
    static void onAnyBroker(Experiment.Stage stage, Consumer<String> outage) {
        outage.accept(anyBroker(stage));
        awaitCopies(stage);
    }

    /** Drops packets of a host for some seconds. */
    static void filter(Experiment.Stage stage, String host, int seconds, Consumer<ProofNetwork> rule) {
        requireNft();
        ProofNetwork network = stage.cluster().network();
        during(stage, seconds, () -> rule.accept(network), () -> network.heal(host));
    }

    /** Packets reach the host, and none leaves it. */
    static void mute(Experiment.Stage stage, String host, int seconds) {
        filter(stage, host, seconds, network -> network.cutOutgoing(host));
    }

    static void requireNft() {
        if (!ProofNetwork.filters()) {
            throw CommandFailure.unavailable("packets are dropped or redirected by the program nft (Debian: nftables)");
        }
    }

    static void slow(Experiment.Stage stage, String broker, int seconds) {
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
    static void fillDisk(Experiment.Stage stage, String host) {
        stage.outage(() -> {
            stage.cluster().disk(host).fill();
            ProofCluster.pause(Duration.ofSeconds(20));
            stage.note(host + " with the full disk " + (stage.cluster().isAlive(host) ? "runs" : "ended"));
            stage.cluster().disk(host).free();
            stage.cluster().kill(host);
            stage.cluster().startReady(host);
        });
    }

    static void killBrokers(Experiment.Stage stage) {
        for (int kill = 0; kill < 6; kill++) {
            long begin = System.nanoTime();
            stage.outage(() -> killBroker(stage));
            Duration spent = Duration.ofNanos(System.nanoTime() - begin);
            Duration rest = Duration.ofMinutes(1).minus(spent);
            ProofCluster.pause(rest.isNegative() ? Duration.ZERO : rest);
        }
    }

    static void rollBrokers(Experiment.Stage stage) {
        for (String broker : ProofCluster.BROKERS) {
            stage.outage(() -> {
                restart(stage, broker);
                awaitCopies(stage);
            });
        }
    }

    static void rollOthers(Experiment.Stage stage, List<String> hosts) {
        for (String host : hosts) {
            stage.outage(() -> restart(stage, host));
        }
    }

    static void killBroker(Experiment.Stage stage) {
        String broker = anyBroker(stage);
        stage.cluster().kill(broker);
        ProofCluster.pause(DEAD);
        stage.cluster().startReady(broker);
        awaitCopies(stage);
    }

    /** Two copies are needed for each record: another may go only when all three are in sync. */
    static void awaitCopies(Experiment.Stage stage) {
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

    static void cut(Experiment.Stage stage, String host, int seconds) {
        ProofNetwork network = stage.cluster().network();
        during(stage, seconds, () -> network.cut(host), () -> network.heal(host));
    }

    static void freeze(Experiment.Stage stage, String host, int seconds) {
        ProofNetwork network = stage.cluster().network();
        during(stage, seconds, () -> network.signal(host, "STOP"), () -> network.signal(host, "CONT"));
    }

    /** One outage of some seconds. */
    static void during(Experiment.Stage stage, int seconds, Runnable begin, Runnable end) {
        stage.outage(() -> {
            begin.run();
            ProofCluster.pause(Duration.ofSeconds(seconds));
            end.run();
        });
    }

    static String database(Experiment.Stage stage) {
        return stage.cluster().database();
    }

    /** Nothing refuses a connection to the host that is gone, as no host does that lost its power. */
    static void promote(Experiment.Stage stage) {
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
    static void servicesAway(Experiment.Stage stage) {
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
    static void registryAway(Experiment.Stage stage, int seconds) {
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

    static void requireLogin(Experiment.Stage stage) {
        long deadline = System.nanoTime() + ONE_MINUTE.toNanos();
        while (stage.cluster().loginStatus(ProofCluster.STREAM) != 200) {
            if (System.nanoTime() > deadline) {
                throw CommandFailure.failed("no token is taken for " + ONE_MINUTE.toSeconds() + " s");
            }
            ProofCluster.pause(Duration.ofSeconds(1));
        }
    }

    static void runAhead(Experiment.Stage stage, String host) {
        for (Duration ahead : List.of(AHEAD, Duration.ZERO)) {
            stage.outage(() -> {
                stage.cluster().clocks().set(host, ahead);
                restart(stage, host);
                ProofCluster.pause(ONE_MINUTE);
            });
        }
    }

    static void restart(Experiment.Stage stage, String host) {
        stage.cluster().stop(host);
        stage.cluster().startReady(host);
    }

    static void restartKilled(Experiment.Stage stage, String host) {
        stage.outage(() -> {
            stage.cluster().kill(host);
            stage.cluster().startReady(host);
        });
    }
}
