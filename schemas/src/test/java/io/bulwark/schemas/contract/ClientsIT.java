package io.bulwark.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.TomorrowsEvents;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients of other languages, each copied alone into a folder, at a broker with TLS, passwords, rights and a
 * prefix, and with this module on the other side.
 */
class ClientsIT {

    private static final Path CLIENTS = Path.of("clients").toAbsolutePath();
    private static final Path RELEASES = Path.of("src/main/resources/io/bulwark/schemas");
    private static final long LIMIT_SECONDS = 240;
    private static final TopicNames NAMES = new TopicNames("shop.");
    private static final byte[] FILE = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, 3};

    @TempDir
    private static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        broker.createTopics(NAMES);
        for (Role role : List.of(Role.PRODUCER, Role.SUBSCRIBER)) {
            broker.addUser(
                    role.name(), "secret", role.bindings(AccessNames.DEFAULT.under(NAMES), "User:" + role.name()));
        }
    }

    /** Written from the releases where one differs: {@code -Dbulwark.snapshots=write}. */
    @Test
    void eachHasTheSchemasOfAllReleases() throws Exception {
        ObjectMapper json = new ObjectMapper();
        ObjectNode expected = json.createObjectNode();
        for (String record : List.of("ImageUploaded", "ModerationDecision")) {
            Map<String, ObjectNode> byHeader = new LinkedHashMap<>();
            try (Stream<Path> releases = Files.list(RELEASES)) {
                for (Path release : (Iterable<Path>) releases.sorted()::iterator) {
                    for (String line : Files.readAllLines(release.resolve("headers.txt"))) {
                        if (line.startsWith(record + " ")) {
                            String header = line.substring(record.length() + 1);
                            JsonNode schema = json.readTree(
                                    release.resolve(record + ".avsc").toFile());
                            byHeader.computeIfAbsent(
                                    header,
                                    any -> json.createObjectNode()
                                            .put("header", header)
                                            .set("schema", schema));
                        }
                    }
                }
            }
            expected.putArray(record).addAll(byHeader.values());
        }
        String text = json.writerWithDefaultPrettyPrinter().writeValueAsString(expected) + "\n";
        for (String file : List.of("go", "python/bulwark_client", "typescript")) {
            Path schemas = CLIENTS.resolve(file).resolve("schemas.json");
            if (System.getProperty("bulwark.snapshots", "").equals("write")) {
                Files.writeString(schemas, text);
            }
            assertThat(schemas).hasContent(text);
        }
    }

    @Test
    void typescript() throws Exception {
        Path client = copy("typescript");
        assumeTrue(works(client, "npm", "--version"), "npm is not on the PATH.");
        assumeTrue(works(client, "node", "--version"), "node is not on the PATH.");
        output(client, Map.of(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        output(client, Map.of(), "npm", "run", "build");
        assertClient(client, "node", "dist/main.js");
    }

    @Test
    void python() throws Exception {
        // Debian's own: another one on the PATH does not see Debian's packages.
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        Path client = copy("python");
        assumeTrue(
                works(client, python, "-c", "import confluent_kafka, avro"), "python3 lacks confluent_kafka or avro.");
        assertClient(client, python, "-m", "bulwark_client");
    }

    @Test
    @Tag("proof")
    void go() throws Exception {
        Path client = copy("go");
        assumeTrue(works(client, "go", "version"), "go is not on the PATH.");
        Path debian = Path.of("/usr/share/gocode");
        assumeTrue(Files.isDirectory(debian.resolve("src/github.com/IBM/sarama")), "Go's libraries are not there.");
        Path path = folder.resolve("gopath");
        Path source = Files.createDirectories(path.resolve("src")).resolve("bulwark-client");
        Files.move(client, source);
        Map<String, String> build = Map.of("GO111MODULE", "off", "GOPATH", path + ":" + debian);
        output(source, build, "go", "build", "-o", "bulwark-client", "./cmd/bulwark-client");
        assertThat(output(source, build, "gofmt", "-l", ".")).isEmpty();
        assertClient(source, source.resolve("bulwark-client").toString());
    }

    private static void assertClient(Path client, String... program) throws Exception {
        String image = "from-" + program[program.length - 1].replaceAll(".*/", "");
        assertUploads(client, image, program);
        assertObeys(client, image, program);
        assertScores(client, program);
    }

    private static void assertUploads(Path client, String image, String... program) throws Exception {
        Map<String, String> environment = kafka(Role.PRODUCER);
        Path picture = Files.write(folder.resolve(image), FILE);
        String servers = broker.servers(SecuredBroker.Door.SCRAM);
        output(client, environment, words(program, "upload", servers, image, picture.toString()));
        ImageUploaded event = read(image);
        assertThat(event.getUploaderId()).isEqualTo("account-1");
        assertThat(event.getTenant()).isEqualTo("default");
        assertThat(event.getUploadedAt())
                .isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(5));
        assertThat(((InlineImage) event.getContent()).getBytes().array()).isEqualTo(FILE);

        List<String> many = new ArrayList<>(List.of("upload", servers));
        for (int i = 0; i < 10; i++) {
            many.addAll(List.of(image + "-of-ten-" + i, picture.toString()));
        }
        output(client, environment, words(program, many.toArray(String[]::new)));
        for (int i = 0; i < 10; i++) {
            assertThat(read(image + "-of-ten-" + i).getImageId()).isEqualTo(image + "-of-ten-" + i);
        }

        Path large = Files.write(folder.resolve(image + "-large"), new byte[16 << 20]);
        Answer refused =
                run(client, environment, words(program, "upload", servers, image + "-large", large.toString()));
        assertThat(refused.status()).isNotZero();
        assertThat(refused.said()).contains("bulwark.topics.max-upload-bytes").contains("location");
    }

    /** Of eight records of three images three are aborted, one is of a release to come, and one forgets. */
    private static void assertObeys(Path client, String image, String... program) throws Exception {
        decide(image);
        String servers = broker.servers(SecuredBroker.Door.SCRAM);
        String group = "bulwark-subscriber-" + image;
        Map<String, String> environment = kafka(Role.SUBSCRIBER);
        String key = "default/" + image;
        String said = output(client, environment, words(program, "decisions", servers, group, "3", key));
        assertThat(said.lines().filter(line -> line.startsWith("default/")))
                .as("beside what the library logs")
                .containsExactly(key + " NSFW", key + " REVIEW", key + " forgotten");
        String other = key + "-other";
        String one = output(client, environment, words(program, "decisions", servers, group + "-other", "1", other));
        assertThat(one.lines().filter(line -> line.startsWith("default/")))
                .as("that key alone")
                .containsExactly(other + " SAFE");
        String slashed = "a/b/" + image;
        String escaped =
                output(client, environment, words(program, "decisions", servers, group + "-slashed", "1", slashed));
        assertThat(escaped.lines()).contains(slashed + " SAFE");
        Answer refused = run(client, environment, words(program, "decisions", servers, "any-group", "1"));
        assertThat(refused.status()).isNotZero();
        assertThat(refused.said()).contains("must begin with bulwark-subscriber");
    }

    private static void assertScores(Path client, String... program) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/score", ClientsIT::score);
        server.start();
        try {
            String url = "http://localhost:" + server.getAddress().getPort();
            Path picture = Files.write(folder.resolve("scored.png"), FILE);
            String[] words = words(program, "score", url, picture.toString());
            assertThat(output(client, Map.of("BULWARK_SCORE_TOKEN", "right"), words))
                    .endsWith("scored.png NSFW\n");
            Answer refused = run(client, Map.of("BULWARK_SCORE_TOKEN", "wrong"), words);
            assertThat(refused.status()).isNotZero();
            assertThat(refused.said()).contains("status 401").contains("not one of ours");
        } finally {
            server.stop(0);
        }
    }

    /** Answers as the score server's OpenAPI document says. */
    private static void score(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean known = "Bearer right".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            boolean whole = body.contains("name=\"image\"")
                    && body.contains("scored.png\"")
                    && body.contains("\r\n\r\n" + new String(FILE, StandardCharsets.ISO_8859_1) + "\r\n--");
            String answer = known && whole
                    ? "{\"images\":[{\"imageId\":\"scored.png\",\"decision\":\"NSFW\",\"score\":0.9,\"verdict\":{}}]}"
                    : "{\"type\":\"urn:bulwark:problem:no-token\",\"title\":\"Who?\",\"detail\":\"It is not one of ours.\"}";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known && whole ? 200 : 401, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static ImageUploaded read(String image) {
        return read(broker.bootstrapServers(), NAMES, image);
    }

    static ImageUploaded read(String servers, TopicNames names, String image) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", servers),
                new StringDeserializer(),
                new EventDeserializer<>(ImageUploaded.class))) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < Topics.IMAGES_UPLOADED.partitions(); i++) {
                partitions.add(new TopicPartition(names.of(Topics.IMAGES_UPLOADED), i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (System.nanoTime() < until) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.key().equals(image)) {
                        return record.value();
                    }
                }
            }
        }
        throw new AssertionError("no upload of " + image);
    }

    private static void decide(String image) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "decides-" + image);
        String topic = NAMES.of(Topics.DECISIONS);
        String key = "default/" + image;
        try (var today = new EventSerializer<>(ModerationDecision.class);
                var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            today.configure(settings, false);
            producer.initTransactions();
            for (int i = 0; i < 3; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, key, today.serialize(topic, decision(image, Decision.SAFE))));
                producer.flush();
                producer.abortTransaction();
            }
            producer.beginTransaction();
            var tomorrow = TomorrowsEvents.schema(ModerationDecision.class);
            producer.send(new ProducerRecord<>(
                    NAMES.of(Topics.SCHEMAS),
                    TomorrowsEvents.key(tomorrow),
                    tomorrow.toString().getBytes(StandardCharsets.UTF_8)));
            producer.send(new ProducerRecord<>(topic, key, today.serialize(topic, decision(image, Decision.NSFW))));
            producer.send(new ProducerRecord<>(topic, key, TomorrowsEvents.bytes(decision(image, Decision.REVIEW))));
            producer.send(new ProducerRecord<>(topic, key, null));
            producer.send(new ProducerRecord<>(
                    topic, key + "-other", today.serialize(topic, decision(image + "-other", Decision.SAFE))));
            producer.send(new ProducerRecord<>(
                    topic, "a%2Fb/" + image, today.serialize(topic, decision(image, Decision.SAFE))));
            producer.commitTransaction();
        }
    }

    private static ModerationDecision decision(String image, Decision decision) {
        return ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId(image)
                .setUploaderId("account-1")
                .setDecision(decision)
                .setScore(0.9)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"))
                .setSince(Instant.now())
                .build();
    }

    private static Map<String, String> kafka(Role role) {
        return Map.of(
                "KAFKA_USERNAME", role.name(),
                "KAFKA_PASSWORD", "secret",
                "KAFKA_CA_FILE", broker.authority().truststorePem().toString(),
                "BULWARK_TOPICS_PREFIX", NAMES.prefix());
    }

    /** A client without what was built or installed beside it. */
    private static Path copy(String language) throws IOException {
        Path from = CLIENTS.resolve(language);
        Path to = folder.resolve(language);
        try (Stream<Path> files = Files.walk(from)) {
            files.filter(file -> Stream.of("node_modules", "dist", "__pycache__")
                            .noneMatch(built -> from.relativize(file).startsWith(built)))
                    .forEach(file -> {
                        try {
                            Files.copy(file, to.resolve(from.relativize(file)));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        return to;
    }

    private static String[] words(String[] program, String... words) {
        return Stream.concat(Stream.of(program), Stream.of(words)).toArray(String[]::new);
    }

    private static boolean works(Path folder, String... command) throws InterruptedException {
        try {
            return run(folder, Map.of(), command).status() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static String output(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Answer answer = run(folder, environment, command);
        assertThat(answer.status())
                .as("%s: %s", String.join(" ", command), answer.said())
                .isZero();
        return answer.said();
    }

    private static Answer run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile(ClientsIT.folder, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended)
                .as("%s ends; it said %s", String.join(" ", command), Files.readString(said))
                .isTrue();
        return new Answer(process.exitValue(), Files.readString(said));
    }

    private record Answer(int status, String said) {}
}
