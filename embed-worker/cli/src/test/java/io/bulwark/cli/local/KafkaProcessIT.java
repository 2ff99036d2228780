package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaProcessIT {

    @TempDir
    Path folder;

    @Test
    void keeps_topics_and_acknowledged_records_over_a_kill_and_a_restart_on_the_same_folder_and_port()
            throws Exception {
        int port = Ports.free();
        try (KafkaProcess kafka = KafkaProcess.start(folder, port)) {
            Topology.create(kafka.bootstrapServers());
            send(kafka, "before the kill");
            kafka.kill();
        }

        try (KafkaProcess kafka = KafkaProcess.start(folder, port)) {
            Topology.create(kafka.bootstrapServers());
            send(kafka, "after it");

            assertThat(topics(kafka)).containsAll(names());
            assertThat(read(kafka, 2)).containsExactly("before the kill", "after it");
        }
    }

    @Test
    void refuses_a_port_that_is_taken_and_says_which_option_chooses_another() {
        int port = Ports.free();
        try (KafkaProcess kafka = KafkaProcess.start(folder.resolve("first"), port)) {
            assertThat(kafka.isAlive()).isTrue();
            assertThatThrownBy(() -> KafkaProcess.start(folder.resolve("second"), port))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.UNAVAILABLE))
                    .hasMessageContaining(Integer.toString(port))
                    .hasMessageContaining("--kafka-port");
        }
    }

    @Test
    void ends_by_itself_when_the_process_that_started_it_is_killed() {
        Path log = folder.resolve("starter.log");
        JavaCommand starter = new JavaCommand(
                StartsBrokerAndWaits.class.getName(),
                KafkaProcess.ownClasspath(),
                List.of("-Xmx64m"),
                Map.of(),
                List.of(folder.toString(), Integer.toString(Ports.free())),
                Map.of());
        ChildProcess child = ChildProcess.start("starter", starter, log, Duration.ofSeconds(5));
        child.awaitReady(
                () -> StartsBrokerAndWaits.brokerPid(log).isPresent() ? Optional.empty() : Optional.of("no broker yet"),
                Duration.ofSeconds(60));
        ProcessHandle broker =
                StartsBrokerAndWaits.brokerPid(log).flatMap(ProcessHandle::of).orElseThrow();
        assertThat(broker.isAlive()).isTrue();

        child.kill();

        await().atMost(Duration.ofSeconds(20)).until(() -> !broker.isAlive());
    }

    private static Set<String> topics(KafkaProcess kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }

    private static List<String> names() {
        return Arrays.stream(Topics.values()).map(Topics::topicName).toList();
    }

    private static void send(KafkaProcess kafka, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.REVIEWS.topicName(), 0, "key", value))
                    .get();
        }
    }

    private static List<String> read(KafkaProcess kafka, int count) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(Topics.REVIEWS.topicName(), 0)));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                return values.size() >= count;
            });
        }
        return values;
    }
}
