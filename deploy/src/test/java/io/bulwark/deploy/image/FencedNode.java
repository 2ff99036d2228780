package io.bulwark.deploy.image;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * What the compose file does, in namespaces: a broker, then topics and bank by the command line's image, then worker and
 * moderation-stream by theirs, then one upload. Runs as root in a separate JVM under {@code unshare} with its own
 * network, mounts and processes; the last line that it prints is a JSON object of what it saw.
 *
 * <p>{@code FencedNode FOLDER}, where {@code FOLDER/<image>} are the unpacked images and {@code FOLDER/images.json} says
 * how they are run.
 */
final class FencedNode {

    private static final Duration READY_LIMIT = Duration.ofSeconds(240);
    private static final String POLICY = "/settings/policy.properties";
    private static final String PICTURES = "/pictures";
    private static final String STATE = "/var/lib/bulwark";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, Object> seen = new LinkedHashMap<>();

    private FencedNode(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        FencedContainer.run("ip", "link", "set", "lo", "up");
        FencedNode node = new FencedNode(Path.of(arguments[0]));
        node.run();
        System.out.println(JSON.writeValueAsString(node.seen));
        System.exit(0);
    }

    private void run() throws Exception {
        seen.put(
                "interfaces",
                NetworkInterface.networkInterfaces()
                        .map(NetworkInterface::getName)
                        .toList());
        seen.put("beyond", beyond());
        FencedContainer cli = container("cli");
        FencedContainer worker = container("embed-worker");
        FencedContainer stream = container("moderation-stream");
        cli.mount(Map.of(PICTURES, Checkout.path("deploy/local/samples/bank")), List.of());
        worker.mount(Map.of(POLICY, Checkout.path("deploy/local/policy.properties")), List.of());
        stream.mount(Map.of(), List.of(STATE));
        try (KafkaProcess kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free())) {
            moderate(kafka.bootstrapServers(), cli, worker, stream);
        }
    }

    private void moderate(String kafka, FencedContainer cli, FencedContainer worker, FencedContainer stream)
            throws Exception {
        Map<String, String> connection = Map.of("BULWARK_KAFKA_BOOTSTRAP_SERVERS", kafka);
        cli.output(connection, "topics", "create", "--replication", "1");
        Map<String, String> bankSettings = new LinkedHashMap<>(connection);
        bankSettings.put("BULWARK_TWIN_MODEL", twin());
        cli.output(bankSettings, "bank", "build", "--bank", "default", PICTURES);

        Map<String, String> workerSettings = new LinkedHashMap<>(connection);
        workerSettings.put("SMALLRYE_CONFIG_LOCATIONS", POLICY);
        // Its library has to be found unpacked on every CPU, not only where it is chosen.
        workerSettings.put("BULWARK_ENCODER_ENGINE", "onnxruntime");
        Map<String, String> streamSettings = new LinkedHashMap<>(connection);
        streamSettings.put("BULWARK_STREAM_STATE_DIR", STATE);
        Process deciding = worker.start(workerSettings, folder.resolve("worker.log"));
        Process keeping = stream.start(streamSettings, folder.resolve("stream.log"));
        awaitReady(deciding, 8081, "worker");
        awaitReady(keeping, 9000, "stream");

        seen.put("workerIds", ids(deciding));
        seen.put("streamIds", ids(keeping));
        seen.put(
                "verdict",
                lastLine(cli.output(
                        connection, "upload", "--wait", "--json", PICTURES + "/gambling/bordered_c_10.png")));
        seen.put("decoders", isolation());
        seen.put("writesItsRoot", writesItsRoot(worker));
        stop(deciding);
        stop(keeping);
        seen.put("workerStatus", deciding.exitValue());
        seen.put("workerWrote", worker.written("/tmp"));
        seen.put("cliWrote", cli.written("/tmp"));
        seen.put("streamWrote", stream.written("/tmp"));
        seen.put("streamState", stream.written(STATE).size());
    }

    private FencedContainer container(String name) throws IOException {
        JsonNode run = JSON.readTree(folder.resolve("images.json").toFile()).path(name);
        return new FencedContainer(
                folder.resolve(name),
                run.path("user").asText(),
                JSON.convertValue(run.path("entrypoint"), new TypeReference<>() {}),
                JSON.convertValue(run.path("environment"), new TypeReference<>() {}));
    }

    /** The twin of the policy that the worker is given. */
    private static String twin() throws IOException {
        Properties policy = new Properties();
        try (Reader reader = Files.newBufferedReader(Checkout.path("deploy/local/policy.properties"))) {
            policy.load(reader);
        }
        return policy.getProperty("bulwark.twin.model");
    }

    /** An address for documentation (RFC 5737) has no host; without a route the kernel says so at once. */
    private static String beyond() {
        try {
            return "reachable: " + InetAddress.getByName("192.0.2.1").isReachable(200);
        } catch (IOException unreachable) {
            return unreachable.getMessage();
        }
    }

    private void awaitReady(Process process, int port, String name) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                .build();
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        String answer = "nothing";
        while (System.nanoTime() < deadline) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                break;
            }
            try {
                var response = http.send(ready, BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return;
                }
                answer = response.body();
            } catch (IOException notYet) {
                answer = notYet.toString();
            }
        }
        throw new IllegalStateException(
                name + " is not ready, it answers " + answer + "\n" + Files.readString(folder.resolve(name + ".log")));
    }

    /** Real, effective, saved and file-system ids, and the supplementary groups, as the kernel has them. */
    private static List<String> ids(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.matches("(Uid|Gid|Groups|CapEff):.*"))
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .toList();
    }

    /** What the worker's log says about its decoder processes. */
    private List<String> isolation() throws IOException {
        return Files.readAllLines(folder.resolve("worker.log")).stream()
                .filter(line -> line.matches(".*BULWARK-004[234] .*"))
                .toList();
    }

    private String writesItsRoot(FencedContainer container) throws Exception {
        Path log = folder.resolve("touch.log");
        Process touch = container.start(List.of("touch", "/opt/bulwark/touched"), Map.of(), log);
        touch.waitFor();
        return Files.readString(log).strip();
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("process " + process.pid() + " did not stop on SIGTERM");
        }
    }

    private static String lastLine(String text) {
        List<String> lines = text.strip().lines().toList();
        return lines.get(lines.size() - 1);
    }
}
