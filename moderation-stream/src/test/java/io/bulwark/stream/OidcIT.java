package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * People and programs log in at a real Keycloak. Its realm has vera, a viewer of the tenant shop, and lost, an admin
 * without a tenant. No broker is needed: the system's address answers without one.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@Tag("proof")
class OidcIT {

    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");

    @TempDir
    static Path state;

    private static KeycloakServer keycloak;
    private static StreamProcess app;

    @BeforeAll
    static void start() throws IOException {
        keycloak = KeycloakServer.start(OidcIT.class.getResourceAsStream("realm.json"));
        app = StreamProcess.start(
                "localhost:1",
                state,
                Map.of(
                        "bulwark.access.oidc.enabled", "true",
                        "bulwark.access.oidc.url", keycloak.issuer().toString(),
                        "bulwark.access.oidc.client-id", "bulwark",
                        "bulwark.access.oidc.client-secret", "client-secret"));
        app.awaitAlive();
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @Test
    void aProgramsTokenSaysWhoItIsOfWhichTenantAndWhatItMay() throws Exception {
        HttpResponse<String> answer = app.get("/api/v1/system", "Authorization", "Bearer " + token("vera"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"name\":\"vera\"", "\"tenant\":\"shop\"", "\"roles\":[\"viewer\"]", "\"login\":\"oidc\"");
        assertProblem(app.get("/api/v1/holds", "Authorization", "Bearer " + token("vera")), 403, "not-allowed");
    }

    @Test
    void whoHasNoTenantMayDoNothingWhateverTheirRoles() throws Exception {
        assertProblem(app.get("/api/v1/system", "Authorization", "Bearer " + token("lost")), 403, "no-tenant");
    }

    @Test
    void noTokenAForgedOneAndABuiltInUsersPasswordAreNoLogin() throws Exception {
        assertProblem(app.get("/api/v1/system"), 401, "no-login");
        String[] parts = token("vera").split("\\.");
        String forged = parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length());
        assertProblem(app.get("/api/v1/system", "Authorization", "Bearer " + forged), 401, "no-login");
        assertProblem(app.get("/api/v1/system", "Authorization", UsersFile.basic("vera", "geheim")), 401, "no-login");
    }

    /** The realm's tokens name no audience. */
    @Test
    void aTokenThatIsMeantForOthersIsNoLogin(@TempDir Path other) throws Exception {
        try (StreamProcess strict = StreamProcess.start(
                "localhost:1",
                other,
                Map.of(
                        "bulwark.access.oidc.enabled", "true",
                        "bulwark.access.oidc.url", keycloak.issuer().toString(),
                        "bulwark.access.oidc.client-id", "bulwark",
                        "bulwark.access.oidc.client-secret", "client-secret",
                        "bulwark.access.oidc.audience", "bulwark,bulwark-api"))) {
            strict.awaitAlive();
            assertProblem(strict.get("/api/v1/system", "Authorization", "Bearer " + token("vera")), 401, "no-login");
            assertThat(logIn(new Browser(), strict).body()).contains("Bulwark console");
            // Told to stop, it would wait for a broker that is nowhere.
            strict.kill();
        }
    }

    @Test
    void aBrowserLogsInAtTheProviderAndComesBackToTheConsole() throws Exception {
        var browser = new Browser();
        HttpResponse<String> console = logIn(browser, app);
        assertThat(console.statusCode()).as(console.body()).isEqualTo(200);
        assertThat(console.uri().getPort()).isEqualTo(app.port());
        assertThat(console.body()).contains("Bulwark console");
        assertThat(browser.open(app.uri("/api/v1/system"), null).body())
                .contains("\"name\":\"vera\"", "\"tenant\":\"shop\"");

        browser.open(app.uri("/logout"), null);
        assertProblem(browser.open(app.uri("/api/v1/system"), null), 401, "no-login");
    }

    private static HttpResponse<String> logIn(Browser browser, StreamProcess app) throws Exception {
        HttpResponse<String> page = browser.open(app.uri("/"), null);
        assertThat(page.uri().toString()).startsWith(keycloak.issuer().toString());
        Matcher form = FORM.matcher(page.body());
        assertThat(form.find()).isTrue();
        return browser.open(
                URI.create(form.group(1).replace("&amp;", "&")), "username=vera&password=geheim&credentialId=");
    }

    /** Keeps cookies by name and follows redirects, as little of a browser as a login needs. */
    private static final class Browser {

        private final HttpClient http =
                HttpClient.newBuilder().followRedirects(Redirect.NEVER).build();
        private final Map<String, String> cookies = new TreeMap<>();

        HttpResponse<String> open(URI address, String form) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(address).header("Accept", "text/html, */*");
            if (!cookies.isEmpty()) {
                String all = cookies.entrySet().stream()
                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                        .collect(Collectors.joining("; "));
                request.header("Cookie", all);
            }
            if (form != null) {
                request.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form));
            }
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            answer.headers().allValues("Set-Cookie").forEach(this::keep);
            return answer.statusCode() / 100 == 3
                    ? open(
                            address.resolve(
                                    answer.headers().firstValue("Location").orElseThrow()),
                            null)
                    : answer;
        }

        private void keep(String cookie) {
            String[] pair = cookie.split(";", 2)[0].split("=", 2);
            if (pair[1].isEmpty() || cookie.contains("Max-Age=0")) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String problem) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("urn:bulwark:problem:" + problem + "\"");
    }

    private static String token(String user) throws Exception {
        String form = "grant_type=password&client_id=bulwark&client_secret=client-secret&scope=openid&username=" + user
                + "&password=geheim";
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(keycloak.issuer() + "/protocol/openid-connect/token"))
                                .timeout(Duration.ofSeconds(30))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(form))
                                .build(),
                        BodyHandlers.ofString());
        return new ObjectMapper().readTree(answer.body()).at("/access_token").asText();
    }

    /** A real Keycloak in a separate JVM, with one realm. The build unpacks it under {@code target/keycloak}. */
    public static final class KeycloakServer implements AutoCloseable {

        private static final Path UNPACKED = Path.of("target", "keycloak");
        private static final Duration START_WITHIN = Duration.ofMinutes(4);

        private final Process process;
        private final int port;

        private KeycloakServer(Process process, int port) {
            this.process = process;
            this.port = port;
        }

        /**
         * Starts it and waits until it answers.
         *
         * @param realm the realm as Keycloak exports it, named {@code bulwark}
         */
        public static KeycloakServer start(InputStream realm) throws IOException {
            Path home = home();
            Files.copy(
                    realm,
                    Files.createDirectories(home.resolve("data/import")).resolve("bulwark-realm.json"),
                    StandardCopyOption.REPLACE_EXISTING);
            int port;
            try (var socket = new ServerSocket(0)) {
                port = socket.getLocalPort();
            }
            var builder = new ProcessBuilder(
                            "sh",
                            home.resolve("bin/kc.sh").toAbsolutePath().toString(),
                            "start-dev",
                            "--import-realm",
                            "--cache=local",
                            "--http-host=127.0.0.1",
                            "--http-port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(UNPACKED.resolve("keycloak.log").toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx384m");
            builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
            var server = new KeycloakServer(builder.start(), port);
            try {
                server.awaitRealm();
                return server;
            } catch (RuntimeException late) {
                server.close();
                throw late;
            }
        }

        /** The realm's issuer address. */
        public URI issuer() {
            return URI.create("http://localhost:" + port + "/realms/bulwark");
        }

        @Override
        public void close() {
            Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroy);
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void awaitRealm() {
            HttpRequest known = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                    .build();
            HttpClient http = HttpClient.newHttpClient();
            await("Keycloak, whose log is " + UNPACKED.resolve("keycloak.log"))
                    .atMost(START_WITHIN)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptionsMatching(IOException.class::isInstance)
                    .until(() -> {
                        if (!process.isAlive()) {
                            throw new IllegalStateException("Keycloak ended with " + process.exitValue());
                        }
                        return http.send(known, BodyHandlers.discarding()).statusCode() == 200;
                    });
        }

        private static Path home() throws IOException {
            try (Stream<Path> folders = Files.list(UNPACKED)) {
                return folders.filter(Files::isDirectory).findFirst().orElseThrow();
            }
        }
    }
}
