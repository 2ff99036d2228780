package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofApi.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wildfly.security.password.Password;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.util.ModularCrypt;

class ProofApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> BODY = Map.of("decisionId", "one");

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<HttpServer> servers = new ArrayList<>();
    private ProofApi api;
    private Queue<Integer> first;
    private Queue<Integer> second;

    @BeforeEach
    void start() throws IOException {
        first = new ArrayDeque<>();
        second = new ArrayDeque<>();
        api = new ProofApi(
                List.of(instance("first", first), instance("second", second)), Account::basic, Duration.ofMillis(10));
    }

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void a_request_that_stayed_open_is_repeated_as_it_was_at_the_next_instance() {
        first.addAll(List.of(500, 200));
        second.add(503);

        Optional<Answer> answer = api.ask(Account.RITA, "POST", "review/claims", BODY, PATIENCE);

        assertThat(answer).map(Answer::isDone).contains(true);
        assertThat(asked).hasSize(3).allMatch(request -> request.endsWith("{\"decisionId\":\"one\"}"));
        assertThat(asked).extracting(request -> request.split(" ")[0]).containsExactly("first", "second", "first");
    }

    @Test
    void a_refusal_is_an_answer() {
        first.add(409);

        assertThat(api.ask(Account.RITA, "POST", "review/claims", BODY, PATIENCE))
                .map(Answer::status)
                .contains(409);
        assertThat(asked).hasSize(1);
    }

    @Test
    void an_instance_that_is_gone_is_no_answer() {
        servers.get(0).stop(0);
        second.add(200);

        assertThat(api.once(Account.RITA, "GET", "policies", Map.of())).isEmpty();
        assertThat(api.once(Account.RITA, "GET", "policies", Map.of())).isPresent();
    }

    @Test
    void a_login_that_fails_and_too_many_requests_are_no_answer() {
        first.add(401);
        second.add(429);

        assertThat(api.once(Account.RITA, "GET", "policies", Map.of())).isEmpty();
        assertThat(api.once(Account.RITA, "GET", "policies", Map.of())).isEmpty();
    }

    @Test
    void the_users_of_the_file_log_in_by_the_password_that_is_sent() throws GeneralSecurityException {
        String sent = new String(
                Base64.getDecoder().decode(Account.RITA.basic().substring("Basic ".length())), StandardCharsets.UTF_8);
        String[] line = Account.users().get(0).split(":");
        Password hash = ModularCrypt.decode(line[1]);
        PasswordFactory factory =
                PasswordFactory.getInstance(hash.getAlgorithm(), new WildFlyElytronPasswordProvider());

        assertThat(sent).startsWith(line[0] + ":");
        assertThat(factory.verify(
                        factory.translate(hash),
                        sent.substring(line[0].length() + 1).toCharArray()))
                .isTrue();
    }

    private URI instance(String name, Queue<Integer> statuses) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/api/v1/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                asked.add(name + " " + exchange.getRequestURI().getPath() + " " + body);
                exchange.sendResponseHeaders(statuses.remove(), -1);
            }
        });
        server.start();
        servers.add(server);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
