package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.ConsoleBrowser;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.UsersFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A built-in user logs in and out of the console in a real browser. Skipped where there is no Chromium or Node.js. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@Tag("proof")
class ConsoleLoginIT {

    @TempDir
    Path folder;

    @Test
    void aBuiltInUserLogsInAndOut() throws Exception {
        ConsoleBrowser browser = ConsoleBrowser.orSkip("the login");
        var users = new UsersFile(folder.resolve("users")).with("vera", "shop", "viewer");
        try (Broker broker = TestBroker.fresh()) {
            broker.createTopics();
            try (StreamProcess app = StreamProcess.start(
                    broker.bootstrapServers(),
                    folder.resolve("state"),
                    Map.of("bulwark.access.users-file", users.path().toString()))) {
                app.awaitReady();
                JsonNode report =
                        browser.run("login.mjs", Map.of(), app.uri("/").toString(), "vera", UsersFile.PASSWORD);

                assertThat(report.at("/ledTo").asText()).isEqualTo("/login.html");
                assertThat(report.at("/wrong").asText()).contains("do not belong together");
                assertThat(report.at("/visitor").asText()).isEqualTo("vera · shop");
                assertThat(report.at("/cameTo").asText()).isEqualTo("#/system");
                assertThat(report.at("/cookiesThatScriptsSee").asText()).isEmpty();
                assertThat(report.at("/afterLogout").asInt()).isEqualTo(401);
                assertThat(report.at("/errors")).isEmpty();
            }
        }
    }
}
