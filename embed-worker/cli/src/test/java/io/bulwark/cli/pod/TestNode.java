package io.bulwark.cli.pod;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker with topics and a bank, and workers that start quickly: one batch shape, one compiler, short sessions. */
final class TestNode implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(120);

    private final Path folder;
    private final int port = Ports.free();
    private KafkaProcess kafka;

    private TestNode(Path folder) {
        this.folder = folder;
    }

    static TestNode start(Path folder) {
        TestNode node = new TestNode(folder);
        node.startBroker();
        Topology.create(node.kafka.bootstrapServers());
        RandomBank.publish(
                node.broker(), ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32), 24);
        return node;
    }

    Broker broker() {
        return Broker.at(kafka.bootstrapServers());
    }

    /** SIGKILL, then a new broker on the data that the old one left. */
    void killAndRestartBroker() {
        kafka.kill();
        startBroker();
    }

    /**
     * Starts a worker without waiting for it.
     *
     * @param name its identity in group, transactions and log
     */
    ServiceProcess startWorker(String name, Map<String, String> settings) {
        return ServiceProcess.start(
                worker(name).withOptions("-XX:TieredStopAtLevel=1").with(settings));
    }

    private ServiceSpec worker(String name) {
        return ServiceSpec.worker(
                        new Checkout(Path.of(System.getProperty("bulwark.home"))),
                        kafka.bootstrapServers(),
                        Ports.free(),
                        folder)
                .named(name)
                .with(Map.of(
                        "bulwark.encoder.precision", "fp32",
                        "bulwark.policy.made-for", "any",
                        "bulwark.policy.known-similarity", "2",
                        "bulwark.batch.largest", "4",
                        "bulwark.batch.measure", "10ms",
                        "bulwark.transaction.max-records", "16",
                        "bulwark.kafka.session-timeout", "6s"));
    }

    /** A worker under the JVM options of the container image, as if the container had so much memory. */
    ServiceProcess readyImageWorker(String name, String memory, Map<String, String> settings) {
        ServiceSpec spec = worker(name).with(settings);
        List<String> options = new ArrayList<>(ImageOptions.read());
        options.add("-XX:MaxRAM=" + memory);
        ServiceProcess worker = ServiceProcess.start(new ServiceSpec(
                spec.name(),
                spec.application(),
                spec.port(),
                spec.portOption(),
                spec.settings(),
                options,
                spec.environment(),
                spec.logs()));
        worker.awaitReady(READY_LIMIT);
        return worker;
    }

    ServiceProcess readyWorker(String name, Map<String, String> settings) {
        ServiceProcess worker = startWorker(name, settings);
        worker.awaitReady(READY_LIMIT);
        return worker;
    }

    @Override
    public void close() {
        kafka.close();
    }

    private void startBroker() {
        kafka = KafkaProcess.start(folder.resolve("kafka"), port);
    }
}
