package io.bulwark.lab.proof;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.ChildProcess;
import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.DataFolder;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.PostgresProcess;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.lab.proof.ProofStandby.ProofClocks;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers that are controllers as well, a worker, moderation-streams and PostgreSQL, each in a namespace. One
 * thread starts and stops.
 */
final class ProofCluster implements AutoCloseable {

    static final List<String> BROKERS = List.of("b1", "b2", "b3");
    static final String WORKER = "w1";
    static final String STREAM = "s1";
    static final String OTHER_STREAM = "s2";
    static final String DATABASE = "pg";

    /** There where an experiment asks for it; PostgreSQL runs on it once {@link #startStandby} made a copy. */
    static final String STANDBY = "pg2";

    /** There where an experiment asks for it: the servers of others. */
    static final String WEB = "web";

    /** There where an experiment asks for it: a schema registry, which services and traffic then use. */
    static final String REGISTRY = "reg";

    /** The broker whose log lies on a disk that can be filled. */
    static final String SMALL = "b3";

    /** Hosts whose data lies on a separate disk that can be filled. */
    private static final List<String> ON_DISKS = List.of(SMALL, STREAM, DATABASE, STANDBY);

    /** None that a local node has: PostgreSQL's socket in /tmp is named by it, and namespaces share /tmp. */
    private static final Map<String, Integer> DATABASE_PORTS = Map.of(DATABASE, 25432, STANDBY, 25433);

    private static final int HTTP_PORT = 8080;
    private static final int HEALTH_PORT = 9000;
    private static final String HEALTH = "http://127.0.0.1:" + HEALTH_PORT + "/q/health/";
    private static final int DISK_MEBIBYTES = 1024;
    private static final int REFERENCES = 200;
    static final short COPIES = 3;
    private static final Duration READY_LIMIT = Duration.ofSeconds(240);
    private static final Duration GRACE = Duration.ofSeconds(40);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
    private static final String[] SMALL_JVM = {"-XX:TieredStopAtLevel=1"};

    private final ProofNetwork network;
    private final List<Checkout> versions;
    private final DataFolder data;
    private final Path folder;
    private final List<String> streams;
    private final Map<String, ProofNetwork.Disk> disks = new HashMap<>();
    private final ProofBrokers brokers;
    private final Map<String, ChildProcess> running = new HashMap<>();
    private final ProofClocks clocks = new ProofClocks();
    private final Set<String> extra;
    private final EncoderDescription model = describeModel();
    private Checkout used;
    private Optional<ProofWeb> web = Optional.empty();
    private String database = DATABASE;
    private int standbys;
    private boolean ended;

