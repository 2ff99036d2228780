package io.bulwark.stream.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Keycloak in a separate JVM, with one realm. The build unpacks it under {@code target/keycloak}. */
public final class KeycloakServer implements AutoCloseable {

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
