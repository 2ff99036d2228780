package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.testing.KeycloakServer;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * People and programs log in at a real Keycloak. Its realm has vera, a viewer of the tenant shop, and lost, an admin
 * without a tenant. No broker is needed: the system's address answers without one.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
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

    @Test
    void aBrowserLogsInAtTheProviderAndComesBackToTheConsole() throws Exception {
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .followRedirects(Redirect.NORMAL)
                .build();
        HttpResponse<String> page = browser.send(
                HttpRequest.newBuilder(app.uri("/"))
                        .header("Accept", "text/html")
                        .build(),
                BodyHandlers.ofString());
        assertThat(page.uri().toString()).startsWith(keycloak.issuer().toString());

        Matcher form = FORM.matcher(page.body());
        assertThat(form.find()).isTrue();
        HttpResponse<String> console = browser.send(
                HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                        .header("Accept", "text/html")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("username=vera&password=geheim"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(console.statusCode()).isEqualTo(200);
        assertThat(console.uri().getPort()).isEqualTo(app.port());
        assertThat(console.body()).contains("Bulwark console");

        HttpResponse<String> system =
                browser.send(HttpRequest.newBuilder(app.uri("/api/v1/system")).build(), BodyHandlers.ofString());
        assertThat(system.body()).contains("\"name\":\"vera\"", "\"tenant\":\"shop\"");

        HttpResponse<String> out = browser.send(
                HttpRequest.newBuilder(app.uri("/logout"))
                        .header("Accept", "text/html")
                        .build(),
                BodyHandlers.ofString());
        assertThat(out.statusCode()).isEqualTo(200);
        assertProblem(
                browser.send(HttpRequest.newBuilder(app.uri("/api/v1/system")).build(), BodyHandlers.ofString()),
                401,
                "no-login");
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
}
