package io.bulwark.lab.proof;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The servers of others, in one process: a store of pictures, a receiver of webhooks, and a provider of OpenID Connect.
 * Here are the settings by which services use them, and what became of it.
 */
public final class ProofWeb {

    private static final String HOOK = "/hook";
    private static final String KEYS = "/keys";
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String DELIVERED = "delivered";
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String address;
    private final Path folder;
    private final KeyPair keys;

    /** @param folder where it keeps the receiver's secret and what was delivered */
    ProofWeb(String address, Path folder) {
        this.address = address;
        this.folder = folder;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            this.keys = generator.generateKeyPair();
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(DELIVERED), "");
            Files.writeString(secret(), "whsec_" + Base64.getEncoder().encodeToString(new byte[32]));
        } catch (GeneralSecurityException | IOException failure) {
            throw CommandFailure.failed("the servers in " + folder + " cannot be set up: " + failure, failure);
        }
    }

    /** The file with that number; the same bytes at each call. */
    static byte[] picture(int number) {
        return PreprocessBenchmark.syntheticJpeg(WIDTH, HEIGHT, number);
    }

    /** Where {@link #picture} lies. */
    String url(int number) {
        return url() + "/pictures/" + number;
    }

    /** What a service asks first. */
    String discovery() {
        return url() + DISCOVERY;
    }

    private String url() {
        return "http://" + address;
    }

    private Path secret() {
        return folder.resolve("secret");
    }

    Map<String, String> workerSettings() {
        return Map.of("bulwark.fetch.allow", address + "/32");
    }

    Map<String, String> streamSettings() {
        String hook = "bulwark.outbound.webhooks.proof.";
        return Map.of(
                hook + "url",
                url() + HOOK,
                hook + "secret-files",
                secret().toString(),
                hook + "allow-http",
                "true",
                hook + "from",
                "earliest",
                "bulwark.access.oidc.enabled",
                "true",
                "bulwark.access.oidc.url",
                url(),
                "bulwark.access.oidc.client-id",
                "bulwark",
                "bulwark.access.oidc.client-secret",
                "proof");
    }

    /** A person's, good for a day. */
    String token(String person, String role) {
        try {
            String claims =
                    "{\"iss\":\"%s\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d,\"tenant\":\"default\",\"groups\":[\"%s\"]}"
                            .formatted(
                                    url(),
                                    person,
                                    Instant.now().getEpochSecond(),
                                    Instant.now().plus(Duration.ofDays(1)).getEpochSecond(),
                                    role);
            String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"proof\"}") + "." + base64(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The ids of all webhooks that were delivered, whose answers may have been lost. */
    Set<String> delivered() {
        try {
            return Files.readAllLines(folder.resolve(DELIVERED)).stream().collect(Collectors.toSet());
        } catch (IOException unreadable) {
            throw CommandFailure.failed(folder + " cannot be read: " + unreadable, unreadable);
        }
    }

    /** The command line of the process. */
    JavaCommand command() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        String published =
                "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"proof\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                        .formatted(base64(key.getModulus()), base64(key.getPublicExponent()));
        return new JavaCommand(
                ProofWeb.class.getName(),
                KafkaProcess.ownClasspath(),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                List.of(address, folder.resolve(DELIVERED).toString(), published),
                Map.of());
    }

    private static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    public static void main(String[] arguments) throws IOException {
        String url = "http://" + arguments[0];
        Path delivered = Path.of(arguments[1]);
        byte[] keys = arguments[2].getBytes(StandardCharsets.UTF_8);
        byte[] discovery = """
                {"issuer":"URL","authorization_endpoint":"URL/auth","token_endpoint":"URL/token",
                "end_session_endpoint":"URL/end","jwks_uri":"URL/keys"}""".replace("URL", url).getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(arguments[0], 80), 0);
        server.createContext("/pictures/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            answer(exchange, "image/jpeg", picture(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1))));
        });
        server.createContext(KEYS, exchange -> answer(exchange, "application/json", keys));
        server.createContext(DISCOVERY, exchange -> answer(exchange, "application/json", discovery));
        server.createContext(HOOK, exchange -> {
            synchronized (server) {
                Files.writeString(
                        delivered,
                        exchange.getRequestHeaders().getFirst("webhook-id") + "\n",
                        StandardOpenOption.APPEND);
            }
            answer(exchange, "text/plain", new byte[0]);
        });
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.start();
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
