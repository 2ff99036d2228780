package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofTraffic.Rates;
import io.bulwark.lab.proof.ProofWork.Appeal;
import io.bulwark.lab.proof.ProofWork.Decided;
import io.bulwark.lab.proof.ProofWork.Escalation;
import io.bulwark.lab.proof.ProofWork.Kind;
import io.bulwark.lab.proof.ProofWork.PolicyChange;
import io.bulwark.lab.proof.ProofWork.Undone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** At an API that answers each first decision as one that stays open, although it took it. */
class ProofPeopleTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<String>> decisions = Collections.synchronizedMap(new HashMap<>());
    private final List<String> reporters = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private ProofTraffic traffic;
    private ProofApi api;
    private final List<String> undone = Collections.synchronizedList(new ArrayList<>());
    private final List<String> questions = Collections.synchronizedList(new ArrayList<>());
    private boolean refuses;
    private boolean takesBack;
    private int items;
    private long revision = 1;
    private boolean proposed;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/api/v1/", this::answer);
        server.start();
        api = new ProofApi(
                List.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                Account::basic,
                Duration.ofMillis(10));
        // No broker answers there, and none is asked for what people do through the API.
        traffic = new ProofTraffic(
                Broker.at("127.0.0.1:1"), Rates.PROBE, "test", 1, ProofTraffic.MADE_UP, List.of(), Optional.empty());
    }

    @AfterEach
    void stop() {
        traffic.close();
        server.stop(0);
    }

    @Test
    void a_decision_that_stayed_open_is_asked_for_again_by_its_id_and_counts_once() {
        ProofWork.Answers answers = worked(() -> decisions.size() >= 3);

        assertThat(decisions.values())
                .allMatch(ids -> ids.size() == 2 && ids.get(0).equals(ids.get(1)));
        assertThat(answers.decided()).extracting(Decided::id).doesNotHaveDuplicates();
        assertThat(answers.decided())
                .allMatch(decided -> decided.kind() == Kind.DECIDED
                        && decisions.get(decided.item()).contains(decided.id())
                        && Account.logins().contains(decided.reviewer()));
        assertThat(answers.refused()).isEmpty();
    }

    /** Two generators of one seed draw the same numbers, sooner or later. */
    @Test
    void a_decision_of_people_has_the_id_of_no_review_of_the_traffic() {
        List<Long> drawn = new Random(1).longs(2000).boxed().toList();

        ProofWork.Answers answers = worked(() -> decisions.size() >= 3);

        assertThat(answers.decided())
                .extracting(decided -> UUID.fromString(decided.id()).getMostSignificantBits())
                .doesNotContainAnyElementsOf(drawn);
    }

    @Test
    void a_refused_decision_is_noted_as_one_that_was_not_made() {
        refuses = true;

        ProofWork.Answers answers = worked(() -> decisions.size() >= 2);

        assertThat(answers.decided()).isEmpty();
        assertThat(answers.refused()).hasSameSizeAs(decisions.keySet());
    }

    /** The API answers the first request for an undo, or leaves it open, and refuses the same one then. */
    @Test
    void a_decision_is_taken_back_once_and_one_that_was_refused_at_once_is_noted_as_kept() {
        takesBack = true;

        ProofWork.Answers answers = worked(() -> undone.size() >= 6);

        assertThat(undone).doesNotHaveDuplicates();
        assertThat(answers.undone()).extracting(Undone::decision).isSubsetOf(undone);
        assertThat(answers.undone()).isNotEmpty().allMatch(undo -> undo.id().equals("undo-" + undo.decision()));
        assertThat(answers.kept()).isEmpty();
        assertThat(answers.undone().size()).isLessThan(undone.size());
    }

    @Test
    void an_undo_that_is_refused_at_once_is_noted_as_not_made() {
        ProofWork.Answers answers = worked(() -> undone.size() >= 2);

        assertThat(answers.undone()).isEmpty();
        assertThat(answers.kept()).containsExactlyInAnyOrderElementsOf(undone);
    }

    @Test
    void each_item_that_is_handed_to_seniors_has_another_note_and_no_decision() {
        ProofWork.Answers answers = worked(() -> questions.size() >= 2);

        assertThat(answers.escalated()).extracting(Escalation::words).isEqualTo(questions);
        assertThat(questions).doesNotHaveDuplicates();
        assertThat(decisions.keySet())
                .doesNotContainAnyElementsOf(
                        answers.escalated().stream().map(Escalation::item).toList());
    }

    @Test
    void each_appeal_has_another_reporter() {
        ProofWork.Answers answers = worked(() -> reporters.size() >= 2);

        assertThat(answers.appealed()).extracting(Appeal::reporter).isEqualTo(reporters);
        assertThat(reporters).doesNotHaveDuplicates();
    }

    @Test
    void policies_are_changed_from_the_revision_that_was_seen() {
        ProofWork.Answers answers = worked(() -> revision >= 4);

        assertThat(answers.policies()).extracting(PolicyChange::revision).startsWith(2L, 3L, 4L);
    }

    @Test
    void what_people_have_in_their_hands_is_held_once() {
        assertThat(traffic.hold("image")).isTrue();
        assertThat(traffic.hold("image")).isFalse();

        traffic.release("image");

        assertThat(traffic.hold("image")).isTrue();
    }

    /** At a rate that leaves no tick without work, without changes of the bank, which go to the brokers. */
    private ProofWork.Answers worked(Callable<Boolean> enough) {
        try (ProofPeople people = new ProofPeople(
                api,
                traffic,
                Optional.empty(),
                Optional.of(new ProofPolicies(api, Broker.at("127.0.0.1:1"), traffic, "model")),
                "test",
                1,
                80)) {
            people.start();
            await().atMost(Duration.ofMinutes(1)).until(enough);
            people.stop();
            return people.answers();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/api/v1/".length());
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            if (path.equals("review/claims")) {
                String item = new UUID(0, ++items).toString();
                send(
                        exchange,
                        200,
                        Map.of("itemId", item, "leaseId", item, "imageId", "image-" + items, "contentSha256", "aa"));
            } else if (path.endsWith("/decision")) {
                decide(exchange, path.split("/")[2], body.path("decisionId").asText());
            } else if (path.endsWith("/undo")) {
                takeBack(exchange, path.split("/")[4]);
            } else if (path.endsWith("/escalation")) {
                questions.add(body.path("reason").asText());
                send(exchange, 201, Map.of());
            } else if (path.equals("review/reports")) {
                reporters.add(body.path("reporter").asText());
                send(exchange, 200, Map.of("itemId", new UUID(0, 1).toString()));
            } else if (path.equals("review/proposals")) {
                send(exchange, 200, List.of());
            } else if (path.equals("cases")) {
                send(exchange, 200, Map.of("cases", List.of(Map.of("imageId", "flagged"))));
            } else if (path.equals("policies")) {
                send(exchange, 200, standing());
            } else if (path.startsWith("policies/")) {
                assertThat(body.path("revision").asLong()).isEqualTo(revision);
                revision++;
                proposed = path.endsWith("proposal");
                send(exchange, 200, standing());
            } else {
                send(exchange, 200, Map.of());
            }
        }
    }

    private void decide(HttpExchange exchange, String item, String id) throws IOException {
        List<String> ids = decisions.computeIfAbsent(item, none -> new ArrayList<>());
        ids.add(id);
        if (refuses) {
            send(exchange, 409, Map.of("type", "urn:bulwark:problem:lease-lost"));
        } else {
            send(exchange, ids.size() == 1 ? 500 : 200, Map.of("decisionId", id, "state", "IN_FORCE"));
        }
    }

    /** Every third undo is carried out and not answered, so that it is repeated. */
    private void takeBack(HttpExchange exchange, String decision) throws IOException {
        if (!takesBack || undone.contains(decision)) {
            if (!takesBack) {
                undone.add(decision);
            }
            send(exchange, 409, Map.of("type", "urn:bulwark:problem:already-decided"));
            return;
        }
        undone.add(decision);
        int status = undone.size() % 3 == 0 ? 500 : 200;
        send(exchange, status, Map.of("decisionId", "undo-" + decision, "state", "UNDONE", "leaseId", decision));
    }

    private Map<String, Object> standing() {
        Map<String, Object> standing = new HashMap<>(
                Map.of("revision", revision, "publishing", false, "inForce", Map.of(), "history", List.of()));
        if (proposed) {
            standing.put("proposal", Map.of("author", "proof-other"));
        }
        return standing;
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
