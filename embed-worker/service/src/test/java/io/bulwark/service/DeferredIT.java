package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.WorkerProcess;
import io.bulwark.service.testing.WorkerUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads at hosts that do not answer, beside uploads that bring their pictures along. */
class DeferredIT extends TrafficCase {

    private static final int UPLOADS = 200;
    private static final int EVERY = 20;

    private HeldServer host;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        References.fill(traffic, name);
        host = new HeldServer(Pictures.board(7));
    }

    @AfterEach
    void close() {
        host.close();
    }

    /** Sixteen of them stopped a worker for as long as its deadline is. */
    @Test
    void nobody_waits_for_one_upload_in_twenty_whose_host_does_not_answer() throws Exception {
        Map<String, String> settings = new HashMap<>(host.workerSettings());
        settings.put("bulwark.fetch.deadline", "100s");
        try (WorkerUnderTest worker =
                WorkerUnderTest.start(name, settings, clients -> clients).awaitReady()) {
            for (int i = 0; i < UPLOADS; i++) {
                traffic.upload(
                        i % EVERY == 0
                                ? SampleUploads.at("slow-" + i, host.address("slow-" + i))
                                : SampleUploads.inline("inline-" + i, Pictures.discs(i)));
            }
            int slow = UPLOADS / EVERY;
            assertThat(traffic.awaitVerdicts(UPLOADS - slow))
                    .as("while the host keeps quiet")
                    .allMatch(verdict -> verdict.getImageId().startsWith("inline"));
            Awaitility.await("all offsets committed")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> unansweredUploads() == 0);
            assertThat(worker.meters().counter("bulwark.uploads.deferred").count())
                    .isEqualTo(slow);

            host.release();
            traffic.awaitVerdicts(UPLOADS);
        }
        assertEachOnce(UPLOADS);
    }

    @Test
    void a_deferred_upload_s_verdict_names_where_it_was_uploaded() {
        try (WorkerUnderTest worker = WorkerUnderTest.start(name, host.workerSettings(), clients -> clients)
                .awaitReady()) {
            traffic.upload(SampleUploads.at("slow", host.address("slow")));
            traffic.flush();
            Awaitility.await("the hand-over")
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            worker.meters().counter("bulwark.uploads.deferred").count() == 1);
            host.release();

            assertThat(traffic.verdictOn("slow"))
                    .returns(Decision.NSFW, Verdict::getDecision)
                    .satisfies(verdict -> assertThat(verdict.getUpload())
                            .returns("images.uploaded", RecordCoordinates::getTopic)
                            .returns(0L, RecordCoordinates::getOffset));
            assertThat(worker.worker().unreadiness()).isEmpty();
        }
    }

    /** Killed while deferred uploads are fetched, and again while one of them is tried alone. */
    @Test
    @Tag("proof")
    void kills_between_hand_over_and_answer_lose_and_double_nothing() throws Exception {
        Path log = folder.resolve("workers.log");
        int each = 12;
        // So that a prompt try reaches the host, however busy this machine is: else the lane's would be the first.
        Map<String, String> settings = new HashMap<>(host.workerSettings());
        settings.put("bulwark.fetch.prompt", "2s");
        for (int i = 0; i < each; i++) {
            traffic.upload(SampleUploads.at("slow-" + i, host.address("slow-" + i)));
            traffic.upload(SampleUploads.inline("inline-" + i, Pictures.discs(i)));
        }
        WorkerProcess first = WorkerProcess.start(name, log, settings);
        traffic.awaitVerdicts(each);
        // A prompt try of each at most, and then the lane's.
        Awaitility.await("deferred uploads are fetched")
                .atMost(Duration.ofSeconds(60))
                .until(() -> host.requests() > each);
        first.kill();

        int before = host.requests();
        WorkerProcess second = WorkerProcess.start(name, log, settings);
        Awaitility.await("one is tried alone").atMost(Duration.ofSeconds(90)).until(() -> host.requests() > before);
        second.kill();

        host.release();
        WorkerProcess third = WorkerProcess.start(name, log, settings);
        traffic.awaitVerdicts(2 * each);
        assertThat(third.isAlive()).isTrue();
        third.close();

        assertEachOnce(2 * each);
        assertThat(traffic.verdicts()).allMatch(verdict -> verdict.getDecision() != Decision.REFUSED);
        assertThat(traffic.verdicts())
                .allMatch(verdict -> verdict.getUpload().getTopic().equals(Topics.IMAGES_UPLOADED.topicName()));
    }

    private void assertEachOnce(int count) {
        traffic.readToEnd();
        assertThat(traffic.verdicts())
                .extracting(Verdict::getImageId)
                .doesNotHaveDuplicates()
                .hasSize(count);
        assertThat(traffic.awaitDeadLetters(0)).isEmpty();
    }

    /** Markers of transactions aside, what lies behind the group's committed offsets. */
    private long unansweredUploads() throws Exception {
        List<TopicPartition> partitions = IntStream.range(0, Topics.IMAGES_UPLOADED.partitions())
                .mapToObj(partition -> new TopicPartition(Topics.IMAGES_UPLOADED.topicName(), partition))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            var committed = admin.listConsumerGroupOffsets(name)
                    .partitionsToOffsetAndMetadata()
                    .get();
            var ends = traffic.ends(partitions);
            return partitions.stream()
                    .mapToLong(partition -> ends.get(partition)
                            - (committed.containsKey(partition)
                                    ? committed.get(partition).offset()
                                    : 0))
                    .sum();
        }
    }

    /** A host that takes every request and answers none before its release; then all at once. */
    public static final class HeldServer implements AutoCloseable {

        private final HttpServer server;
        private final byte[] file;
        private final List<HttpExchange> held = new ArrayList<>(); // guarded by this
        private int requests; // guarded by this
        private boolean released; // guarded by this

        /** @param file what each answer is */
        public HeldServer(byte[] file) throws IOException {
            this.file = file;
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.createContext("/", this::take);
            server.start();
        }

        private synchronized void take(HttpExchange exchange) {
            requests++;
            held.add(exchange);
            if (released) {
                answerAll();
            }
        }

        private synchronized void answerAll() {
            for (HttpExchange exchange : held) {
                try (exchange) {
                    exchange.sendResponseHeaders(200, file.length);
                    exchange.getResponseBody().write(file);
                } catch (IOException gone) {
                    continue; // Who asked did not wait.
                }
            }
            held.clear();
        }

        /** Answers what was asked, and from now on what is asked. */
        public synchronized void release() {
            released = true;
            answerAll();
        }

        /** Requests so far, including cancelled ones. */
        public synchronized int requests() {
            return requests;
        }

        public String address(String name) {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
        }

        /** What lets a worker fetch from it. */
        public Map<String, String> workerSettings() {
            return Map.of(
                    "bulwark.fetch.allow",
                    "127.0.0.1",
                    "bulwark.fetch.ports",
                    Integer.toString(server.getAddress().getPort()));
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
