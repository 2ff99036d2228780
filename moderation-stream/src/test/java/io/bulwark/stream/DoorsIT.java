package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.bulwark.stream.access.HopTokens;
import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.testing.RawHttp;
import io.bulwark.stream.testing.RawHttp.Answer;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every address of the API, called by those who may not: each answer has a status and a name. */
class DoorsIT extends DoorsRig {

    /** Method, address, the role that it needs, and the answer for that role. */
    record Endpoint(String method, String path, String role, int status, String problem) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static List<Endpoint> endpoints() {
        return List.of(
                new Endpoint("GET", "/api/v1/system", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/verdicts", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/verdicts/img-of-shop", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/uploaders/u-of-shop", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/uploaders/u-of-shop/audits", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/uploaders/u-of-shop/account", "reviewer", 503, "no-database"),
                new Endpoint("POST", "/api/v1/uploaders/u-of-shop/actions", "senior", 415, "media-type"),
                new Endpoint("POST", "/api/v1/uploaders/u-of-shop/reviews", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/accounts/policy", "reviewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/accounts/policy/versions", "reviewer", 503, "no-database"),
                new Endpoint("PUT", "/api/v1/accounts/policy", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/accounts/appeals", "senior", 503, "no-database"),
                new Endpoint("POST", "/api/v1/accounts/actions/img-of-shop/lift", "senior", 415, "media-type"),
                new Endpoint("POST", "/api/v1/accounts/actions/img-of-shop/appeal", "reviewer", 415, "media-type"),
                new Endpoint("POST", "/api/v1/accounts/actions/img-of-shop/appeal/answer", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/audits/img-of-shop", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/campaigns", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/campaigns/img-of-shop", "viewer", 404, "no-campaign"),
                new Endpoint("POST", "/api/v1/campaigns/img-of-shop/ruling", "senior", 404, "no-campaign"),
                new Endpoint("GET", "/api/v1/audits/summary?since=yesterday", "viewer", 400, "bad-parameter"),
                new Endpoint("GET", "/api/v1/feed?sample=0", "viewer", 400, "bad-parameter"),
                new Endpoint("GET", "/api/v1/feed?of=decisions&sample=0", "viewer", 400, "bad-parameter"),
                new Endpoint("GET", "/api/v1/decisions", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/decisions?decision=NSFW&label=%3Cscript%3E", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/decisions/img-of-shop", "viewer", 200, ""),
                new Endpoint("GET", "/api/v1/images/img-of-shop/picture", "reviewer", 503, "no-preview"),
                new Endpoint(
                        "GET", "/api/v1/images/img-of-shop/picture/explanation", "reviewer", 503, "no-explain-server"),
                new Endpoint("GET", "/api/v1/missing", "reviewer", 200, ""),
                new Endpoint("POST", "/api/v1/missing/img-of-shop/redrive", "senior", 404, "not-missing"),
                new Endpoint("GET", "/api/v1/holds", "senior", 200, ""),
                new Endpoint("PUT", "/api/v1/holds/image/img-of-shop", "admin", 400, "bad-parameter"),
                new Endpoint("DELETE", "/api/v1/holds/image/img-of-shop", "admin", 404, "no-hold"),
                new Endpoint("GET", "/api/v1/review/queue", "viewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/review/words", "viewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/review/words/versions", "reviewer", 503, "no-database"),
                new Endpoint("PUT", "/api/v1/review/words", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/review/wellness", "reviewer", 503, "no-database"),
                new Endpoint("PUT", "/api/v1/review/wellness", "admin", 415, "media-type"),
                new Endpoint("PUT", "/api/v1/review/wellness/opt-out", "reviewer", 415, "media-type"),
                new Endpoint("GET", "/api/v1/review/wellness/report", "senior", 503, "no-database"),
                new Endpoint("POST", "/api/v1/review/claims", "reviewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/review/queues", "reviewer", 503, "no-database"),
                new Endpoint("PUT", "/api/v1/review/queues/img-of-shop", "senior", 415, "media-type"),
                new Endpoint("DELETE", "/api/v1/review/queues/img-of-shop", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/review/duties", "reviewer", 503, "no-database"),
                new Endpoint("PUT", "/api/v1/review/duties/img-of-shop", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/statements", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/statements.csv", "senior", 503, "no-database"),
                new Endpoint("POST", "/api/v1/review/items/img-of-shop/renewal", "reviewer", 415, "media-type"),
                new Endpoint("POST", "/api/v1/review/items/img-of-shop/view", "reviewer", 415, "media-type"),
                new Endpoint("POST", "/api/v1/review/items/img-of-shop/release", "reviewer", 415, "media-type"),
                new Endpoint("POST", "/api/v1/review/items/img-of-shop/skip", "reviewer", 415, "media-type"),
                new Endpoint("POST", "/api/v1/review/items/img-of-shop/escalation", "reviewer", 415, "media-type"),
                new Endpoint("GET", "/api/v1/review/items/img-of-shop/notes", "reviewer", 404, "not-found"),
                new Endpoint("GET", "/api/v1/review/items/img-of-shop/alike", "reviewer", 404, "not-found"),
                new Endpoint("GET", "/api/v1/review/items/img-of-shop/near", "reviewer", 404, "not-found"),
                new Endpoint("GET", "/api/v1/review/items/img-of-shop/picture", "reviewer", 404, "not-found"),
                new Endpoint("POST", "/api/v1/review/items/img-of-shop/decision", "reviewer", 415, "media-type"),
                new Endpoint(
                        "POST",
                        "/api/v1/review/items/img-of-shop/decisions/img-of-shop/undo",
                        "reviewer",
                        404,
                        "not-found"),
                new Endpoint("POST", "/api/v1/review/reports", "reviewer", 415, "media-type"),
                new Endpoint("POST", "/api/v1/coop/actions", "reviewer", 503, "no-coop"),
                new Endpoint("GET", "/api/v1/review/golden", "senior", 503, "no-database"),
                new Endpoint("PUT", "/api/v1/review/golden/img-of-shop", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/review/proposals", "curator", 503, "no-database"),
                new Endpoint("POST", "/api/v1/review/proposals/img-of-shop/answer", "curator", 415, "media-type"),
                new Endpoint("GET", "/api/v1/promises", "viewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/promises/draws", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/promises/drift", "viewer", 503, "no-database"),
                new Endpoint("POST", "/api/v1/promises/drift/references", "senior", 415, "media-type"),
                new Endpoint("POST", "/api/v1/promises/img-of-shop/epochs", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/cases", "viewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/cases.csv", "viewer", 503, "no-database"),
                new Endpoint("GET", "/api/v1/cases/backtest?flag=0.6&review=0.4", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/cases/calibration", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/policies", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/policies/changes", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/policies/effect?flag=0.6&safe=0.4", "senior", 503, "no-database"),
                new Endpoint("POST", "/api/v1/policies/proposal", "senior", 415, "media-type"),
                new Endpoint("POST", "/api/v1/policies/withdrawal", "senior", 415, "media-type"),
                new Endpoint("POST", "/api/v1/policies/approval", "senior", 415, "media-type"),
                new Endpoint("POST", "/api/v1/policies/rollback", "senior", 415, "media-type"),
                new Endpoint("GET", "/api/v1/images/img-of-shop/viewers", "admin", 503, "no-database"),
                new Endpoint("GET", "/api/v1/review/agreement", "senior", 503, "no-database"),
                new Endpoint("GET", "/api/v1/audit-log", "admin", 503, "no-database"),
                new Endpoint("GET", "/api/v1/audit-log/anchor", "admin", 503, "no-database"),
                new Endpoint("GET", "/api/v1/audit-log/checkpoints", "admin", 503, "no-database"),
                new Endpoint("GET", "/api/v1/restricted/cases", "child-safety", 503, "no-database"),
                new Endpoint("GET", "/api/v1/restricted/destructions", "child-safety", 503, "no-database"),
                new Endpoint("POST", "/api/v1/restricted/claims", "child-safety", 400, "bad-parameter"),
                new Endpoint("POST", "/api/v1/restricted/cases/img-of-shop/looks", "child-safety", 404, "not-found"),
                new Endpoint("POST", "/api/v1/restricted/cases/img-of-shop/decision", "child-safety", 404, "not-found"),
                new Endpoint("POST", "/api/v1/restricted/cases/img-of-shop/hold", "child-safety", 404, "not-found"),
                new Endpoint("POST", "/api/v1/restricted/cases/img-of-shop/report", "child-safety", 404, "not-found"),
                new Endpoint("POST", "/api/v1/logout", "viewer", 204, ""),
                new Endpoint("GET", "/api/verdicts/img-of-shop", "viewer", 200, ""),
                new Endpoint("GET", "/api/uploaders/u-of-shop", "viewer", 200, ""),
                new Endpoint("GET", "/api/audits/img-of-shop", "viewer", 200, ""));
    }

    @Test
    void everyAddressOfTheApiIsInTheTable() throws Exception {
        JsonNode paths = new ObjectMapper()
                .readTree(call("vera", "GET", "/api/openapi?format=json").body())
                .at("/paths");
        Set<String> documented = new TreeSet<>();
        paths.fieldNames().forEachRemaining(documented::add);
        Set<String> tested = new TreeSet<>();
        endpoints().stream()
                .map(endpoint -> endpoint.path().replaceAll("\\?.*", ""))
                .filter(path -> path.startsWith("/api/v1/"))
                .forEach(path -> tested.add(path.replaceAll("(img|u)-of-shop|(?<=holds/)image", "{}")));
        assertThat(documented.stream().map(path -> path.replaceAll("\\{[^}]+}", "{}")))
                .containsExactlyInAnyOrderElementsOf(tested);
    }

    /** Clients are generated from the file. */
    @Test
    void theContractThatIsCheckedInIsWhatTheApplicationServes() throws IOException {
        String served = new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .writeValueAsString(new ObjectMapper()
                                .readValue(
                                        call("vera", "GET", "/api/openapi?format=json")
                                                .body(),
                                        Map.class))
                + "\n";
        Path made = Files.writeString(Path.of("target", "openapi.json"), served);
        assertThat(Path.of("openapi.json"))
                .as("cp moderation-stream/%s moderation-stream/openapi.json", made)
                .exists()
                .hasSameTextualContentAs(made);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void whoMayIsAnswered(Endpoint endpoint) throws IOException {
        Answer answer = call(userWith(endpoint.role()), endpoint.method(), endpoint.path());
        assertThat(answer.status()).as(answer.body()).isEqualTo(endpoint.status());
        assertThat(answer.problem()).isEqualTo(endpoint.problem());
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void withoutALoginNothingIsAnswered(Endpoint endpoint) throws IOException {
        assertNamed(RawHttp.send(app.port(), endpoint.method(), endpoint.path(), Map.of(), ""), 401, "no-login");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aWrongPasswordIsNoLogin(Endpoint endpoint) throws IOException {
        Map<String, String> wrong =
                Map.of("Authorization", UsersFile.basic("stranger-" + System.nanoTime(), "guessed"));
        assertNamed(RawHttp.send(app.port(), endpoint.method(), endpoint.path(), wrong, ""), 401, "no-login");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aWrongRoleIsNotAllowed(Endpoint endpoint) throws IOException {
        Map<String, String> below = Map.of(
                "viewer", "cora",
                "reviewer", "vera",
                "senior", "rita",
                "curator", "sven",
                "admin", "sven",
                "child-safety", "ada");
        String user = below.get(endpoint.role());
        if (user.equals("cora")) {
            return; // no role is below the viewer's, and every user has one
        }
        assertNamed(call(user, endpoint.method(), endpoint.path()), 403, "not-allowed");
    }

    /** It stops other work at once. */
    @Test
    void anOrderIsPassedOnBySeniors() throws IOException {
        for (String duty : List.of("ORDER", "IMMINENT_HARM")) {
            String body = "{\"duty\":\"" + duty + "\",\"imageId\":\"no-image\",\"reporter\":\"r\"}";
            Map<String, String> json = Map.of("Content-Type", "application/json");
            String path = "/api/v1/review/reports";
            assertNamed(RawHttp.send(app.port(), "POST", path, withLogin("rita", json), body), 403, "not-allowed");
            assertThat(RawHttp.send(app.port(), "POST", path, withLogin("sven", json), body)
                            .status())
                    .isNotEqualTo(403);
        }
    }

    /** Neither an administrator nor a user who sees every tenant is designated staff, and these are nothing else. */
    @ParameterizedTest
    @MethodSource("endpoints")
    void casesAreForDesignatedStaffOfTheTenantAlone(Endpoint endpoint) throws IOException {
        boolean lane = endpoint.role().equals("child-safety");
        for (String user : lane ? List.of("vera", "rita", "sven", "cleo", "ada", "root", "stella") : List.of("dina")) {
            if (lane || !endpoint.role().equals("viewer")) {
                assertNamed(call(user, endpoint.method(), endpoint.path()), 403, "not-allowed");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aForeignHostsNameIsRefused(Endpoint endpoint) throws IOException {
        Map<String, String> rebound = withLogin("root", Map.of("Host", "attacker.example:" + app.port()));
        assertNamed(RawHttp.send(app.port(), endpoint.method(), endpoint.path(), rebound, ""), 421, "wrong-host");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aBodyThatIsTooLargeIsRefused(Endpoint endpoint) throws IOException {
        Answer answer = RawHttp.send(
                app.port(), endpoint.method(), endpoint.path(), withLogin("root", Map.of()), "x".repeat(100_000));
        assertNamed(answer, 413, "too-large");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aForgedHopIsRefused(Endpoint endpoint) throws IOException {
        String forged = new HopTokens(Optional.of("some other secret of thirty-two letters"))
                .sign(Visitor.of("root", "*", Set.of("admin")), endpoint.path())
                .orElseThrow();
        Answer answer =
                RawHttp.send(app.port(), endpoint.method(), endpoint.path(), Map.of(HopTokens.HEADER, forged), "");
        assertNamed(answer, 401, "bad-hop");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void anotherMethodIsNamed(Endpoint endpoint) throws IOException {
        assertNamed(call("root", "PATCH", endpoint.path()), 405, "method");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void theTenantCannotBeAskedFor(Endpoint endpoint) throws IOException {
        if (endpoint.path().endsWith("/system") || endpoint.path().endsWith("/logout")) {
            return; // these answer of no tenant
        }
        if (endpoint.problem().equals("media-type") || endpoint.problem().equals("not-found")) {
            return; // these do not come as far as the tenant without a body, or with an id that is none
        }
        String asking = endpoint.path() + (endpoint.path().contains("?") ? "&" : "?") + "tenant=bank";
        assertNamed(call(userWith(endpoint.role()), endpoint.method(), asking), 400, "bad-parameter");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nothing, 404, not-found",
        "/nothing, 404, not-found",
        "/q/health, 404, not-found",
        "/q/metrics, 404, not-found",
        "/api/v1/verdicts?limit=0, 400, bad-parameter",
        "/api/v1/verdicts?decision=PERHAPS, 400, bad-parameter",
        "/api/v1/verdicts?before=yesterday, 400, bad-parameter",
        "/api/v1/feed?sample=2, 400, bad-parameter",
        "/api/v1/feed?of=everything, 400, bad-parameter",
        "/api/v1/audits/summary?since=2026-11-27, 400, bad-parameter",
        "/api/v1/audits/summary?since=2020-01-01T00:00:00Z, 400, bad-parameter",
        "/api/v1/audits/summary?since=2026-11-27T00:00:00Z&bucket=1, 400, bad-parameter",
        "/api/v1/decisions?decision=PERHAPS, 400, bad-parameter",
        "/api/v1/decisions?limit=0, 400, bad-parameter",
        "/api/v1/../../q/health, 404, not-found",
        "/api/v1/verdicts/..%2f..%2fq%2fmetrics, 404, no-verdict",
        "/api/v1/verdicts/%00, 404, no-verdict",
    })
    void whatIsWrongIsNamed(String path, int status, String problem) throws IOException {
        assertNamed(call("vera", "GET", path), status, problem);
    }

    /** Found before the database is asked, which would refuse it as a defect. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /api/v1/uploaders/%00/account               | ''",
                "POST | /api/v1/uploaders/%00/reviews               | {}",
                "GET  | /api/v1/review/wellness/report?days=x       | ''",
                "GET  | /api/v1/statements?after=MCAA               | ''", // "0 " and U+0000
                "GET  | /api/v1/cases?after=LTkwMDAwMDAwMDAwMDAwMDAwMCBh | ''", // -900000000000000000 a
                "GET  | /api/v1/statements?from=-9000-01-01T00:00:00Z | ''",
                "GET  | /api/v1/cases?uploader=%00                  | ''",
                "POST | /api/v1/review/reports | {\"kind\":\"report\",\"imageId\":\"\\u0000\",\"reporter\":\"r\"}",
                "POST | /api/v1/review/reports | {\"kind\":\"report\",\"imageId\":\"i\",\"reporter\":\"\\u0000\"}",
                "POST | /api/v1/review/reports | {\"kind\":\"report\",\"imageId\":\"i\",\"reporter\":\"r\",\"words\":\"\\u0000\"}",
                "POST | /api/v1/review/items/00000000-0000-0000-0000-000000000000/notes | {\"words\":\"\\u0000\"}",
                "POST | /api/v1/review/reports | {\"duty\":\"NOTICE\",\"imageId\":\"i\",\"reporter\":\"r\",\"receivedAt\":\"-9000-01-01T00:00:00Z\"}",
            })
    void whatNoDatabaseHoldsIsNamed(String method, String path, String body) throws IOException {
        Map<String, String> json =
                withLogin("ada", body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json"));
        assertNamed(RawHttp.send(app.port(), method, path, json, body), 400, "bad-parameter");
    }

    @ParameterizedTest
    @CsvSource({
        "/login.html/../api/v1/system",
        "/console/login.js/../../api/v1/system",
        "/login.html;/api/v1/system",
        "/console/..;/api/v1/system",
        "//api/v1/system",
        "/api//v1/system",
        "/API/v1/system",
        "/console/console.js",
        "/",
        "/index.html",
        "/api/openapi",
    })
    void noTrickOfThePathComesPastTheLogin(String path) throws IOException {
        assertNamed(RawHttp.send(app.port(), "GET", path, Map.of(), ""), 401, "no-login");
    }

    /** What the HTTP server refuses by itself, before there is a route, has a status and no body. */
    @Test
    void whatIsNoHttpIsRefused() throws IOException {
        assertThat(call("vera", "GET", "/api/v1/verdicts/%zz").status()).isEqualTo(400);
        assertThat(call("vera", "GET", "/" + "a".repeat(9_000)).status()).isEqualTo(414);
        assertThat(RawHttp.send(app.port(), "GET", "/", Map.of("X", "a".repeat(20_000)), "")
                        .status())
                .isEqualTo(431);
        assertThat(RawHttp.send(app.port(), "GET", "/", Map.of("Host", "a b"), "")
                        .status())
                .isIn(400, 421);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, https://attacker.example",
        "Origin, null"
    })
    void aForeignPageChangesNothing(String header, String value) throws IOException {
        for (String path : List.of("/api/v1/logout", "/login")) {
            Map<String, String> headers = withLogin("vera", Map.of(header, value));
            assertNamed(RawHttp.send(app.port(), "POST", path, headers, ""), 403, "foreign-page");
        }
    }

    @Test
    void aSessionIsACookieThatNoScriptReadsAndEndsWithItsUser() throws IOException {
        users.with("temp", "shop", "viewer");
        String cookie = logIn("temp", UsersFile.PASSWORD).headers().get("set-cookie");
        assertThat(cookie).containsIgnoringCase("HttpOnly").containsIgnoringCase("SameSite=Strict");
        Map<String, String> session = Map.of("Cookie", cookie.replaceAll(";.*", ""));
        assertThat(RawHttp.send(app.port(), "GET", "/api/v1/system", session, "")
                        .body())
                .contains("\"temp\"");

        users.without("temp");
        await().untilAsserted(() ->
                assertNamed(RawHttp.send(app.port(), "GET", "/api/v1/system", session, ""), 401, "no-login"));
    }

    @Test
    void aSessionEndsWithAnotherPasswordAndWithOtherRoles() throws IOException {
        users.with("moved", "shop", "viewer");
        Map<String, String> session = session("moved");
        assertThat(system(session).body()).contains("\"name\":\"moved\"", "\"roles\":[\"viewer\"]");

        users.without("moved").with("moved", "shop", "viewer"); // the same password, hashed again
        await().untilAsserted(() -> assertNamed(system(session), 401, "no-login"));

        Map<String, String> next = session("moved");
        users.withRoles("moved", "senior");
        await().untilAsserted(() -> assertNamed(system(next), 401, "no-login"));
        assertThat(system(session("moved")).body()).contains("\"senior\"");
    }

    @Test
    void aLogoutTakesTheCookieAway() throws IOException {
        users.with("leaving", "shop", "viewer");
        Answer answer = RawHttp.send(app.port(), "POST", "/api/v1/logout", session("leaving"), "");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().get("set-cookie"))
                .contains("bulwark-session=")
                .containsIgnoringCase("Max-Age=0");
    }

    private static Map<String, String> session(String user) throws IOException {
        String cookie = logIn(user, UsersFile.PASSWORD).headers().get("set-cookie");
        return Map.of("Cookie", cookie.replaceAll(";.*", ""));
    }

    private static Answer system(Map<String, String> headers) throws IOException {
        return RawHttp.send(app.port(), "GET", "/api/v1/system", headers, "");
    }

    @Test
    void whoGuessesPasswordsIsMadeToWait() throws IOException {
        users.with("guessed", "shop", "viewer");
        for (int i = 0; i < 10; i++) {
            assertNamed(logIn("guessed", "wrong " + i), 401, "no-login");
        }
        Answer late = logIn("guessed", UsersFile.PASSWORD);
        assertNamed(late, 429, "too-many-passwords");
        assertThat(late.headers()).containsKey("retry-after");
    }

    @Test
    void aBrowserWithoutALoginIsLedToThePageWhereOneLogsIn() throws IOException {
        Answer answer = RawHttp.send(app.port(), "GET", "/", Map.of("Accept", "text/html"), "");
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.headers()).containsEntry("location", "/login.html");
        for (String open : List.of("/login.html", "/console/login.js", "/console/console.css", "/favicon.svg")) {
            assertThat(RawHttp.send(app.port(), "GET", open, Map.of(), "").status())
                    .isEqualTo(200);
        }
    }
}
