package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart as {@code release.yml} gives it away: packed by Helm, and pushed to a registry of OCI artifacts. */
class ChartReleaseTest {

    @TempDir
    private Path folder;

    private Path packed;

    @BeforeEach
    void pack() throws IOException {
        new Helm(Chart.FOLDER).packageIt().withDestination(folder).call();
        try (Stream<Path> made = Files.list(folder)) {
            packed = made.findFirst().orElseThrow();
        }
    }

    /** In the checkout some of the chart's files are links to the manifests'. */
    @Test
    void packedItRendersWhatItsFolderDoes() {
        String fromFolder = render(Chart.FOLDER);

        assertThat(packed.getFileName()).hasToString("bulwark-" + version() + ".tgz");
        assertThat(render(packed)).isEqualTo(fromFolder).contains("kind: KafkaTopic");
    }

    @Test
    void aRegistryTakesItAsAChart() throws Exception {
        try (var registry = new Registry()) {
            Helm.push()
                    .withChart(packed)
                    .withRemote(registry.charts())
                    .plainHttp()
                    .call();

            JsonNode manifest = new ObjectMapper().readTree(registry.manifests.get(version()));
            assertThat(manifest.at("/config/mediaType").asText()).isEqualTo("application/vnd.cncf.helm.config.v1+json");
            assertThat(registry.blobs.get(manifest.at("/layers/0/digest").asText()))
                    .isEqualTo(Files.readAllBytes(packed));
            JsonNode about = new ObjectMapper()
                    .readTree(registry.blobs.get(manifest.at("/config/digest").asText()));
            assertThat(about.path("appVersion").asText()).isEqualTo(Checkout.version());
        }
    }

    private static String render(Path chart) {
        return new Helm(chart)
                .template()
                .withKubeVersion("1.30.0")
                .withName("bulwark")
                .withNamespace("bulwark")
                .call();
    }

    private static String version() {
        try {
            return Chart.read("Chart.yaml").path("version").asText();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** As much of the OCI Distribution Specification 1.1 as a push needs. */
    private static final class Registry implements AutoCloseable {

        final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
        final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
        private final HttpServer server;

        Registry() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v2/", this::answer);
            server.start();
        }

        URI charts() {
            return URI.create("oci://127.0.0.1:" + server.getAddress().getPort() + "/charts");
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                String path = exchange.getRequestURI().getPath();
                String last = path.substring(path.lastIndexOf('/') + 1);
                Map<String, byte[]> kept = path.contains("/manifests/") ? manifests : blobs;
                switch (exchange.getRequestMethod()) {
                    case "POST" -> {
                        exchange.getResponseHeaders().set("Location", path + "one");
                        exchange.sendResponseHeaders(202, -1);
                    }
                    case "PUT" -> {
                        kept.put(digest(body), body);
                        kept.put(last, body);
                        exchange.sendResponseHeaders(201, -1);
                    }
                    default -> show(exchange, kept.get(last), path.equals("/v2/"));
                }
            }
        }

        private static void show(HttpExchange exchange, byte[] bytes, boolean root) throws IOException {
            if (bytes == null) {
                exchange.sendResponseHeaders(root ? 200 : 404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.oci.image.manifest.v1+json");
            exchange.getResponseHeaders().set("Docker-Content-Digest", digest(bytes));
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }

        private static String digest(byte[] bytes) {
            try {
                return "sha256:"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException absent) {
                throw new IllegalStateException(absent);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