    private ProofCluster(
            Checkout current, Optional<Checkout> earlier, Path folder, int streams, Set<String> extra, int mebibytes) {
        this.extra = extra;
        this.used = earlier.orElse(current);
        this.versions =
                earlier.map(version -> List.of(current, version, current)).orElseGet(List::of);
        this.streams = List.of(STREAM, OTHER_STREAM).subList(0, streams);
        this.standbys = streams - 1;
        List<String> hosts = new ArrayList<>(BROKERS);
        hosts.add(WORKER);
        hosts.addAll(this.streams);
        hosts.add(DATABASE);
        hosts.addAll(extra);
        this.network = ProofNetwork.create(hosts);
        this.brokers = new ProofBrokers(network, Uuid.randomUuid().toString());
        try {
            this.data = DataFolder.hold(folder, true);
            this.folder = data.path();
            Files.write(users(), ProofApi.Account.users());
            for (String host : hosts.stream().filter(ON_DISKS::contains).toList()) {
                disks.put(
                        host, ProofNetwork.Disk.make(this.folder.resolve(host + "-disk"), DISK_MEBIBYTES + mebibytes));
            }
        } catch (RuntimeException noDisk) {
            network.close();
            throw noDisk;
        } catch (IOException unwritable) {
            network.close();
            throw CommandFailure.failed(folder + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
    }

    /**
     * Starts everything and waits until it is ready.
     *
     * @param current the version of the services
     * @param earlier the one that they have at first, where it is another; empty for the current one
     * @param folder of data and logs; what an earlier cluster left there goes
     * @param streams how many moderation-streams, 1 or 2
     * @param extra hosts that the experiments ask for besides
     * @param mebibytes that the experiments write to each disk beside what all do
     * @param notes told what is going on
     */
    static ProofCluster start(
            Checkout current,
            Optional<Checkout> earlier,
            Path folder,
            int streams,
            Set<String> extra,
            int mebibytes,
            Consumer<String> notes) {
        ProofCluster cluster = new ProofCluster(current, earlier, folder, streams, extra, mebibytes);
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::end, "proof-stop"));
        try {
            notes.accept("three brokers and PostgreSQL start in " + folder);
            BROKERS.forEach(cluster::start);
            cluster.start(DATABASE);
            BROKERS.forEach(cluster::awaitReady);
            if (extra.contains(REGISTRY)) {
                cluster.startReady(REGISTRY);
            }
            Topology.create(cluster.brokers.bootstrapServers(), TopicNames.UNPREFIXED, COPIES);
            RandomBank.publish(cluster.broker(), cluster.model, REFERENCES);
            cluster.awaitReady(DATABASE);
            if (extra.contains(WEB)) {
                cluster.web = Optional.of(new ProofWeb(cluster.network.address(WEB), cluster.folder.resolve(WEB)));
                cluster.startReady(WEB);
            }
            notes.accept("the worker and " + streams + " moderation-stream start");
            cluster.services().forEach(cluster::start);
            cluster.services().forEach(cluster::awaitReady);
            notes.accept("all are ready");
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    ProofNetwork network() {
        return network;
    }

    /** The servers of others; empty where no experiment asks for them. */
    Optional<ProofWeb> web() {
        return web;
    }

    /** The worker's model. */
    EncoderDescription model() {
        return model;
    }

    /** The API of all moderation-streams, where people log in by the provider, or by the file of users without one. */
    ProofApi api() {
        return new ProofApi(
                streams.stream()
                        .map(stream -> URI.create("http://" + network.address(stream) + ":" + HTTP_PORT))
                        .toList(),
                account -> web.map(servers -> "Bearer " + servers.token(account.login(), account.role()))
                        .orElseGet(account::basic),
                BETWEEN_ATTEMPTS);
    }

    /** What a moderation-stream answers to a viewer's token; 0 where it does not. */
    int loginStatus(String stream) {
        return network.status(
                stream,
                "http://127.0.0.1:" + HTTP_PORT + "/api/v1/system",
                "Authorization: Bearer " + web.orElseThrow().token("proof", "viewer"));
    }

    /** The disk with the data of a broker, a moderation-stream or PostgreSQL. */
    ProofNetwork.Disk disk(String host) {
        return disks.get(host);
    }

    /** Which versions an upgrade goes through after that of the start; none where there is no earlier one. */
    List<Checkout> versions() {
        return versions;
    }

    /** Services are of that version when they are started from now on. */
    void use(Checkout version) {
        used = version;
    }

    /** What clients on this machine connect to; records are written in the newest release of the schemas. */
    Broker broker() {
        return new Broker(
                brokers.bootstrapServers(),
                registryAddress().map(ProofRegistry::url),
                Optional.empty(),
                Map.of(),
                BundledSchemas.RELEASES,
                TopicNames.UNPREFIXED);
    }

    private Optional<String> registryAddress() {
        return extra.contains(REGISTRY) ? Optional.of(network.address(REGISTRY)) : Optional.empty();
    }

    /** A connection as the owner of the tables, who sees every row. The caller closes it. */
    Connection connectToDatabase() throws SQLException {
        DriverManager.setLoginTimeout(5);
        return PostgresProcess.connectAsOwner(databaseUrl());
    }

    private String databaseUrl() {
        return PostgresProcess.url(server(database));
    }

    /** What the services connect to: with a standby both servers, of which they take the primary. */
    private String servicesUrl() {
        return extra.contains(STANDBY)
                ? PostgresProcess.url(server(DATABASE), server(STANDBY)) + "?targetServerType=primary&connectTimeout=2"
                : databaseUrl();
    }

    private String server(String host) {
        return network.address(host) + ":" + DATABASE_PORTS.get(host);
    }

    /** How many partitions have fewer copies in sync than they should; all where the cluster does not answer. */
    long underReplicated() {
        return brokers.underReplicated();
    }

    /** The host with PostgreSQL's primary. */
    String database() {
        return database;
    }

    /**
     * Copies the primary's data to the other host of PostgreSQL and starts a standby there, without which no commit
     * ends from then on. Where it was the primary before, its data goes.
     *
     * @return the standby's host
     * @throws CommandFailure if there is no copy, or it does not follow within four minutes
     */
    String startStandby(Duration clockAhead) {
        String host = database.equals(DATABASE) ? STANDBY : DATABASE;
        ProofStandby standby = new ProofStandby(server(database), server(host));
        standby.copy(PostgresProcess.data(data(database)), PostgresProcess.data(data(host)));
        clocks.set(host, clockAhead);
        start(host);
        running.get(host).awaitReady(standby::waitsFor, READY_LIMIT);
        return host;
    }

    /** Makes the standby the primary. */
    void promote(String host) {
        ProofStandby.promote(server(host));
        database = host;
    }

    /** Times of hosts, for their next starts. */
    ProofClocks clocks() {
        return clocks;
    }

    /** Hosts of moderation-streams. */
    List<String> streams() {
        return streams;
    }

    /** Hosts of moderation-streams and worker. */
    List<String> services() {
        List<String> services = new ArrayList<>(streams);
        services.add(WORKER);
        return services;
    }

    /** Hosts that are no brokers. */
    List<String> others() {
        List<String> others = new ArrayList<>(services());
        others.add(database);
        return others;
    }

    /** Hosts of brokers, services and PostgreSQL. */
    List<String> hosts() {
        List<String> hosts = new ArrayList<>(BROKERS);
        hosts.addAll(others());
        return hosts;
    }

    /** Standby copies that moderation-streams keep when they are started from now on. */
    void standbys(int copies) {
        standbys = copies;
    }

    /** Stores of each moderation-stream. */
    Map<String, ProofStores> stores() {
        Map<String, ProofStores> stores = new TreeMap<>();
        streams.forEach(stream -> stores.put(stream, ProofStores.read(state(stream))));
        return stores;
    }

    /** The folder of a moderation-stream's state. */
    Path state(String stream) {
        return data(stream).resolve("stream");
    }

    /** The id of the process that a host was started with last. */
    long process(String host) {
        return running.get(host).pid();
    }

    /** A service's metrics; empty where it does not answer. */
    String metrics(String service) {
        return network.body(service, "http://127.0.0.1:" + HEALTH_PORT + "/q/metrics");
    }

    /** Starts a host's process; data of an earlier one is used again. */
    void start(String host) {
        List<String> before = new ArrayList<>(network.inside(host));
        // Without a session of their own, processes that are stopped go on as soon as the shell ends that started this
        // run: the kernel wakes stopped members of an orphaned process group.
        before.add("setsid");
        before.addAll(clocks.before(host));
        running.put(host, ChildProcess.start(host, before, command(host), folder.resolve(host + ".log"), GRACE));
    }

    /** Starts a host's process and waits as {@link #awaitReady} does. */
    void startReady(String host) {
        start(host);
        awaitReady(host);
    }

    /** A relay passes on all that reaches or leaves a broker that late, until it is closed. */
    ChildProcess slow(String broker, Duration delay) {
        return ProofRelay.around(network, broker, delay, folder.resolve("relay.log"));
    }

    /** SIGKILL of every process of the host. */
    void kill(String host) {
        network.signal(host, "KILL");
        running.get(host).kill();
    }

    /** SIGTERM, and SIGKILL after 40 seconds. */
    void stop(String host) {
        running.get(host).close();
    }

    /** Starts services that ended by themselves again, as an orchestrator does; returns which. */
    List<String> restartEnded() {
        List<String> ended =
                services().stream().filter(service -> !isAlive(service)).toList();
        ended.forEach(this::start);
        return ended;
    }

    boolean isAlive(String host) {
        return running.get(host).isAlive();
    }

    /**
     * Waits until the host's process says that it is ready.
     *
     * @throws CommandFailure if it ends first or takes too long
     */
    void awaitReady(String host) {
        awaitReady(host, READY_LIMIT);
    }

    /** The same. @param limit how long at most */
    void awaitReady(String host, Duration limit) {
        running.get(host).awaitReady(() -> waitsFor(host), limit);
    }

    /** Whether a service says now that it is ready. */
    boolean isReady(String service) {
        return network.status(service, HEALTH + "ready") == 200;
    }

    /** Whether a service says now that it need not be replaced. */
    boolean isLive(String service) {
        return network.status(service, HEALTH + "live") == 200;
    }

    private Optional<String> waitsFor(String host) {
        if (BROKERS.contains(host)) {
            return brokers.waitsFor(host);
        }
        if (DATABASE_PORTS.containsKey(host)) {
            return ProofStandby.primaryWaitsFor(databaseUrl());
        }
        String url = switch (host) {
            case WEB -> web.orElseThrow().discovery();
            case REGISTRY -> ProofRegistry.url(network.address(REGISTRY));
            default -> HEALTH + "ready";
        };
        int status = network.status(host, url);
        pause(Duration.ofMillis(500));
        return status == 200 ? Optional.empty() : Optional.of(url + " in " + host + " answers " + status);
    }

    private JavaCommand command(String host) {
        if (BROKERS.contains(host)) {
            return KafkaProcess.command(
                    brokers.settings(host, folder.resolve(host), data(host).resolve("log")),
                    List.of("-Xms96m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        }
        if (DATABASE_PORTS.containsKey(host)) {
            return PostgresProcess.command(data(host), DATABASE_PORTS.get(host), network.address(host));
        }
        if (host.equals(WEB)) {
            return web.orElseThrow().command();
        }
        if (host.equals(REGISTRY)) {
            return ProofRegistry.command(network.address(REGISTRY));
        }
        Map<String, String> further = new HashMap<>(Map.of(
                SerdeSettings.WRITE, Integer.toString(BundledSchemas.RELEASES), "quarkus.http.host", "127.0.0.1"));
        registryAddress().ifPresent(address -> further.putAll(ProofRegistry.settings(address)));
        if (host.equals(WORKER)) {
            further.put("bulwark.encoder.precision", EncoderOptions.Precision.FP32.label());
            further.putAll(RandomBank.POLICY);
            web.ifPresent(servers -> further.putAll(servers.workerSettings()));
            return ServiceProcess.command(ServiceSpec.worker(used, brokers.bootstrapServers(), HEALTH_PORT, folder)
                    .with(further)
                    .withOptions(SMALL_JVM));
        }
        further.putAll(PostgresProcess.settings(servicesUrl()));
        web.ifPresent(servers -> further.putAll(servers.streamSettings()));
        further.putAll(Map.of(
                "quarkus.management.port",
                Integer.toString(HEALTH_PORT),
                "quarkus.http.host",
                "0.0.0.0",
                "bulwark.stream.application-server",
                network.address(host) + ":" + HTTP_PORT,
                "bulwark.access.users-file",
                users().toString(),
                "bulwark.access.secret",
                "proof".repeat(8)));
        further.put("bulwark.stream.standby-replicas", Integer.toString(standbys));
        return ServiceProcess.command(ServiceSpec.stream(used, brokers.bootstrapServers(), HTTP_PORT, data(host))
                .with(further)
                .withOptions(SMALL_JVM));
    }

    private Path users() {
        return folder.resolve("users");
    }

    /** Where a host's data lies. */
    Path data(String host) {
        return disks.containsKey(host) ? disks.get(host).folder().resolve("data") : folder.resolve(host);
    }

    private static EncoderDescription describeModel() {
        EncoderOptions encoding = EncoderOptions.defaults().withThreads(1);
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(encoding)) {
            return encoder.description();
        }
    }

    static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted", interrupted);
        }
    }

    /** Kills everything: what it left is of no further use. */
    @Override
    public void close() {
        end();
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            network.close();
            data.close();
        }
    }
}
