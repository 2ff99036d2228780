package io.bulwark.lab.bench;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.perception.encoder.EncoderDescription;
import java.nio.file.Path;
import java.util.Map;

/** A broker with a bank of random references, and how the worker that is measured over it is started. */
record BenchNode(KafkaProcess kafka, ServiceSpec worker) implements AutoCloseable {

    /**
     * Starts the broker and writes the bank.
     *
     * @param model of the references
     * @param folder of the logs, the broker's and the worker's
     */
    public static BenchNode start(Checkout checkout, EncoderDescription model, WorkerBenchOptions bench, Path folder) {
        KafkaProcess kafka = KafkaProcess.startForLoad(folder.resolve("kafka"), Ports.free());
        try {
            Topology.create(kafka.bootstrapServers());
            RandomBank.publish(Broker.at(kafka.bootstrapServers()), model, bench.references());
            return new BenchNode(
                    kafka,
                    ServiceSpec.worker(checkout, kafka.bootstrapServers(), Ports.free(), folder)
                            .with(Map.of("bulwark.encoder.precision", model.precision()))
                            .with(RandomBank.POLICY)
                            .with(bench.workerSettings()));
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    /** The broker. */
    public Broker broker() {
        return Broker.at(kafka.bootstrapServers());
    }

    /** The broker's process. */
    long brokerPid() {
        return kafka.pid();
    }

    @Override
    public void close() {
        kafka.close();
    }
}
