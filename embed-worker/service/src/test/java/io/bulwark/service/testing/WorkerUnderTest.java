package io.bulwark.service.testing;

import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.service.Worker;
import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.KafkaClients.BrokerClients;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A whole worker with the real default model, in this JVM; drained on close. */
public final class WorkerUnderTest implements AutoCloseable {

    /** For tests that prove nothing about views or about work side by side: one view a picture, one at a time. */
    private static final Map<String, String> PLAIN = Map.of(
            "bulwark.views.middle", "false",
            "bulwark.views.text", "false",
            "bulwark.views.structure", "false",
            "bulwark.views.detail-from", "0",
            "bulwark.batch.largest", "1",
            "bulwark.batch.preparation-threads", "1",
            "bulwark.encoder.instances", "1");

    /** One view a picture, but in batches, with the decoders and encoders of a worker that is not told how many. */
    public static final Map<String, String> SIDE_BY_SIDE = Map.of(
            "bulwark.batch.largest", "4",
            "bulwark.batch.preparation-threads", "0",
            "bulwark.encoder.instances", "0");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Worker worker;

    /** Starts a worker of a group and bank. */
    public static WorkerUnderTest start(String name) {
        return start(name, Map.of(), clients -> clients);
    }

    /** Starts a worker that makes all views of a picture and has as many decoders and encoders as by default. */
    public static WorkerUnderTest startWithDefaults(String name) {
        return startWithDefaults(name, Map.of());
    }

    /** The same with further settings. */
    public static WorkerUnderTest startWithDefaults(String name, Map<String, String> settings) {
        return start(TestBroker.bootstrapServers(), name, settings, clients -> clients);
    }

    /**
     * Starts a worker that makes one view of a picture and has one decoder and one encoder, unless the settings name
     * others.
     *
     * @param name of its group and of its bank
     * @param settings beside those
     * @param faults what is put between the loop and the broker
     */
    public static WorkerUnderTest start(String name, Map<String, String> settings, UnaryOperator<KafkaClients> faults) {
        Map<String, String> all = new HashMap<>(PLAIN);
        all.putAll(settings);
        return start(TestBroker.bootstrapServers(), name, all, faults);
    }

    /** Starts a worker of a broker that may be another JVM's, with the defaults of what the settings leave out. */
    static WorkerUnderTest start(
            String bootstrapServers, String name, Map<String, String> settings, UnaryOperator<KafkaClients> faults) {
        Map<String, String> all = new HashMap<>(Map.of(
                "bulwark.kafka.bootstrap-servers", bootstrapServers,
                "bulwark.kafka.group", name,
                "bulwark.bank.name", name,
                "bulwark.policy.k", "3",
                "bulwark.policy.made-for", "any",
                "bulwark.policy.known-similarity", "2",
                "bulwark.batch.largest", "4",
                "bulwark.batch.measure", "20ms",
                "bulwark.schemas.wait", "300ms",
                "bulwark.kafka.session-timeout", "6s"));
        all.putAll(settings);
        WorkerConfig config = TestConfig.of(all);
        ConfigCheck.check(config);
        BrokerClients clients = new BrokerClients(config);
        return new WorkerUnderTest(config, faults.apply(clients), clients.workerId());
    }

    private WorkerUnderTest(WorkerConfig config, KafkaClients clients, String id) {
        this.worker = new Worker(config, clients, id, new WorkerMetrics(registry));
        worker.start();
    }

    public Worker worker() {
        return worker;
    }

    public MeterRegistry meters() {
        return registry;
    }

    public WorkerUnderTest awaitReady() {
        return awaitState(WorkerState.RUNNING);
    }

    public WorkerUnderTest awaitState(WorkerState state) {
        Awaitility.await("a worker in state " + state)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> worker.state() == state);
        return this;
    }

    @Override
    public void close() {
        worker.stop();
    }
}
