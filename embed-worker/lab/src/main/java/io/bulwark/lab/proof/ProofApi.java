package io.bulwark.lab.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * moderation-stream's API as programs of several people use it, at any instance. A request that was not answered, or
 * with a status that leaves open whether it was carried out, is repeated at the next instance. One thread.
 */
final class ProofApi {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final int NO_LOGIN = 401;
    private static final int TOO_MANY = 429;
    private static final int SERVERS_FAULT = 500;

    private final List<URI> instances;
    private final Function<Account, String> authorization;
    private final Duration betweenAttempts;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();
    private final ObjectMapper json = new ObjectMapper();
    private int next;

    /**
     * @param instances addresses of moderation-streams
     * @param authorization the header by which a person logs in
     * @param betweenAttempts the wait before a request that was not answered is repeated
     */
    ProofApi(List<URI> instances, Function<Account, String> authorization, Duration betweenAttempts) {
        this.instances = List.copyOf(instances);
        this.authorization = authorization;
        this.betweenAttempts = betweenAttempts;
    }

    /** People who work at the cluster. */
    enum Account {
        RITA("reviewer"),
        RON("reviewer"),
        SARA("senior"),
        SVEN("senior"),
        SUSI("senior"),
        CORA("curator"),
        CARL("curator");

        private static final String PASSWORD = "proof-password";

        /** Of {@link #PASSWORD}, by bcrypt of the least cost that there is, because each request is looked at. */
        private static final String HASH = "$2a$08$proofproofproofproofpuCKpvNd.WoDS6E2jtGTM4/EX.uDvyTHi";

        private final String role;

        Account(String role) {
            this.role = role;
        }

        /** As records and rows name them. No reviewer of the traffic is called so. */
        String login() {
            return "proof-" + name().toLowerCase(Locale.ROOT);
        }

        String role() {
            return role;
        }

        /** The header with name and password. */
        String basic() {
            return "Basic "
                    + Base64.getEncoder().encodeToString((login() + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        }

        /** Those with one of these roles. */
        static List<Account> with(String... roles) {
            return Stream.of(values())
                    .filter(account -> List.of(roles).contains(account.role))
                    .toList();
        }

        /** The names of all. */
        static Set<String> logins() {
            return Stream.of(values()).map(Account::login).collect(Collectors.toSet());
        }

        /** Lines of moderation-stream's file of users. */
        static List<String> users() {
            return Stream.of(values())
                    .map(account -> String.join(":", account.login(), HASH, ProofOracle.TENANT, account.role))
                    .toList();
        }
    }

    /** @param status one that says whether the request was carried out */
    record Answer(int status, JsonNode body) {

        boolean isDone() {
            return status < 300;
        }
    }

    /** Asks once; empty where it stays open whether it was carried out. */
    Optional<Answer> once(Account account, String method, String path, Map<String, ?> body) {
        URI instance = instances.get(next);
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(instance.resolve("/api/v1/" + path))
                            .timeout(ANSWER_WITHIN)
                            .header("Authorization", authorization.apply(account))
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    method.equals("GET")
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(json.writeValueAsString(body)))
                            .build(),
                    BodyHandlers.ofString());
            if (isDefinite(answer.statusCode())) {
                return Optional.of(new Answer(answer.statusCode(), read(answer.body())));
            }
        } catch (JsonProcessingException noJson) {
            throw new IllegalArgumentException("a body that is no JSON: " + body.keySet(), noJson);
        } catch (IOException silent) {
            // Not answered, as below.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking " + instance, interrupted);
        }
        next = (next + 1) % instances.size();
        return Optional.empty();
    }

    /**
     * Repeats a request, which is the same each time for the API, until it is answered.
     *
     * @param patience after which it stays open
     */
    Optional<Answer> ask(Account account, String method, String path, Map<String, ?> body, Duration patience) {
        long begin = System.nanoTime();
        Optional<Answer> answer = once(account, method, path, body);
        while (answer.isEmpty() && System.nanoTime() - begin < patience.toNanos()) {
            try {
                TimeUnit.NANOSECONDS.sleep(betweenAttempts.toNanos());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            answer = once(account, method, path, body);
        }
        return answer;
    }

    /** A login that fails may be the provider's fault. */
    private static boolean isDefinite(int status) {
        return status < SERVERS_FAULT && status != TOO_MANY && status != NO_LOGIN;
    }

    private JsonNode read(String body) {
        try {
            JsonNode read = json.readTree(body);
            return read == null ? MissingNode.getInstance() : read;
        } catch (JsonProcessingException noJson) {
            return MissingNode.getInstance();
        }
    }
}
