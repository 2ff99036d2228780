package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.UsersFile;
import io.bulwark.testing.browser.BrowserDriver;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A built-in user logs in and out of the console in a real browser. Skipped where there is no Chromium or Node.js. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ConsoleLoginIT {

    private static final Path SCRIPT = Path.of("src", "test", "browser", "login.mjs");

    @TempDir
    Path folder;

    @Test
    void aBuiltInUserLogsInAndOut() throws Exception {
        BrowserDriver driver = BrowserDriver.orSkip(Path.of("target", "browser"), "the login");
        var users = new UsersFile(folder.resolve("users")).with("vera", "shop", "viewer");
        try (Broker broker = TestBroker.fresh()) {
            broker.createTopics();
            try (StreamProcess app = StreamProcess.start(
                    broker.bootstrapServers(),
                    folder.resolve("state"),
                    Map.of("bulwark.access.users-file", users.path().toString()))) {
                app.awaitReady();
                Process node = driver.start(SCRIPT, app.uri("/").toString(), "vera", UsersFile.PASSWORD);
                String last = node.inputReader().lines().reduce("", (before, line) -> line);
                assertThat(node.waitFor()).as(driver.errors()).isZero();
                JsonNode report = new ObjectMapper().readTree(last);

                assertThat(report.at("/ledTo").asText()).isEqualTo("/login.html");
                assertThat(report.at("/wrong").asText()).contains("do not belong together");
                assertThat(report.at("/visitor").asText()).isEqualTo("vera · shop");
                assertThat(report.at("/cookiesThatScriptsSee").asText()).isEmpty();
                assertThat(report.at("/afterLogout").asInt()).isEqualTo(401);
                assertThat(report.at("/errors")).isEmpty();
            }
        }
    }
}
